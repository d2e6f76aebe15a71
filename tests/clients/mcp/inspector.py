"""The Inspector's command line against the server, one process for each request.

Started by scripts/check-mcp as `inspector.py INSPECTOR PROGRAM HOME FOLDER`; it ends with an error at the first thing that is not so.
"""

import json
import subprocess
import sys

INSPECTOR, PROGRAM, HOME, FOLDER = sys.argv[1:5]
CODE = '"""Adds."""\n\n\ndef add(left, right):\n    """Add."""\n    return left {} right\n'
TESTS = "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"


def ask(method, *words):
    """Return the exit code and what the Inspector prints."""
    server = [PROGRAM, "mcp", "-e", f"SARAPHINA_HOME={HOME}"]
    command = [INSPECTOR, "--cli", *server, "--method", method, *words]
    ended = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=300)
    return ended.returncode, ended.stdout, ended.stderr


def told(method, *words):
    code, out, err = ask(method, *words)
    assert code == 0, (method, words, out, err)
    return json.loads(out)


def call(name, **arguments):
    pairs = [f"{key}={json.dumps(value)}" for key, value in arguments.items()]
    answer = told("tools/call", "--tool-name", name, "--tool-arg", *pairs)
    assert not answer.get("isError"), answer
    return answer["structuredContent"]


def files(sign):
    contents = {"adder.py": CODE.format(sign), "test_adder.py": TESTS}
    return {"code": ["adder.py"], "tests": ["test_adder.py"], "contents": contents}


def main():
    code, out, err = ask("tools/list", "--strict")
    assert code == 0 and "0 errors" in err, err
    names = [tool["name"] for tool in json.loads(out)["tools"]]
    assert "propose_code" in names and "approve_code" not in names, names
    call("list_proposals", limit=2)
    proposal = call("propose_code", request="an adder", **files("-"))["proposal_id"]
    failed = call("sandbox_code", id=proposal)
    assert (failed["verdict"], failed["tests"]["failed"]) == ("failed", 1), failed
    assert call("report_code", id=proposal)["execution_id"] == failed["execution_id"]
    assert call("refine_code", id=proposal, feedback="add", **files("+"))["revision"] == 2
    assert call("sandbox_code", id=proposal)["verdict"] == "passed"
    read = told("resources/read", "--uri", f"saraphina://proposals/{proposal}/revisions/2/adder.py")
    assert read["contents"][0]["text"] == CODE.format("+"), read
    prompt = told("prompts/get", "--prompt-name", "fix_failing", "--prompt-args", f"proposal={proposal}")
    assert proposal in json.dumps(prompt)
    code, out, err = ask("tools/call", "--tool-name", "approve_code", "--tool-arg", f"id={proposal}")
    assert code != 0 and "not found" in out + err, (code, out, err)
    assert call("audit", what="verify")["ok"]
    print("ok: the Inspector lists, calls, reads and is refused")


main()
