//! Arguments in an address: where they stand, what form they have, and how they are read.
//!
//! The description of the interface and the reading come from the same declaration, so that what is described is what is taken. An argument
//! that nobody declared is refused, because it would be ignored silently.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use axum::http::Uri;
use serde_json::{Map, Value, json};

use work::contract::error::CommandError;

/// Largest number of an entry: programs in other languages read it exactly.
pub const MAX_SEQ: u64 = (1 << 53) - 1;

/// One argument in an address.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Its form.
    pub form: Form,
    /// What it means.
    pub doc: &'static str,
}

/// Where an argument stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among the names between slashes.
    Path,
    /// After the question mark.
    Query,
    /// There, and it cannot be left out.
    Needed,
    /// In a header; it is read by whoever declares it.
    Header,
}

/// The form of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text that is not empty.
    Text,
    /// Text of this pattern, which the command reads.
    Pattern(&'static str),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number between two bounds, both included.
    Number(u64, u64),
    /// `true` or `false`.
    Flag,
    /// As the command has it that the address stands for: a text or a word.
    OfCommand,
}

/// Names between the slashes of an address, as the router found them.
pub type Names = Path<BTreeMap<String, String>>;

impl Form {
    /// Describes it; `of_command` is the form that the command has it in.
    pub fn schema(self, of_command: Option<&Value>) -> Value {
        match self {
            Self::Text => json!({ "type": "string", "minLength": 1 }),
            Self::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
            Self::Word(words) => json!({ "type": "string", "enum": words }),
            Self::Number(least, most) => {
                json!({ "type": "integer", "minimum": least, "maximum": most })
            }
            Self::Flag => json!({ "type": "boolean" }),
            Self::OfCommand => of_command.cloned().unwrap_or_else(|| json!({ "type": "string" })),
        }
    }

    fn read(self, name: &str, text: &str) -> Result<Value, CommandError> {
        let refused = |what: String| CommandError::usage(format!("{name} takes {what}"));
        match self {
            Self::Text if text.is_empty() => Err(refused("a text that is not empty".to_owned())),
            Self::Text | Self::Pattern(_) | Self::OfCommand => Ok(json!(text)),
            Self::Word(words) if words.contains(&text) => Ok(json!(text)),
            Self::Word(words) => Err(refused(words.join(", "))),
            Self::Number(least, most) => {
                let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
                let number = text.parse::<u64>().ok().filter(|_| is_plain);
                let number = number.filter(|number| (least..=most).contains(number));
                number.map(Value::from).ok_or_else(|| refused(format!("{least} to {most}")))
            }
            Self::Flag => match text {
                "true" => Ok(json!(true)),
                "false" => Ok(json!(false)),
                _ => Err(refused("true or false".to_owned())),
            },
        }
    }
}

/// Reads the arguments of an address as they are declared.
pub fn read(
    parameters: &[Parameter],
    names: Option<Names>,
    uri: &Uri,
) -> Result<Map<String, Value>, CommandError> {
    let Query(asked) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| CommandError::usage("what follows the question mark cannot be read"))?;
    let names = names.map(|Path(names)| names).unwrap_or_default();
    let names = names.into_iter().map(|(name, text)| (Place::Path, name, text));
    let all = names.chain(asked.into_iter().map(|(name, text)| (Place::Query, name, text)));
    let mut args = Map::new();
    for (place, name, text) in all {
        let is_it = |one: &&Parameter| {
            let is_asked = place == Place::Query && one.place == Place::Needed;
            (one.place == place || is_asked) && one.name == name
        };
        let parameter = parameters.iter().find(is_it).ok_or_else(|| {
            CommandError::usage(format!("there is no argument {name:?} here"))
                .hint("See `/v1/openapi.json` for what there is.")
        })?;
        if args.insert(name, parameter.form.read(parameter.name, &text)?).is_some() {
            let message = format!("{} stands there twice", parameter.name);
            return Err(CommandError::usage(message));
        }
    }
    let is_missing = |one: &&Parameter| one.place == Place::Needed && !args.contains_key(one.name);
    match parameters.iter().find(is_missing) {
        Some(missing) => Err(CommandError::usage(format!("{} is missing", missing.name))),
        None => Ok(args),
    }
}

/// Takes a number out of arguments that were read.
pub fn number(args: &Map<String, Value>, name: &str) -> Option<u64> {
    args.get(name).and_then(Value::as_u64)
}

/// Takes a text out of arguments that were read.
pub fn text<'a>(args: &'a Map<String, Value>, name: &str) -> &'a str {
    args.get(name).and_then(Value::as_str).unwrap_or_default()
}
