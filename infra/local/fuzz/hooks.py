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
NOBODY = "0197a2d0-0000-7000-8000-000000000000"
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
    # Whoever asks stays who they are: an admin can suspend themselves.
    if case.path.startswith("/api/admin/accounts/") and case.path_parameters.get("id") == PERSON["id"]:
        case.path_parameters["id"] = NOBODY


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        tally["requests"] += 1
        if response.status_code == 401 or case.path.startswith("/api/auth/"):
            Session.token = None


def told(response):
    """The code of a refusal, and each thing that it says is wrong: a field and words."""
    try:
        body = response.json()
        wrong = [(detail["field"], detail["message"]) for detail in body.get("details", [])]
        return body.get("code", ""), wrong or [("", body.get("message", ""))]
    except (ValueError, AttributeError):
        return "", []


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Excused is only what is wrong in no way but those of the exceptions."""
    operation = f"{case.method.upper()} {case.path}"
    code, wrong = told(response)
    meant = [
        one
        for one in EXCEPTIONS
        if one["failure"] == type(failure).__name__
        and one["status"] == response.status_code
        and fnmatch.fnmatchcase(operation.replace("[", "("), one.get("operation", "*"))
        and fnmatch.fnmatchcase(code, one.get("code", "*"))
    ]
    used = set()
    for field, words in wrong:
        excusing = [
            one["name"]
            for one in meant
            if fnmatch.fnmatchcase(field, one.get("field", "*")) and fnmatch.fnmatchcase(words, one.get("message", "*"))
        ]
        if not excusing:
            return True
        used.add(excusing[0])
    with lock:
        tally["exceptions"].update(used)
    return not used


@atexit.register
def report():
    told = {"requests": tally["requests"], "exceptions": sorted(tally["exceptions"])}
    Path(os.environ["FUZZ_TALLY"]).write_text(json.dumps(told))
