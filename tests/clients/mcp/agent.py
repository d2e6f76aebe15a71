"""An agent by the Python SDK: proposes a change of a repository, reads what breaks, mends it, leaves the decision.

Started by scripts/check-mcp as `agent.py PROGRAM HOME FOLDER`, or with a URL and a token in place of program and home; it ends
with an error at the first thing that is not so.
"""

import asyncio
import difflib
import json
import os
import re
import sys
from pathlib import Path

import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import Implementation

PROGRAM, HOME, FOLDER = sys.argv[1:4]
OVER_HTTP = PROGRAM.startswith("http:")
# Over HTTP the token names the client, and the door lets so many requests of one token come at once.
NAME, MANY = ("ci", 40) if OVER_HTTP else ("agent:python-agent", 100)
TESTS = "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
ADDER = '"""Adds."""\n\n\ndef add(left, right):\n    """Add."""\n    return left {} right\n'
NEW_TEST = "\n\ndef test_mean_of_nothing():\n    assert mean([]) == 0\n"

steps = iter(range(1, 100))


def done(words):
    print(f"ok {next(steps)} {words}", flush=True)


async def call(client, name, arguments, told=None):
    """Call a tool; the SDK validates structured content against the output schema."""
    result = await client.call_tool(name, arguments, progress_callback=told)
    assert not result.is_error, result.content
    return result


async def data(client, name, told=None, **arguments):
    return (await call(client, name, arguments, told)).structured_content


async def refusal(client, name, **arguments):
    """Return what a call that must not succeed says."""
    try:
        result = await client.call_tool(name, arguments)
    except MCPError as error:
        return error.error.code, error.error.message.replace(name, "NAME")
    assert result.is_error, result
    return result.meta["saraphina/error"]["kind"], result.content[0].text


async def propose(client):
    """Propose code that fails, read why, propose the next revision."""
    contents = {"adder.py": ADDER.format("-"), "test_adder.py": TESTS}
    files = {"code": ["adder.py"], "tests": ["test_adder.py"], "contents": contents}
    proposed = await call(client, "propose_code", {"request": "an adder", **files})
    proposal = proposed.structured_content["proposal_id"]
    assert proposed.meta["saraphina/decision"]["command"] == f"saraphina approve-code {proposal}"
    done(f"proposed {proposal}")

    progress = []

    async def told(step, _total, message):
        progress.append((step, message))

    failed = await data(client, "sandbox_code", told, id=proposal)
    assert failed["verdict"] == "failed", failed
    assert [step for step, _ in progress] == list(range(1, len(progress) + 1)), progress
    assert progress, "no progress"
    done(f"failed, {len(progress)} steps of progress")

    report = await data(client, "report_code", id=proposal)
    (failure,) = [case for case in report["tests"]["cases"] if case["outcome"] == "failed"]
    assert "assert -1 == 3" in failure["message"], failure
    done("the failure with its line")

    mended = {"code": ["adder.py"], "contents": {"adder.py": ADDER.format("+")}}
    refined = await data(client, "refine_code", id=proposal, feedback="add", **mended)
    passed = await data(client, "sandbox_code", id=proposal)
    assert (refined["revision"], passed["verdict"]) == (2, "passed"), passed["reasons"]
    done("the next revision passes")
    return proposal, passed["execution_id"]


async def look(client, proposal, execution):
    """Read resources and prompts."""

    async def read(uri):
        return (await client.read_resource(uri)).contents[0].text

    assert await read(f"saraphina://proposals/{proposal}/revisions/2/adder.py") == ADDER.format("+")
    assert json.loads(await read(f"saraphina://executions/{execution}"))["verdict"] == "passed"
    assert json.loads(await read("saraphina://stats"))["by_status"]["approved"] == 0
    assert (await read("saraphina://record/checkpoint")).startswith("saraphina/")
    done("resources")
    prompt = await client.get_prompt("fix_failing", {"proposal": proposal})
    assert execution in prompt.messages[0].content.text
    done("prompts")


async def refused(client, proposal):
    """Ask for what is the owner's."""
    approving = await refusal(client, "approve_code", id=proposal)
    assert approving == await refusal(client, "no_such_name", id=proposal), approving
    assert approving[0] == -32602, approving
    kind, _ = await refusal(client, "sandbox_code", id=proposal, network=True)
    assert kind == "forbidden", kind
    kind, text = await refusal(client, "propose_code", code=["../../etc/passwd"], tests=["t.py"])
    assert kind == "forbidden" and '"code"' in text, text
    done("approving does not exist; what is the owner's is refused")


