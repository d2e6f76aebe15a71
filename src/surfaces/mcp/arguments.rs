//! Reads the arguments of a call; what does not fit is told by its name.
//!
//! A model corrects what it is told exactly, so that every refusal names the argument. Paths are judged here, before a command
//! sees them, because some commands hand paths on to an engine that has the rights of the owner.

use std::collections::BTreeMap;
use std::path::Path;

use rmcp::model::JsonObject;
use serde_json::{Map, Value};

use crate::surfaces::http::body;
use crate::surfaces::mcp::folder::{Folder, Given};
use crate::surfaces::mcp::schema::{self, CONTENTS};
use record::domain::principal::Authority;
use work::contract::arguments::Arguments;
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::reserved;

/// Reads the arguments of a tool and the files that they name.
pub fn read(
    entry: &Entry,
    mut fields: JsonObject,
    folder: Folder,
) -> Result<Arguments, CommandError> {
    fields.retain(|_, value| !value.is_null());
    let paths = schema::paths(entry);
    let contents = match fields.remove(CONTENTS) {
        // Without paths it is an argument as unknown as any other.
        Some(contents) if paths.is_empty() => {
            fields.insert(CONTENTS.to_owned(), contents);
            BTreeMap::new()
        }
        Some(contents) => texts(contents)?,
        None => BTreeMap::new(),
    };
    known(entry, &fields)?;
    body::as_words(entry, &mut fields);
    let mut args = body::arguments(entry, &fields, Authority::Propose).map_err(schema_told)?;
    // The engine refuses it, whatever else was given.
    if reserved::first(entry.reserved, &fields).is_some() {
        return Ok(args);
    }
    let given = Given::new(folder, contents);
    for name in &paths {
        if let Some(value) = fields.get_mut(name) {
            confine(name, value, &given)?;
        }
    }
    let prepared = (entry.prepare)(&mut args, &given);
    let is_missing = |error: &CommandError| error.kind == ErrorKind::NotFound;
    match (prepared, given.unread()) {
        // A file that is not there, beside a text that nothing names: the names differ.
        (Err(error), Some(path)) if is_missing(&error) => Err(unnamed(path, &paths)),
        (Err(error), _) => Err(error),
        (Ok(()), Some(path)) => Err(unnamed(path, &paths)),
        (Ok(()), None) => Ok(args),
    }
}

/// Points to the schema in place of the description of the other interface.
fn schema_told(error: CommandError) -> CommandError {
    if error.kind == ErrorKind::Forbidden {
        return error;
    }
    let own = error.hints.into_iter().filter(|hint| !hint.contains("openapi"));
    let hints = own.chain(["See the input schema of the tool.".to_owned()]).collect();
    CommandError { hints, ..error }
}

/// Refuses a text that nothing asked for: it would be dropped silently.
fn unnamed(path: &str, arguments: &[String]) -> CommandError {
    CommandError::usage(format!("no argument names {path:?}, whose text is in \"{CONTENTS}\""))
        .hint(format!("Give the same path in one of: {}.", arguments.join(", ")))
}

fn texts(contents: Value) -> Result<BTreeMap<String, String>, CommandError> {
    serde_json::from_value(contents).map_err(|_| {
        let said = format!("the argument \"{CONTENTS}\": it takes an object of texts by path");
        CommandError::usage(said).hint("Such as {\"parser.py\": \"def parse(): ...\"}.")
    })
}

/// Refuses an argument that the command line does not take either.
fn known(entry: &Entry, fields: &Map<String, Value>) -> Result<(), CommandError> {
    let mut known = schema::arguments(entry);
    // Where texts can come along they are an argument of the tool, and the one that is misnamed most.
    if !schema::paths(entry).is_empty() {
        known.push(CONTENTS.to_owned());
    }
    let Some(stranger) = fields.keys().find(|name| !known.contains(name)) else { return Ok(()) };
    let names = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(CommandError::usage(format!("there is no argument {stranger:?}"))
        .hint(format!("It takes: {names}.")))
}

/// Makes the paths of an argument whole, and refuses those that lie outside of the folder.
fn confine(name: &str, value: &mut Value, given: &Given) -> Result<(), CommandError> {
    match value {
        Value::String(text) if given.holds(Path::new(text.as_str())) => Ok(()),
        // The folder is left out of what is stored: a path below it stays as it was given.
        Value::String(text) => match given.folder().whole(Path::new(text.as_str())) {
            Ok(_) => Ok(()),
            Err(error) => Err(CommandError {
                message: format!("the argument {name:?}: {}", error.message),
                ..error
            }),
        },
        Value::Array(items) => items.iter_mut().try_for_each(|item| confine(name, item, given)),
        // What is no text is refused with its name when the arguments are read.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Ok(()),
    }
}
