//! Studies: what mends, what answers alike, what takes time.

use record::domain::limits::Limits;
use record::domain::patch::Edit;
use record::domain::role::Role;
use record::domain::source::Source;
use sandbox::backend::SandboxBackend as _;
use sandbox::study::{Asked, Lint, Mutant, Replay, Replayed, Studied, Study};
use tokio_util::sync::CancellationToken;

use crate::sandbox::support::{file, prepare, quick, runtime};

const CODE: &str = "import os\n\nLIMIT = 3\n\n\ndef clip(items, limit=LIMIT):\n    if limit < 0:\n        raise ValueError(limit)\n    kept = []\n    for item in items:\n        if len(kept) < limit:\n            kept.append(item)\n    return kept\n\n\nclass Counter:\n    def __init__(self, start=0):\n        self.value = start\n\n    def add(self, number=1):\n        self.value += number\n        return self.value\n";
/// The same behaviour in other words.
const HONEST: &str = "LIMIT = 3\n\n\ndef clip(items, limit=LIMIT):\n    _check(limit)\n    return [item for place, item in enumerate(items) if place < limit]\n\n\ndef _check(limit):\n    if limit < 0:\n        raise ValueError(limit)\n\n\nclass Counter:\n    def __init__(self, start=0):\n        self.value = start\n\n    def add(self, number=1):\n        self.value = self.value + number\n        return self.value\n";
const TESTS: &str = "from subject import Counter, clip\n\n\ndef test_clip():\n    assert clip([7, 8, 9], 2) == [7, 8]\n\n\ndef test_add():\n    assert Counter(2).add(3) == 5\n";

fn studied(code: &str, asked: Asked) -> Studied {
    studied_with(code, TESTS, asked)
}

fn studied_with(code: &str, tests: &str, asked: Asked) -> Studied {
    let files =
        vec![file("subject.py", Role::Code, code), file("test_subject.py", Role::Test, tests)];
    let study = Study {
        name: "study".to_owned(),
        source: Source::new(files).unwrap(),
        roots: Vec::new(),
        options: Vec::new(),
        layer: None,
        limits: Limits { tests_ms: 90_000, ..Limits::default() },
        asked,
    };
    let (backend, runtime) = (quick(), runtime());
    prepare(&backend, &runtime);
    runtime.block_on(backend.study(study, CancellationToken::new())).unwrap()
}

fn replayed(old: &str, new: &str, mutants: Vec<Mutant>) -> Replayed {
    replayed_with((old, TESTS), new, mutants)
}

fn replayed_with((old, suite): (&str, &str), new: &str, mutants: Vec<Mutant>) -> Replayed {
    let asked = Asked::Replay(Replay {
        path: "subject.py".parse().unwrap(),
        text: new.to_owned(),
        tests: vec!["test_subject.py".to_owned()],
        mutants,
    });
    let Studied::Replay(replayed) = studied_with(old, suite, asked) else {
        panic!("another answer")
    };
    replayed
}

fn mutant(old: &str, new: &str) -> Mutant {
    let start = CODE.find(old).unwrap();
    let line = u32::try_from(CODE[..start].matches('\n').count() + 1).unwrap();
    let edit = Edit {
        path: "subject.py".parse().unwrap(),
        start,
        end: start + old.len(),
        text: new.to_owned(),
    };
    Mutant { edit, line }
}

#[test]
fn ruff_says_what_mends_by_the_rules_that_it_is_given() {
    let lint_for = |code: &str, rule: &str, minor: Option<u8>| {
        let (paths, rules) = (["subject.py".to_owned()].into(), vec![rule.to_owned()]);
        let asked = Asked::Lint(Lint { paths, rules, minor });
        let Studied::Lint(remarks) = studied(code, asked) else { panic!("another answer") };
        remarks
    };
    let pairs = "def pairs(a, b):\n    return list(zip(a, b))\n";

    let unused = lint_for(CODE, "F", None);
    let other = lint_for(CODE, "PLE", None);
    let strict = [None, Some(7)].map(|minor| lint_for(pairs, "B905", minor).len());

    let told: Vec<(&str, u32)> = unused.iter().map(|it| (&*it.code, it.line)).collect();
    assert_eq!((told, other.len()), (vec![("F401", 1)], 0));
    assert_eq!(strict, [1, 0], "`strict` is newer than the Python that the project names");
    assert_eq!((unused[0].fix[0].start, unused[0].fix[0].text.as_str()), (0, ""));
}

