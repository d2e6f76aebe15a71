//! Builds the acts of applications.
//!
//! The entry of a start holds the digest of the whole order, so that row and record can be held against each other; the entry of an
//! end says how, and whether the engine that began it still lived.

use record::domain::act::Act;
use record::domain::application::{Ending, Order};
use record::domain::digest::Digest;
use record::domain::source_path::SourcePath;

use crate::contract::acts::revision_subject;

/// Longest text in an entry, in characters.
const MAX_TEXT_CHARS: usize = 2_000;
/// Most paths that an entry names.
const MAX_PATHS: usize = 32;

/// How an application ended, for its entry.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The entry by which it started.
    pub started: u64,
    /// How.
    pub ending: Ending,
    /// Whether another engine ended it.
    pub by: EndedBy,
    /// Why it was taken back.
    pub cause: Option<String>,
    /// Paths that others changed meanwhile and that lie as they left them.
    pub left: Vec<SourcePath>,
}

/// Who ended an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// The engine that began it.
    Itself,
    /// A later one.
    Recovery,
}

/// Completes the act of an application that starts; `act` says who starts it.
pub fn started(act: Act, order: &Order, digest: Digest) -> Act {
    let paths = order.files.as_ref().map_or(0, |files| files.steps.len());
    act.about(revision_subject(&order.proposal, order.revision, order.content_hash))
        .with("target", order.target())
        .with("place", clipped(&order.place))
        .with("paths", paths)
        .with("order_digest", digest.to_string())
        .with("undoes", order.undoes)
}

/// Completes the act of an application that ends.
pub fn finished(act: Act, order: &Order, ended: &Ended) -> Act {
    let left: Vec<&str> = ended.left.iter().take(MAX_PATHS).map(SourcePath::as_str).collect();
    act.about(revision_subject(&order.proposal, order.revision, order.content_hash))
        .with("started", ended.started)
        .with("outcome", ended.ending.word())
        .with("recovered", (ended.by == EndedBy::Recovery).then_some(true))
        .with("cause", ended.cause.as_deref().map(clipped))
        .with("left", (!left.is_empty()).then_some(left))
}

fn clipped(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}
