//! What was shown is what ran: code files are imported from their own paths and bytes.

use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::verdict::{Reason, Verdict, VerdictWord};
use sandbox::backend::Job;
use work::diagnosis::script::is_only_imported;
use work::drafting::composition::{Missing, with_suite};

use crate::sandbox::support::{file, job_of, run, verdict};

const WRONG: &str = "def area(width, height):\n    return width - height\n";
const RIGHT: &str = "def area(width, height):\n    return width * height\n";
const TESTS: &str = "from shape import area\n\n\ndef test_area():\n    assert area(3, 4) == 12\n";

fn ran(name: &str, files: Vec<SourceFile>) -> (Verdict, Evidence) {
    let evidence = run(job_of(name, Source::new(files).unwrap()));
    (verdict(&evidence), evidence)
}

fn codes(evidence: &Evidence) -> Vec<&str> {
    evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_package_beside_a_module_does_not_replace_it() {
    let files = vec![
        file("shape.py", Role::Code, WRONG),
        file("shape/__init__.py", Role::Support, RIGHT),
        file("test_shape.py", Role::Test, TESTS),
    ];

    let (verdict, evidence) = ran("package-beside", files);

    assert_eq!(verdict.reasons, vec![Reason::Tests], "{:?}", evidence.integrity);
    assert!(evidence.coverage.unwrap().covered > 0);
}

#[test]
fn a_module_of_a_folder_that_is_looked_in_first_does_not_replace_it() {
    let files = vec![
        file("src/shape.py", Role::Code, WRONG),
        file("shape.py", Role::Support, RIGHT),
        file("tests/shape.py", Role::Support, RIGHT),
        file("tests/test_shape.py", Role::Test, TESTS),
    ];

    assert_eq!(ran("folder-before", files).0.reasons, vec![Reason::Tests]);
}

/// What a compiled file holds that says it need not be compared with its text.
fn compiled(text: &str) -> Vec<u8> {
    let program = "import importlib.util, marshal, sys\n\
        code = compile(sys.argv[1], '/box/src/shape.py', 'exec')\n\
        body = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, 'little') + bytes(8) + marshal.dumps(code)\n\
        print(body.hex())";
    let python = crate::sandbox::guest::interpreter();
    let digits = crate::sandbox::guest::printed(&python, &["-c", program, text]);
    record::domain::digest::unhex(digits.trim()).unwrap()
}

#[test]
fn bytecode_beside_it_does_not_replace_it() {
    let files = vec![
        file("shape.py", Role::Code, WRONG),
        file("__pycache__/shape.cpython-310.pyc", Role::Support, compiled(RIGHT)),
        file("__pycache__/shape.cpython-311.pyc", Role::Support, compiled(RIGHT)),
        file("__pycache__/shape.cpython-312.pyc", Role::Support, compiled(RIGHT)),
        file("__pycache__/shape.cpython-313.pyc", Role::Support, compiled(RIGHT)),
        file("shape.pyc", Role::Support, compiled(RIGHT)),
        file("test_shape.py", Role::Test, TESTS),
    ];

    assert_eq!(ran("bytecode-beside", files).0.reasons, vec![Reason::Tests]);
}

#[test]
fn modules_named_like_what_the_harness_holds_are_the_ones_that_were_given() {
    for (folder, name) in [
        ("src", "bisect"),
        ("lib", "json"),
        ("src", "pluggy"),
        ("lib", "iniconfig"),
        ("src", "textwrap"),
    ] {
        let tests = TESTS.replace("shape", name);
        let files = |code: &str| {
            vec![
                file(&format!("{folder}/{name}.py"), Role::Code, code),
                file(&format!("tests/test_{name}.py"), Role::Test, tests.clone()),
            ]
        };

        let (right, evidence) = ran(&format!("named-{name}"), files(RIGHT));
        let (wrong, _) = ran(&format!("misnamed-{name}"), files(WRONG));

        assert_eq!(right.word, VerdictWord::Passed, "{name}: {right:?} {:?}", evidence.integrity);
        assert!(evidence.coverage.is_some_and(|coverage| coverage.covered == 2), "{name}");
        assert_eq!(wrong.reasons, vec![Reason::Tests], "{name}");
    }
}

#[test]
fn a_folder_that_is_no_package_gives_way_to_the_standard_library() {
    let files = vec![
        file("shape.py", Role::Code, RIGHT),
        file("html/build.py", Role::Code, "print('built')\n"),
        file(
            "test_shape.py",
            Role::Test,
            format!(
                "import html\n\n\n{TESTS}\n\ndef test_html():\n    assert html.escape('<') == '&lt;'\n"
            ),
        ),
    ];

    let (verdict, evidence) = ran("folder-html", files);

    assert_eq!(
        evidence.tests.failed + evidence.tests.errors,
        0,
        "{verdict:?} {:?}",
        evidence.tests
    );
    assert!(evidence.tests.passed > 1, "{verdict:?} {:?}", evidence.termination);
}

#[test]
fn a_package_may_hold_modules_of_any_name() {
    let files = vec![
        file(
            "src/tools/__init__.py",
            Role::Code,
            "from .string import upper\nfrom tools.random import pick\n",
        ),
        file(
            "src/tools/string.py",
            Role::Code,
            "import string\n\n\ndef upper():\n    return string.ascii_uppercase[:2]\n",
        ),
        file(
            "src/tools/random.py",
            Role::Code,
            "import random\n\n\ndef pick():\n    return random.Random(1).choice([4])\n",
        ),
        file(
            "tests/test_tools.py",
            Role::Test,
            "from tools import pick, upper\n\n\ndef test_upper():\n    assert upper() == 'AB'\n\n\ndef test_pick():\n    assert pick() == 4\n",
        ),
    ];

    let (verdict, evidence) = ran("any-name", files);

    assert_eq!(verdict.word, VerdictWord::Passed, "{verdict:?} {:?}", evidence.tests.cases);
    assert_eq!(evidence.coverage.unwrap().percent.to_string(), "100");
}

#[test]
fn code_that_is_put_aside_when_it_is_imported_is_untouched() {
    let fake = "import sys\nimport types\n\nsys.modules['shape'] = types.SimpleNamespace(area=lambda width, height: width * height)\n";
    let alone = vec![
        file("shape.py", Role::Code, WRONG),
        file("conftest.py", Role::Support, fake),
        file("test_shape.py", Role::Test, TESTS),
    ];
    let mut beside = alone.clone();
    beside.push(file("other.py", Role::Code, "def one():\n    return 1\n"));
    beside.push(file(
        "test_other.py",
        Role::Test,
        "from other import one\n\n\ndef test_one():\n    assert one() == 1\n",
    ));

    for (name, files) in [("aside-alone", alone), ("aside-beside", beside)] {
        let (verdict, evidence) = ran(name, files);

        assert!(verdict.reasons.contains(&Reason::Untouched), "{name}: {verdict:?}");
        assert!(codes(&evidence).contains(&"code_replaced"), "{name}: {:?}", evidence.integrity);
    }
}

#[test]
fn code_that_only_a_conftest_imports_has_run() {
    let files = vec![
        file("limits.py", Role::Code, "LOW = 1\nHIGH = 9\n"),
        file("conftest.py", Role::Support, "import limits\n\nassert limits.LOW\n"),
        file(
            "test_limits.py",
            Role::Test,
            "from limits import HIGH, LOW\n\n\ndef test_order():\n    assert HIGH - LOW == 8\n",
        ),
    ];

    let (verdict, evidence) = ran("conftest-imports", files);

    assert_eq!(verdict.word, VerdictWord::Passed, "{verdict:?} {:?}", evidence.integrity);
    assert_eq!(evidence.coverage.unwrap().covered, 2);
}

#[test]
fn what_an_import_may_pass_over_is_not_missed() {
    let files = vec![
        file("pkg/__init__.py", Role::Code, "from pkg import core\n\nextra = 3\n"),
        file(
            "pkg/core.py",
            Role::Code,
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import pkg.extra\n\n\ndef two():\n    return 2\n",
        ),
        file("pkg/extra.py", Role::Code, "VALUE = 1\n"),
        file(
            "test_pkg.py",
            Role::Test,
            "from pkg import core, extra\n\n\ndef test_two():\n    assert core.two() == 2\n\n\ndef test_extra():\n    assert extra == 3\n",
        ),
        file(
            "test_skipped.py",
            Role::Test,
            "import pytest\n\npytest.importorskip('no_such_module')\nimport pkg.extra\n\n\ndef test_never():\n    assert pkg.extra.VALUE == 2\n",
        ),
    ];

    let (verdict, evidence) = ran("passed-over", files);

    assert!(!verdict.reasons.contains(&Reason::Untouched), "{verdict:?} {:?}", evidence.integrity);
    assert!(!codes(&evidence).contains(&"code_replaced"), "{:?}", evidence.integrity);
}

#[test]
fn a_faster_twin_that_the_code_itself_imports_may_answer_for_its_functions() {
    let twin = "def area(width, height):\n    return width * height\n\n\ntry:\n    from math import prod\n    area = lambda *sides: prod(sides)\nexcept ImportError:\n    pass\n";
    let files = vec![file("shape.py", Role::Code, twin), file("test_shape.py", Role::Test, TESTS)];

    let (verdict, evidence) = ran("twin", files);

    assert_eq!(verdict.word, VerdictWord::Passed, "{:?}", evidence.integrity);
    assert!(!codes(&evidence).contains(&"code_replaced"));
}

#[test]
fn what_only_an_older_python_takes_from_a_file_is_not_held_against_its_tests() {
    let choice = "import sys\n\nif sys.version_info < (3, 0):\n    from bag.old import total\nelse:\n    from math import fsum as total\n\n\ndef half(value):\n    return value / 2\n";
    let old = "def total(values):\n    found = 0.0\n    for value in values:\n        found += value\n    return found\n";
    let tests = "from bag import half, total\n\n\ndef test_half():\n    assert half(4) == 2\n\n\ndef test_total():\n    assert total([1, 2]) == 3.0\n";
    let files = vec![
        file("bag/__init__.py", Role::Code, choice),
        file("bag/old.py", Role::Code, old),
        file("test_bag.py", Role::Test, tests),
    ];

    let (verdict, evidence) = ran("older", files);

    assert_eq!(verdict.word, VerdictWord::Passed, "{:?}", evidence.integrity);
    let codes = codes(&evidence);
    assert!(codes.contains(&"never_imported") && !codes.contains(&"vacuous_tests"), "{codes:?}");
}

#[test]
fn modules_that_nobody_tests_are_imported_and_accused_of_nothing() {
    let code = [
        file("bag/__init__.py", Role::Code, ""),
        file("bag/one.py", Role::Code, "def one():\n    return 1\n"),
    ];
    let source = with_suite(code.to_vec(), Missing::AllTests).unwrap();
    let only_imports = is_only_imported(&source);

    let evidence = run(Job { only_imports, ..job_of("imports", source) });

    assert!(only_imports);
    assert_eq!(verdict(&evidence).reasons, [], "{:?}", evidence.integrity);
    assert_eq!(evidence.integrity.state, IntegrityState::Observed);
    let codes = codes(&evidence);
    assert!(codes.contains(&"imports_only") && !codes.contains(&"vacuous_tests"), "{codes:?}");
}

#[test]
fn programs_that_ask_for_something_are_not_called_wrong_for_want_of_it() {
    let guard = "\n\nif __name__ == \"__main__\":\n    main()\n";
    let tool = "import argparse\n\n\ndef main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument(\"file\")\n    print(parser.parse_args().file)\n";
    let usage = "import sys\n\nif len(sys.argv) < 2:\n    print(\"usage: main.py FILE\")\n    sys.exit(1)\nprint(sys.argv)\n";
    for (path, code, reasons, told) in [
        // A tool with a guard can be imported, and that is said.
        ("tool.py", format!("{tool}{guard}"), vec![], ""),
        ("tool.py", "print(input(\"Name: \"))\n".to_owned(), vec![Reason::NoTests], "input"),
        ("tool.py", usage.to_owned(), vec![Reason::NoTests], "arguments"),
        ("main.py", usage.to_owned(), vec![Reason::NoTests], "arguments"),
        ("main.py", format!("{tool}\n\nmain()\n"), vec![Reason::NoTests], "arguments"),
        (
            "main.py",
            "import json\nimport sys\n\nprint(json.load(sys.stdin)[0])\n".to_owned(),
            vec![Reason::NoTests],
            "input",
        ),
        (
            "tool.py",
            "import sys\n\nTOTAL = sum(map(int, sys.stdin)) / 0\n".to_owned(),
            vec![Reason::NoTests],
            "input",
        ),
        // What is wrong otherwise stays so.
        (
            "main.py",
            "import sys\n\nprint(sys.stdin.isatty())\nprint(1 / 0)\n".to_owned(),
            vec![Reason::Tests],
            "division",
        ),
        (
            "main.py",
            "import sys\n\nprint(sys.argv)\nsys.exit(3)\n".to_owned(),
            vec![Reason::Tests],
            "status 3",
        ),
        (
            "tool.py",
            "import sys\n\nprint(sys.argv)\n[][0]\n".to_owned(),
            vec![Reason::Tests],
            "out of range",
        ),
    ] {
        let file = file(path, Role::Code, code.as_str());
        let source = with_suite(vec![file], Missing::AllTests).unwrap();
        let only_imports = is_only_imported(&source);

        let evidence = run(Job { only_imports, ..job_of("asks", source) });

        assert_eq!(verdict(&evidence).reasons, reasons, "{code} {:?}", evidence.tests.cases);
        let message = &evidence.tests.cases[0].message;
        assert!(message.contains(told), "{code} {message}");
        assert!(!codes(&evidence).contains(&"unreached_assertions"), "{code}");
    }
}

#[test]
fn examples_that_were_written_to_be_read_are_not_held_against_a_module() {
    let to_be_read = "    >>> reader = Reader(address)\n    >>> reader.next()\n    1\n";
    let right = "    >>> one()\n    1\n";
    let wrong = "    >>> one()\n    2\n";
    let no_python = "    >>> usage = '''\n    Usage: bag\n";
    let pretended = "    >>> raise SyntaxError('no', ('<doctest one[0]>', 1, 1, ''))\n    1\n";
    for (examples, word) in [
        (vec![to_be_read], VerdictWord::Passed),
        (vec![no_python, right], VerdictWord::Passed),
        (vec![to_be_read, right], VerdictWord::Passed),
        (vec![to_be_read, wrong], VerdictWord::Failed),
        // An example that is Python fails, whatever it says of where it stands.
        (vec![pretended], VerdictWord::Failed),
    ] {
        let function = |(at, example): (usize, &&str)| {
            let name = ["one", "other"][at];
            format!("def {name}():\n    \"\"\"Is one.\n\n{example}    \"\"\"\n    return 1\n\n\n")
        };
        let code: String = examples.iter().rev().enumerate().map(function).collect();
        let code = [file("bag.py", Role::Code, code.as_str())];
        let source = with_suite(code.to_vec(), Missing::AllTests).unwrap();
        let only_imports = is_only_imported(&source);

        let evidence = run(Job { only_imports, ..job_of("to-be-read", source) });

        assert_eq!(verdict(&evidence).word, word, "{:?} {:?}", evidence.tests, evidence.integrity);
    }
}

/// Below `src`, where a module is imported by a shorter name than its path has.
#[test]
fn a_function_of_the_module_that_tests_import_from_is_not_taken_for_another_of_its_name() {
    let files = vec![
        file("src/pkg/__init__.py", Role::Code, ""),
        file(
            "src/pkg/compat.py",
            Role::Code,
            "import sys\n\nif sys.version_info[0] < 3:\n    def b(text):\n        return text\nelse:\n    def b(text):\n        return text.encode()\n",
        ),
        file("src/pkg/stems.py", Role::Code, "def b(base):\n    return len(base) > 2\n"),
        file(
            "test_pkg.py",
            Role::Test,
            "import pkg.stems\nfrom pkg.compat import b\n\n\ndef test_bytes():\n    assert b('a') == b'a'\n",
        ),
    ];

    let (verdict, evidence) = ran("namesakes", files);

    assert_eq!(verdict.word, VerdictWord::Passed, "{:?}", evidence.integrity);
    assert!(!codes(&evidence).contains(&"code_replaced"), "{:?}", evidence.integrity);
}