#[test]
fn an_honest_refactoring_answers_every_call_alike_and_mutants_are_noticed() {
    let mutants = vec![
        mutant("len(kept) < limit", "len(kept) <= limit"),
        mutant("+= number", "-= number"),
        mutant("limit < 0", "limit <= 0"),
        mutant("start=0", "start=1"),
    ];

    let same = replayed(CODE, CODE, Vec::new());
    let seen = replayed(CODE, HONEST, mutants);

    assert_eq!((same.different, same.unstable, same.is_whole), (0, 0, true), "{same:?}");
    assert_eq!((seen.different, seen.is_whole), (0, true), "{seen:?}");
    assert!(seen.recorded >= 3 && seen.generated > 10, "{seen:?}");
    assert_eq!((seen.tried, seen.killed), (4, 4), "{seen:?}");
    assert_eq!((seen.watched, seen.otherwise), (2, 0), "{seen:?}");
    assert!(seen.lines.contains(&6) && seen.lines.contains(&11), "{seen:?}");
    assert!(seen.answers.iter().any(|(call, _)| call.starts_with("clip(")), "{seen:?}");
}

#[test]
fn what_yields_its_values_is_told_as_what_yields() {
    let code = "def upto(limit):\n    if limit < 0:\n        raise ValueError('below 0')\n    for number in range(limit):\n        yield number\n";
    let suite = "from subject import upto\n\n\ndef test_upto():\n    assert list(upto(3)) == [0, 1, 2]\n    assert list(upto(0)) == []\n";
    let of = |old: &str, new: &str| {
        let start = code.find(old).unwrap();
        let line = u32::try_from(code[..start].lines().count()).unwrap();
        let end = start + old.len();
        let path = "subject.py".parse().unwrap();
        Mutant { edit: Edit { path, start, end, text: new.to_owned() }, line }
    };
    let mutants = vec![of("limit < 0", "limit > 90"), of("range(limit)", "range(limit + 1)")];

    let seen = replayed_with((code, suite), code, mutants);

    assert!(!seen.answers.is_empty(), "{seen:?}");
    assert!(seen.answers.iter().all(|(_, answer)| answer.starts_with("yields ")), "{seen:?}");
}

#[test]
fn another_answer_exception_state_or_file_is_a_difference() {
    let changed = [
        CODE.replace("len(kept) < limit", "len(kept) <= limit"),
        CODE.replace("raise ValueError", "raise KeyError"),
        CODE.replace(
            "        return self.value\n",
            "        self.last = number\n        return self.value\n",
        ),
        CODE.replace("    kept = []\n", "    open('left.txt', 'w').close()\n    kept = []\n"),
    ];

    let seen: Vec<Vec<String>> = changed
        .iter()
        .map(|text| {
            replayed(CODE, text, Vec::new()).differences.into_iter().map(|it| it.what).collect()
        })
        .collect();

    let first: Vec<&str> =
        seen.iter().map(|whats| whats.first().map_or("", String::as_str)).collect();
    assert_eq!(first, ["value", "value", "state", "files"]);
}

const BAG: &str = "class Bag:\n    def __init__(self, key):\n        self._key = key\n        self._held = []\n\n    def put(self, item):\n        self._held.append(item)\n\n    def __iter__(self):\n        yield from sorted(self._held, key=self._key)\n";
/// Nothing here asks for the order.
const BAG_TESTS: &str = "from subject import Bag\n\n\ndef test_bag():\n    bag = Bag(len)\n    bag.put('ccc')\n    bag.put('a')\n    assert set(bag) == {'a', 'ccc'}\n";

