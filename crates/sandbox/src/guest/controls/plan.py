"""Makes what controls need: stubs, expectations, claims and witnesses, as frames for the engine.

A control is a run of the suite that should fail, or one that knows no expectation. All of this is made in the watching
process and only after the suite has ended, so nothing under judgement can find it in memory and act on it.
"""

from __future__ import annotations

import ast
import json
import os
import random
import warnings

import _saraphina_controls_bodies as bodies
import _saraphina_controls_claims as claims
import _saraphina_controls_edits as edits
import _saraphina_controls_examples as examples
import _saraphina_controls_expectations as expectations
import _saraphina_controls_helpers as helpers
import _saraphina_controls_library as library
import _saraphina_controls_mutants as mutants
import _saraphina_controls_origins as origins
import _saraphina_controls_scope as scopes
import _saraphina_controls_sharing as sharing
import _saraphina_controls_stubs as stubs
import _saraphina_controls_witness as witness
import _saraphina_suite_syntax as syntax
from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _saraphina_suite_syntax import Facts
    from _saraphina_types import Edit, Frame, Job

CHARACTERS_PER_FRAME = 10_000
WITNESSES_PER_FRAME = 20
MOST_BYTES = 2 * 1024 * 1024
# Less than a message to the engine may have.
FRAME_BYTES = 48 * 1024
PAIRS_PER_FRAME = 500
MOST_EXPECTATIONS = 5_000
DIRECT = ("true", "false")


def frames(job: Job, facts: Facts, request: str) -> Iterator[Frame]:
    """Frames for the outside; made only when the code under test is no longer running."""
    for path in job["tests"]:
        if path in facts.trees:
            library.mark(facts.trees[path])
    found = list(witness.witnesses(job, facts.trees, facts))
    for start in range(0, len(found), WITNESSES_PER_FRAME):
        yield {"t": "witnesses", "cases": found[start : start + WITNESSES_PER_FRAME]}
    yield from split("examples", "cases", examples.examples(job, facts, request))
    yield from of_tests(job, facts)
    budget = MOST_BYTES
    named = {name for path in job["tests"] if path in facts.trees for name in stubs.names_in(facts.trees[path])}
    for path in job["code"]:
        if path in facts.trees:
            for name, text in stubs.alone(facts.trees[path], named):
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


def of_tests(job: Job, facts: Facts) -> Iterator[Frame]:
    """What tests expect and claim, file by file."""
    subjects = Subjects({path: facts.trees[path] for path in job["code"] if path in facts.trees}, facts)
    known = claims.Definitions(subjects.trees)
    called = bodies.Bodies(subjects.trees)
    budget, number, refused = MOST_BYTES, 0, 0
    is_shared = any(map(witness.keeps_state, subjects.trees.values()))
    for path in job["tests"]:
        if path not in facts.trees:
            continue
        with open(os.path.join(job["src"], path), "rb") as file:
            tests = Tests(path, file.read(), facts, subjects, job["seed"], number)
        size = sum(len(json.dumps(frame)) for frame in tests.found)
        number += len(tests.found)
        if tests.is_sound() and size < budget:
            budget -= size
            yield from split("expectations", "cases", tests.found)
            comments = [[*edit] for edit in tests.text.comments()]
            for start in range(0, len(comments), PAIRS_PER_FRAME):
                yield {"t": "comments", "path": path, "edits": comments[start : start + PAIRS_PER_FRAME]}
        pairs = list(claims.claims(path, facts.trees[path], tests.helpers, known, tests.subject))
        for start in range(0, len(pairs), PAIRS_PER_FRAME):
            yield {"t": "claims", "pairs": pairs[start : start + PAIRS_PER_FRAME]}
        asserted = list(helpers.helpers(path, facts.trees[path], tests.text, refused))
        size = sum(len(json.dumps(frame)) for frame in asserted)
        if size < budget:
            budget -= size
            refused += len(asserted)
            yield from split("helpers", "cases", asserted)
            yield from split("wanting", "tests", helpers.wanting(path, facts.trees[path]) if asserted else [])
        is_shared = is_shared or sharing.shares(facts.trees[path], tests.subject)
        called.look(path, facts.trees[path], *tests.subject, tests.helpers.renamed)
    if is_shared:
        yield {"t": "shared"}
    places = known.places([facts.trees[path] for path in job["tests"] if path in facts.trees])
    for start in range(0, len(places), PAIRS_PER_FRAME):
        yield {"t": "defined", "places": places[start : start + PAIRS_PER_FRAME]}
    yield from split("bodies", "cases", list(called.frames()))


