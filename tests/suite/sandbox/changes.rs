//! Changes of small repositories, run and judged in the real sandbox.

use std::sync::Mutex;

use record::domain::change_evidence::{ChangeEvidence, ControlGrade, How, SurvivorKind};
use record::domain::changeset::{Base, Changeset, Side, Touched};
use record::domain::evidence::{Evidence, IntegrityState, Termination};
use record::domain::limits::Limits;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::{Job, RunProgress};
use tokio_util::sync::CancellationToken;
use work::contract::ground::Ground;
use work::executing::changes::baseline::{Baseline, measure};
use work::executing::changes::bench::Bench;
use work::executing::changes::observing::{Question, observe};
use work::executing::changes::trees::Trees;

use crate::sandbox::support::{file, job_of, prepare, quick, runtime, verdict};

pub(super) const CART: &str = "import math\n\n\ndef total(prices):\n    result = 0\n    for price in prices:\n        result = result + price\n    return result\n\n\ndef mean(prices):\n    return total(prices) / len(prices)\n";
pub(super) const CART_TESTS: &str = "from shop.cart import mean, total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n";
const MENDED: &str = "import math\n\n\ndef total(prices):\n    result = 0\n    for price in prices:\n        result = result + price\n    return result\n\n\ndef mean(prices):\n    if not prices:\n        return 0\n    return total(prices) / len(prices)\n";
const NEW_TEST: &str = "\n\ndef test_mean_of_nothing():\n    assert mean([]) == 0\n";

/// A repository, and a change of it.
pub(super) struct Case {
    ground: Ground,
    touched: Vec<Touched>,
    limits: Limits,
}

/// What was seen of a change.
pub(super) struct Seen {
    pub(super) evidence: Evidence,
    told: Vec<RunProgress>,
    baseline: Baseline,
}

impl Case {
    pub(super) fn new() -> Self {
        let files = vec![
            file("shop/__init__.py", Role::Code, ""),
            file("shop/cart.py", Role::Code, CART),
            file("tests/test_cart.py", Role::Test, CART_TESTS),
            file(
                "pyproject.toml",
                Role::Support,
                "[tool.pytest.ini_options]\naddopts = \"--cov=shop\"\n",
            ),
        ];
        let ground = Ground { files, tests: vec!["tests".to_owned()], ..Ground::default() };
        let limits = Limits { tests_ms: 20_000, ..Limits::default() };
        Self { ground, touched: Vec::new(), limits }
    }

    /// The base has these contents in a path.
    pub(super) fn having(mut self, path: &str, role: Role, text: &str) -> Self {
        self.ground.files.retain(|file| file.path.as_str() != path);
        self.ground.files.push(file(path, role, text));
        self
    }

    /// The change leaves these contents in a path.
    pub(super) fn leaving(mut self, path: &str, role: Role, text: &str) -> Self {
        let path = path.parse().unwrap();
        let is_path = |file: &&SourceFile| file.path == path;
        let before = self.ground.files.iter().find(is_path);
        let before = before.map(|file| Side::file(file.content.clone()));
        let after = Some(Side::file(text.as_bytes()));
        self.touched.push(Touched { path, role, before, after });
        self
    }

    fn change(&self) -> Changeset {
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let base = Base { commit: id("a"), tree: id("b") };
        Changeset::new("shop".parse().unwrap(), base, self.touched.clone()).unwrap()
    }

