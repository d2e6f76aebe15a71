//! Reads what a request names, and what it only tells in detail or before.
//!
//! `search.rs` weighs words by it: many details make a thing no other thing.

use crate::knowledge::words::{Word, words};
use record::domain::preamble::preamble;

/// Weight of the words after `that`, `with`, `for` … against those before.
pub(super) const DETAIL: f32 = 0.5;
/// Words that end the naming of a thing and begin its details.
const DETAILS_BEGIN: &[&str] = &[
    "that",
    "which",
    "with",
    "for",
    "using",
    "so",
    "where",
    "when",
    "without",
    "and",
    "but",
    "plus",
    "ignoring",
    "including",
    "excluding",
    "accept",
    "should",
    "i",
];
/// The words of a request: those that name the thing weigh more than its details and than what was said before.
pub(super) fn weighted_words(request: &str) -> Vec<(Word, f32)> {
    let (before, request) = request.split_at(preamble(request));
    let (named, after) = request.split_at(end_of_name(request));
    let named = words(named);
    let details = [before, after].map(words).concat().into_iter();
    let details = details.filter(|word| !named.contains(word)).map(|word| (word, DETAIL));
    named.iter().cloned().map(|word| (word, 1.0)).chain(details).collect()
}

/// Writes out what is often written short.
pub(super) fn spelt_out(request: &str) -> String {
    request.replace("w/o ", "without ")
}

/// Tells whether a request asks what something is, and not for code.
pub(super) fn is_question(request: &str) -> bool {
    let lower = request.trim_start().to_lowercase();
    ["what is ", "what's ", "who ", "why "].iter().any(|begin| lower.starts_with(begin))
}

/// Where the naming of a thing ends and its details begin.
fn end_of_name(request: &str) -> usize {
    let (mut at, mut is_named) = (0, false);
    for part in request.split_inclusive(char::is_whitespace) {
        let word = part.trim().trim_end_matches([',', ';', ':']).to_lowercase();
        if is_named && DETAILS_BEGIN.contains(&word.as_str()) {
            return at;
        }
        at += part.len();
        is_named = is_named || words(part).iter().any(Word::is_a_wish);
        if is_named && part.trim_end().ends_with([':', '.', ';', '?']) {
            return at;
        }
    }
    request.len()
}
