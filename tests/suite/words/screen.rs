//! A terminal of eighty columns, for tests.
//!
//! Draws pages, questions and errors as the surfaces do, so that a snapshot is what a person reads. What differs from run
//! to run (ids, hashes, times, folders) is masked before it is compared.

use insta::internals::SettingsBindDropGuard;
use saraphina::commands::registry;
use saraphina::contract::command::Entry;
use saraphina::contract::error::{CommandError, Exit};
use saraphina::surfaces::render::ink::{Icons, Ink, Look};
use saraphina::surfaces::render::{error, page};
use saraphina::surfaces::words::slash::{self, LineError};
use serde_json::Value;

use crate::support::house::House;

const SCREEN: Look = Look { width: Some(80), ink: Ink::Plain, icons: Icons::Shown };

/// What differs from run to run, machine to machine or release to release, and what stands for it.
const MASKS: &[(&str, &str)] = &[
    (r"\b(proposal|exec|review|job)(\\?)_[0-9a-f]{12}\b", "$1${2}_[___id___]"),
    (r"\bproposal_[0-9a-f]{3,11}…", "proposal_[__id__]…"),
    (r"saraphina/[0-9a-f]{8}-[0-9a-f-]*…?(\+[0-9a-f]{8})?", "saraphina/[log]"),
    (r"\b[0-9a-f]{64}\b", "[hash]"),
    (r"\b[0-9a-f]{12}…", "[digest]…"),
    (r"[A-Za-z0-9+/]{42,}={0,2}", "[base64]"),
    (r"(T\d\d:\d\d:\d\d)\.\d{3}Z", "$1.[_]Z"),
    (r"\d{8}T\d{9}Z", "[time]"),
    (
        r"queue \d+, spawn \d+, tests \d+, lint \d+, first \d+, controls \d+(, store) \d+",
        "queue, spawn, tests, lint, first, controls$1",
    ),
    (
        r"queue \d+, spawn \d+, tests \d+, lint \d+, first \d+, controls \d+",
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
    let page = page::draw(&confirmation.page, &SCREEN);
    short(house, &format!("{page}\n{}", confirmation.question))
}

/// The page of an answer.
pub(super) fn page_of(house: &House, entry: &Entry, data: &Value) -> String {
    let data = serde_json::from_str(&short(house, &data.to_string())).unwrap();
    page::draw(&(entry.answer)(data).page(), &SCREEN)
}

/// The lines of an error, after the exit code that a shell gets.
fn refusal(house: &House, refused: &CommandError) -> String {
    let code = Exit::Error(refused.kind).code();
    short(house, &format!("exit {code}\n{}", error::draw(refused, &SCREEN)))
}

/// A text in which the folder of the test is short, as those of a person are.
fn short(house: &House, text: &str) -> String {
    let folder = house.home().parent().unwrap().to_string_lossy().into_owned();
    text.replace(&folder, "/folder")
}
