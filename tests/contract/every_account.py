"""Every operation of the description, as every kind of account of the demonstration.

schemathesis makes up requests from `/openapi.json`, right ones and wrong ones, and holds what comes
back against it: no failure of the server, no status, header, type or body that is not described, no
method that is not, and nothing without a sign-in that needs one. Each kind of account has a
demonstration of its own; two run at a time. CONTRACT_EXAMPLES says how many requests are made up
for each operation besides the systematic ones, CONTRACT_SEED which.

usage: every_account.py WITH_DEMONSTRATION SCHEMATHESIS
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KINDS = {
    "organisation administrator": "ada.",
    "member": "ben.",
    "personal account": "kim.",
    "operator": None,
    "anonymous": None,
}

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
]

# They end the sign-in with which everything else is tried; other tests hold them.
LEFT_OUT = ["sign_out", "session_end_all"]

# One code answers both spellings of these.
ALIASES = "^/v1.0/me/chats"

EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "6")
SEED = os.environ.get("CONTRACT_SEED", "1")


def secret(kind):
    """The token of an account of this kind; none for nobody."""
    data = Path(os.environ["VISAVIS_DATA"])
    if kind == "operator":
        return json.loads((data / "operator.json").read_text())["token"]
    accounts = json.loads((data / "demo.json").read_text())["accounts"]
    name = KINDS[kind]
    return next((one["token"] for one in accounts if name and one["mail"].startswith(name)), None)


def is_signed_in(server, token):
    """Whether the token is still good, so that the run meant something until its end."""
    request = urllib.request.Request(f"{server}/v1.0/chats", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        return error.code != 401


def one(kind, schemathesis):
    """Runs as one kind, in an environment that points to a demonstration."""
    server, token = os.environ["VISAVIS_SERVER"], secret(kind)
    arguments = [schemathesis, "run", f"{server}/openapi.json", "--phases", "coverage,fuzzing"]
    arguments += ["--checks", ",".join(CHECKS), "--seed", SEED, "--max-examples", EXAMPLES]
    arguments += ["--exclude-path-regex", ALIASES, "--continue-on-failure", "--warnings", "off"]
    arguments += ["--suppress-health-check", "all", "--no-shrink", "--generation-database", "none"]
    for operation in LEFT_OUT:
        arguments += ["--exclude-operation-id", operation]
    if token:
        arguments += ["--header", f"Authorization: Bearer {token}"]
    # It leaves notes behind for its next run, which shall know nothing of this one.
    with tempfile.TemporaryDirectory() as folder:
        code = subprocess.run(arguments, check=False, cwd=folder).returncode
    if token and not is_signed_in(server, token):
        print("The account was shut out during the run: what came after it proved nothing.")
        code = code or 1
    return code


def staged(stage, kind, schemathesis):
    """The same on a demonstration of its own; answers the code, the words and the seconds."""
    started = time.monotonic()
    own = Path(__file__).resolve()
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(own.parent / "hooks.py"), "COLUMNS": "100"}
    command = [stage, sys.executable, str(own), "--as", kind, schemathesis]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr, time.monotonic() - started


def main():
    if sys.argv[1] == "--as":
        return one(sys.argv[2], sys.argv[3])
    stage, schemathesis = (os.path.abspath(path) for path in sys.argv[1:3])
    with ThreadPoolExecutor(2) as pool:
        runs = {kind: pool.submit(staged, stage, kind, schemathesis) for kind in KINDS}
    failed = 0
    for kind, run in runs.items():
        code, words, seconds = run.result()
        cases = next((line.strip() for line in words.splitlines() if "generated" in line), "")
        print(f"{'FAIL' if code else 'ok  '}  as {kind}: {seconds:.0f} s; {cases}")
        if code:
            failed += 1
            print(words)
    print(f"{len(KINDS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
