//! Reads arguments from JSON, and says in plain words what does not fit.
//!
//! Whoever writes a call corrects what is told exactly: the name of the field, and what it takes. Both stand in the schema of the
//! arguments, which says it better than the library that reads them.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::contract::error::CommandError;

/// Longest value that is repeated in an error, in characters.
const MAX_VALUE_CHARS: usize = 64;

/// Reads arguments; `free` names the field that takes a text as well as its words.
pub fn read<T: DeserializeOwned + JsonSchema>(
    value: Value,
    free: Option<&str>,
) -> Result<T, CommandError> {
    let error = match serde_json::from_value(value.clone()) {
        Ok(args) => return Ok(args),
        Err(error) => error,
    };
    let whole = || CommandError::usage(format!("the arguments do not fit: {error}"));
    let Value::Object(fields) = value else { return Err(whole()) };
    let Some(name) = culprit::<T>(&fields) else { return Err(whole()) };
    let schema = schemars::schema_for!(T).to_value();
    let Some(property) = schema.get("properties").and_then(|all| all.get(&name)) else {
        return Err(unknown(&name, &schema));
    };
    let wanted = if free == Some(name.as_str()) {
        Some("a text".to_owned())
    } else {
        taken(property, &schema)
    };
    let given = fields.get(&name).unwrap_or(&Value::Null);
    if let Some(told) = inside(property, given, &schema) {
        return Err(CommandError::usage(format!("the field {name:?}: {told}")));
    }
    Err(match wanted {
        Some(wanted) => {
            let given = shortened(given);
            CommandError::usage(format!("the field {name:?}: it takes {wanted}, not {given}"))
        }
        None => CommandError::usage(format!("the field {name:?}: {error}")),
    })
}

/// Refuses a name that is none, and tells which there are.
fn unknown(name: &str, schema: &Value) -> CommandError {
    let error = CommandError::usage(format!("the field {name:?}: there is none of this name"));
    let properties = schema.get("properties").and_then(Value::as_object);
    let names: Vec<&str> = properties.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    if names.is_empty() { error } else { error.hint(format!("It takes: {}.", names.join(", "))) }
}

/// Finds the field without which the others fit.
fn culprit<T: DeserializeOwned>(fields: &Map<String, Value>) -> Option<String> {
    let fits_without = |name: &&String| {
        let mut others = fields.clone();
        others.remove(*name);
        serde_json::from_value::<T>(Value::Object(others)).is_ok()
    };
    fields.keys().find(fits_without).cloned()
}

/// Says what a property takes; nothing where its schema is of no common form.
fn taken(property: &Value, root: &Value) -> Option<String> {
    let property = followed(property, root);
    let choices = choices(property, root);
    if !choices.is_empty() {
        return Some(format!("one of {}", choices.join(", ")));
    }
    if let Some(Value::Array(others)) = property.get("anyOf") {
        return others.iter().find(|one| !is_null(one)).and_then(|one| taken(one, root));
    }
    match kind(property)? {
        "integer" => Some(whole_number(property)),
        "number" => Some("a number".to_owned()),
        "boolean" => Some("true or false".to_owned()),
        "string" => Some("a text".to_owned()),
        "array" => Some(match property.get("items").and_then(|items| taken(items, root)) {
            Some(each) if each == "a text" => "a list of texts".to_owned(),
            Some(each) => format!("a list, each of it {each}"),
            None => "a list".to_owned(),
        }),
        "object" => Some("an object".to_owned()),
        _ => None,
    }
}

/// Says what does not fit in an entry of a list of objects; nothing where the field is no such list.
fn inside(property: &Value, given: &Value, root: &Value) -> Option<String> {
    let entry = followed(followed(property, root).get("items")?, root);
    let known = entry.get("properties")?.as_object()?;
    let needed = entry.get("required").and_then(Value::as_array);
    let needed: Vec<&str> = needed.into_iter().flatten().filter_map(Value::as_str).collect();
    given.as_array()?.iter().enumerate().find_map(|(index, one)| {
        let told = match one.as_object() {
            None => format!("it takes an object, not {}", shortened(one)),
            Some(fields) => misfit_of(fields, known, &needed, root)?,
        };
        Some(format!("entry {}: {told}", index + 1))
    })
}

fn misfit_of(
    fields: &Map<String, Value>,
    known: &Map<String, Value>,
    needed: &[&str],
    root: &Value,
) -> Option<String> {
    if let Some(name) = fields.keys().find(|name| !known.contains_key(*name)) {
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        return Some(format!("there is no {name:?}; it takes {}", names.join(", ")));
    }
    if let Some(name) = needed.iter().find(|name| !fields.contains_key(**name)) {
        return Some(format!("{name:?} is missing"));
    }
    fields.iter().find_map(|(name, value)| {
        let property = followed(known.get(name)?, root);
        let choices = choices(property, root);
        let is_fit = match (choices.as_slice(), kind(property)) {
            ([], Some("string")) => value.is_string(),
            ([], Some("integer")) => value.is_i64() || value.is_u64(),
            ([], Some("boolean")) => value.is_boolean(),
            ([], _) => true,
            (words, _) => words.iter().any(|word| value == word),
        };
        let wanted = taken(property, root).filter(|_| !is_fit)?;
        Some(format!("{name:?} takes {wanted}, not {}", shortened(value)))
    })
}

