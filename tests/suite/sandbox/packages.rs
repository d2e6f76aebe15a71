//! Packages that a proposal declares, installed where the owner allows it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::sandbox::support::{home as shared, set_up};
use crate::surfaces::process::{Finished, Home};

const CODE: &str = "# /// script\n# dependencies = [\"inflection==0.5.1\"]\n# ///\nimport inflection\n\n\ndef plural(word):\n    return inflection.pluralize(word)\n";
const TESTS: &str = "import subprocess\nimport sys\n\nfrom subject import plural\n\n\ndef test_plural():\n    assert plural('house') == 'houses'\n\n\ndef test_program():\n    words = [sys.executable, '-c', 'import inflection; print(inflection.__version__)']\n    done = subprocess.run(words, capture_output=True, text=True)\n    assert done.stdout == '0.5.1\\n'\n    assert plural('cat') == 'cats'\n";

fn run(home: &Home, allowed: &str, words: &[&str]) -> Finished {
    asked(home, allowed, &[&["sandbox-code", "@"], words].concat())
}

fn asked(home: &Home, allowed: &str, words: &[&str]) -> Finished {
    asked_with(home, allowed, ("SARAPHINA_LINTER", "ruff"), words)
}

fn asked_with(home: &Home, allowed: &str, also: (&str, &str), words: &[&str]) -> Finished {
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    // What tells installers of proxies, certificates and indexes is handed on.
    let told = std::env::vars().filter(|(name, _)| !name.starts_with("SARAPHINA_"));
    command.envs(told).env("SARAPHINA_PACKAGES", allowed).env("SARAPHINA_LINTER", "ruff");
    command.env(also.0, also.1).args(words).arg("--json");
    home.finish(command, b"")
}

fn data(finished: &Finished) -> Value {
    let answer: Value =
        serde_json::from_str(&finished.out).unwrap_or_else(|_| panic!("{finished:?}"));
    answer["data"].clone()
}

