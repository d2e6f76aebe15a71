//! Writes the `OpenAPI` document of the commands.
//!
//! Nothing in it is kept by hand: names, arguments and answers come from the registry and from the schemas of the Rust
//! types. A command that is added is thereby described.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::contract::command::Entry;
use crate::contract::error::ErrorKind;
use crate::surfaces::http::body;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::status::Status;
use crate::surfaces::writer::protocol::{
    IDEMPOTENCY, ON_DISCONNECT, OWNER, PROTOCOL_HEADER, SESSION, SHOWN, SURFACE, VERSION,
};

/// Statuses an error can have, and what each means.
const REFUSALS: &[(&str, &str)] = &[
    ("400", "The arguments are off."),
    ("403", "Not for this principal, or the owner must confirm."),
    ("404", "Nothing has this name, or several things have."),
    ("405", "The address does not take this method."),
    ("409", "Not possible as things stand."),
    ("500", "The record is not what it should be, or a bug."),
    ("503", "A needed part is missing."),
];

/// Answers `GET /v1/openapi.json`.
pub async fn show(State(served): State<Served>) -> Json<Value> {
    Json(document(served.entries))
}

/// Builds the document that describes the commands.
pub fn document(entries: &[Entry]) -> Value {
    let mut schemas = Map::new();
    for entry in entries {
        place(&mut schemas, &format!("{}.args", entry.spec.name), args_schema(entry));
        place(&mut schemas, &format!("{}.data", entry.spec.name), (entry.data_schema)());
    }
    place(&mut schemas, "Status", schemars::schema_for!(Status).to_value());
    schemas.insert("Error".to_owned(), error_schema());
    let mut paths: Map<String, Value> = entries
        .iter()
        .map(|entry| (format!("/v1/commands/{}", entry.spec.name), command_path(entry)))
        .collect();
    paths.extend(own_paths());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "saraphina",
            "version": VERSION,
            "description": "The gate and the ledger for generated code. Every command is one POST.",
        },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Says of the arguments which are needed, and that free text may be one text.
fn args_schema(entry: &Entry) -> Value {
    let mut schema = (entry.args_schema)();
    let needed = body::required(entry);
    if let Some(object) = schema.as_object_mut() {
        if !needed.is_empty() {
            object.insert("required".to_owned(), json!(needed));
        }
        let free =
            entry.spec.free_text.and_then(|free| object.get_mut("properties")?.get_mut(free));
        if let Some(free) = free.and_then(Value::as_object_mut) {
            free.remove("items");
            free.remove("type");
            let texts = json!({ "type": "array", "items": { "type": "string" } });
            free.insert("anyOf".to_owned(), json!([{ "type": "string" }, texts]));
        }
    }
    schema
}

fn command_path(entry: &Entry) -> Value {
    let (name, spec) = (entry.spec.name, &entry.spec);
    let header = |name: &str, words: &str| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "header", "description": words, "schema": schema })
    };
    json!({ "post": {
        "operationId": name,
        "summary": spec.summary,
        "tags": [spec.group.title()],
        "x-authority": spec.authority,
        "parameters": [
            header(IDEMPOTENCY, "Repeating a command with the same key repeats nothing."),
            header(SESSION, "Identifies the session in the record."),
            header(SHOWN, "The newest proposal shown; what `@` names in own commands."),
            header(OWNER, "The name of the owner, where several share a home."),
            header(SURFACE, "The surface the command was typed at."),
            header(PROTOCOL_HEADER, "The protocol of the client; another one is refused."),
            header(ON_DISCONNECT, "`continue` keeps the command running when nobody waits."),
        ],
        "requestBody": { "content": { "application/json": { "schema": reference(name, "args") } } },
        "responses": responses(name, &reference(name, "data")),
    }})
}

fn responses(command: &str, data: &Value) -> Value {
    let envelope = json!({
        "type": "object",
        "required": ["schema_version", "command", "ok", "data"],
        "properties": {
            "schema_version": { "const": 1 },
            "command": { "const": command },
            "ok": { "const": true },
            "data": data,
        },
    });
    let mut responses = Map::new();
    let done = json!({
        "description": "Carried out; the answer may be negative.",
        "content": {
            "application/json": { "schema": envelope },
            "text/event-stream": {
                "schema": { "type": "string" },
                "x-events": ["progress", "answer"],
            },
        },
    });
    responses.insert("200".to_owned(), done);
    for (status, words) in REFUSALS {
        let schema = json!({ "$ref": "#/components/schemas/Error" });
        let content = json!({ "application/json": { "schema": schema } });
        let refusal = json!({ "description": words, "content": content });
        responses.insert((*status).to_owned(), refusal);
    }
    Value::Object(responses)
}

fn own_paths() -> [(String, Value); 3] {
    let status = json!({ "$ref": "#/components/schemas/Status" });
    let any = json!({ "type": "object" });
    let key = json!({
        "name": "key", "in": "path", "required": true, "schema": { "type": "string" },
    });
    let operation = |id: &str, words: &str, parameters: &[&Value], data: &Value| {
        json!({
            "operationId": id,
            "summary": words,
            "parameters": parameters,
            "responses": responses("daemon", data),
        })
    };
    let show = operation("daemon-status", "What the engine says of itself.", &[], &status);
    let stop = operation("daemon-stop", "Asks the daemon to end.", &[], &any);
    let cancel = operation("cancel-invocation", "Cancels what runs under a key.", &[&key], &any);
    [
        ("/v1/status".to_owned(), json!({ "get": show })),
        ("/v1/stop".to_owned(), json!({ "post": stop })),
        ("/v1/invocations/{key}".to_owned(), json!({ "delete": cancel })),
    ]
}

fn error_schema() -> Value {
    let kind = schemars::schema_for!(ErrorKind).to_value();
    // The schema of a whole document has a title and a dialect, which do not belong inside another schema.
    let kind =
        kind.get("oneOf").map_or_else(|| kind.clone(), |choices| json!({ "oneOf": choices }));
    json!({
        "type": "object",
        "required": ["schema_version", "command", "ok", "error"],
        "properties": {
            "schema_version": { "const": 1 },
            "command": { "type": "string" },
            "ok": { "const": false },
            "error": {
                "type": "object",
                "required": ["kind", "message", "hints"],
                "properties": {
                    "kind": kind,
                    "message": { "type": "string" },
                    "hints": { "type": "array", "items": { "type": "string" } },
                },
            },
        },
    })
}

fn reference(command: &str, part: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{command}.{part}") })
}

/// Puts a schema under a name; its references to its own definitions are turned to where it lies now.
fn place(schemas: &mut Map<String, Value>, name: &str, mut schema: Value) {
    turn(&mut schema, &format!("#/components/schemas/{name}/$defs/"));
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
    }
    schemas.insert(name.to_owned(), schema);
}

/// Turns every reference to `#/$defs/` towards `base`.
fn turn(value: &mut Value, base: &str) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                match value {
                    Value::String(text) if key == "$ref" => {
                        *text = text.replacen("#/$defs/", base, 1);
                    }
                    other => turn(other, base),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| turn(item, base)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
