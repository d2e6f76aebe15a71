//! One entry of the record: its bytes, and the proof that it stands there.
//!
//! The proof is checked before it is shown, and again in the browser from the bytes alone, which the page fetches as they are.

use askama::Template;
use serde_json::Value;

use crate::surfaces::console::assets::ASSETS;
use crate::surfaces::console::deeds::Deed;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::grouped;
use foundation::store::query::LogRow;
use work::auditing::prove;
use work::contract::context::Context;
use work::contract::error::CommandError;

/// An entry.
#[derive(Template)]
#[template(path = "entry.html")]
pub struct EntryPage {
    frame: Frame,
    deed: Deed,
    seq: u64,
    record: String,
    statement: String,
    leaf: String,
    root: String,
    vkey: String,
    size: String,
    hashes: usize,
    proof: String,
    before: Option<u64>,
    after: Option<u64>,
    check: &'static str,
    verify: &'static str,
}

/// Lays a signed text out for the eye; the entry's bytes above have it as it was signed.
fn laid_out(statement: &str) -> String {
    let read = serde_json::from_str::<Value>(statement).ok();
    let pretty = read.and_then(|value| serde_json::to_string_pretty(&value).ok());
    pretty.unwrap_or_else(|| statement.to_owned())
}

/// Reads an entry with its proof.
pub async fn entry(context: &Context, look: &Look, seq: u64) -> Result<EntryPage, CommandError> {
    let proved = prove::prove(context, seq, None).await?;
    let row = LogRow { seq, bytes: proved.record.clone().into_bytes() };
    let value: Value = serde_json::from_str(&proved.record).unwrap_or_default();
    let statement = value.get("stmt").and_then(Value::as_str).map(laid_out).unwrap_or_default();
    let title = format!("Entry {seq}");
    Ok(EntryPage {
        frame: Frame::of(context, look, Place::Record, &title)
            .await
            .via("/record", "Record")
            .via("", &title),
        deed: Deed::of(&row),
        seq,
        record: serde_json::to_string_pretty(&value).unwrap_or_default(),
        statement,
        leaf: proved.leaf,
        root: proved.root,
        vkey: proved.vkey,
        size: grouped(proved.size),
        hashes: proved.inclusion.len(),
        proof: proved.proof,
        before: seq.checked_sub(1),
        after: Some(seq + 1).filter(|next| *next < proved.size),
        check: &ASSETS.check.path,
        verify: &ASSETS.verify.path,
    })
}