fn finding(data: &Value, code: &str) -> String {
    let findings = data["integrity"]["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["code"] == code);
    found.map_or_else(String::new, |found| found["message"].as_str().unwrap().to_owned())
}

/// A home with a proposal that declares a package.
fn declaring() -> Home {
    holding(CODE, TESTS)
}

fn holding(code: &str, tests: &str) -> Home {
    set_up();
    let home = Home::new();
    fs::create_dir(home.path()).unwrap();
    symlink(shared().join("toolchain"), home.path().join("toolchain")).unwrap();
    home.put("subject.py", code);
    home.put("test_subject.py", tests);
    let stored =
        home.saraphina(&["propose-code", "--code", "subject.py", "--tests", "test_subject.py"]);
    assert_eq!(stored.code, Some(0), "{stored:?}");
    home
}

#[test]
fn declared_packages_are_there_when_the_owner_allows_them_and_named_when_not() {
    let home = declaring();

    let never = run(&home, "never", &[]);
    let told = home.saraphina(&["report-code", "@"]);
    let refused = run(&home, "never", &["--install"]);
    let asked = run(&home, "ask", &[]);
    let report = home.saraphina(&["report-code", "@"]);
    let question = run(&home, "ask", &["--install"]);
    let still = run(&home, "ask", &[]);
    let others = run(&home, "six idna", &[]);
    let named = run(&home, "inflection", &[]);
    let again = run(&home, "ask", &[]);

    assert_eq!(finding(&data(&never), "missing_package"), "the sandbox has no package inflection");
    let first =
        "saraphina config set SARAPHINA_PACKAGES ask  lets you have declared packages installed";
    assert!(told.out.contains(first) && !told.out.contains("auto-refine"), "{told:?}");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert_eq!(data(&asked)["verdict"], "failed");
    assert!(report.out.contains(" --install  shows the packages"), "{report:?}");
    assert_eq!(
        (question.code, data(&still)["verdict"].as_str()),
        (Some(5), Some("failed")),
        "{question:?}"
    );
    let shown = &question.out;
    assert!(
        ["inflection", "0.5.1", "MIT License", "KiB", "--expect"]
            .iter()
            .all(|word| shown.contains(word)),
        "{shown}"
    );
    let lacking = |finished: &Finished| finding(&data(finished), "packages_not_installed");
    assert_eq!(lacking(&asked), "inflection==0.5.1: /sandbox-code --install has them installed");
    assert_eq!(lacking(&others), "inflection==0.5.1: SARAPHINA_PACKAGES does not name inflection");
    for finished in [named, again] {
        let data = data(&finished);
        assert_eq!(data["verdict"], "passed", "{finished:?}");
        assert_eq!(data["environment"]["package_inflection"], "0.5.1");
        let told = finding(&data, "packages_installed");
        assert!(told.starts_with("inflection 0.5.1 (MIT"), "{told}");
    }
}

#[test]
fn the_owners_word_on_exactly_what_was_shown_lets_a_list_be_used() {
    let home = declaring();
    let question = run(&home, "ask", &["--install"]);
    let error: Value = serde_json::from_str(&question.out).unwrap();
    let hint = error["error"]["hints"][0].as_str().unwrap();
    let digest = hint.split_once("--expect ").unwrap().1.trim_end_matches("`.").to_owned();

    let other = run(&home, "ask", &["--install", "--yes", "--expect", &"0".repeat(64)]);
    let installed = run(&home, "ask", &["--install", "--yes", "--expect", &digest]);
    let later = run(&home, "ask", &[]);

    assert_ne!(other.code, Some(0), "{other:?}");
    for finished in [installed, later] {
        assert_eq!(data(&finished)["verdict"], "passed", "{finished:?}");
    }
}

#[test]
fn a_package_that_nothing_declares_has_a_step_to_declare_it() {
    let home = holding(&CODE.replace("# dependencies", "# other"), TESTS);

    let finished = run(&home, "never", &[]);
    let told = home.saraphina(&["report-code", "@"]);

    assert_eq!(data(&finished)["verdict"], "failed", "{finished:?}");
    let named = "neither the project nor the sandbox has a module inflection";
    assert_eq!(finding(&data(&finished), "missing_package"), named);
    let step =
        " --file requirements.txt  declares the package that brings it, if one does: look it up";
    assert!(told.out.contains(step), "{told:?}");
    assert!(!told.out.contains("auto-refine"), "{told:?}");
}

/// pytest names the fixture, and nothing else tells whose it is.
#[test]
fn a_plug_in_that_a_fixture_needs_has_the_same_steps_as_a_package() {
    let code = "# /// script\n# dependencies = [\"pytest-mock\"]\n# ///\ndef double(number):\n    return 2 * number\n";
    let tests =
        "from subject import double\n\n\ndef test_double(mocker):\n    assert double(3) == 6\n";
    let home = holding(code, tests);

    let finished = run(&home, "never", &[]);
    let told = home.saraphina(&["report-code", "@"]);

    let data = data(&finished);
    let named = "the sandbox has no package pytest-mock, a plug-in of pytest";
    assert_eq!(finding(&data, "missing_package"), named);
    assert_eq!(
        finding(&data, "packages_not_installed"),
        "pytest-mock: SARAPHINA_PACKAGES is never"
    );
    let first =
        "saraphina config set SARAPHINA_PACKAGES ask  lets you have declared packages installed";
    assert!(told.out.contains(first) && !told.out.contains("auto-refine"), "{told:?}");
}

/// Whoever declared it would install what a stranger published under that name.
#[test]
fn a_module_that_lies_elsewhere_in_the_project_is_never_to_be_declared() {
    let home = holding("def double(number):\n    return 2 * number\n", TESTS);
    fs::create_dir_all(home.folder().join("shop/shop/tests")).unwrap();
    home.put("shop/shop/__init__.py", "");
    home.put("shop/shop/tests/__init__.py", "");
    home.put("shop/shop/tests/helping.py", "THREE = 3\n");
    let tests = "from helping import THREE\n\nimport shop\n\n\ndef test_shop():\n    assert shop and THREE == 3\n";
    home.put("shop/shop/tests/test_shop.py", tests);
    let stored = home.saraphina(&["propose-code", "--folder", "shop"]);
    assert_eq!(stored.code, Some(0), "{stored:?}");

    let finished = run(&home, "never", &[]);
    let told = home.saraphina(&["report-code", "@"]);

    let place = finding(&data(&finished), "module_elsewhere");
    assert!(place.ends_with("the project has shop/tests/helping.py"), "{finished:?}");
    assert!(!told.out.contains("requirements.txt"), "{told:?}");
    assert!(told.out.contains(" --file pytest.ini  gives it settings"), "{told:?}");
}

/// pytest-asyncio calls its plug-in asyncio, as the standard library calls a module.
#[test]
fn plug_ins_of_pytest_among_the_packages_are_loaded() {
    let code = "async def double(number):\n    return 2 * number\n";
    let tests = "# /// script\n# dependencies = [\"pytest-asyncio\"]\n# ///\nimport asyncio\n\nimport pytest\n\nfrom subject import double\n\n\n@pytest.mark.asyncio\nasync def test_double():\n    await asyncio.sleep(0)\n    assert await double(3) == 6\n";
    let home = holding(code, tests);

    let named = "pytest-asyncio pytest iniconfig packaging pluggy pygments typing-extensions";
    let finished = run(&home, named, &[]);

    let data = data(&finished);
    assert_eq!(
        (data["verdict"].as_str(), &data["tests"]["passed"]),
        (Some("passed"), &Value::from(1)),
        "{finished:?}"
    );
}

/// One package that would have to be built keeps the others from nothing, and is named before the owner agrees and after.
#[test]
fn a_package_without_a_wheel_is_left_out_and_named() {
    let code = CODE.replace("\"inflection==0.5.1\"", "\"inflection==0.5.1\", \"docopt==0.6.2\"");
    let home = holding(&code, TESTS);

    let question = run(&home, "ask", &["--install"]);
    let finished = run(&home, "inflection", &[]);

    let wanted = "Not installed, since no wheel fits: docopt==0.6.2";
    assert!(question.out.contains(wanted), "{question:?}");
    let data = data(&finished);
    assert_eq!(data["verdict"], "passed", "{finished:?}");
    assert_eq!(finding(&data, "packages_left_out"), "no wheel fits docopt==0.6.2");
}

/// Who makes the wheel that was missing and asks again is shown a list with it.
#[test]
fn a_wheel_that_was_made_since_is_found_when_the_owner_asks_again() {
    let code = CODE.replace("\"inflection==0.5.1\"", "\"inflection==0.5.1\", \"docopt==0.6.2\"");
    let code = code.replace("import inflection", "import docopt\nimport inflection");
    let home = holding(&code, TESTS);
    let without = run(&home, "inflection docopt", &[]);
    let told = home.saraphina(&["report-code", "@"]);
    let wheels = tempfile::tempdir().unwrap();
    make_wheel(wheels.path());
    let links = ("UV_FIND_LINKS", wheels.path().to_str().unwrap());
    let install = ["sandbox-code", "@", "--install"];

    let question = asked_with(&home, "ask", links, &install);
    let error: Value = serde_json::from_str(&question.out).unwrap();
    let hint = error["error"]["hints"][0].as_str().unwrap();
    let digest = hint.split_once("--expect ").unwrap().1.trim_end_matches("`.").to_owned();
    let agreed = [&install[..], &["--yes", "--expect", &digest]].concat();
    let with = asked_with(&home, "ask", links, &agreed);
    let later = run(&home, "ask", &["--install"]);

    assert_eq!(data(&without)["verdict"], "failed");
    assert!(told.out.contains("looks again, once you have made the missing wheel"), "{told:?}");
    assert!(question.out.contains("docopt 0.6.2"), "{question:?}");
    for finished in [with, later] {
        assert_eq!(data(&finished)["verdict"], "passed", "{finished:?}");
        assert_eq!(finding(&data(&finished), "packages_left_out"), "");
    }
}

/// Puts a wheel of docopt 0.6.2 into a folder, with nothing in it but its name.
#[expect(clippy::disallowed_methods, reason = "a wheel is an archive, which Python makes")]
fn make_wheel(folder: &Path) {
    let about = folder.join("docopt-0.6.2.dist-info");
    fs::create_dir(&about).unwrap();
    let files = [
        ("METADATA", "Metadata-Version: 2.1\nName: docopt\nVersion: 0.6.2\n"),
        (
            "WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
        (
            "RECORD",
            "docopt.py,,\ndocopt-0.6.2.dist-info/METADATA,,\ndocopt-0.6.2.dist-info/WHEEL,,\ndocopt-0.6.2.dist-info/RECORD,,\n",
        ),
    ];
    for (name, text) in files {
        fs::write(about.join(name), text).unwrap();
    }
    fs::write(folder.join("docopt.py"), "").unwrap();
    let words = ["-m", "zipfile", "-c", "docopt-0.6.2-py3-none-any.whl", "docopt.py"];
    let mut made = Command::new("python3");
    made.args(words).arg("docopt-0.6.2.dist-info").current_dir(folder);
    assert!(made.status().unwrap().success());
}

#[test]
fn a_package_that_only_the_linter_needs_is_declared_or_told() {
    let code = "import tomlkit\n\n\ndef load(text):\n    return tomlkit.parse(text).unwrap()\n";
    let tests =
        "from subject import load\n\n\ndef test_load():\n    assert load('a = 1') == {'a': 1}\n";
    let script = format!("# /// script\n# dependencies = [\"tomlkit\"]\n# ///\n{code}");
    let found = |code: &str| {
        let home = holding(code, tests);
        let told = data(&run(&home, "never", &[]));
        assert_eq!(told["verdict"], "passed", "{told}");
        finding(&told, "borrowed_packages")
    };

    assert!(found(code).ends_with("missing elsewhere: tomlkit"));
    assert_eq!(found(&script), "");
}

#[test]
fn what_needs_a_package_is_healed_with_it() {
    let body = "def told(word, count):\n    if count > 1:\n        return word\n    return inflection.pluralize(word)\n";
    let code = CODE.split_once("def plural").unwrap().0.to_owned() + body;
    let cases =
        [("house", 1, "house"), ("house", 3, "houses"), ("cat", 2, "cats"), ("cat", 0, "cats")];
    let test = |(number, (word, count, told)): (usize, (&str, i32, &str))| {
        format!("def test_{number}():\n    assert told('{word}', {count}) == '{told}'\n\n\n")
    };
    let tests: String = cases.into_iter().enumerate().map(test).collect();
    let home = holding(&code, &format!("from subject import told\n\n\n{tests}"));
    let broken = run(&home, "inflection", &[]);

    let healed = asked(&home, "inflection", &["heal-code", "@"]);

    assert_eq!(data(&broken)["verdict"], "failed");
    assert_eq!(healed.code, Some(0), "{healed:?}");
    assert_eq!(data(&healed)["verdict"], "passed", "{healed:?}");
}