    pub(super) fn run(&self, name: &str) -> Seen {
        let change = self.change();
        let trees = Trees::of(&self.ground, &change).unwrap();
        let backend = quick();
        let runtime = runtime();
        prepare(&backend, &runtime);
        let empty = Source::of_tree(Vec::new()).unwrap();
        let bench = Bench {
            backend: &backend,
            job: Job { limits: self.limits.clone(), ..job_of(name, empty) },
            options: trees.options.clone(),
            roots: Vec::new(),
            cancel: CancellationToken::new(),
        };
        let told = Mutex::new(Vec::new());
        let report = |event| told.lock().unwrap().push(event);
        let (evidence, baseline) = runtime.block_on(async {
            let baseline = measure(&bench, &trees.base, &|_| {}).await.unwrap();
            let question = Question {
                change: &change,
                trees: &trees,
                parent: None,
                baseline: &baseline,
                is_cached: true,
                left_out: self.ground.left_out.clone(),
                begun: tokio::time::Instant::now(),
            };
            (observe(&bench, question, &report).await.unwrap(), baseline)
        });
        Seen { evidence, told: told.into_inner().unwrap(), baseline }
    }
}

impl Seen {
    pub(super) fn change(&self) -> &ChangeEvidence {
        self.evidence.change.as_deref().unwrap()
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        verdict(&self.evidence).reasons
    }
}

fn mending() -> Case {
    Case::new().leaving("shop/cart.py", Role::Code, MENDED)
}

#[test]
fn a_mended_mistake_with_its_test_passes_and_is_controlled() {
    let tests = format!("{CART_TESTS}{NEW_TEST}");

    let seen = mending().leaving("tests/test_cart.py", Role::Test, &tests).run("change-mended");

    let change = seen.change();
    assert_eq!(verdict(&seen.evidence).word, VerdictWord::Passed, "{:?}", seen.reasons());
    assert_eq!(change.flips.fixed, ["tests/test_cart.py::test_mean_of_nothing"]);
    assert_eq!(change.flips.new, ["tests/test_cart.py::test_mean_of_nothing"]);
    assert_eq!((change.flips.broken.len(), change.flips.removed.len()), (0, 0));
    assert_eq!(change.control.grade, ControlGrade::Holds);
    assert_eq!(change.control.tests.len(), 1);
    assert_eq!((change.changed_lines.total, change.changed_lines.covered), (2, 2));
    let by_test = change.changed_lines.by_test.get("shop/cart.py:13");
    assert_eq!(by_test.unwrap(), &["tests/test_cart.py::test_mean_of_nothing"]);
    assert_eq!((change.baseline.tests, change.baseline.cached), (2, true));
    let is_provisional = |event: &RunProgress| matches!(event, RunProgress::Provisional(_));
    assert_eq!(seen.told.iter().filter(|event| is_provisional(event)).count(), 1);
    assert!(seen.baseline.reach.contains_key("shop/cart.py"), "{:?}", seen.baseline.reach);
    let coverage = seen.evidence.coverage.as_ref().unwrap();
    assert!(coverage.by_test.is_empty() && coverage.executable.is_empty());
}

#[test]
fn what_was_green_and_goes_red_or_is_left_out_fails() {
    let broken = CART.replace("result + price", "result - price");
    let skipped =
        CART_TESTS.replace("def test_total", "@__import__('pytest').mark.skip\ndef test_total");
    let deleted = CART_TESTS.replace("def test_total():\n    assert total([1, 2]) == 3\n", "");
    let mean_out =
        |text: &str| text.replace("def test_mean():\n    assert mean([1, 3]) == 2\n", "");

    let red = Case::new().leaving("shop/cart.py", Role::Code, &broken).run("change-red");
    let left_out = Case::new()
        .leaving("shop/cart.py", Role::Code, &broken)
        .leaving("tests/test_cart.py", Role::Test, &mean_out(&skipped).replace("mean, ", ""))
        .run("change-skipped");
    let gone = Case::new()
        .leaving("shop/cart.py", Role::Code, &broken)
        .leaving("tests/test_cart.py", Role::Test, &deleted)
        .run("change-deleted");

    assert_eq!(red.reasons(), [Reason::Regression, Reason::Tests]);
    assert_eq!(red.change().flips.broken.len(), 2);
    assert!(left_out.reasons().contains(&Reason::Regression), "{:?}", left_out.reasons());
    assert_eq!(left_out.change().flips.skipped, ["tests/test_cart.py::test_total"]);
    assert!(gone.reasons().contains(&Reason::Regression), "{:?}", gone.change().flips);
    assert_eq!(gone.change().flips.unexplained, ["tests/test_cart.py::test_total"]);
}