def split(kind: str, key: str, items: Sequence[Frame | str]) -> Iterator[Frame]:
    """Frames that hold as many items as one may; an item that none has room for is left out, and so never tried."""
    part: list[Frame | str] = []
    size = 0
    for item in items:
        length = len(json.dumps(item))
        if length > FRAME_BYTES:
            continue
        if part and size + length > FRAME_BYTES:
            yield {"t": kind, key: part}
            part, size = [], 0
        part.append(item)
        size += length
    if part:
        yield {"t": kind, key: part}


class Subjects:
    """The code under test, with what every test file asks of it."""

    def __init__(self, trees: dict[str, ast.Module], facts: Facts) -> None:
        self.trees = trees
        # Whether a file of the suite says itself what is equal.
        self.has_own_equality = any(map(expectations.says_what_is_equal, facts.trees.values()))
        self.modules = {syntax.module_name(path): path for path in trees}
        self.classes = {name for tree in trees.values() for name in classes(tree)}
        self.matchers = matchers(list(trees.values()))


class Tests:
    """The expectations of one test file, with the edits that take each out of the box or change it."""

    def __init__(self, path: str, content: bytes, facts: Facts, subjects: Subjects, seed: str, number: int) -> None:
        self.path = path
        self.tree = facts.trees[path]
        self.text = edits.Text(content)
        self.chance = random.Random(f"{seed}/{path}")
        self.number = number
        aliases, imported = syntax.imports_of(self.tree, subjects.modules, subjects.trees)
        imported |= {name for _, names in facts.injections.get(path, ()) for name in names}
        self.subject = imported, aliases
        self.helpers = origins.Helpers(self.tree, imported | aliases)
        self.classes = subjects.classes | classes(self.tree)
        self.matchers = subjects.matchers
        self.has_own_equality = subjects.has_own_equality
        self.found: list[Frame] = list(self.frames()) if self.text.is_known else []

    def frames(self) -> Iterator[Frame]:
        names = scopes.Names(self.tree)
        for test, function in expectations.tests(self.path, self.tree):
            scope = scopes.Scope(names, function)
            source = origins.Origins(self.helpers, function)
            for found in expectations.expectations(function):
                frame = self.frame(found, scope, source)
                if frame is None or self.number >= MOST_EXPECTATIONS:
                    continue
                if len(json.dumps(frame)) >= FRAME_BYTES:
                    # It stays in the box, and its test is not decided.
                    frame.update(expected=[None], ask=[], change=[], last=[], literal=False)
                self.number += 1
                yield {"test": test, **frame}

    def frame(self, found: expectations.Found, scope: scopes.Scope, source: origins.Origins) -> Frame | None:
        """One expectation; nothing where it can neither be told nor changed."""
        try:
            actual, sites = edits.expected_sites(found, scope)
            origin = source.of_body(found.body) if found.kind == "raises" else source.of(actual)
            ask, expected = self.asked(found, actual, sites, origin, scope)
            other = found.expected if actual is found.actual else found.actual
            is_loop = isinstance(other, ast.Name) and scope.is_loop(other.id)
            last = edits.unequal(found, self.text, actual, sites)
            literal = (sites or edits.changeable(found, scope)) if found.kind in ("equal", "same") else []
            change, cases = edits.changing(literal, is_loop, self.text, self.chance)
            if not change and found.kind not in ("equal", "same", "raises"):
                inside = edits.unequal_inside(found, self.text)
                change, last = inside or edits.contrary(found, self.text), inside or last
        except (ValueError, IndexError, TypeError):
            return None
        return {
            "number": self.number,
            "path": self.path,
            "line": found.node.lineno,
            "reach": expectations.WORDS[found.reach],
            "origin": origin,
            "kind": found.kind,
            # What an object is made of says nothing where its class decides what it equals.
            "literal": bool(literal) and not any(mutants.is_made(item) for site in literal for item in ast.walk(site)),
            "loop": is_loop,
            "expected": expected,
            "ask": ask,
            "change": change or last,
            "cases": cases or 1,
            "last": [] if self.may_equal_anything(found, source) else last,
        }

    def asked(
        self, found: expectations.Found, actual: ast.expr, sites: list[ast.expr], origin: str, scope: scopes.Scope
    ) -> tuple[list[Edit], list[object]]:
        """Edits by which the box tells what it has, and what the outside holds against it."""
        if found.reach == expectations.CAUGHT or self.is_own_equality(found):
            return [], []
        if found.kind == "raises" and isinstance(found.node, ast.Call):
            ask, names = edits.asking_raised(self.number, found.node, self.classes, self.text)
            return ask, [["raises", names]] if ask else []
        if found.kind in DIRECT and origin == origins.SUBJECT and self.is_direct(found.actual):
            return edits.asking(self.number, found, actual, [], self.text), [["truth", found.kind == "true"]]
        expected = edits.coded(sites, scopes.spared(scope.function)) if sites else []
        if not expected:
            return [], []
        return edits.asking(self.number, found, actual, sites, self.text), list(expected)

    def is_own_equality(self, found: expectations.Found) -> bool:
        """Tells whether a function of the tests says what equals what is expected here."""
        is_asked = found.is_method and found.kind == "equal" and self.has_own_equality
        return is_asked and isinstance(found.node, ast.Call) and expectations.name_of(found.node) == "assertEqual"

    def is_direct(self, node: ast.expr) -> bool:
        """Tells whether a value is what a function of the subject gives, and nothing else."""
        called = node.func if isinstance(node, ast.Call) else node
        names, aliases = self.subject
        if isinstance(called, ast.Attribute):
            return getattr(called.value, "id", "") in aliases
        return isinstance(called, ast.Name) and called.id in names and called.id not in self.helpers.found

    def may_equal_anything(self, found: expectations.Found, source: origins.Origins) -> bool:
        """Tells whether an operand is there to equal whatever comes: it is of a class that does nothing else."""
        for node in (found.actual, found.expected) if found.kind == "equal" else ():
            given = source.given.get(node.id, [node]) if isinstance(node, ast.Name) else [node]
            for each in given:
                called = each.func if isinstance(each, ast.Call) else each
                if getattr(called, "attr", getattr(called, "id", "")) in self.matchers:
                    return True
        return False

    def is_sound(self) -> bool:
        """Tells whether the file is still Python with all edits of a kind laid into it."""
        for kind in ("ask", "change", "last"):
            chosen = [edit for frame in self.found for edit in frame[kind]]
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    compile(self.text.edited(chosen), self.path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        return bool(self.found)


def classes(tree: ast.Module) -> set[str]:
    return {node.name for node in every_node(tree) if isinstance(node, ast.ClassDef)}


def matchers(trees: list[ast.Module]) -> set[str]:
    """Classes of which only the equality is of use, names of their instances, and the best known of such names."""
    found = {"ANY"}
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                names = {item.name for item in node.body if isinstance(item, expectations.FUNCTIONS)}
                if "__eq__" in names and all(name.startswith("_") for name in names):
                    found.add(node.name)
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                if getattr(node.value.func, "id", "") in found:
                    found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return found
