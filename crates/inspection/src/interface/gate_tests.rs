//! The gate: an improvement that breaks its callers is refused, and honest refactorings are not.

use crate::interface::difference::{Difference, Effect};
use crate::interface::gate::{Gate, examine};

/// A data script with a public interface, in the manner of the sample of a published improver, written anew.
const BEFORE: &str = r#"
import csv
import os

DEBUG = True
config = {"separator": ",", "limit": 10}


class DataProcessor:
    def __init__(self, config=None):
        self.rows = []
        self.errors = 0
        self.seen = {}
        self.config = config

    def run(self, rows):
        for row in rows:
            self.rows.append(row)
        return self.rows


def process_data(data_file, output_dir, format="csv", verbose=False):
    if not os.path.exists(data_file):
        return None
    with open(data_file) as file:
        rows = list(csv.reader(file))
    return DataProcessor().run(rows)
"#;

/// What such an improver makes of it: neater, with lint all gone, and nobody's call works any more.
const AFTER: &str = r#"
"""Processes data."""
import logging
from dataclasses import dataclass

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)


@dataclass
class Config:
    separator: str = ","
    limit: int = 10


config = Config()


class DataProcessor:
    """Processes rows."""

    def __init__(self, config):
        self.config = config

    def run(self, rows):
        return list(rows)

    def validate(self, rows):
        return bool(rows)

    def clean(self, rows):
        return [row for row in rows if row]


def load(path):
    with open(path) as file:
        return file.read()


def process_data(data):
    return DataProcessor(config).run(data)
"#;

fn of(gate: &Gate, effect: Effect) -> Vec<String> {
    let told = |one: &Difference| format!("{}: {}", one.name, one.what);
    gate.differences.iter().filter(|one| one.effect == effect).map(told).collect()
}

#[test]
fn an_improvement_that_breaks_its_callers_eleven_times_is_refused() {
    let gate = examine("shop/data.py", BEFORE, AFTER);

    let mut breaks = of(&gate, Effect::Breaking);
    breaks.sort();
    assert_eq!(
        breaks,
        [
            "DEBUG: the value is gone",
            "DataProcessor.__init__: the parameter config is newly required",
            "DataProcessor.errors: the attribute is gone",
            "DataProcessor.rows: the attribute is gone",
            "DataProcessor.seen: the attribute is gone",
            "config: is of another kind",
            "process_data: the parameter data is newly required",
            "process_data: the parameter data_file is gone",
            "process_data: the parameter format is gone",
            "process_data: the parameter output_dir is gone",
            "process_data: the parameter verbose is gone",
        ]
    );
    assert!(!gate.open);
    assert!(
        gate.refusals.iter().any(|why| why.contains("logging.basicConfig(level=logging.INFO)")),
        "{:?}",
        gate.refusals
    );
}

