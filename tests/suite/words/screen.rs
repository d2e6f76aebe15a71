//! A terminal of eighty columns, for tests.
//!
//! Draws pages, questions and errors as the surfaces do, so that a snapshot is what a person reads. What differs from run
//! to run (ids, hashes, times, folders) is masked before it is compared.

use insta::internals::SettingsBindDropGuard;
use saraphina::commands::registry;
use saraphina::surfaces::render::ink::{Icons, Ink, Look, Typing, columns};
use saraphina::surfaces::render::{error, page};
use saraphina::surfaces::words::slash::{self, LineError};
use serde_json::Value;
use work::contract::command::Entry;
use work::contract::error::{CommandError, Exit};
use work::contract::page::{Block, Page};

use crate::support::house::House;

const SCREEN: Look =
    Look { width: Some(80), ink: Ink::Plain, icons: Icons::Shown, typing: Typing::Session };

/// What differs from run to run, machine to machine or release to release, and what stands for it.
const MASKS: &[(&str, &str)] = &[
    (r"\b(proposal|exec|review|job)(\\?)_[0-9a-f]{12}\b", "$1${2}_[___id___]"),
    (r"\bproposal_[0-9a-f]{3,11}…", "proposal_[__id__]…"),
    (
        r"saraphina/[0-9a-f]{8}-[0-9a-f-]*…?(\+[0-9a-f]{8})?(?:\+[A-Za-z0-9+/=]{20,}\s+[A-Za-z0-9+/=]+)?",
        "saraphina/[log]",
    ),
    (r"\b[0-9a-f]{64}\b", "[hash]"),
    (r"\b[0-9a-f]{12}…", "[digest]…"),
    (r"[A-Za-z0-9+/]{42,}={0,2}", "[base64]"),
    (r"(T\d\d:\d\d:\d\d)\.\d{3}Z", "$1.[_]Z"),
    (r"\d{8}T\d{9}Z", "[time]"),
    (
        r"waiting \d+,\s+making\s+the\s+sandbox\s+\d+,\s+tests \d+,\s+lint\s+beside\s+them\s+\d+,\s+first\s+answer\s+after\s+\d+,\s+controls \d+(?:,\s+storing \d+)?",
        "queue, spawn, tests, lint, first, controls",
    ),
    (r"\b\d+ ms\b", "[n] ms"),
    (r"\b\d{4,} bytes", "[n] bytes"),
    (r"\b\d+\.\d [KM]iB", "[size]"),
    (r"SQLite \d+\.\d+\.\d+", "SQLite [version]"),
    (r"(?m) +$", ""),
];

/// Hides what differs from run to run, for as long as the guard lives.
pub(super) fn masked() -> SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    for (pattern, mask) in MASKS {
        settings.add_filter(pattern, *mask);
    }
    settings.bind_to_scope()
}

/// What a person at a terminal sees after a line.
pub(super) async fn typed(house: &House, line: &str) -> String {
    if let Err(LineError::Refused(refused)) = slash::read(line, registry::ENTRIES) {
        return refusal(house, &refused);
    }
    let reply = house.line(line).await;
    match reply.result {
        Ok(answer) => page_of(house, reply.entry, &answer.data),
        Err(error) => refusal(house, &error),
    }
}

/// The page and the question of a command that asks the owner.
pub(super) async fn asked(house: &House, line: &str) -> String {
    let confirmation = house.line(line).await.error().confirmation.unwrap();
    fits_everywhere(&heads(&confirmation.page), |look| page::draw(&confirmation.page, look));
    let page = page::draw(&confirmation.page, &SCREEN);
    short(house, &format!("{page}\n{}", confirmation.question))
}

/// The page of an answer.
pub(super) fn page_of(house: &House, entry: &Entry, data: &Value) -> String {
    let data = serde_json::from_str(&short(house, &data.to_string())).unwrap();
    let drawn = (entry.answer)(data).page();
    // A document of another format has lines of its own.
    if !drawn.blocks.iter().any(|block| matches!(block, Block::Document(_))) {
        fits_everywhere(&heads(&drawn), |look| page::draw(&drawn, look));
    }
    page::draw(&drawn, &SCREEN)
}

/// The heads of tables: one of a column without values is not drawn where rows stand by themselves.
fn heads(page: &Page) -> String {
    let heads = page.blocks.iter().filter_map(|block| match block {
        Block::Table { head, .. } => Some(head.join(" ")),
        _ => None,
    });
    heads.collect::<Vec<_>>().join(" ")
}

/// Holds what is drawn against the law of layout: no line is wider than the screen but what
/// is copied, and no word is broken that fits a line.
fn fits_everywhere(heads: &str, draw: impl Fn(&Look) -> String) {
    let whole = draw(&Look { width: None, ..SCREEN });
    for width in [40, 60, 80] {
        let drawn = draw(&Look { width: Some(width), ..SCREEN });
        let words: Vec<&str> = drawn.split_whitespace().collect();
        let mut before = "";
        for line in drawn.lines() {
            // Below the word stands a command, which is made to be copied too.
            let is_whole = is_digest(line) || before == "next:";
            assert!(columns(line) <= width || is_whole, "{width}: {line}\n{drawn}");
            before = line;
        }
        // What stands behind a bar or a bullet has two columns less, and dots are drawn for their width.
        let fits = |word: &&str| columns(word) + 2 <= width && !word.contains(is_dot);
        let is_head = |word: &&str| heads.split_whitespace().any(|head| head == *word);
        for word in whole.split_whitespace().filter(fits).filter(|word| !is_head(word)) {
            assert!(words.contains(&word), "{width}: {word} is broken\n{drawn}");
        }
    }
}

/// A digest is made to be copied, and stands on one line of any width.
fn is_digest(line: &str) -> bool {
    let digits = line.trim().trim_matches(['(', ')']);
    let digits = digits.strip_prefix("sha256:").unwrap_or(digits);
    digits.len() >= 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_dot(symbol: char) -> bool {
    ('\u{2800}'..='\u{28ff}').contains(&symbol)
}

/// The lines of an error, after the exit code that a shell gets.
fn refusal(house: &House, refused: &CommandError) -> String {
    let code = Exit::Error(refused.kind).code();
    fits_everywhere("", |look| error::draw(refused, look));
    short(house, &format!("exit {code}\n{}", error::draw(refused, &SCREEN)))
}

/// A text in which the folder of the test is short, as those of a person are.
fn short(house: &House, text: &str) -> String {
    let folder = house.home().parent().unwrap().to_string_lossy().into_owned();
    text.replace(&folder, "/folder")
}
