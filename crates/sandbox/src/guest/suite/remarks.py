"""Gathers what the text of tests and code says against what they show, each with the first places of its kind."""

from __future__ import annotations

import ast
import os
import sys
import warnings

import _saraphina_suite_alike as alike
import _saraphina_suite_around as around
import _saraphina_suite_borrowed as borrowed
import _saraphina_suite_careless as careless
import _saraphina_suite_coarse as coarse
import _saraphina_suite_copied as copied
import _saraphina_suite_derived as derived
import _saraphina_suite_disguises as disguises
import _saraphina_suite_dropped as dropped
import _saraphina_suite_handed as handed
import _saraphina_suite_hollow as hollow
import _saraphina_suite_illustrated as illustrated
import _saraphina_suite_joined as joined
import _saraphina_suite_loose as loose
import _saraphina_suite_lost as lost
import _saraphina_suite_mirrored as mirrored
import _saraphina_suite_misasked as misasked
import _saraphina_suite_narrow as narrow
import _saraphina_suite_opaque as opaque
import _saraphina_suite_pinned as pinned
import _saraphina_suite_slack as slack
import _saraphina_suite_stubbed as stubbed
import _saraphina_suite_swallowed as swallowed
import _saraphina_suite_syntax as syntax
import _saraphina_suite_tabled as tabled
import _saraphina_suite_tried as tried
import _saraphina_suite_truisms as truisms
import _saraphina_suite_weak as weak
from _saraphina_suite_nodes import FUNCTIONS, every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Job

MOST_PLACES = 3
MOST_NAME = 200
MOST_NAMES = 500


def remarks(job: Job, facts: syntax.Facts, ran: dict[str, set[int]]) -> dict[str, tuple[int, list[str]]]:
    """By kind: how many places there are, and the first of them; `ran` are lines of test files that are known."""
    found: dict[str, list[str]] = {}
    for kind, place in sorted(places(job, facts, ran), key=in_order):
        of_kind = found.setdefault(kind, [])
        if place not in of_kind:
            of_kind.append(place)
    first = {kind: [place[-MOST_NAME:] for place in all_of[:MOST_PLACES]] for kind, all_of in found.items()}
    return {kind: (len(all_of), first[kind]) for kind, all_of in found.items()}


def foreign(tree: ast.Module) -> list[tuple[int, str]]:
    """All names of a file, each with its first line, where one of them is spelt with other letters than Latin."""
    found: dict[str, int] = {}
    for node in every_node(tree):
        for name in (getattr(node, "name", None), getattr(node, "id", None), getattr(node, "attr", None)):
            if isinstance(name, str):
                found.setdefault(name[:MOST_NAME], getattr(node, "lineno", 0))
    is_foreign = not all(map(str.isascii, found))
    return [(line, name) for name, line in found.items()][:MOST_NAMES] if is_foreign else []


def in_order(found: tuple[str, str]) -> tuple[str, str, int]:
    path, _, line = found[1].rpartition(":")
    return found[0], path, int(line) if line.isdecimal() else 0