/// Pairs that no caller can tell apart: what was, what became of it.
const HONEST: [(&str, &str); 20] = [
    // A function is split, and its helper is private.
    (
        "def f(a, b=1):\n    return a + b * 2\n",
        "def f(a, b=1):\n    return a + _twice(b)\n\n\ndef _twice(b):\n    return b * 2\n",
    ),
    // A constant gets a name.
    ("def f(a):\n    return a * 24\n", "HOURS = 24\n\n\ndef f(a):\n    return a * HOURS\n"),
    // A parameter with a default joins at the end.
    ("def f(a):\n    return a\n", "def f(a, strict=False):\n    return a\n"),
    // A parameter by name only joins.
    ("def f(a, *rest):\n    return a\n", "def f(a, *rest, strict=False):\n    return a\n"),
    // A function is renamed and its old name kept.
    ("def f(a):\n    return a\n", "def better(a):\n    return a\n\n\nf = better\n"),
    // A base class takes what two classes share.
    (
        "class A:\n    def go(self, x):\n        self.x = x\n        return x\n",
        "class _Base:\n    def go(self, x):\n        self.x = x\n        return x\n\n\nclass A(_Base):\n    pass\n",
    ),
    // An attribute becomes a property.
    (
        "class A:\n    def __init__(self, x):\n        self.x = x\n",
        "class A:\n    def __init__(self, x):\n        self._x = x\n\n    @property\n    def x(self):\n        return self._x\n",
    ),
    // A constructor becomes that of a dataclass.
    (
        "class A:\n    def __init__(self, x, y=2):\n        self.x = x\n        self.y = y\n",
        "from dataclasses import dataclass\n\n\n@dataclass\nclass A:\n    x: int\n    y: int = 2\n",
    ),
    // Exact exceptions.
    (
        "def f(a):\n    try:\n        return int(a)\n    except:\n        return 0\n",
        "def f(a):\n    try:\n        return int(a)\n    except (TypeError, ValueError):\n        return 0\n",
    ),
    // Annotations and documentation join.
    (
        "def f(a, b=1):\n    return a\n",
        "def f(a: int, b: int = 1) -> int:\n    \"\"\"Give a.\"\"\"\n    return a\n",
    ),
    // An import that nobody uses goes.
    (
        "import os\nimport re\n\n\ndef f(a):\n    return re.sub('a', 'b', a)\n",
        "import re\n\n\ndef f(a):\n    return re.sub('a', 'b', a)\n",
    ),
    // A program gets a guard.
    (
        "def main():\n    return 1\n\n\nmain()\n",
        "def main():\n    return 1\n\n\nif __name__ == \"__main__\":\n    main()\n",
    ),
    // Order changes.
    (
        "def a():\n    return 1\n\n\ndef b():\n    return 2\n",
        "def b():\n    return 2\n\n\ndef a():\n    return 1\n",
    ),
    // A private helper changes all it likes.
    (
        "def f(a):\n    return _g(a, 1)\n\n\ndef _g(a, b):\n    return a\n",
        "def f(a):\n    return _g(a)\n\n\ndef _g(a):\n    return a\n",
    ),
    // A list is built by a comprehension.
    (
        "def f(items):\n    out = []\n    for item in items:\n        out.append(item + 1)\n    return out\n",
        "def f(items):\n    return [item + 1 for item in items]\n",
    ),
    // What __all__ leaves out is nobody's business.
    (
        "__all__ = [\"f\"]\n\n\ndef f():\n    return g()\n\n\ndef g():\n    return 1\n",
        "__all__ = [\"f\"]\n\n\ndef f():\n    return 1\n",
    ),
    // A dictionary is made by a call.
    ("TABLE = {\"a\": 1}\n", "TABLE = dict(a=1)\n"),
    // A function is cached.
    (
        "def f(a):\n    return a * a\n",
        "import functools\n\n\n@functools.lru_cache\ndef f(a):\n    return a * a\n",
    ),
    // A fallback of an import moves.
    (
        "try:\n    import fast\nexcept ImportError:\n    fast = None\n\n\ndef f():\n    return fast\n",
        "try:\n    import fast\nexcept ImportError:  # it is not everywhere\n    fast = None\n\n\ndef f():\n    return fast is not None and fast\n",
    ),
    // A method becomes static, which no call of an instance sees.
    (
        "class A:\n    def go(self, x):\n        return x\n",
        "class A:\n    @staticmethod\n    def go(x):\n        return x\n",
    ),
];

#[test]
fn twenty_honest_refactorings_pass() {
    let refused: Vec<(usize, Vec<String>)> = HONEST
        .iter()
        .enumerate()
        .map(|(number, (old, new))| (number, examine("shop/some.py", old, new).refusals))
        .filter(|(_, refusals)| !refusals.is_empty())
        .collect();

    assert_eq!(refused, []);
}

#[test]
fn breaks_of_calls_are_told_each_by_what_it_breaks() {
    let pairs = [
        (
            "def f(a, b):\n    pass\n",
            "def f(b, a):\n    pass\n",
            "f: the parameter a has another place",
        ),
        (
            "def f(a, b=1):\n    pass\n",
            "def f(a, x=0, b=1):\n    pass\n",
            "f: the parameter b has another place",
        ),
        (
            "def f(a, b=1):\n    pass\n",
            "def f(a, b):\n    pass\n",
            "f: the parameter b is newly required",
        ),
        (
            "def f(a, b=1):\n    pass\n",
            "def f(a, *, b=1):\n    pass\n",
            "f: the parameter b is passed otherwise",
        ),
        ("def f(a):\n    pass\n", "def f(c):\n    pass\n", "f: the parameter a has another name"),
        ("def f(a):\n    pass\n", "async def f(a):\n    pass\n", "f: is awaited otherwise"),
        ("class A(B):\n    pass\n", "class A:\n    pass\n", "A: a base is gone"),
        (
            "class A:\n    def go(self):\n        pass\n",
            "class A:\n    @property\n    def go(self):\n        pass\n",
            "A.go: is read or called otherwise",
        ),
        ("def f(a, *rest):\n    pass\n", "def f(a):\n    pass\n", "f: the parameter rest is gone"),
    ];
    for (old, new, expected) in pairs {
        let breaks = of(&examine("a.py", old, new), Effect::Breaking);
        assert_eq!(breaks, [expected], "{old} {new}");
    }
}

#[test]
fn what_does_not_parse_or_hides_what_it_was_to_mend_is_refused() {
    let broken = examine("a.py", "x = 1\n", "def (:\n");
    let hiding = examine("a.py", "import os\n", "import os  # noqa: F401\n");
    let same = examine("a.py", "x = 1\n", "x = 1\n");

    assert_eq!(broken.refusals, ["it is no Python that parses"]);
    assert_eq!(hiding.refusals, ["a comment `noqa` hides what it was to mend"]);
    assert_eq!(same.refusals, ["nothing is changed"]);
}
