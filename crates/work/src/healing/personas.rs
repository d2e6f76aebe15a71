//! Roles that a repairing model can play: the owner's and the built-in ones.
//!
//! An owner's text in `prompts/NAME.md` goes before a built-in role of the same name. Names are checked before they become
//! paths, and texts are bounded, because every call pays for them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use foundation::providers::persona::{PERSONAS, built_in, fitting};
use record::domain::healing::FailureClass;

/// Folder of the home with the owner's own roles, `NAME.md` each.
const FOLDER: &str = "prompts";
/// Longest text of a role, in bytes.
const MAX_BYTES: u64 = 4_000;
/// Longest name, in bytes.
const MAX_NAME: usize = 40;

/// A role that a model plays.
#[derive(Debug)]
pub struct Persona {
    /// Its name.
    pub name: String,
    /// The text that the model is told.
    pub text: String,
}

/// Reads a role: the owner's own before what is built in, and the fitting one where none is named.
pub fn read(
    context: &Context,
    named: Option<&str>,
    class: FailureClass,
) -> Result<Persona, CommandError> {
    let name = named.unwrap_or_else(|| fitting(class));
    if !is_name(name) {
        return Err(unknown(name));
    }
    let path = context.settings.home().join(FOLDER).join(format!("{name}.md"));
    let found = |text| Persona { name: name.to_owned(), text };
    match own(&path) {
        Ok(Some(text)) => Ok(found(text)),
        Ok(None) => built_in(name).map(|text| found(text.to_owned())).ok_or_else(|| unknown(name)),
        Err(detail) => {
            let message = format!("the role {name} cannot be used: {} {detail}", path.display());
            Err(CommandError::new(ErrorKind::Usage, message)
                .hint(format!("Make it UTF-8 text of at most {MAX_BYTES} bytes, or remove it.")))
        }
    }
}

/// Reads the owner's text; `None` where there is no file.
fn own(path: &Path) -> Result<Option<String>, String> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
        Ok(file) => {
            let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
            read.map_err(|error| error.to_string())?;
        }
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err("is too long".to_owned());
    }
    String::from_utf8(bytes).map(Some).map_err(|_| "is not UTF-8 text".to_owned())
}

fn is_name(text: &str) -> bool {
    let is_plain =
        |symbol: u8| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == b'-';
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(is_plain)
}

fn unknown(name: &str) -> CommandError {
    let names: Vec<&str> = PERSONAS.iter().map(|(name, _)| *name).collect();
    let name: String = name.chars().take(MAX_NAME).collect();
    CommandError::usage(format!("there is no role {name:?}; there are {}", names.join(", ")))
        .hint("Write one of your own to prompts/NAME.md in the home; NAME is of lower-case letters, digits and dashes.")
}