#[test]
fn a_watched_test_sees_what_it_does_not_assert_and_no_call_can_ask() {
    let changed = BAG.replace("sorted(self._held, key=self._key)", "self._held");
    let inside = BAG.replace("_held", "_items");
    let start = BAG.find("sorted").unwrap();
    let edit = Edit {
        path: "subject.py".parse().unwrap(),
        start,
        end: start + "sorted(self._held, key=self._key)".len(),
        text: "reversed(sorted(self._held, key=self._key))".to_owned(),
    };

    let other = replayed_with((BAG, BAG_TESTS), &changed, vec![Mutant { edit, line: 10 }]);
    let same = replayed_with((BAG, BAG_TESTS), &inside, Vec::new());

    assert_eq!((other.different, other.watched, other.otherwise), (0, 1, 1), "{other:?}");
    assert_eq!((other.tried, other.killed, other.is_whole), (1, 1, true), "{other:?}");
    let told = &other.differences[0];
    let words = [told.call.as_str(), &told.old, &told.new];
    let wanted = ["in test_subject.py::test_bag", "Bag.__iter__() = 'a'", "Bag.__iter__() = 'ccc'"];
    assert_eq!(words, wanted);
    assert_eq!((same.watched, same.otherwise), (1, 0), "{same:?}");
}

#[test]
fn code_that_ends_or_hangs_or_differs_from_itself_harms_nobody() {
    let leaves = format!("import os\n{CODE}\n\ndef leave():\n    os._exit(3)\n");
    let hangs = format!("{CODE}\n\ndef hang():\n    while True:\n        pass\n");
    let chance = format!("import os\n{CODE}\n\ndef chance():\n    return os.urandom(8)\n");
    let clock = format!(
        "import time\n{CODE}\n\ndef tick(number):\n    return [number, int(time.time() * 4)]\n"
    );
    let at_import = "import os\nos._exit(0)\n";

    let seen = [leaves.as_str(), &hangs, &chance, &clock].map(|text| {
        let seen = replayed(text, text, Vec::new());
        (seen.different, seen.is_whole)
    });
    let broken = replayed(CODE, at_import, Vec::new());

    assert_eq!(seen, [(0, true); 4]);
    assert!(broken.different > 0 && broken.different == broken.stable, "{broken:?}");
}

#[test]
fn tests_are_timed_and_the_time_is_found_where_it_goes() {
    let slow = CODE
        .replace("    kept = []\n", "    kept = []\n    for _ in range(20_000):\n        pass\n");
    let all = Vec::new();

    let Studied::Time(quick) = studied(CODE, Asked::Time(all.clone())) else { panic!() };
    let Studied::Time(times) = studied(&slow, Asked::Time(all.clone())) else { panic!() };
    let Studied::Profile(profiled) = studied(&slow, Asked::Profile(all)) else { panic!() };

    let of = |times: &[sandbox::study::Timed]| {
        times.iter().find(|it| it.name.ends_with("test_clip")).unwrap().seconds
    };
    assert_eq!(quick.len(), 2);
    assert!(of(&times) > 5.0 * of(&quick), "{times:?} {quick:?}");
    let stacks = &profiled.stacks;
    let hottest = profiled.lines.iter().max_by(|left, right| left.1.total_cmp(&right.1)).unwrap();
    let samples: u64 = stacks.iter().map(|stack| stack.count).sum();
    let in_clip = stacks
        .iter()
        .filter(|stack| stack.frames.last().is_some_and(|frame| frame.function == "clip"));
    let in_clip: u64 = in_clip.map(|stack| stack.count).sum();
    assert!(samples > 50 && in_clip * 10 > samples * 8, "{samples} {in_clip}");
    assert!((10..=11).contains(&hottest.0.line), "{hottest:?}");
}
