//! What a suite wrote where its files lie.
//!
//! Plain pytest runs in a folder where everything may be written, and suites of projects use that. What was shown must be what
//! ran all the same: a program or a setting that is no longer the one that was laid out breaks the evidence, and data that changed may be
//! expectations that the code wrote itself.

use crate::evidence::transcript::Transcript;
use crate::frame::Changed;
use record::domain::digest::Digest;
use record::domain::evidence::{Finding, IntegrityState};
use record::domain::pytest::SETTINGS;
use record::domain::role::Role;
use record::domain::source::Source;

/// Most names in a finding.
const MOST: usize = 20;

/// The findings, and the best grade that is left.
pub(crate) fn written(source: &Source, changed: &Changed) -> (Vec<Finding>, IntegrityState) {
    let is_program = |path: &&String| {
        let found = source.files().iter().find(|file| file.path.as_str() == path.as_str());
        // What stands in for packaging is in no proposal.
        found.is_none_or(|file| {
            let name = path.rsplit('/').next().unwrap_or_default();
            file.role != Role::Support
                || name.rsplit_once('.').is_some_and(|(_, end)| end == "py")
                || SETTINGS.contains(&name)
        })
    };
    let (programs, data): (Vec<&String>, Vec<&String>) = changed.files.iter().partition(is_program);
    // Who writes a file and puts it back has had its word in between: that weakens the evidence all the same.
    let is_as_before = |path: &&String| {
        let found = source.files().iter().find(|file| file.path.as_str() == path.as_str());
        let before = found.map(|file| Digest::of(&file.content));
        before.is_some() && changed.held.get(*path).copied() == before
    };
    let (opened, changed_data): (Vec<&String>, Vec<&String>) =
        data.iter().partition(|path| is_as_before(path));
    let beside: Vec<&String> = changed.beside.iter().collect();
    let best = match (programs.is_empty(), data.is_empty()) {
        (false, _) => IntegrityState::Broken,
        (true, false) => IntegrityState::Observed,
        (true, true) => IntegrityState::Confirmed,
    };
    let told = [
        (
            "sources_changed",
            "programs or settings were changed or removed while tests ran",
            programs,
        ),
        (
            "data_changed",
            "data was changed or removed while tests ran, so it may be the code's own word",
            changed_data,
        ),
        (
            "data_opened",
            "data was open for writing, or written and put back, while tests ran; in the end it holds what it held before",
            opened,
        ),
        ("files_written", "these were written beside the sources while tests ran", beside),
    ];
    let finding = |(code, words, paths): (&str, &str, Vec<&String>)| {
        let paths: Vec<&str> = paths.into_iter().map(String::as_str).take(MOST).collect();
        (!paths.is_empty()).then(|| Finding {
            code: code.to_owned(),
            message: format!("{words}: {}", paths.join(", ")),
        })
    };
    (told.into_iter().filter_map(finding).collect(), best)
}

/// Names the tests that wanted to write beside the sources, which stay as they were shown.
pub(crate) fn sealed(transcript: &Transcript) -> Option<Finding> {
    let is_sealed = |message: &str| message.contains("[Errno 30] Read-only file system");
    let wrote = transcript.reported.iter().map(|test| &test.case);
    let wrote = wrote.filter(|case| is_sealed(&case.message)).map(|case| case.id.as_str());
    let wrote: Vec<&str> = wrote.take(MOST).collect();
    (!wrote.is_empty()).then(|| Finding {
        code: "read_only_sources".to_owned(),
        message: format!(
            "these write where nothing may change, as in the project's own folder; tmp_path may be written: {}",
            wrote.join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use record::domain::source::SourceFile;

    #[test]
    fn programs_break_the_evidence_and_data_weakens_it() {
        let file = |(path, role): (&str, Role)| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: b"x = 1\n".to_vec(),
        };
        let files = [
            ("a.py", Role::Code),
            ("test_a.py", Role::Test),
            ("conftest.py", Role::Support),
            ("data/tox.ini", Role::Support),
            ("data/a.json", Role::Support),
            ("data/b.json", Role::Support),
        ];
        let source = Source::new(files.map(file).to_vec()).unwrap();
        let held = BTreeMap::from([("data/b.json".to_owned(), Digest::of(b"x = 1\n"))]);
        let of = |paths: &[&str]| {
            let files = paths.iter().map(|path| (*path).to_owned()).collect();
            let changed = Changed { files, held: held.clone(), beside: Vec::new() };
            let (found, best) = written(&source, &changed);
            (found.into_iter().map(|one| one.code).collect::<Vec<_>>(), best)
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();

        assert_eq!(of(&[]), (vec![], IntegrityState::Confirmed));
        assert_eq!(of(&["data/a.json"]), (words(&["data_changed"]), IntegrityState::Observed));
        assert_eq!(of(&["data/b.json"]), (words(&["data_opened"]), IntegrityState::Observed));
        for path in ["a.py", "test_a.py", "conftest.py", "data/tox.ini", "a-1.dist-info/METADATA"] {
            assert_eq!(
                of(&[path]),
                (words(&["sources_changed"]), IntegrityState::Broken),
                "{path}"
            );
        }
        let both = words(&["sources_changed", "data_changed"]);
        assert_eq!(of(&["a.py", "data/a.json"]), (both, IntegrityState::Broken));
    }
}