def places(job: Job, facts: syntax.Facts, ran: dict[str, set[int]]) -> Iterator[tuple[str, str]]:
    code, tests = syntax.examined(job)
    subjects = {path: facts.trees[path] for path in code if path in facts.trees}
    modules = {syntax.module_name(path): path for path in subjects}
    trees = {path: facts.trees[path] for path in tests if path in facts.trees}
    beside = dict(supports(job, "")) if not job.get("part") else {}
    for path, tree in (beside | subjects).items():
        for kind, line in disguises.disguises(tree):
            yield kind, f"{path}:{line}"
    files = {syntax.module_name(path): tree for path, tree in (beside | subjects).items()}
    hollowed, asking = hollow.Code(files), misasked.Code(files.values())
    alikes, looses, flows = alike.Code(files.values()), loose.Code(files.values()), tried.flows_of(files.values())
    tables = derived.tables_of(subjects.values())
    uses = {module: set(handed.imported(tree)) for module, tree in files.items()}
    # Of what the code imports, what nobody else could put there: no file beside it, and none of Python's own modules.
    own = {syntax.module_name(path) for path in subjects}
    theirs = {name for module in own for name in uses.get(module, ())} - files.keys()
    own |= {name for name in theirs if name.partition(".")[0] not in sys.stdlib_module_names}
    known = {}
    guides = dict(supports(job, "conftest.py"))
    all_files = (*files.values(), *trees.values(), *guides.values())
    defined = {node.name for tree in all_files for node in every_node(tree) if isinstance(node, FUNCTIONS)}
    below, valued = around.guarded(files.values()), around.given((trees | guides).values())
    has_digests = any(name.partition(".")[0] == "hashlib" for used in uses.values() for name in used)
    for path, tree in (trees | guides).items():
        aliases, imported = syntax.imports_of(tree, modules, subjects)
        imported |= {name for _, names in facts.injections.get(path, ()) for name in names}
        known[path] = tree, aliases | imported
        if path in trees:
            yield from ((handed.REPLACED, f"{path}:{line}") for line in handed.swapped(tree, imported, own))
            for kind, line in of_tests(tree, (imported, aliases), (hollowed, alikes, looses, flows), files, defined):
                yield kind, f"{path}:{line}"
            for line in lost.unreached(tree, ran.get(path, set()), imported):
                yield lost.UNREACHED, f"{path}:{line}"
            for line in lost.unnamed(tree, ran.get(path, set())) if not job.get("part") else ():
                yield careless.UNCOLLECTED, f"{path}:{line}"
            yield from ((around.AROUND, f"{path}:{line}") for line in around.around(tree, aliases | imported, below))
            yield from (
                (around.UNUSED, f"{path}:{line}") for line in (*around.unused(tree, valued), *around.late(tree))
            )
            found = (*derived.roundabout(tree, imported | aliases), *derived.kept(tree, imported | aliases))
            found = (*found, *derived.by_parts(tree, imported | aliases, subjects.values()))
            for line in (*handed.referred(uses, tree), *derived.derived(tree, (imported, aliases), tables), *found):
                yield handed.REFERRED, f"{path}:{line}"
            names = imported | aliases
            for line in (*misasked.weak(tree, names, asking), *narrow.weak(tree, names), *slack.weak(tree, names)):
                yield weak.WEAK, f"{path}:{line}"
            for line in () if has_digests else opaque.digests(tree):
                yield opaque.DIGEST, f"{path}:{line}"
        yield from ((pinned.PINNED, f"{path}:{line}") for line in pinned.pinned(tree))
        exchanged = (
            *pinned.exchanged(tree, imported | aliases, aliases),
            *dropped.mended(tree, imported | aliases, files.values()),
        )
        yield from ((handed.REPLACED, f"{path}:{line}") for line in exchanged)
    for path, tree in subjects.items():
        yield from ((careless.IDLE, f"{path}:{line}") for line in illustrated.idle(trees.values(), tree))
        yield from ((tabled.TABLED, f"{path}:{line}") for line in tabled.places(tree, ran.get(path, set())))
    yield from ((borrowed.BORROWED, name) for name in borrowed.borrowed(job, subjects | trees))
    paths = list(known)
    codes, all_tests = list(subjects.values()), [tree for tree, _ in known.values()]
    for index, line in handed.filled(codes, all_tests, [names for _, names in known.values()]):
        yield handed.FILLED, f"{paths[index]}:{line}"
    for index, line in (*handed.replaced(codes, all_tests), *stubbed.stubbed(codes, all_tests)):
        yield handed.REPLACED, f"{paths[index]}:{line}"
    whole = [(index, *known[path]) for index, path in enumerate(paths)] if not job.get("part") else []
    for index, line in mirrored.mirrored(whole):
        yield mirrored.MIRRORED, f"{paths[index]}:{line}"
    fillers = handed.fillers(codes)
    for path, (tree, names) in known.items():
        yield from ((handed.FILLED, f"{path}:{line}") for line in handed.primed(tree, names, fillers))
    used = {name.rpartition(".")[2] for tree in all_files for name in handed.imported(tree)}
    codes = [tree for path, tree in subjects.items() if syntax.module_name(path).rpartition(".")[2] in used]
    for name in handed.shared(codes, all_tests, job["support"]):
        yield handed.SHARED, name


def of_tests(
    tree: ast.Module,
    names: tuple[set[str], set[str]],
    code: tuple[hollow.Code, alike.Code, loose.Code, set[str]],
    files: dict[str, ast.Module],
    defined: set[str],
) -> Iterator[tuple[str, int]]:
    """Kinds and lines of what a test file alone shows; `names`: what it has of the code, and of its modules."""
    hollowed, alikes, looses, flows = code
    yield from careless.places(tree, defined)
    yield from weak.places(tree, names)
    yield from hollow.places(tree, names, hollowed)
    yield from truisms.places(tree)
    yield from ((weak.WEAK, line) for line in (*tried.unread(tree), *alike.alike(tree, names, alikes)))
    yield from ((weak.WEAK, line) for line in loose.loose(tree, names, looses))
    yield from ((weak.WEAK, line) for line in (*tried.used_up(tree, flows), *tried.uncounted(tree)))
    yield from ((weak.WEAK, line) for line in (*copied.copied(tree), *dropped.weak(tree)))
    yield from ((weak.CHOSEN, line) for line in tried.assumed(tree))
    yield from ((tried.HARDLY, line) for line in tried.hardly(tree))
    yield from ((weak.WEAK, line) for line in (*coarse.rounded(tree, names), *coarse.unnumbered(tree)))
    yield from ((weak.WEAK, line) for line in (*coarse.named(tree, files), *opaque.denied(tree)))
    yield from ((careless.IDLE, line) for line in (*misasked.idle(tree), *narrow.idle(tree)))
    yield from ((lost.VANISHING, line) for line in (*lost.vanishing(tree), *swallowed.swallowed(tree)))
    yield from ((joined.JOINED, line) for line in joined.joined(tree))


def supports(job: Job, name: str) -> Iterator[tuple[str, ast.Module]]:
    """Python files that lie beside code and tests: those of a name, or all others than a `conftest.py`."""
    for path in job["support"]:
        last = path.rpartition("/")[2]
        if last == name or (not name and last.endswith(".py") and last not in ("conftest.py", "setup.py")):
            with open(os.path.join(job["src"], path), "rb") as file, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    yield path, ast.parse(file.read(), path)
                except (SyntaxError, ValueError):
                    # Nobody can import it either.
                    continue
