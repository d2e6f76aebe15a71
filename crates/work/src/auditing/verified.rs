//! The answer of a verification, laid out as a page.
//!
//! The words are those of the `verifier` crate, so that the stand-alone program says the same; only tones are added here.

use verifier::verified::Verified;
use verifier::words::{Said, Weight, Words};

use crate::contract::page::{Cell, Page, Tone};

/// Lays it out for a person.
pub fn page(verified: &Verified) -> Page {
    let Words { summary, fields, remarks } = Words::of(verified);
    let fields = fields.into_iter().map(|(name, value)| (name, cell(value)));
    let page = Page::new().text(cell(summary)).fields(fields);
    remarks.into_iter().fold(page, |page, remark| page.text(cell(remark)))
}

fn cell(said: Said) -> Cell {
    let tone = match said.weight {
        Weight::Plain => Tone::Plain,
        Weight::Good => Tone::Good,
        Weight::Bad => Tone::Bad,
        Weight::Warn => Tone::Warn,
        Weight::Dim => Tone::Dim,
    };
    Cell::toned(said.text, tone)
}
