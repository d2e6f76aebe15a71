//! The rooms that are asked about a file that does not parse, in order.
//!
//! Python's message hints at one of them, but it is wrong often enough that all are asked.

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
