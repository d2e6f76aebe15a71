//! Gives the record: entries with their exact bytes, and that the log only grew.
//!
//! Whoever verifies needs bytes and not an interpretation of them, so that an entry is given as the text that was hashed. Proofs are
//! checked before they are given out, as `/audit prove` does.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use crate::surfaces::http::parameter::{self, Form, MAX_SEQ, Names, Parameter, Place};
use crate::surfaces::http::respond::respond_with;
use crate::surfaces::http::served::Served;
use foundation::store::query::LogRow;
use record::audit::log_proof::{GrowthText, LogProofError};
use record::audit::merkle::{NodeRef, leaf_hash};
use record::audit::proof::range_root;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::lookup;

/// Entries of one page where nothing is said.
const USUAL_ENTRIES: u64 = 100;
/// Most entries of one page.
const MOST_ENTRIES: u64 = 1_000;

/// What chooses a page of entries.
pub const PAGE_PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "from",
        place: Place::Query,
        form: Form::Number(0, MAX_SEQ),
        doc: "The first entry; 0 where nothing is said.",
    },
    Parameter {
        name: "limit",
        place: Place::Query,
        form: Form::Number(1, MOST_ENTRIES),
        doc: "At most this many; 100 where nothing is said.",
    },
];

/// What names an entry.
pub const PARAMETERS: &[Parameter] = &[Parameter {
    name: "seq",
    place: Place::Path,
    form: Form::Number(0, MAX_SEQ),
    doc: "The entry.",
}];

/// What a proof of growth is about.
pub const GROWTH_PARAMETERS: &[Parameter] = &[Parameter {
    name: "old",
    place: Place::Needed,
    form: Form::Number(1, MAX_SEQ),
    doc: "The earlier number of entries.",
}];

/// Entries, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecordPage {
    /// How many entries the log has.
    size: u64,
    /// The entries.
    entries: Vec<EntryView>,
    /// What `from` takes to go on; null at the end of the log.
    next_from: Option<u64>,
}

/// One entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryView {
    /// Its place.
    seq: u64,
    /// Its leaf hash: SHA-256 of a zero byte and the record's bytes.
    hash: String,
    /// The exact text of the record.
    record: String,
}

/// That the log begins with what it was at an earlier size.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Grown {
    /// The earlier size.
    old: u64,
    /// The root at that size.
    old_root: String,
    /// The newest checkpoint, a signed note.
    checkpoint: String,
    /// The hashes of the consistency proof, base64.
    hashes: Vec<String>,
    /// The same as the body of a C2SP tlog-witness request.
    proof: String,
}

/// Answers with a page of entries.
pub async fn entries(State(served): State<Served>, uri: Uri) -> Response {
    respond_with("record", page(served.desk.engine().context(), &uri).await)
}

/// Answers with one entry.
pub async fn entry(State(served): State<Served>, names: Option<Names>, uri: Uri) -> Response {
    respond_with("record", one(served.desk.engine().context(), names, &uri).await)
}

/// Answers with a proof that the log only grew.
pub async fn growth(State(served): State<Served>, uri: Uri) -> Response {
    respond_with("record", grown(served.desk.engine().context(), &uri).await)
}

async fn page(context: &Context, uri: &Uri) -> Result<RecordPage, CommandError> {
    let args = parameter::read(PAGE_PARAMETERS, None, uri)?;
    let from = parameter::number(&args, "from").unwrap_or(0);
    let limit = parameter::number(&args, "limit").unwrap_or(USUAL_ENTRIES);
    let store = context.store()?;
    let rows = store.log_from(from, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
    // Read afterwards, so that the log is never said to be smaller than what is shown of it.
    let size = store.log_state().await?.size;
    let next = rows.last().map(|row| row.seq.saturating_add(1)).filter(|next| *next < size);
    Ok(RecordPage { size, entries: rows.iter().map(view).collect(), next_from: next })
}

async fn one(
    context: &Context,
    names: Option<Names>,
    uri: &Uri,
) -> Result<EntryView, CommandError> {
    let args = parameter::read(PARAMETERS, names, uri)?;
    let seq = parameter::number(&args, "seq").unwrap_or(0);
    let rows = context.store()?.log_from(seq, 1).await?;
    rows.first().filter(|row| row.seq == seq).map(view).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("the log has no entry {seq}"))
            .hint("See `/v1/record` for those that it has.")
    })
}

fn view(row: &LogRow) -> EntryView {
    EntryView {
        seq: row.seq,
        hash: leaf_hash(&row.bytes).hex(),
        record: String::from_utf8_lossy(&row.bytes).into_owned(),
    }
}

async fn grown(context: &Context, uri: &Uri) -> Result<Grown, CommandError> {
    let args = parameter::read(GROWTH_PARAMETERS, None, uri)?;
    let old = parameter::number(&args, "old").unwrap_or(1);
    let store = context.store()?;
    let state = store.log_state().await?;
    if old > state.size {
        let message = format!("the log has {} entries and never had {old}", state.size);
        return Err(CommandError::new(ErrorKind::NotFound, message));
    }
    let key = lookup::log_key(store).await?;
    let nodes = |place: NodeRef| store.node(place).ok().flatten();
    let root = range_root(0, old, &nodes).map_err(|error| broken(&error.into()))?;
    let grown = GrowthText::build(old, &state.checkpoint, &nodes);
    let grown = grown.map_err(|error| broken(&error))?;
    grown.check(root, &key).map_err(|error| broken(&error))?;
    Ok(Grown {
        old,
        old_root: root.hex(),
        checkpoint: state.checkpoint,
        hashes: grown.path.iter().map(|hash| STANDARD.encode(hash.as_bytes())).collect(),
        proof: grown.text(),
    })
}

fn broken(error: &LogProofError) -> CommandError {
    CommandError::from_source(ErrorKind::Integrity, error)
        .hint("Run `/audit verify` to see where the record stops holding.")
}