fn followed<'a>(property: &'a Value, root: &'a Value) -> &'a Value {
    let name = property.get("$ref").and_then(Value::as_str);
    let name = name.and_then(|name| name.strip_prefix("#/$defs/"));
    name.and_then(|name| root.get("$defs")?.get(name)).unwrap_or(property)
}

/// Lists the words that a property can be.
fn choices(property: &Value, root: &Value) -> Vec<String> {
    let texts = |values: &Vec<Value>| -> Vec<String> {
        values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    if let Some(word) = property.get("const").and_then(Value::as_str) {
        return vec![word.to_owned()];
    }
    if let Some(words) = property.get("enum").and_then(Value::as_array) {
        return texts(words);
    }
    let others = property.get("oneOf").or_else(|| property.get("anyOf")).and_then(Value::as_array);
    let others = others.into_iter().flatten().filter(|one| !is_null(one));
    others.flat_map(|one| choices(followed(one, root), root)).collect()
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}

fn kind(property: &Value) -> Option<&str> {
    match property.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn whole_number(property: &Value) -> String {
    let least = property.get("minimum").and_then(Value::as_i64);
    let most = property.get("maximum").and_then(Value::as_u64).or_else(|| {
        let format = property.get("format").and_then(Value::as_str)?;
        (format == "uint32").then_some(u64::from(u32::MAX))
    });
    match (least, most) {
        (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
        (Some(least), None) => format!("a whole number of {least} or more"),
        (None, _) => "a whole number".to_owned(),
    }
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MAX_VALUE_CHARS {
        return text;
    }
    text.chars().take(MAX_VALUE_CHARS).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Form {
        /// Words.
        #[default]
        Plain,
        /// Data.
        JsonLines,
    }

    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Args {
        request: Vec<String>,
        names: Vec<String>,
        count: Option<u64>,
        small: Option<u32>,
        sure: bool,
        form: Form,
        other: Option<Form>,
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is looked at")]
    struct Part {
        path: String,
        form: Form,
    }

    #[test]
    fn what_does_not_fit_is_told_without_words_of_the_library() {
        let cases = [
            (json!({ "request": 5 }), "\"request\": it takes a text, not 5"),
            (json!({ "names": "a" }), "\"names\": it takes a list of texts, not \"a\""),
            (json!({ "count": -1 }), "\"count\": it takes a whole number of 0 or more, not -1"),
            (
                json!({ "small": 5_000_000_000_u64 }),
                "\"small\": it takes a whole number from 0 to 4294967295, not 5000000000",
            ),
            (json!({ "sure": "yes" }), "\"sure\": it takes true or false, not \"yes\""),
            (json!({ "form": "x" }), "\"form\": it takes one of plain, json_lines, not \"x\""),
            (json!({ "other": 1 }), "\"other\": it takes one of plain, json_lines, not 1"),
            (json!({ "colour": 1 }), "\"colour\": there is none of this name"),
            (json!({ "parts": {} }), "\"parts\": it takes a list, each of it an object, not {}"),
            (json!({ "parts": [1] }), "\"parts\": entry 1: it takes an object, not 1"),
            (
                json!({ "parts": [{ "path": "a", "form": "plain" }, { "path": "b" }] }),
                "\"parts\": entry 2: \"form\" is missing",
            ),
            (
                json!({ "parts": [{ "path": "a", "form": "code" }] }),
                "\"parts\": entry 1: \"form\" takes one of plain, json_lines, not \"code\"",
            ),
            (
                json!({ "parts": [{ "path": "a", "form": "plain", "role": 1 }] }),
                "\"parts\": entry 1: there is no \"role\"; it takes form, path",
            ),
        ];
        for (fields, expected) in cases {
            let error = read::<Args>(fields.clone(), Some("request")).unwrap_err();
            assert_eq!(error.message, format!("the field {expected}"), "{fields}");
        }
        assert!(read::<Args>(json!({ "count": 3, "other": null }), None).is_ok());
    }

    #[test]
    fn a_name_that_is_none_is_answered_with_those_that_are() {
        let error = read::<Args>(json!({ "colour": 1 }), None).unwrap_err();

        let [hint] = error.hints.as_slice() else { panic!("{:?}", error.hints) };
        for name in ["request", "names", "count", "small", "sure", "form", "other"] {
            assert!(hint.starts_with("It takes: ") && hint.contains(name), "{hint}");
        }
    }
}
