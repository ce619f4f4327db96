"""Runs a command beside a LocalStack of its own. Started by infra/local/localstack, which installs what this imports."""

import contextlib
import os
import random
import re
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
JOURNEYS = {
    "TEST_JOURNEY_STACK": "test-journey",
    "TEST_PROCESSES_STACK": "test-processes",
    "TEST_DEAD_LETTERS_STACK": "test-dead-letters",
    "TEST_OUTAGE_STACK": "test-outage",
    "TEST_KILLED_STACK": "test-killed",
}
# Lines of its log that say that it failed, not that it was asked for what is not there.
FAILURE = re.compile(r"TargetDeliveryFailure|Traceback|\bERROR\b| => 5\d\d\b")
SHOWN_FAILURES = 20
START_SECONDS = 300
STOP_SECONDS = 10

# A server, and beside it one who waits at standard input: when its owner is gone, however it went, so are the server and
# its folder.
GUARDED = """
import os, shutil, sys, threading
folder = os.getcwd()
def guard():
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
threading.Thread(target=guard, daemon=True).start()
"""

LOCALSTACK = """
sys.argv = ["localstack"]
from localstack.runtime.main import main
main()
"""

# LocalStack's own DynamoDB is a program in Java that it would fetch from elsewhere. That of moto, which LocalStack is built on, is
# here already. It looks at an item's condition and then writes, so it is asked one thing at a time.
DYNAMODB = """
from moto.dynamodb.responses import DynamoHandler
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response
one = threading.Lock()
class Quiet(WSGIRequestHandler):
    def log_request(self, code="-", size="-"):
        pass
@Request.application
def answer(request):
    with one:
        status, headers, body = DynamoHandler.dispatch(request, request.url, request.headers)
    return Response(body, status, headers)
make_server("127.0.0.1", int(sys.argv[1]), answer, threaded=True, request_handler=Quiet).serve_forever()
"""


def say(words):
    print(words, file=sys.stderr, flush=True)


class Stopped(Exception):
    """Somebody asked to stop."""

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.number = number


def free_port():
    """Below those of tests that run meanwhile (shared/testkit/src/ports.rs), and those that the system gives to whoever asks for any:
    nobody else is given it before the server has it."""
    for port in random.sample(range(10_000, 12_000), 1_000):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise SystemExit("No port from 10000 to 11999 is free.")


def start(folder, name, program, port, settings):
    """Starts a server; it writes below the folder alone."""
    with open(folder / f"{name}.log", "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", GUARDED + program, str(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=os.environ | settings,
            # Ctrl-C is for this process, which stops the command first.
            start_new_session=True,
        )


def start_localstack(folder, port):
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
    return start(folder, "localstack", LOCALSTACK, port, settings)


def wait_until_ready(server, folder, name, look):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with look():
                return
        except OSError:
            time.sleep(0.05)
    tail = (folder / f"{name}.log").read_text(errors="replace").splitlines()[-30:]
    raise SystemExit("\n".join([*tail, f"{name} did not start within {START_SECONDS} s; the end of its log is above."]))


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


def delete_stacks(access, names):
    """Deletes them, as production's would be; answers what is left at the endpoint, which should be nothing."""
    formation = boto3.client("cloudformation", **access)
    for name in names:
        formation.delete_stack(StackName=name)
    left = []
    for name in names:
        try:
            formation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": STOP_SECONDS})
        except botocore.exceptions.WaiterError as error:
            left.append(f"stack {name}: {error}")
    events = boto3.client("events", **access)
    queues = boto3.client("sqs", **access).list_queues(MaxResults=1000).get("QueueUrls", [])
    left += [f"queue {url}" for url in queues]
    for bus in events.list_event_buses()["EventBuses"]:
        rules = events.list_rules(EventBusName=bus["Name"])["Rules"]
        left += [f"rule {rule['Name']}" for rule in rules]
        if bus["Name"] != "default":
            left.append(f"bus {bus['Name']}")
    left += [f"archive {archive['ArchiveName']}" for archive in events.list_archives()["Archives"]]
    return left


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


def tell_failures(folder):
    """What LocalStack noted of its own failures, for whoever looks for the cause of a failed test: it answers as if it had delivered
    what it could not."""
    log = (folder / "localstack.log").read_text(errors="replace")
    failures = [line for line in log.splitlines() if FAILURE.search(line)]
    say("\n".join(["", f"LocalStack noted {len(failures)} failures of its own{'; the last ones:' if failures else '.'}"]))
    for line in failures[-SHOWN_FAILURES:]:
        say(f"  {line[:300]}")


def main(command):
    def stopped(number, _frame):
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stopped)
    folder = Path(tempfile.mkdtemp(prefix="valine-localstack-"))
    servers = []
    try:
        began = time.monotonic()
        port, tables = free_port(), free_port()
        endpoint = f"http://127.0.0.1:{port}"
        servers.append(start_localstack(folder, port))
        servers.append(start(folder, "dynamodb", DYNAMODB, tables, {}))
        health = lambda: urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=2)
        wait_until_ready(servers[0], folder, "localstack", health)
        wait_until_ready(servers[1], folder, "dynamodb", lambda: socket.create_connection(("127.0.0.1", tables), timeout=2))
        # As many as tests run at a time.
        stacks = [f"test-{number}" for number in range(1, min(os.cpu_count() or 1, 8) + 1)]
        access = {
            "endpoint_url": endpoint,
            "region_name": "us-east-1",
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        made = [*stacks, *JOURNEYS.values()]
        make_stacks(access, made)
        say(f"LocalStack is ready at {endpoint} with {len(made)} buses after {time.monotonic() - began:.1f} s.")
        given = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{tables}",
            "AWS_REGION": access["region_name"],
            "AWS_ACCESS_KEY_ID": access["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": access["aws_secret_access_key"],
            "TEST_STACKS": " ".join(stacks),
            **JOURNEYS,
            "TEST_QUEUE_URL": f"{endpoint}/{ACCOUNT}/{{stack}}-{{service}}",
        }
        code = run(command, os.environ | given)
        if code >= 128:
            # Somebody asked it to stop, and does not wait for this.
            return code
        if code:
            tell_failures(folder)
        left = delete_stacks(access, made)
        if left:
            say("\n".join([*left, f"{len(left)} things are left of the stacks of {TEMPLATE.name} after they were deleted; see above."]))
            return code or 1
        say(f"deleted: {len(made)} buses with their rules and queues; nothing is left of them at LocalStack.")
        return code
    except Stopped as told:
        return 128 + told.number
    finally:
        # From here to the end takes seconds; impatience would only leave something behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for server in servers:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
