"""Runs a command beside a LocalStack of its own. Started by infra/local/localstack, which installs what this imports."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import boto3
import botocore.exceptions

TEMPLATE = Path(__file__).resolve().parent.parent / "aws" / "messaging.yaml"
SERVICES = "sqs,events,cloudformation,ses,sts,iam"
ACCOUNT = "000000000000"
JOURNEYS = {"TEST_JOURNEY_STACK": "test-journey", "TEST_PROCESSES_STACK": "test-processes"}
START_SECONDS = 300
STOP_SECONDS = 10

# LocalStack, and beside it one who waits at standard input: when its owner is gone, however it went, so are LocalStack
# and its folder.
GUARDED = """
import os, shutil, sys, threading
folder = os.getcwd()
def guard():
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
threading.Thread(target=guard, daemon=True).start()
sys.argv = ["localstack"]
from localstack.runtime.main import main
main()
"""


def say(words):
    print(words, file=sys.stderr, flush=True)


class Stopped(Exception):
    """Somebody asked to stop."""

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.number = number


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder, port):
    """Starts LocalStack; it writes below the folder alone."""
    here = f"127.0.0.1:{port}"
    settings = {
        "GATEWAY_LISTEN": here,
        "LOCALSTACK_HOST": here,
        "FILESYSTEM_ROOT": str(folder),
        "SERVICES": SERVICES,
        "OVERRIDE_IN_DOCKER": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
    }
    with open(folder / "log", "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", GUARDED],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=os.environ | settings,
            # Ctrl-C is for this process, which stops the command first.
            start_new_session=True,
        )


def wait_until_ready(server, endpoint, log):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    tail = log.read_text(errors="replace").splitlines()[-30:]
    raise SystemExit("\n".join([*tail, f"LocalStack did not start within {START_SECONDS} s; the end of its log is above."]))


def make_stacks(access, names):
    """Makes a bus with its queues for each name, from the template that production has."""
    formation = boto3.client("cloudformation", **access)
    template = TEMPLATE.read_text()
    for name in names:
        parameters = [{"ParameterKey": "Prefix", "ParameterValue": name}]
        formation.create_stack(StackName=name, TemplateBody=template, Parameters=parameters)
    for name in names:
        waiter = formation.get_waiter("stack_create_complete")
        try:
            waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": START_SECONDS})
        except botocore.exceptions.WaiterError:
            events = formation.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in events]
            raise SystemExit("\n".join([*reasons, f"{TEMPLATE} could not be deployed; the reasons are above."]))


def run(command, environment):
    """Runs the command and passes on to it what this process is told; answers its exit code as a shell would."""
    child = subprocess.Popen(command, env=environment)
    pass_on = lambda number, _frame: child.send_signal(number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    code = child.wait()
    return code if code >= 0 else 128 - code


def stop(server):
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main(command):
    def stopped(number, _frame):
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stopped)
    folder = Path(tempfile.mkdtemp(prefix="valine-localstack-"))
    server = None
    try:
        began = time.monotonic()
        port = free_port()
        endpoint = f"http://127.0.0.1:{port}"
        server = start(folder, port)
        wait_until_ready(server, endpoint, folder / "log")
        # As many as tests run at a time.
        stacks = [f"test-{number}" for number in range(1, min(os.cpu_count() or 1, 8) + 1)]
        access = {
            "endpoint_url": endpoint,
            "region_name": "us-east-1",
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        make_stacks(access, [*stacks, *JOURNEYS.values()])
        say(f"LocalStack is ready at {endpoint} with {len(stacks) + len(JOURNEYS)} buses after {time.monotonic() - began:.1f} s.")
        given = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": access["region_name"],
            "AWS_ACCESS_KEY_ID": access["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": access["aws_secret_access_key"],
            "TEST_STACKS": " ".join(stacks),
            **JOURNEYS,
            "TEST_QUEUE_URL": f"{endpoint}/{ACCOUNT}/{{stack}}-{{service}}",
        }
        return run(command, os.environ | given)
    except Stopped as told:
        return 128 + told.number
    finally:
        # From here to the end takes seconds; impatience would only leave something behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if server is not None:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