#[test]
fn a_test_that_is_red_on_both_sides_is_shown_and_does_not_count() {
    let tests = format!("{CART_TESTS}\n\ndef test_of_the_weather():\n    assert mean([1]) == 7\n");
    let case = Case::new().having("tests/test_cart.py", Role::Test, &tests);
    let new = format!("{tests}{NEW_TEST}");

    let seen = case
        .leaving("shop/cart.py", Role::Code, MENDED)
        .leaving("tests/test_cart.py", Role::Test, &new)
        .run("change-red-before");

    assert_eq!(seen.reasons(), []);
    let red = ["tests/test_cart.py::test_of_the_weather"];
    assert_eq!(seen.change().red_before_and_after, red);
    assert_eq!(seen.change().baseline.failed, red);
}

#[test]
fn a_change_without_a_test_of_its_own_is_observed_and_its_parts_survive() {
    let seen = mending().run("change-untested");

    let change = seen.change();
    assert_eq!(seen.reasons(), []);
    assert_eq!(seen.evidence.integrity.state, IntegrityState::Observed);
    assert_eq!(change.control.own_tests, 0);
    assert_eq!((change.changed_lines.total, change.changed_lines.covered), (2, 1));
    assert_eq!(change.changed_lines.missing, ["shop/cart.py:13"]);
    let hunks = change.survivors.iter().filter(|one| one.kind == SurvivorKind::Hunk);
    let places: Vec<_> = hunks.map(|one| (one.path.as_str(), one.line, one.last)).collect();
    assert_eq!(places, [("shop/cart.py", 12, 13)]);
    let codes: Vec<_> = seen.evidence.integrity.findings.iter().map(|one| &*one.code).collect();
    assert!(codes.contains(&"no_own_tests") && codes.contains(&"survivors"), "{codes:?}");
}

#[test]
fn tests_that_are_made_of_data_are_tests_of_the_change() {
    const MAKER: &str = "import pathlib, unittest\nfrom shop.cart import mean\n\n\nclass TestMean(unittest.TestCase):\n    pass\n\n\nfor line in (pathlib.Path(__file__).parent / 'data/means.txt').read_text().splitlines():\n    name, prices, wanted = line.split(';')\n\n    def test(self, prices=prices, wanted=wanted):\n        self.assertEqual(str(mean([int(one) for one in prices.split()])), wanted)\n\n    setattr(TestMean, f'test_{name}', test)\n";
    let case = Case::new().having("tests/test_means.py", Role::Test, MAKER);
    let case = case.having("tests/data/means.txt", Role::Support, "two;1 3;2.0\nold;4;4.0\n");
    let case = case.leaving("shop/cart.py", Role::Code, MENDED);
    let data = "two;1 3;2.0\nnone;;0\nmore;1 1;1.0\n";

    let seen = case.leaving("tests/data/means.txt", Role::Support, data).run("change-data");

    let change = seen.change();
    let id = |name: &str| format!("tests/test_means.py::TestMean::test_{name}");
    assert_eq!(change.control.grade, ControlGrade::Holds);
    assert_eq!((change.control.own_tests, &change.flips.fixed), (2, &vec![id("none")]));
    assert_eq!(change.control.passing_on_base, [id("more")]);
    assert_eq!(change.flips.removed, [id("old")]);
    assert!(change.flips.unexplained.is_empty(), "the old row was seen to hold");
    assert!(!seen.evidence.integrity.findings.iter().any(|one| one.code == "no_own_tests"));
}

