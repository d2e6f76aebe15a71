//! Suites of projects that write where their files lie, and what that is worth.

use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::Keep;

use crate::sandbox::support::{file, home, job_of, run, verdict};

pub(super) const CODE: &str = "def double(number):\n    return 2 * number\n";
const TESTS: &str = "import pathlib\n\nfrom subject import double\n\nHERE = pathlib.Path(__file__).parent\n\n\ndef test_double():\n    assert double(3) == 6\n";

/// A test that writes beside the files.
pub(super) const WRITES: &str = "\n\ndef test_out():\n    out = HERE / 'tmp'\n    out.mkdir()\n    (out / 'a.txt').write_text('x')\n    assert (out / 'a.txt').read_text() == 'x'\n    (out / 'b.txt').write_text('y')\n    (out / 'b.txt').unlink()\n";

/// A project that has something beside its code and its tests, with more tests.
pub(super) fn project(code: &str, more: &str) -> Source {
    let tests = format!("{TESTS}{more}");
    let files = vec![
        file("src/subject.py", Role::Code, code),
        file("tests/test_subject.py", Role::Test, tests.as_str()),
        file("tests/conftest.py", Role::Support, ""),
        file("tests/data/sample.txt", Role::Support, "one"),
        file("pytest.ini", Role::Support, "[pytest]\n"),
    ];
    Source::new(files).unwrap()
}

/// Runs it in a jail of its own, then in a box that waited; both tell the same.
fn ran(name: &str, code: &str, more: &str) -> Evidence {
    let [cold, warm] = [true, false].map(|fresh| {
        let mut job = job_of(&format!("{name}-{fresh}"), project(code, more));
        job.fresh = fresh;
        run(job)
    });
    assert_eq!(cold.integrity, warm.integrity, "{name}");
    warm
}

fn told<'e>(evidence: &'e Evidence, code: &str) -> Option<&'e str> {
    let found = evidence.integrity.findings.iter().find(|one| one.code == code);
    found.map(|one| one.message.as_str())
}

#[test]
fn a_suite_may_write_beside_its_files_and_is_told() {
    let evidence = ran("beside", CODE, WRITES);

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
    let said = told(&evidence, "files_written").unwrap();
    assert!(said.ends_with(": tests/tmp/a.txt"), "{said}");
    assert!(evidence.integrity.state > IntegrityState::Observed, "{:?}", evidence.integrity);
}

#[test]
fn a_suite_of_a_project_runs_in_the_folder_where_its_files_lie() {
    let more = "\n\ndef test_here():\n    import os\n    assert os.path.abspath('tests/data/sample.txt') == str(HERE / 'data/sample.txt')\n    pathlib.Path('out.txt').write_text('x')\n    assert (HERE.parent / 'out.txt').read_text() == 'x'\n";

    let evidence = ran("here", CODE, more);

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
    assert!(told(&evidence, "files_written").unwrap().ends_with(": out.txt"));
}

/// The suite lays a link where a folder of the sources would be copied to: nothing is written through it.
#[test]
fn a_kept_box_holds_what_a_project_wrote_and_nothing_goes_through_its_links() {
    let outside = tempfile::tempdir().unwrap();
    let more = format!(
        "\n\ndef test_kept():\n    import os, shutil\n    pathlib.Path('out.txt').write_text('x')\n    \
         home = pathlib.Path(os.environ['HOME'])\n    shutil.rmtree(home / 'tests')\n    \
         (home / 'tests').symlink_to({:?})\n",
        outside.path()
    );
    let mut job = job_of("kept-project", project(CODE, &more));
    job.keep = Keep::Box(home().join("boxes"));
    let folder = home().join("boxes").join(job.execution.as_str());
    std::fs::remove_dir_all(&folder).ok();

    let evidence = run(job);

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
    assert_eq!(std::fs::read_to_string(folder.join("out.txt")).unwrap(), "x");
    assert_eq!(std::fs::read_to_string(folder.join("src/subject.py")).unwrap(), CODE);
    assert!(folder.join("tests").is_symlink());
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

/// Whatever is done to them: nobody can set the time of a change, and what is put back is another file.
#[test]
fn data_that_is_written_over_is_worth_no_more_than_its_word() {
    let ways = [
        ("data_changed", "(HERE / 'data/sample.txt').write_text('two')"),
        (
            "data_opened",
            "path = HERE / 'data/sample.txt'\n    text = path.read_text()\n    path.unlink()\n    path.write_text(text)",
        ),
        ("data_opened", "import os\n    os.utime(HERE / 'data/sample.txt', (1, 1))"),
        (
            "data_opened",
            "import shutil\n    shutil.copytree(HERE / 'data', HERE / 'copy')\n    shutil.rmtree(HERE / 'data')\n    (HERE / 'copy').rename(HERE / 'data')",
        ),
        (
            "data_changed",
            "import shutil\n    shutil.copytree(HERE / 'data', '/tmp/copy')\n    shutil.rmtree(HERE / 'data')\n    (HERE / 'data').symlink_to('/tmp/copy')",
        ),
    ];
    for (number, (code, way)) in ways.into_iter().enumerate() {
        let evidence =
            ran(&format!("data-{number}"), CODE, &format!("\n\ndef test_data():\n    {way}\n"));

        let said = told(&evidence, code).unwrap_or_default();
        assert!(said.ends_with(": tests/data/sample.txt"), "{way}: {:?}", evidence.integrity);
        assert_eq!(evidence.integrity.state, IntegrityState::Observed, "{way}");
        assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{way}: {:?}", evidence.tests);
    }
}

#[test]
fn code_that_changes_what_was_shown_never_passes() {
    let places = ["src/subject.py", "tests/test_subject.py", "tests/conftest.py", "pytest.ini"];
    for (number, place) in places.into_iter().enumerate() {
        let code = format!(
            "import pathlib\n\nplace = pathlib.Path(__file__).parents[1] / '{place}'\ntext = place.read_text()\nplace.write_text('')\nplace.write_text(text)\n\n\n{CODE}"
        );

        let evidence = ran(&format!("program-{number}"), &code, "");

        let said = told(&evidence, "sources_changed").unwrap_or_default();
        assert!(said.ends_with(&format!(": {place}")), "{place}: {:?}", evidence.integrity);
        assert_eq!(evidence.integrity.state, IntegrityState::Broken, "{place}");
        assert!(verdict(&evidence).reasons.contains(&Reason::Integrity), "{place}");
    }
}

/// An interpreter takes a compiled file that fits for the text: whoever decides sees that there is one.
#[test]
fn compiled_files_that_are_put_beside_a_text_are_told() {
    let code = format!(
        "import pathlib\n\nplace = pathlib.Path(__file__).parents[1] / 'tests/__pycache__'\nplace.mkdir(exist_ok=True)\n(place / 'test_subject.cpython-311.pyc').write_bytes(b'')\n\n\n{CODE}"
    );

    let evidence = ran("compiled", &code, "");

    let said = told(&evidence, "files_written").unwrap_or_default();
    assert!(said.ends_with("__pycache__/test_subject.cpython-311.pyc"), "{said}");
}

/// The layer has bounds of its own, and no way out of the box.
#[test]
fn what_is_written_there_is_bounded() {
    let more = "\n\ndef test_full():\n    import pytest\n    with pytest.raises(OSError):\n        with open(HERE / 'big', 'wb') as file:\n            for _ in range(4000):\n                file.write(bytes(1 << 20))\n    (HERE / 'big').unlink()\n";

    let evidence = ran("bounded", CODE, more);

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
}
