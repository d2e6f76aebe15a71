"""Times the console's pages on a home, and looks at a daemon that does nothing.

    python3 lab/console.py SARAPHINA HOME [ROUNDS]

HOME is one that is set up or that `cargo bench --bench store -- 100000 --keep FOLDER` made. Every page is asked for in turn, so that
what else the machine does falls on all of them. Beside the time of a request stands the processor time that the server took for it,
which other programs change little. Only the standard library is used.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.parse

TICK = 1_000 / os.sysconf("SC_CLK_TCK")
IDLE_SECONDS = 30


def main(program, home, rounds=100):
    environment = dict(os.environ, SARAPHINA_HOME=home)
    serving = subprocess.Popen(
        [program, "serve", "--listen", "127.0.0.1:0", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = json.loads(serving.stdout.readline())["data"]["address"]
        look_at_idle(serving.pid)
        cookie = signed_in(program, environment, address)
        time_pages(address, cookie, serving.pid, rounds)
        print(f"afterwards {resident(serving.pid):.1f} MB resident")
    finally:
        serving.terminate()
        serving.wait()


def signed_in(program, environment, address):
    told = subprocess.run(
        [program, "open", "--no-browser", "--json", "/"], env=environment, capture_output=True, text=True, check=True
    )
    link = urllib.parse.urlsplit(json.loads(told.stdout)["data"]["url"])
    connection = connected(address)
    connection.request("GET", f"{link.path}?{link.query}")
    answer = connection.getresponse()
    answer.read()
    return answer.headers["set-cookie"].split(";")[0]


def connected(address):
    return http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc, timeout=60)


def pages(ask):
    newest = json.loads(ask("/v1/proposals?limit=1")[1])["data"]["proposals"]
    review = f"/proposals/{newest[0]['proposal_id']}" if newest else "/"
    run = review.replace("proposals", "runs")
    return {
        "inbox": "/",
        "inbox, all": "/?show=all",
        "review": review,
        "run": run,
        "runs": "/runs",
        "record": "/record",
        "record, decisions": "/record?show=decisions",
        "entry": "/record/5",
        "statistics": "/statistics?days=30",
        "statistics, all days": "/statistics?days=all",
        "knowledge": "/knowledge",
        "concept": "/knowledge/binary%20search",
        "repositories": "/repositories",
        "search, word": "/search?q=parser",
        "search, nothing": "/search?q=zzzzzzzz",
        "not there": "/nowhere",
    }


def time_pages(address, cookie, process, rounds):
    connection = connected(address)

    def ask(path):
        # A session may ask fifty times a second; whoever waits for its turn measures nothing.
        time.sleep(0.021)
        began = time.perf_counter()
        connection.request("GET", path, headers={"cookie": cookie, "accept": "text/html"})
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, body, (time.perf_counter() - began) * 1_000

    asked = pages(ask)
    times = {name: [] for name in asked}
    # The rows that the store bench makes have no evidence that could be reviewed: that page is refused, and marked.
    answered = {}
    for _ in range(rounds):
        for name, path in asked.items():
            status, _, took = ask(path)
            answered[name] = "" if status in (200, 404) else f"  answered with {status}"
            times[name].append(took)
    print(f"{'page':22} {'p50 ms':>8} {'p95 ms':>8} {'processor ms':>13}")
    for name, path in asked.items():
        before = processor_ms(process)
        for _ in range(rounds):
            ask(path)
        used = (processor_ms(process) - before) / rounds
        ordered = sorted(times[name])
        print(f"{name:22} {statistics.median(ordered):8.2f} {ordered[int(len(ordered) * 0.95)]:8.2f} {used:13.2f}{answered[name]}")


def processor_ms(process):
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def resident(process):
    return status(process, "VmRSS") / 1_024


def status(process, name):
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith(name + ":"))
    return int(line.split()[1])


def woken(process):
    """Counts how often any thread gave the processor away by itself: each is one wake-up."""
    counts = {}
    for thread in os.listdir(f"/proc/{process}/task"):
        try:
            counts[thread] = status(f"{process}/task/{thread}", "voluntary_ctxt_switches")
        except (FileNotFoundError, StopIteration):
            continue
    return counts


def look_at_idle(process):
    time.sleep(5)
    before, used = woken(process), processor_ms(process)
    time.sleep(IDLE_SECONDS)
    after = woken(process)
    wakes = sum(count - before.get(thread, 0) for thread, count in after.items())
    used = processor_ms(process) - used
    print(f"idle: {resident(process):.1f} MB resident, {len(after)} threads, ", end="")
    print(f"{wakes / IDLE_SECONDS:.2f} wake-ups and {used / IDLE_SECONDS:.2f} ms of processor a second")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *(int(word) for word in sys.argv[3:4]))
