//! Reads what a request names, and what it only tells in detail or before.
//!
//! `search.rs` weighs words by it: many details make a thing no other thing.

use crate::knowledge::words::{Word, words};

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
/// First words of somebody who tells of himself before he comes to what he wants.
const SPEAKERS: &[&str] = &["hey", "hi", "hello", "i", "my", "we", "our", "so", "ok", "okay"];
/// Words after which he does.
const WISHES: &[&str] = &[
    " want ",
    " wants ",
    " need ",
    " needs ",
    " looking for ",
    " would like ",
    " can you ",
    " could you ",
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

/// Where somebody who tells of himself first comes to what he wants.
fn preamble(request: &str) -> usize {
    let lower = request.to_ascii_lowercase();
    let first = lower.split(|symbol: char| !symbol.is_alphanumeric()).find(|word| !word.is_empty());
    if !first.is_some_and(|first| SPEAKERS.contains(&first)) {
        return 0;
    }
    let begins = |wish: &&str| Some(lower.find(*wish)? + wish.len());
    WISHES.iter().filter_map(begins).min().unwrap_or_default()
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
