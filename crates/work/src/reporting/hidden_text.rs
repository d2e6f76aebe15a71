//! What the files of a revision hide from whoever reads them.
//!
//! The approval page, its refusal and the reports of files name the same things: characters that cannot be seen, and names that are
//! not what they look like. Their number is bounded, because a file may consist of nothing else.

use record::domain::hidden::hidden;
use record::domain::lookalike::lookalikes;
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
    revision.source.files().iter().filter_map(of_file).collect()
}

fn of_file(file: &SourceFile) -> Option<HiddenText> {
    let (path, text) = (file.path.to_string(), file.text());
    let in_path = hidden(&path).into_iter().map(|found| format!("{found} of its name"));
    let mut named: Vec<String> =
        in_path.chain(hidden(&text).iter().map(ToString::to_string)).collect();
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
