//! The record as bytes, for the check in the browser.
//!
//! Escaped text would hash to something else, so entries, proofs and the head are answered as they are, as plain text that no browser
//! takes for a page.

use axum::http::StatusCode;
use axum::response::Response;

use crate::surfaces::console::respond;
use work::auditing::prove;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::lookup;

/// Most entries of one answer.
const MAX_ENTRIES: u32 = 5_000;

/// Answers with the key of the log, an empty line, and the newest signed head.
pub async fn head(context: &Context) -> Result<Response, CommandError> {
    let store = context.store()?;
    let note = store.log_state().await?.checkpoint;
    let key = lookup::log_key(store).await?;
    Ok(respond::plain(StatusCode::OK, format!("{}\n\n{note}", key.vkey())))
}

/// Answers with entries from a place on, a line each.
pub async fn entries(context: &Context, from: u64) -> Result<Response, CommandError> {
    let mut bytes = Vec::new();
    for row in context.store()?.log_from(from, MAX_ENTRIES).await? {
        bytes.extend_from_slice(&row.bytes);
        bytes.push(b'\n');
    }
    Ok(respond::plain(StatusCode::OK, bytes))
}

/// Answers with the proof of one entry, as the form of C2SP has it.
pub async fn proof(context: &Context, seq: u64) -> Result<Response, CommandError> {
    let proved = prove::prove(context, seq, None).await?;
    Ok(respond::plain(StatusCode::OK, proved.proof))
}
