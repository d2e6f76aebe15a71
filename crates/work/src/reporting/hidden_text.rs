//! What the files of a revision hide from whoever reads them.
//!
//! The approval page, its refusal and the reports of files name the same things: characters that cannot be seen, and names that are
//! not what they look like. Their number is bounded, because a file may consist of nothing else.

use std::collections::BTreeSet;

use record::domain::hidden::hidden;
use record::domain::lookalike::{lookalikes, trick};
use record::domain::revision::Revision;
use record::domain::source::SourceFile;
use repair::identifiers::identifiers;

/// Most things that are named of one file.
const MAX_NAMED: usize = 8;

/// The things that one file hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenText {
    /// The file.
    pub path: String,
    /// What it hides, in words, each with its line.
    pub named: String,
}

/// Lists the files of a revision that hide something.
pub fn of_revision(revision: &Revision) -> Vec<HiddenText> {
    let files = revision.source.files();
    let parts = files.iter().flat_map(|file| names(file.path.as_str()));
    let plain = parts.filter(|part| part.is_ascii()).collect();
    files.iter().filter_map(|file| of_file(file, &plain)).collect()
}

/// The names in a path, without their endings.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(|part| part.split_once('.').map_or(part, |(name, _)| name))
}

fn of_file(file: &SourceFile, plain: &BTreeSet<&str>) -> Option<HiddenText> {
    let (path, text) = (file.path.to_string(), file.text());
    let in_path = hidden(&path).into_iter().map(|found| format!("{found} of its name"));
    let mut named: Vec<String> =
        in_path.chain(hidden(&text).iter().map(ToString::to_string)).collect();
    let misleading = names(&path).filter(|part| !part.is_ascii());
    let misleading = misleading.filter_map(|part| Some((part, trick(part, plain)?)));
    named.extend(misleading.map(|(part, trick)| format!("{part} of its name {trick}")));
    // Names are those of code; data and prose may mix scripts as they like.
    let is_python = path.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "py" | "pyi"));
    if is_python && !text.is_ascii() {
        named.extend(lookalikes(&identifiers(&text)).iter().map(ToString::to_string));
    }
    if named.is_empty() {
        return None;
    }
    let more = named.len().saturating_sub(MAX_NAMED);
    named.truncate(MAX_NAMED);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    Some(HiddenText { path, named: named.join(", ") })
}

#[cfg(test)]
mod tests {
    use record::domain::role::Role;

    use super::*;

    #[test]
    fn a_file_whose_name_is_taken_for_another_is_named() {
        let file = |path: &str| SourceFile {
            path: path.parse().unwrap(),
            role: Role::Code,
            content: b"x = 1\n".to_vec(),
        };
        let plain: BTreeSet<&str> = ["abc", "copy"].into();
        let told = |path: &str| of_file(&file(path), &plain).map(|hidden| hidden.named);

        let mixed = "\u{430}bc of its name mixes scripts: \u{430} is U+0430";
        assert_eq!(told("pkg/\u{430}bc.py").as_deref(), Some(mixed));
        assert!(
            told("\u{441}\u{43E}\u{440}\u{443}.py")
                .is_some_and(|told| told.contains("looks like copy"))
        );
        assert_eq!(told("сумма.py"), None);
        assert_eq!(told("naïve/é.py"), None);
    }
}
