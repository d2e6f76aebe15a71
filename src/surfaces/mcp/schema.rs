//! Turns the schemas of the registry into what clients of the protocol understand.
//!
//! Many of them follow no reference, take no list of types and know no format of ours, and all want an object at the root. What a
//! schema means stays the same; only what an agent has no use for is left out of the arguments.

use rmcp::model::JsonObject;
use serde_json::{Map, Value, json};

use crate::surfaces::http::body;
use work::contract::command::Entry;

/// The argument that takes the texts of files.
pub const CONTENTS: &str = "contents";

/// What is true of a command line alone: a client has no standard input of its own.
const OF_SHELL: &str = "; `-` is standard input";

/// Writes the schema of a tool's arguments: those of the command line, and the texts of the files that they name.
pub fn input(entry: &Entry) -> JsonObject {
    let mut root = inlined((entry.args_schema)());
    let known: Vec<String> = arguments(entry);
    let mut properties = Map::new();
    for name in &known {
        let found = root.get_mut("properties").and_then(|all| all.get_mut(name)).map(Value::take);
        let mut property = found.unwrap_or_else(|| json!({}));
        without_null(&mut property);
        without_empty_default(&mut property);
        if let Some(Value::String(words)) = property.get_mut("description") {
            *words = words.replace(OF_SHELL, "");
        }
        properties.insert(name.clone(), property);
    }
    if let Some(free) = entry.spec.free_text.and_then(|free| properties.get_mut(free)) {
        let words = free.get("description").cloned().unwrap_or_default();
        *free = json!({ "type": "string", "description": words });
    }
    if !paths(entry).is_empty() {
        properties.insert(CONTENTS.to_owned(), contents());
    }
    let mut input = Map::new();
    input.insert("type".to_owned(), json!("object"));
    input.insert("properties".to_owned(), Value::Object(properties));
    let required: Vec<String> =
        body::required(entry).into_iter().filter(|name| known.contains(name)).collect();
    if !required.is_empty() {
        input.insert("required".to_owned(), json!(required));
    }
    input.insert("additionalProperties".to_owned(), json!(false));
    input
}

/// Writes the schema of a tool's structured answer; only its outermost fields keep their descriptions, for it is long.
pub fn output(entry: &Entry) -> JsonObject {
    let mut root = inlined((entry.data_schema)());
    split_types(&mut root);
    let described = root.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    without_words(&mut root);
    for (name, property) in described {
        let Some(words) = property.get("description") else { continue };
        let place = root.get_mut("properties").and_then(|all| all.get_mut(&name));
        if let Some(place) = place.and_then(Value::as_object_mut) {
            place.insert("description".to_owned(), words.clone());
        }
    }
    let mut output = root.as_object().cloned().unwrap_or_default();
    output.insert("type".to_owned(), json!("object"));
    output
}

/// Names the arguments that a command line takes.
pub fn arguments(entry: &Entry) -> Vec<String> {
    let command = (entry.clap)();
    let named = command.get_arguments().filter(|argument| !argument.is_hide_set());
    named.map(|argument| argument.get_id().to_string()).collect()
}

/// Names the arguments that take paths.
pub fn paths(entry: &Entry) -> Vec<String> {
    let command = (entry.clap)();
    let takes_path = |argument: &&clap::Arg| {
        argument.get_value_hint() == clap::ValueHint::AnyPath && !argument.is_hide_set()
    };
    let named = command.get_arguments().filter(takes_path);
    named.map(|argument| argument.get_id().to_string()).collect()
}

fn contents() -> Value {
    json!({
        "type": "object",
        "additionalProperties": { "type": "string" },
        "description": "Texts of files that other arguments name, by the same path; a file that is not here is read from the folder of the server",
    })
}

/// Puts every definition where it is referred to, and drops what no client has use for.
fn inlined(mut root: Value) -> Value {
    let definitions = root.get_mut("$defs").map(Value::take).unwrap_or_default();
    place(&mut root, &definitions, &mut Vec::new());
    root
}

