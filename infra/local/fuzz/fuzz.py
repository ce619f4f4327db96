"""Runs Schemathesis against a network of its own, as a member and as an admin, until enough was asked."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
VALINE = Path(sys.argv[1]).resolve()
SEED = int(os.environ.get("FUZZ_SEED", "20261128"))
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "20000"))
START_SECONDS = 120
STOP_SECONDS = 30
# Each further round is another seed.
MOST_ROUNDS = 8


def say(words):
    print(words, file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Network:
    """`valine up` in a fresh folder, with what it has by default."""

    def __init__(self, folder):
        self.root = Path(folder) / "joint"
        self.url = f"http://127.0.0.1:{free_port()}"
        # Hashing slowly on purpose is tested where it is the point.
        self.environment = {**os.environ, "VALINE_ROOT": str(self.root), "IDENTITY_BCRYPT_COST": "4", "LOG": "warn"}

    def valine(self, *words):
        subprocess.run([VALINE, *words], env=self.environment, cwd=self.root.parent, check=True, stdout=subprocess.DEVNULL)

    def __enter__(self):
        port = self.url.rsplit(":", 1)[1]
        said = open(self.root.parent / "up.log", "w")
        self.process = subprocess.Popen(
            [VALINE, "up", "--port", port], env=self.environment, cwd=self.root.parent, stderr=said, stdout=said, start_new_session=True
        )
        began = time.monotonic()
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() - began > START_SECONDS:
                self.__exit__()
                sys.exit(f"The network does not start:\n{(self.root.parent / 'up.log').read_text()}")
            time.sleep(0.2)
        self.key = (self.root / "operator.key").read_text().strip()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.url}/ready", timeout=5).status == 200
        except OSError:
            return False

    def sign_up(self, name):
        ask = {"email": f"{name}@mail.example", "password": f"a long word for {name}", "username": name, "displayName": name}
        headers = {"Content-Type": "application/json", "X-Valine-Operator": self.key}
        request = urllib.request.Request(f"{self.url}/api/auth/signup", json.dumps(ask).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return {**ask, "id": json.load(answer)["user"]["id"]}

    def failures(self):
        """What the network itself noted as its own failures."""
        log = self.root / "valine.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if '"level":"ERROR"' in line]


def fuzz(network, person, seed, folder):
    """One run of everything; answers how much was asked, and whether all was well."""
    tally = folder / f"{person['username']}-{seed}.json"
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
        "PYTHONPATH": str(HERE),
        "FUZZ_PERSON": json.dumps(person),
        "FUZZ_URL": network.url,
        "FUZZ_OPERATOR_KEY": network.key,
        "FUZZ_TALLY": str(tally),
    }
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml"]
    command += ["run", f"{network.url}/openapi.json", "--seed", str(seed)]
    say(f"As {person['username']}, seed {seed}:")
    done = subprocess.run(command, env=environment, cwd=folder)
    told = json.loads(tally.read_text()) if tally.exists() else {}
    return told, done.returncode == 0


def main():
    with tempfile.TemporaryDirectory(prefix="joint-fuzz-") as folder, Network(folder) as network:
        network.valine("seed", "--url", network.url, "--members", "12", "--posts", "40")
        asked, well, used = 0, True, set()
        for number in range(MOST_ROUNDS):
            # Others each time: an admin may suspend everybody who was here before.
            member, admin = network.sign_up(f"frida{number}"), network.sign_up(f"oskar{number}")
            network.valine("account", "role", admin["email"], "admin")
            for person in (member, admin):
                # Each at least once.
                if number > 0 and asked >= REQUESTS:
                    break
                told, is_well = fuzz(network, person, SEED + number, Path(folder))
                well = well and is_well
                asked += told.get("requests", 0)
                used.update(told.get("exceptions", []))
            if asked >= REQUESTS:
                break
        failures = network.failures()
        for line in failures[:20]:
            say(f"the network failed: {line}")
        known = tomllib.loads((HERE / "exceptions.toml").read_text())["exception"]
        needed = [one["name"] for one in known if not one.get("by_chance", False)]
        unused = [name for name in needed if name not in used] if asked >= 20_000 else []
        for name in unused:
            say(f"exceptions.toml: `{name}` excused nothing; take it out")
        enough = asked >= REQUESTS
        say(f"{asked} requests, {len(failures)} failures of the network, {len(used)} exceptions used of {len(known)}.")
        if not enough:
            say(f"That is less than the {REQUESTS} that were to be made.")
        if not (well and enough and not failures and not unused):
            sys.exit(1)
        say("Every answer was one that the description promises.")


main()
