"""Who asks, what is counted, and what is excused. Loaded by Schemathesis."""

import atexit
import fnmatch
import json
import os
import threading
import tomllib
import urllib.request
from pathlib import Path

import schemathesis

PERSON = json.loads(os.environ["FUZZ_PERSON"])
URL = os.environ["FUZZ_URL"]
KEY = os.environ["FUZZ_OPERATOR_KEY"]
EXCEPTIONS = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text())["exception"]

lock = threading.Lock()
tally = {"requests": 0, "exceptions": set()}


def log_in():
    ask = {"email": PERSON["email"], "password": PERSON["password"]}
    headers = {"Content-Type": "application/json", "X-Valine-Operator": KEY}
    request = urllib.request.Request(f"{URL}/api/auth/login", json.dumps(ask).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        cookie = answer.headers["Set-Cookie"]
    return cookie.split(";")[0].split("=", 1)[1]


# The session ends when the API is asked to end it, which happens often here; then another one begins.
@schemathesis.auth(refresh_interval=None)
class Session:
    token = None

    def get(self, case, context):
        with lock:
            if Session.token is None:
                Session.token = log_in()
            return Session.token

    def set(self, case, data, context):
        case.cookies = {**(case.cookies or {}), "jwt_token": data}


@schemathesis.hook
def before_call(context, case, kwargs):
    # Lifts rate limits, and nothing else.
    case.headers = case.headers or {}
    case.headers["X-Valine-Operator"] = KEY


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        tally["requests"] += 1
        if response.status_code == 401 or case.path.startswith("/api/auth/"):
            Session.token = None


def told(response):
    """The code and the fields that a refusal names."""
    try:
        body = response.json()
        return body.get("code", ""), {detail["field"] for detail in body.get("details", [])}
    except (ValueError, AttributeError):
        return "", set()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    code, fields = told(response)
    operation = f"{case.method.upper()} {case.path}"
    for one in EXCEPTIONS:
        is_meant = (
            type(failure).__name__ == one["failure"]
            and fnmatch.fnmatch(operation, one.get("operation", "*"))
            and response.status_code == one["status"]
            and one.get("code", code) == code
            and ("field" not in one or any(fnmatch.fnmatch(field, one["field"]) for field in fields))
        )
        if is_meant:
            with lock:
                tally["exceptions"].add(one["name"])
            return False
    return True


@atexit.register
def report():
    told = {"requests": tally["requests"], "exceptions": sorted(tally["exceptions"])}
    Path(os.environ["FUZZ_TALLY"]).write_text(json.dumps(told))