/// Replaces references below a value; a definition within itself is left open.
fn place(value: &mut Value, definitions: &Value, within: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for name in ["$schema", "$defs", "title", "format"] {
                // A property may have such a name; then its schema is an object.
                if fields.get(name).is_some_and(|field| !field.is_object() || name == "$defs") {
                    fields.remove(name);
                }
            }
            if let Some(name) = referred(fields) {
                let mut found = definition(&name, definitions, within);
                within.push(name);
                place(&mut found, definitions, within);
                within.pop();
                put(fields, found);
            }
            for (name, field) in fields.iter_mut() {
                // Values stand there as they are; they are no schemas.
                if !["default", "const", "enum"].contains(&name.as_str()) {
                    place(field, definitions, within);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| place(item, definitions, within)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn referred(fields: &mut Map<String, Value>) -> Option<String> {
    let name = fields.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?.to_owned();
    fields.remove("$ref");
    Some(name)
}

fn definition(name: &str, definitions: &Value, within: &[String]) -> Value {
    if within.iter().any(|outer| outer == name) {
        return json!({});
    }
    definitions.get(name).cloned().unwrap_or_else(|| json!({}))
}

/// Adds the fields of a definition; what stood beside the reference says more and stays.
fn put(fields: &mut Map<String, Value>, definition: Value) {
    let Value::Object(definition) = definition else { return };
    for (name, field) in definition {
        fields.entry(name).or_insert(field);
    }
}

/// Makes a schema of what may be left out one of what is given.
fn without_null(property: &mut Value) {
    let Some(fields) = property.as_object_mut() else { return };
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            fields.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = fields.get_mut("anyOf") else { return };
    choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    if let [only] = choices.as_mut_slice() {
        let only = only.take();
        fields.remove("anyOf");
        put(fields, only);
    }
}

/// Drops a default that says no more than that the argument may be left out.
fn without_empty_default(property: &mut Value) {
    let is_empty = |default: &Value| [json!(null), json!([]), json!("")].contains(default);
    if property.get("default").is_some_and(is_empty)
        && let Some(fields) = property.as_object_mut()
    {
        fields.remove("default");
    }
}

/// Writes a list of types as a choice of them, which more clients take.
fn split_types(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(split_types);
            let Some(Value::Array(types)) = fields.get("type").cloned() else { return };
            let words = fields.remove("description");
            let rest = std::mem::take(fields);
            let choices = types.into_iter().map(|one| choice(one, &rest)).collect();
            fields.insert("anyOf".to_owned(), Value::Array(choices));
            fields.extend(words.map(|words| ("description".to_owned(), words)));
        }
        Value::Array(items) => items.iter_mut().for_each(split_types),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn choice(one: Value, rest: &Map<String, Value>) -> Value {
    if one == "null" {
        return json!({ "type": "null" });
    }
    let mut fields = rest.clone();
    fields.insert("type".to_owned(), one);
    Value::Object(fields)
}

/// Drops the descriptions of a schema and of everything below it.
fn without_words(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("description").is_some_and(Value::is_string) {
                fields.remove("description");
            }
            fields.values_mut().for_each(without_words);
        }
        Value::Array(items) => items.iter_mut().for_each(without_words),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_stands_where_it_is_referred_to() {
        let root = json!({
            "$schema": "draft", "title": "Args", "type": "object",
            "properties": {
                "title": { "$ref": "#/$defs/Tree", "description": "the tree" },
                "size": { "type": "integer", "format": "uint32" },
            },
            "$defs": { "Tree": {
                "type": "object", "description": "a tree",
                "properties": { "left": { "$ref": "#/$defs/Tree" } },
            } },
        });

        let expected = json!({
            "type": "object",
            "properties": {
                "title": {
                    "type": "object", "description": "the tree",
                    "properties": { "left": {} },
                },
                "size": { "type": "integer" },
            },
        });
        assert_eq!(inlined(root), expected);
    }

    #[test]
    fn what_may_be_left_out_is_no_choice_of_null() {
        let mut number = json!({ "type": ["integer", "null"], "minimum": 0 });
        let mut word = json!({ "anyOf": [{ "enum": ["a"] }, { "type": "null" }], "default": null });
        for property in [&mut number, &mut word] {
            without_null(property);
            without_empty_default(property);
        }

        assert_eq!(number, json!({ "type": "integer", "minimum": 0 }));
        assert_eq!(word, json!({ "enum": ["a"] }));
    }

    #[test]
    fn a_list_of_types_becomes_a_choice() {
        let mut schema = json!({ "type": "object", "properties": {
            "count": { "type": ["integer", "null"], "minimum": 0, "description": "how many" },
        } });

        split_types(&mut schema);

        let choice = json!([{ "type": "integer", "minimum": 0 }, { "type": "null" }]);
        let count = json!({ "anyOf": choice, "description": "how many" });
        assert_eq!(schema, json!({ "type": "object", "properties": { "count": count } }));
    }
}
