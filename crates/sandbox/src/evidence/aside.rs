//! Tests that the code under test kept from deciding.
//!
//! A test may skip itself, or expect to fail, and its file says so to whoever decides. Code that raises what has the same effect
//! turns a red test aside. It is known by where it was raised, and for certain by files that say nothing of the kind.

use crate::evidence::transcript::Transcript;
use record::domain::evidence::{Finding, IntegrityState, TestOutcome};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// Most that are named in the finding.
const MOST_NAMED: usize = 20;
/// What a file says that has tests skipped, or files of tests left out, or failures expected.
const SKIPS: [&str; 3] = ["skip", "ignore", "norecurse"];
const EXPECTS: [&str; 2] = ["xfail", "expectedfailure"];
/// What has pytest look at some places only.
const PLACES: [&str; 2] = ["testpaths", "addopts"];
/// What has single tests left out: options of pytest, or a hook.
const DESELECTS: [&str; 3] = ["deselect", "-m", "-k"];

/// Tells of tests that were turned aside by the code, and the best grade of a run in which they were.
///
/// Plug-ins among the packages may turn tests aside too, so with packages only the place counts.
pub(crate) fn by_code(
    source: &Source,
    transcript: &Transcript,
    has_packages: bool,
) -> Option<(Finding, IntegrityState)> {
    if transcript.is_whole() {
        return None;
    }
    let code = || source.files().iter().filter(|file| file.role == Role::Code);
    let says = |words: &[&str]| {
        let mut others = source.files().iter().filter(|file| has_effect(file));
        others.any(|file| {
            let text = file.text().to_lowercase();
            words.iter().any(|word| text.contains(word))
        })
    };
    let unsaid = |words: &[&str]| !has_packages && !says(words);
    let (unskipped, unexpected) = (unsaid(&SKIPS), unsaid(&EXPECTS));
    let unchosen = unsaid(&DESELECTS);
    let unnamed = unskipped && unsaid(&PLACES);
    // Doctests stand in the code, and so do their words.
    let is_of_code = |id: &str| code().any(|file| id.starts_with(file.path.as_str()));
    let certain = |id: &str, outcome: TestOutcome| match outcome {
        TestOutcome::Skipped => unskipped && !is_of_code(id),
        TestOutcome::Xfailed => unexpected && !is_of_code(id),
        _ => false,
    };
    let raised = |why: &str| code().any(|file| why.contains(&format!("/{}'", file.path)));
    let tests = transcript.reported.iter().map(|test| {
        let id = test.case.id.as_str();
        // A file that is both says itself which of its tests are turned aside.
        let is_told = transcript.aside.contains(id) && !is_of_code(id);
        (id, certain(id, test.case.outcome), is_told)
    });
    let files = transcript.left_out.iter();
    let files = files.map(|(path, why)| {
        let is_unsaid = if path.contains("::") { unchosen } else { unnamed };
        (path.as_str(), is_unsaid, raised(why))
    });
    let found: Vec<_> = tests.chain(files).filter(|(_, sure, told)| *sure || *told).collect();
    let shown: Vec<&str> = found.iter().map(|(name, ..)| *name).take(MOST_NAMED).collect();
    let message = format!(
        "the code, not the tests, had these skipped or expected to fail: {}",
        shown.join(", ")
    );
    let is_sure = found.iter().any(|(_, sure, _)| *sure);
    let best = if is_sure { IntegrityState::Suspect } else { IntegrityState::Observed };
    let finding = Finding { code: "skipped_by_code".to_owned(), message };
    (!found.is_empty()).then_some((finding, best))
}

/// Whether a file besides the code can have tests turned aside: by what it says to Python or to pytest.
fn has_effect(file: &SourceFile) -> bool {
    let name = file.path.file_name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    file.role == Role::Test
        || file.role == Role::Support && matches!(ending, "py" | "ini" | "toml" | "cfg")
}
