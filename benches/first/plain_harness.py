"""The harness of the sandbox without any sandbox: a warm process that forks it for every folder.

Reads folders from standard input; answers each with microseconds of wall and of CPU time.
"""

import gc
import json
import os
import resource
import socket
import sys
import time

guest, source = sys.argv[1:3]
sys.path.insert(0, guest)

import _saraphina_suite_session as suite  # noqa: E402

suite.SOURCES = source

import _saraphina_server_channel as channels  # noqa: E402
import _saraphina_suite_child as children  # noqa: E402
import _saraphina_server_huge as huge  # noqa: E402
import _saraphina_server_immortal as immortal  # noqa: E402
import _saraphina_suite_observe as observe  # noqa: E402

os.makedirs(source, exist_ok=True)
state = observe.prepare()
for state in observe.rehearse(state):
    pass
# Other processes of the machine are nobody's leftovers.
children.leftovers = lambda: 0
gc.collect()
immortal.immortalise()
gc.freeze()
huge.gather()


def harness(job, end):
    channel = channels.Channel(end.detach())
    waiting = observe.stand_by(state, (channel.socket.fileno(),))
    observe.work(job, channel, lambda: waiting)
    os._exit(0)


for line in sys.stdin:
    job = json.loads(line)
    started = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = os.fork()
    if child == 0:
        ours.close()
        sys.stdout = open(os.devnull, "w")
        harness(job, theirs)
    theirs.close()
    wall = 0.0
    while message := ours.recv(1 << 17):
        if b'"t": "over"' in message[:20]:
            ours.send(b"measure")
        if b'"t": "measured"' in message[:20]:
            wall = time.perf_counter() - started
    os.waitpid(child, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(int(wall * 1e6), int(cpu * 1e6), flush=True)