#[test]
fn a_test_that_needs_no_change_is_named_and_an_emptied_one_too() {
    let idle = format!("{CART_TESTS}\n\ndef test_idle():\n    assert mean([2]) == 2\n");
    let empty = format!("{CART_TESTS}\n\ndef test_empty():\n    mean([])\n    assert True\n");

    let idle = mending().leaving("tests/test_cart.py", Role::Test, &idle).run("change-idle");
    let empty = mending().leaving("tests/test_cart.py", Role::Test, &empty).run("change-empty");

    assert_eq!(idle.change().control.passing_on_base, ["tests/test_cart.py::test_idle"]);
    assert_eq!(idle.change().control.grade, ControlGrade::None);
    assert_eq!(empty.change().control.tests[0].how, How::Error);
    assert_eq!(empty.change().weakened[0].code, "no_assertion");
    assert_eq!(empty.evidence.integrity.state, IntegrityState::Observed);
}

#[test]
fn a_control_that_cannot_be_collected_or_never_ends_has_its_grade() {
    let name = "from shop.cart import mean, middle, total\n\n\ndef test_middle():\n    assert middle([1, 2, 3]) == 2\n";
    let with_middle =
        format!("{MENDED}\n\ndef middle(prices):\n    return sorted(prices)[len(prices) // 2]\n");
    let endless = CART.replace(
        "    for price in prices:\n",
        "    while not prices:\n        pass\n    for price in prices:\n",
    );
    let ending = "from shop.cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n\ndef test_total_of_nothing():\n    assert total([]) == 0\n";

    let collection = Case::new()
        .leaving("shop/cart.py", Role::Code, &with_middle)
        .leaving("tests/test_middle.py", Role::Test, name)
        .run("change-collection");
    let mut case = Case::new().having("shop/cart.py", Role::Code, &endless);
    case.limits.tests_ms = 3_000;
    let limit = case
        .leaving("shop/cart.py", Role::Code, CART)
        .leaving("tests/test_cart.py", Role::Test, ending)
        .run("change-limit");

    assert_eq!(collection.change().control.grade, ControlGrade::Collection);
    assert_eq!(collection.reasons(), []);
    assert_eq!(limit.change().control.grade, ControlGrade::Limit, "{:?}", limit.change().control);
}

#[test]
fn a_base_that_cannot_be_run_says_nothing_of_the_change() {
    let mut case =
        Case::new().having("tests/test_cart.py", Role::Test, "import nowhere_to_be_found\n");
    case.ground.left_out = vec!["vendor: a submodule is not taken".to_owned()];

    let seen = case.leaving("shop/cart.py", Role::Code, MENDED).run("change-unbased");

    assert_eq!(seen.reasons(), [Reason::Environment]);
    assert!(matches!(seen.evidence.termination, Termination::Collection(_)));
    let why = seen.change().baseline.unavailable.as_deref().unwrap();
    assert!(why.contains("nowhere_to_be_found"), "{why}");
    assert_eq!(seen.change().left_out, ["vendor: a submodule is not taken"]);
}

#[test]
fn tests_of_a_change_that_no_side_can_collect_say_nothing_of_it() {
    let far =
        |more: &str| format!("import nowhere_to_be_found\n\n\ndef test_far():\n    pass\n{more}");
    let case = || {
        let case = Case::new().having("tests/test_far.py", Role::Test, &far(""));
        case.leaving("tests/test_far.py", Role::Test, &far("\n\ndef test_new():\n    pass\n"))
    };

    let seen = case().leaving("shop/cart.py", Role::Code, MENDED).run("change-far");
    let wrong = CART.replace("+ price", "- price");
    let broken = case().leaving("shop/cart.py", Role::Code, &wrong).run("change-far-broken");

    let why = seen.change().baseline.unavailable.clone().unwrap();
    assert!(why.contains("tests/test_far.py") && why.contains("nowhere_to_be_found"), "{why}");
    assert_eq!(seen.reasons(), [Reason::Environment]);
    assert!(broken.reasons().contains(&Reason::Regression), "{:?}", broken.reasons());
}

