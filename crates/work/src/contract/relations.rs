//! Holds arguments from JSON to the rules of the command line.
//!
//! The rules stand in the declaration of a command, and clap knows how to judge by them. So the fields are written as the words of
//! a command line and judged there. Every argument becomes an option of its own name for this, also those that have a place.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command};
use serde_json::{Map, Value};

use crate::contract::error::CommandError;

/// Stands for the value of an argument whose file was read before.
const READ: &str = "-";

/// Refuses fields that the command line would refuse as options.
pub fn check(command: Command, fields: &Map<String, Value>) -> Result<(), CommandError> {
    let command =
        command.no_binary_name(true).disable_help_flag(true).disable_version_flag(true).mut_args(
            |argument| {
                let name = argument.get_id().to_string();
                argument.long(name)
            },
        );
    let words: Vec<String> = command
        .get_arguments()
        .flat_map(|argument| words(argument, fields.get(argument.get_id().as_str())))
        .collect();
    command.try_get_matches_from(words).map(drop).map_err(|error| refusal(&error))
}

/// Puts an argument back whose file was read before.
pub fn put_back(fields: &mut Map<String, Value>, name: &str) {
    if !fields.get(name).is_some_and(is_given) {
        fields.insert(name.to_owned(), Value::from(READ));
    }
}

/// Tells whether a field says anything.
pub fn is_given(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Object(_) => true,
    }
}

/// Writes an argument as words; none where it says no more than its absence.
fn words(argument: &clap::Arg, value: Option<&Value>) -> Vec<String> {
    let name = argument.get_id();
    let Some(value) = value.filter(|value| is_given(value)) else { return Vec::new() };
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return vec![format!("--{name}")];
    }
    let mut texts = Vec::new();
    put(value, &mut texts);
    let usual = argument.get_default_values();
    if !usual.is_empty() && usual.iter().eq(texts.iter().map(String::as_str)) {
        return Vec::new();
    }
    texts.iter().map(|text| format!("--{name}={text}")).collect()
}

fn put(value: &Value, texts: &mut Vec<String>) {
    match value {
        // No argument takes an object: what one holds was judged when it was read.
        Value::Null | Value::Object(_) => {}
        Value::Bool(_) | Value::Number(_) => texts.push(value.to_string()),
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| put(item, texts)),
    }
}

/// Says it with the names of fields.
fn refusal(error: &clap::Error) -> CommandError {
    let of = |kind| error.get(kind).map(texts).unwrap_or_default();
    let given = quoted(&of(ContextKind::InvalidArg));
    match error.kind() {
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg);
            if other.is_empty() || quoted(&other) == given {
                return CommandError::usage(format!("{given} can be given once only"));
            }
            CommandError::usage(format!("{given} cannot be used with {}", quoted(&other)))
                .hint("Leave one of them out.")
        }
        ErrorKind::MissingRequiredArgument => {
            CommandError::usage(format!("what is given needs {given} too"))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = of(ContextKind::InvalidValue).join(", ");
            let refusal = CommandError::usage(match std::error::Error::source(error) {
                Some(source) => format!("the field {given}: {source}"),
                None => format!("the field {given} does not take {value:?}"),
            });
            match of(ContextKind::ValidValue).as_slice() {
                [] => refusal,
                known => refusal.hint(format!("It takes one of: {}.", known.join(", "))),
            }
        }
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            CommandError::usage(line.strip_prefix("error: ").unwrap_or(line))
        }
    }
}

fn texts(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Makes names of `--take <REVISION>` and the like.
fn quoted(arguments: &[String]) -> String {
    let name = |argument: &String| {
        let name = argument.trim_start_matches('-');
        let end = name.find([' ', '=', '[']).unwrap_or(name.len());
        format!("{:?}", name.get(..end).unwrap_or(name))
    };
    let names: Vec<String> = arguments.iter().map(name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use clap::{Arg, value_parser};
    use serde_json::json;

    use super::*;

    fn command() -> Command {
        Command::new("cut")
            .arg(Arg::new("what").default_value("list").value_parser(["list", "show"]))
            .arg(Arg::new("place"))
            .arg(Arg::new("dry_run").long("dry-run").action(ArgAction::SetTrue))
            .arg(Arg::new("take").long("take").value_name("N").conflicts_with("dry_run"))
            .arg(Arg::new("into").long("into").requires("place").action(ArgAction::Append))
            .arg(Arg::new("size").long("size").value_parser(value_parser!(u32).range(1..5)))
    }

    fn said(fields: &Value) -> String {
        let fields = fields.as_object().unwrap();
        check(command(), fields).map_or_else(|error| error.message, |()| "fits".to_owned())
    }

    #[test]
    fn fields_are_held_to_the_rules_of_the_command_line() {
        let cases = [
            (json!({}), "fits"),
            (json!({ "what": "list", "place": null, "dry_run": false, "into": [] }), "fits"),
            (json!({ "place": "--dry-run", "take": "--x", "into": ["-", "--take"] }), "fits"),
            (json!({ "take": 2, "dry_run": true }), "\"dry_run\" cannot be used with \"take\""),
            (json!({ "into": ["a"] }), "what is given needs \"place\" too"),
            (json!({ "what": "hide" }), "the field \"what\" does not take \"hide\""),
            (json!({ "size": 3 }), "fits"),
            (json!({ "size": 7 }), "the field \"size\": 7 is not in 1..5"),
        ];
        for (fields, expected) in cases {
            assert_eq!(said(&fields), expected, "{fields}");
        }
    }

    #[test]
    fn what_was_read_before_counts_as_given() {
        let mut fields = json!({ "into": ["a"], "given": ["text"] }).as_object().unwrap().clone();

        put_back(&mut fields, "place");

        assert!(check(command(), &fields).is_ok(), "{fields:?}");
    }
}
