//! A repository as people read it.
//!
//! The same lines stand in the question and in what `/repository show` shows, so that an owner finds again what they confirmed.

use record::domain::repository::Repository as Described;
use work::contract::page::{Cell, Page, Tone, counted};

/// What was confirmed, or is to be.
pub fn described_page(described: &Described) -> Page {
    let list = |words: &[String]| match words {
        [] => Cell::toned("none", Tone::Dim),
        words => Cell::from(words.join(" ")),
    };
    Page::new().fields([
        ("Path", Cell::from(described.path.as_str())),
        ("Python", Cell::from(described.python.as_deref().unwrap_or("not said"))),
        ("Imports start from", list(&described.roots)),
        ("pytest gets", list(&described.tests)),
        ("Packages", list(&described.packages)),
        ("Time", Cell::from(counted(described.seconds, "second"))),
        ("Memory", Cell::from(format!("{} MiB", described.memory_mib))),
    ])
}
