"""Makes what controls need: stubs, changed expectations and witnesses, as frames for the engine.

A control is a run of the suite that should fail. All of this is made in the watching process and only after the suite
has ended, so nothing under judgement can find it in memory and act on it.
"""

from __future__ import annotations

import os

import _saraphina_controls_mutants as mutants
import _saraphina_controls_stubs as stubs
import _saraphina_controls_witness as witness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_suite_syntax import Facts
    from _saraphina_types import Frame, Job

CHARACTERS_PER_FRAME = 10_000
WITNESSES_PER_FRAME = 20
MOST_BYTES = 2 * 1024 * 1024


def frames(job: Job, facts: Facts) -> Iterator[Frame]:
    """Frames for the outside; made only when the code under test is no longer running."""
    budget = MOST_BYTES
    found = list(witness.witnesses(job, facts.trees, facts))
    for start in range(0, len(found), WITNESSES_PER_FRAME):
        yield {"t": "witnesses", "cases": found[start : start + WITNESSES_PER_FRAME]}
    perturbed: list[str] = []
    for path in job["tests"]:
        if path in facts.trees:
            with open(os.path.join(job["src"], path), "rb") as file:
                content = file.read()
            changed, names = mutants.mutate(path, content, facts.trees[path], job["seed"])
            if changed is not None and len(changed) < budget:
                budget -= len(changed)
                perturbed.extend(names)
                yield from pieces("mutant", path, changed.decode("utf-8"))
    for start in range(0, len(perturbed), 200):
        yield {"t": "perturbed", "tests": perturbed[start : start + 200]}
    tests = [facts.trees[path] for path in job["tests"] if path in facts.trees]
    for path in job["code"]:
        if path in facts.trees:
            for name, text in stubs.alone(facts.trees[path], tests):
                if len(text) < budget:
                    budget -= len(text)
                    yield from pieces("alone", path, text, name=name)
            text = stubs.stub(facts.trees[path])
            if text and len(text) < budget:
                budget -= len(text)
                yield from pieces("stub", path, text)


def pieces(kind: str, path: str, text: str, **more: str) -> Iterator[Frame]:
    for start in range(0, len(text), CHARACTERS_PER_FRAME):
        yield {"t": kind, "path": path, "text": text[start : start + CHARACTERS_PER_FRAME], **more}
