//! Lays out what a terminal asks before it signs for a page.
//!
//! It shows the six digits, what the command itself would ask, and every word that the page put into the statement: an owner
//! signs nothing that was not on this screen.

use serde_json::Value;

use crate::surfaces::http::signing::view::{ForSigning, RequestView, spaced};
use record::domain::digest::Digest;
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::page::{Block, Cell, Page, Tone};

/// Puts the phrase before what the command itself asks; a command that asks nothing shows what is signed.
pub fn question(request: &RequestView, signing: &ForSigning) -> Confirmation {
    let phrase = spaced(&request.phrase);
    let head = Page::new().fields([
        ("Phrase", Cell::toned(phrase.clone(), Tone::Strong)),
        ("Asked by", Cell::from(request.owner.as_str())),
        ("Asked at", Cell::from(request.created_at.as_str())),
    ]);
    let votes = request.votes.iter().map(|vote| {
        let words = format!("{} said {} (entry {})", vote.reviewer, vote.decision, vote.seq);
        Cell::from(words)
    });
    let head =
        if request.votes.is_empty() { head } else { head.block(Block::List(votes.collect())) };
    let words = words(&request.statement);
    if let Some(asked) = &signing.confirmation {
        let question = format!("{} The page shows {phrase}", asked.question);
        let page = head.then(asked.page.clone()).then(words);
        return Confirmation { page, question, ..asked.clone() };
    }
    let page = head
        .fields([
            ("Decision", Cell::from(request.command.as_str())),
            ("Proposal", Cell::from(request.proposal_id.as_str())),
            ("Revision", Cell::from(request.revision.to_string())),
            ("Content", Cell::from(request.content_hash.as_str())),
        ])
        .then(words)
        .block(Block::Document(format!("{}\n", laid_out(&request.statement))));
    Confirmation {
        question: format!("Sign exactly this? The page shows {phrase}"),
        wanted: Wanted::Yes,
        content_hash: Digest::of_hex(request.content_hash.as_bytes()).unwrap_or(Digest::of(&[])),
        shown_digest: page.digest(),
        page,
    }
}

/// The words of a statement that somebody typed on the page: whoever signs puts their name to them.
fn words(statement: &str) -> Page {
    let statement: Value = serde_json::from_str(statement).unwrap_or_default();
    let said = |name: &str| {
        let text = statement.pointer(&format!("/predicate/{name}"))?.as_str()?;
        Some(Cell::toned(format!("you sign this {name}: {text}"), Tone::Warn))
    };
    let said: Vec<Cell> = ["reason", "comment"].into_iter().filter_map(said).collect();
    if said.is_empty() { Page::new() } else { Page::new().block(Block::List(said)) }
}

/// A statement with a line for each of its fields.
fn laid_out(statement: &str) -> String {
    let read: Result<Value, _> = serde_json::from_str(statement);
    read.and_then(|read| serde_json::to_string_pretty(&read))
        .unwrap_or_else(|_| statement.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_are_signed_are_told() {
        let words = words(r#"{"predicate":{"decision":"rejected","comment":"<b>","reason":null}}"#);

        let told = Cell::toned("you sign this comment: <b>", Tone::Warn);
        assert_eq!(words.blocks, [Block::List(vec![told])]);
    }
}
