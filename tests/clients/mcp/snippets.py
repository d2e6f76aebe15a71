"""Every configuration that `saraphina mcp --install` prints or writes is parsed, and starts the server.

Started by scripts/check-mcp as `snippets.py PROGRAM HOME FOLDER`; it ends with an error at the first thing that is not so.
"""

import asyncio
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from mcp import Client, StdioServerParameters

PROGRAM, HOME, FOLDER = sys.argv[1:4]

# Client, its file, what reads it, where the servers are, and what the file held before.
CLIENTS = [
    ("claude-code", ".mcp.json", json.loads, "mcpServers", '{"mcpServers": {"other": {"command": "a"}}, "z": 1}'),
    ("cursor", ".cursor/mcp.json", json.loads, "mcpServers", "{}"),
    ("vscode", ".vscode/mcp.json", json.loads, "servers", '{"inputs": [], "servers": {}}'),
    ("codex", ".codex/config.toml", tomllib.loads, "mcp_servers", '# mine\nmodel = "m"\n[mcp_servers.other]\ncommand = "a"'),
    ("goose", ".config/goose/config.yaml", yaml.safe_load, "extensions", "extensions: # mine\n  other:\n    enabled: true\nlast: 1\n"),
]


def saraphina(*words):
    environment = {"PATH": os.environ["PATH"], "HOME": FOLDER, "SARAPHINA_HOME": HOME}
    command = [PROGRAM, "mcp", *words]
    return subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=True).stdout


async def starts(server):
    """Start the server as its configuration says, with nothing else of the environment."""
    command = server.get("command") or server["cmd"]
    home = server.get("env") or server["envs"]
    environment = {"PATH": os.environ["PATH"], **home}
    wanted = StdioServerParameters(command=command, args=server["args"], cwd=FOLDER, env=environment)
    async with Client(wanted) as client:
        return len((await client.list_tools()).tools)


def without_ours(config, key):
    config[key].pop("saraphina")
    return config


async def main():
    for client, name, parse, key, before in CLIENTS:
        printed = parse(saraphina("--install", client))
        assert list(printed) == [key] and list(printed[key]) == ["saraphina"], printed
        tools = await starts(printed[key]["saraphina"])

        file = Path(FOLDER, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(before, encoding="utf-8")
        file.chmod(0o600)
        assert saraphina("--install", client, "--write").startswith("Written into ")
        text = file.read_text(encoding="utf-8")
        assert parse(text)[key]["saraphina"] == printed[key]["saraphina"], text
        kept, old = without_ours(parse(text), key), parse(before)
        old.setdefault(key, {})
        assert kept == old and ("# mine" in text) == ("# mine" in before), text
        assert file.stat().st_mode & 0o777 == 0o600
        assert saraphina("--install", client, "--write").endswith("has it already.\n")
        assert file.read_text(encoding="utf-8") == text
        print(f"ok: {client} starts the server ({tools} tools), and its file keeps what it held")


asyncio.run(main())
