//! Reads the body of a request, and what its fields say.
//!
//! A body is read to its end before anything is answered, because a client that is still sending would see its connection break
//! in place of the answer. What is wrong in it is told by the name of the field.

use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes, HttpBody as _};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::surfaces::writer::protocol::MAX_REQUEST_BYTES;
use record::domain::principal::Authority;
use work::contract::arguments::Arguments;
use work::contract::command::{Entry, Listed, Surroundings};
use work::contract::error::CommandError;
use work::contract::reserved;

/// Largest body without files.
const MAX_SMALL_BYTES: usize = 64 << 10;
/// Most bytes of somebody else's that are taken and thrown away.
const MAX_WASTE: usize = 1 << 20;

/// How much of a body is taken, by who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Most bytes that are kept.
    pub kept: usize,
    /// Most bytes that are taken and thrown away beyond them.
    wasted: usize,
}

impl Room {
    /// For a process of the owner's.
    pub const LOCAL: Self = Self { kept: MAX_REQUEST_BYTES, wasted: 3 * MAX_REQUEST_BYTES };
    /// For whoever is refused anyway.
    pub const NONE: Self = Self { kept: 0, wasted: MAX_WASTE };

    /// For somebody known who comes over the network: files come along with few commands.
    pub const fn remote(brings_files: bool) -> Self {
        let kept = if brings_files { MAX_REQUEST_BYTES } else { MAX_SMALL_BYTES };
        Self { kept, wasted: MAX_WASTE }
    }
}

/// A body that was read to its end.
#[derive(Clone, Debug)]
pub enum Whole {
    /// All of it.
    Bytes(Bytes),
    /// It was larger than any request may be.
    TooLarge,
    /// The connection ended within it.
    CutOff,
}

/// Reads a body to its end, keeping what there is room for; an endless one is left in the middle.
pub async fn read_whole(body: Body, room: Room) -> Whole {
    let Room { kept: keep, wasted } = room;
    // What says itself that it is far too long need not come.
    let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if told > keep.saturating_add(wasted) {
        return Whole::TooLarge;
    }
    let mut stream = body.into_data_stream();
    let mut kept: Vec<u8> = Vec::new();
    let mut seen = 0_usize;
    while let Some(piece) = stream.next().await {
        let Ok(piece) = piece else { return Whole::CutOff };
        seen = seen.saturating_add(piece.len());
        if seen <= keep {
            kept.extend_from_slice(&piece);
        } else if seen > keep.saturating_add(wasted) {
            break;
        }
    }
    if seen > keep { Whole::TooLarge } else { Whole::Bytes(kept.into()) }
}

/// Reads the object of arguments; a text where free text is wanted stands for its words.
pub fn fields(entry: &Entry, whole: &Whole) -> Result<Map<String, Value>, CommandError> {
    let bytes = bytes(whole)?;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    let value = serde_json::from_slice(bytes)
        .map_err(|error| CommandError::usage(format!("the body is not JSON: {error}")))?;
    let Value::Object(mut fields) = value else {
        return Err(CommandError::usage("the body has to be a JSON object of arguments"));
    };
    as_words(entry, &mut fields);
    Ok(fields)
}

/// Makes words of a text where free text is wanted.
pub fn as_words(entry: &Entry, fields: &mut Map<String, Value>) {
    if let Some(free) = entry.spec.free_text
        && let Some(text @ Value::String(_)) = fields.get_mut(free)
    {
        *text = Value::Array(vec![text.take()]);
    }
}

/// The surroundings of whoever comes over the network: their files lie somewhere else.
pub struct Elsewhere;

impl Elsewhere {
    fn refusal() -> CommandError {
        CommandError::usage(
            "no file can be named here: the server does not see the files of its client",
        )
        .hint("Give the texts of files in `given`; `/v1/openapi.json` tells its fields.")
    }
}

impl Surroundings for Elsewhere {
    fn read(&self, _: &Path, _: usize) -> Result<Vec<u8>, CommandError> {
        Err(Self::refusal())
    }

    fn list(&self, _: &Path) -> Result<Vec<Listed>, CommandError> {
        Err(Self::refusal())
    }

    fn whole(&self, _: &Path) -> Result<PathBuf, CommandError> {
        Err(Self::refusal())
    }

    fn is_here(&self) -> bool {
        false
    }
}

/// Reads an object that is no command's; an empty body is an empty object.
pub fn object<T: DeserializeOwned>(whole: &Whole) -> Result<T, CommandError> {
    let bytes = bytes(whole)?;
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes)
        .map_err(|error| CommandError::usage(format!("the body does not fit: {error}")))
}

fn bytes(whole: &Whole) -> Result<&Bytes, CommandError> {
    match whole {
        Whole::Bytes(bytes) => Ok(bytes),
        Whole::TooLarge => Err(CommandError::usage("the body is too large")),
        Whole::CutOff => Err(CommandError::usage("the body is cut off")),
    }
}

/// Turns fields into arguments; what does not fit is named. What is for the owner alone is refused before anything else is
/// judged: the engine does it, and keeps a record of it, wherever the arguments can be read at all.
pub fn arguments(
    entry: &Entry,
    fields: &Map<String, Value>,
    has: Authority,
) -> Result<Arguments, CommandError> {
    if has < Authority::Own
        && let Some(reserved) = reserved::first(entry.reserved, fields)
    {
        return (entry.decode)(Value::Object(fields.clone())).map_err(|_| reserved.refusal());
    }
    let is_empty = |value: &Value| {
        value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
    };
    if let Some(name) =
        required(entry).into_iter().find(|name| fields.get(name).is_none_or(is_empty))
    {
        return Err(CommandError::usage(format!("the field {name:?} is missing or empty"))
            .hint("See `/v1/openapi.json` for the fields of each command."));
    }
    (entry.read)(Value::Object(fields.clone()))
}

/// Names the fields that a command cannot do without, as its command line says.
pub fn required(entry: &Entry) -> Vec<String> {
    let command = (entry.clap)();
    let needed = command.get_arguments().filter(|argument| argument.is_required_set());
    needed.map(|argument| argument.get_id().to_string()).collect()
}