async def many(client):
    """Propose many things at once."""

    async def one(number):
        test = f"from number import N\n\n\ndef test_n():\n    assert N == {number}\n"
        contents = {"number.py": f"N = {number}\n", "test_number.py": test}
        files = {"code": ["number.py"], "tests": ["test_number.py"], "contents": contents}
        return (await data(client, "propose_code", request=f"number {number}", **files))["proposal_id"]

    before = (await data(client, "list_proposals", count=True))["total"]
    ids = await asyncio.gather(*(one(number) for number in range(MANY)))
    after = (await data(client, "list_proposals", count=True))["total"]
    assert (len(set(ids)), after - before) == (MANY, MANY), (len(set(ids)), after - before)
    done(f"{MANY} proposals at once, each recorded once")


def difference(answer):
    """Write the change of the shop that gives nothing this mean, as git would."""
    last = "    return total(prices) / len(prices)\n"
    files = {
        "prices.py": lambda text: text.replace(last, f"    if not prices:\n        return {answer}\n{last}"),
        "test_prices.py": lambda text: text + NEW_TEST,
    }
    parts = []
    for name, change in files.items():
        old = Path(FOLDER, "shop", name).read_text(encoding="utf-8")
        new = change(old).splitlines(keepends=True)
        lines = difflib.unified_diff(old.splitlines(keepends=True), new, f"a/{name}", f"b/{name}")
        parts += [f"diff --git a/{name} b/{name}\n", *lines]
    return {"diff": "change.diff", "contents": {"change.diff": "".join(parts)}}


async def change(client):
    """Propose a change of a repository that breaks something, and mend it."""
    proposed = await data(client, "propose_code", request="the mean of nothing is 0", repo="shop", **difference("None"))
    proposal = proposed["proposal_id"]
    failed = await data(client, "sandbox_code", id=proposal)
    assert failed["verdict"] == "failed", failed["reasons"]
    (failure,) = [case for case in failed["tests"]["cases"] if case["outcome"] == "failed"]
    assert failure["id"].endswith("test_mean_of_nothing"), failure
    assert re.search(r"test_prices\.py:\d+", failure["message"]), failure
    done("a change of a repository fails, with the line")

    await data(client, "refine_code", id=proposal, feedback="give nothing the mean 0", **difference("0"))
    passed = await call(client, "sandbox_code", {"id": proposal})
    assert passed.structured_content["verdict"] == "passed", passed.structured_content["reasons"]
    flips = passed.structured_content["change"]["flips"]
    assert (len(flips["new"]), flips["broken"]) == (1, []), flips
    assert passed.meta["saraphina/decision"]["command"] == f"saraphina approve-code {proposal}"
    done("its next revision passes; the owner decides")


async def verify(client):
    verified = await data(client, "audit", what="verify")
    assert verified["ok"], verified
    records = (await data(client, "audit", what="log", limit=500))["records"]
    mine = [row for row in records if row["record"]["actor"]["id"] == NAME]
    assert len(mine) > MANY and all(row["record"]["actor"]["type"] == "agent" for row in mine)
    done(f"the record of {verified['entries']} entries verifies")


def server():
    """Return what the SDK connects to."""
    if OVER_HTTP:
        headers = {"authorization": f"Bearer {HOME}"}
        client = httpx2.AsyncClient(headers=headers, timeout=300)
        return streamable_http_client(f"{PROGRAM}/mcp", http_client=client)
    environment = {**os.environ, "SARAPHINA_HOME": HOME}
    return StdioServerParameters(command=PROGRAM, args=["mcp"], cwd=FOLDER, env=environment)


async def main():
    name = Implementation(name="python agent", version="1.0.0")
    async with Client(server(), client_info=name, read_timeout_seconds=300) as client:
        assert client.server_info.name == "saraphina"
        done(f"connected, protocol {client.protocol_version}")
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert "propose_code" in names and "approve_code" not in names, names
        done(f"{len(names)} tools, none of the owner's")
        proposal, execution = await propose(client)
        await look(client, proposal, execution)
        await refused(client, proposal)
        await many(client)
        await change(client)
        await verify(client)


asyncio.run(main())
