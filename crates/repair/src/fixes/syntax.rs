//! Everything that does not parse.

use super::found::Found;
use super::{brackets, foreign, indentation, leftovers, names, quotes, separators};

/// Fixes of a syntax error, the likeliest first.
pub(crate) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    let is_bracket =
        ["never closed", "unmatched", "does not match"].iter().any(|word| message.contains(word));
    if is_bracket {
        brackets::find(found);
    }
    indentation::find(found);
    foreign::find(found);
    quotes::find(found);
    separators::find(found);
    names::slipped(found);
    leftovers::find(found);
    if !is_bracket {
        brackets::find(found);
    }
    leftovers::give_up(found);
}
