//! Requests that come again under their key.
//!
//! The first of them is carried out and its answer remembered; the same request gets that answer, another one under the same key is
//! refused. A key that came in the header of everybody is kept in the home, so that this holds after a restart too.

use axum::http::HeaderMap;

use crate::surfaces::http::served::Served;
use crate::surfaces::writer::desk::Answered;
use crate::surfaces::writer::protocol::{IDEMPOTENCY, IDEMPOTENCY_KEY};
use foundation::store::kept_answers::Claimed;
use record::domain::digest::Digest;
use record::domain::id::JobId;
use record::domain::principal::Authority;
use work::contract::command::Access;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::order::Order;

/// Finds the answer that the same request got before; an error where its key stood for another one.
///
/// A command that the owner signs comes twice under one key, the second time with the signature, and is left alone.
pub async fn earlier(
    served: &Served,
    order: &Order,
    asked: &[u8],
    headers: &HeaderMap,
) -> Result<Option<Answered>, CommandError> {
    let spec = &order.entry.spec;
    if spec.authority >= Authority::Own {
        return Ok(None);
    }
    let asked = Digest::of(&[spec.name.as_bytes(), b" ", asked].concat());
    if !served.desk.claims(&order.caller, asked) {
        return Err(used(order));
    }
    let is_everybodys = headers.contains_key(IDEMPOTENCY_KEY);
    if !is_everybodys && !headers.contains_key(IDEMPOTENCY) {
        return Ok(None);
    }
    let job = JobId::derived(&order.caller.idempotency);
    let ended = served.desk.ended(&order.caller.who, &job);
    let is_same = |command: &str| command == spec.name;
    if let Some(ended) = ended.filter(|ended| is_same(ended.command) && ended.answer.is_ok()) {
        return Ok(Some(ended.answer));
    }
    if !is_everybodys || spec.access != Access::Write {
        return Ok(None);
    }
    let context = served.desk.engine().context();
    match served.desk.durable().claim(context, order, asked).await? {
        Claimed::Fresh | Claimed::Repeated(None) => Ok(None),
        Claimed::Repeated(Some(text)) => {
            let data = serde_json::from_str(&text);
            let data =
                data.map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error));
            Ok(Some(data.map(order.entry.answer)))
        }
        Claimed::Other => Err(used(order)),
    }
}

fn used(order: &Order) -> CommandError {
    let caller = &order.caller;
    // As the client wrote it, without the name that keeps it apart.
    let key = caller.idempotency.strip_prefix(&format!("{}/", caller.who.id));
    let key = key.unwrap_or(&caller.idempotency);
    let message = format!("the key {key} was used for another request");
    CommandError::new(ErrorKind::State, message)
        .hint("Give each request a key of its own; repeat a key only to repeat its request.")
}