/// What a change touches is UTF-8; old files of its repository may be what they always were.
#[test]
fn a_file_of_another_encoding_that_the_change_leaves_alone_is_no_obstacle() {
    let old = "# coding: latin-1\nfrom shop.cart import total\n\n\ndef test_old():\n    assert total([1]) == 1\n";
    let case = mending().having("tests/test_old.py", Role::Test, old);

    let seen = case.run("change-encoded");

    assert_eq!(seen.reasons(), []);
    assert_eq!(seen.evidence.tests.passed, 3);
}

#[test]
fn lint_that_is_new_is_told_by_its_text_and_so_is_what_hides_it() {
    let code = MENDED.replace("import math\n", "import os  # noqa\nimport re\nimport math\n");

    let seen = Case::new().leaving("shop/cart.py", Role::Code, &code).run("change-lint");

    let told: Vec<(&str, &str)> =
        seen.change().new_lint.iter().map(|new| (&*new.symbol, &*new.text)).collect();
    assert_eq!(told, [("noqa", "import os  # noqa"), ("F401", "import re")]);
}

#[test]
fn lines_that_run_in_programs_only_count_where_a_test_fails_without_them() {
    let start = "import subprocess\nimport sys\n\n\ndef run(*words):\n    done = subprocess.run([sys.executable, '-m', 'shop.cli', *words], capture_output=True, text=True, check=True)\n    return done.stdout\n\n\n";
    let program = |said: &str| {
        format!(
            "import sys\n\n\ndef main():\n    print({said})\n\n\nif __name__ == '__main__':\n    main()\n"
        )
    };
    let base = program("len(sys.argv)");
    let old = format!("{start}def test_runs():\n    assert run('a').strip().isdigit()\n");
    let asks = format!("{old}\n\ndef test_counts():\n    assert run('a', 'b') == '2\\n'\n");
    let case = |tests: &str| {
        let case = Case::new().having("shop/cli.py", Role::Code, &base);
        let case = case.having("tests/test_cli.py", Role::Test, &old);
        let case = case.leaving("shop/cli.py", Role::Code, &program("len(sys.argv) - 1"));
        case.leaving("tests/test_cli.py", Role::Test, tests)
    };

    let sound = case(&asks).run("change-programs");
    let silent = case(&format!("{old}\n\n# Nothing new.\n")).run("change-programs-silent");

    assert_eq!(sound.reasons(), [], "{:?}", sound.change());
    let findings = &sound.evidence.integrity.findings;
    let told = findings.iter().find(|one| one.code == "ran_elsewhere").unwrap();
    assert!(told.message.starts_with("shop/cli.py ran only in programs"), "{}", told.message);
    assert_eq!(sound.change().changed_lines.covered, 0);
    // A test that reads the text of the file would fail without the change as well.
    assert_eq!(sound.evidence.integrity.state, IntegrityState::Observed);
    assert_eq!(silent.reasons(), [Reason::Untouched]);
}

/// A set of objects has another order in every interpreter, and with it the names of tests that are made of one.
#[test]
fn names_that_differ_from_run_to_run_are_no_tests_that_are_gone() {
    let tests = "import pytest\n\nfrom shop.cart import total\n\n\nclass Kind:\n    pass\n\n\nKINDS = {(number, Kind) for number in range(40)}\n\n\n@pytest.mark.parametrize('kind', [pytest.param(kind, id=f'{place}-{kind[0]}') for place, kind in enumerate(KINDS)])\ndef test_kind(kind):\n    assert total([kind[0]]) == kind[0]\n";
    let case = Case::new().having("tests/test_kinds.py", Role::Test, tests);

    let seen = case.leaving("README.md", Role::Support, "# Shop\n").run("change-unstable");

    assert_eq!(seen.reasons(), []);
    let (flips, baseline) = (&seen.change().flips, &seen.change().baseline);
    assert_eq!(baseline.unstable, ["tests/test_kinds.py::test_kind"]);
    assert_eq!((flips.removed.len(), flips.new.len()), (0, 0), "{flips:?}");
}
