//! What lies beside the files of an export.
//!
//! People keep a checkpoint or a key where they looked at the record, so a name that is no part of an export breaks nothing. But
//! nothing vouches for it either, and whoever takes it for a part of the record has to be told.

use crate::source::Source;

/// Names that are listed.
const SHOWN_STRANGERS: usize = 10;

/// Names what lies beside the files of an export: nothing there vouches for it, and it breaks nothing.
pub(crate) fn notes(source: &Source) -> Vec<String> {
    let found = source.strangers().unwrap_or_default();
    let mut notes: Vec<String> = found
        .iter()
        .take(SHOWN_STRANGERS)
        .map(|name| format!("{name} is no part of an export: nothing vouches for it."))
        .collect();
    if found.len() > SHOWN_STRANGERS {
        let more = found.len() - SHOWN_STRANGERS;
        notes.push(format!("{more} more names are no part of an export."));
    }
    if source.has_tail() {
        notes.push(
            "Bytes behind the end of the archive belong to no file: nothing vouches for them."
                .to_owned(),
        );
    }
    notes
}
