//! Writes the `OpenAPI` document of commands, resources and routes.
//!
//! Nothing in it is kept by hand: names, arguments and answers come from the registry and from the schemas of the Rust
//! types, routes from their declarations. What is added is thereby described.

use serde_json::{Map, Value, json};

use crate::surfaces::http::body;
use crate::surfaces::http::parameter::{Parameter, Place};
use crate::surfaces::http::resources::table::Resource;
use crate::surfaces::http::route::{Gives, Route};
use crate::surfaces::writer::protocol::{
    IDEMPOTENCY_KEY, ON_DISCONNECT, PROTOCOL, PROTOCOL_HEADER, SESSION, SHOWN, VERSION,
};
use work::contract::command::Entry;
use work::contract::error::ErrorKind;

/// Statuses an error can have, and what each means.
const REFUSALS: &[(&str, &str)] = &[
    ("400", "The arguments are off."),
    ("401", "Neither a session nor a token that counts."),
    ("403", "Not for this principal, or the owner must confirm."),
    ("404", "Nothing has this name, or several things have."),
    ("405", "The address does not take this method."),
    ("409", "Not possible as things stand."),
    ("413", "The body is too large."),
    ("429", "Too many requests; `Retry-After` says when to come again."),
    ("431", "The head of the request is too large."),
    ("500", "The record is not what it should be, or a bug."),
    ("503", "A needed part is missing."),
];

/// Builds the document that describes commands, resources and routes.
pub fn document(entries: &[Entry], resources: &[Resource], routes: &[Route]) -> Value {
    let mut schemas = Map::new();
    for entry in entries {
        place(&mut schemas, &format!("{}.args", entry.spec.name), args_schema(entry));
        place(&mut schemas, &format!("{}.data", entry.spec.name), (entry.data_schema)());
    }
    for route in routes {
        place_route(&mut schemas, route);
    }
    schemas.insert("Error".to_owned(), error_schema());
    let mut paths: Map<String, Value> = Map::new();
    let mut put = |path: String, method: &str, operation: Value| {
        let operations = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(operations) = operations.as_object_mut() {
            operations.insert(method.to_owned(), operation);
        }
    };
    for entry in entries {
        put(format!("/v1/commands/{}", entry.spec.name), "post", command_path(entry));
    }
    for resource in resources {
        put(resource.path.to_owned(), "get", resource_path(resource, entries));
    }
    for route in routes {
        // A name that takes all the rest of an address is written without its star.
        put(route.path.replace("{*", "{"), route.method, route_path(route));
    }
    let object = json!({ "type": "object" });
    let content = json!({ "application/json": { "schema": object } });
    let own = with_refusals("200", json!({ "description": "This document.", "content": content }));
    let own = unguarded(operation("openapi", "This document.", (Vec::new(), None, own)));
    put("/v1/openapi.json".to_owned(), "get", own);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "saraphina",
            "version": VERSION,
            "description": "The gate and the ledger for generated code. Every command is one POST; what can be read has an address, too.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{ "token": [] }],
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
    let header = |name: &str, words: &str, schema: Value| json!({ "name": name, "in": "header", "description": words, "schema": schema });
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    // Preferences that are not ours are ignored (RFC 7240), so `Prefer` is any text.
    json!({
        "operationId": name,
        "summary": spec.summary,
        "tags": [spec.group.title()],
        "x-authority": spec.authority,
        "parameters": [
            header(IDEMPOTENCY_KEY, "Repeating a command with the same key repeats nothing.", text("^[!-~]{1,128}$")),
            header(SESSION, "Identifies the session in the record.", text("^[A-Za-z0-9._:-]{1,128}$")),
            header(SHOWN, "The newest proposal shown; what `@` names in own commands.", text("^proposal_[0-9a-f]{12}$")),
            header("Prefer", "`wait=N` waits at most N seconds, `respond-async` not at all; then the command goes on as a job.", json!({ "type": "string" })),
            header(PROTOCOL_HEADER, "The protocol of the client; another one is refused.", json!({ "type": "string", "enum": [PROTOCOL.to_string()] })),
            header(ON_DISCONNECT, "`continue` keeps the command running when nobody waits.", json!({ "type": "string", "enum": ["continue", "cancel"] })),
        ],
        "requestBody": { "content": { "application/json": { "schema": reference(name, "args") } } },
        "responses": command_answers(name),
    })
}

/// Wraps the schema of data as an answer has them; the name of the command where it is always the same.
fn envelope(command: Option<&str>, data: &Value) -> Value {
    let named =
        command.map_or_else(|| json!({ "type": "string" }), |name| json!({ "const": name }));
    json!({
        "type": "object",
        "required": ["schema_version", "command", "ok", "data"],
        "properties": {
            "schema_version": { "const": 1 },
            "command": named,
            "ok": { "const": true },
            "data": data,
        },
    })
}

fn answers(status: u16, envelope: &Value) -> Value {
    let content = json!({ "application/json": { "schema": envelope } });
    let done =
        json!({ "description": "Carried out; the answer may be negative.", "content": content });
    with_refusals(&status.to_string(), done)
}

fn command_answers(command: &str) -> Value {
    let stream = json!({ "schema": { "type": "object" }, "x-events": ["progress", "answer"] });
    let whole = envelope(Some(command), &reference(command, "data"));
    let content = json!({ "application/json": { "schema": whole }, "text/event-stream": stream });
    let done =
        json!({ "description": "Carried out; the answer may be negative.", "content": content });
    let mut answers = with_refusals("200", done);
    let running = json!({
        "type": "object",
        "required": ["job_id", "state"],
        "properties": { "job_id": { "type": "string" }, "state": { "const": "running" } },
    });
    let schema = envelope(Some(command), &running);
    let goes_on = json!({
        "description": "It goes on as a job.",
        "headers": { "Location": { "schema": { "type": "string" } } },
        "content": { "application/json": { "schema": schema } },
    });
    if let Some(answers) = answers.as_object_mut() {
        answers.insert("202".to_owned(), goes_on);
    }
    answers
}

fn with_refusals(status: &str, done: Value) -> Value {
    let mut answers = Map::new();
    answers.insert(status.to_owned(), done);
    for (status, words) in REFUSALS {
        let schema = json!({ "$ref": "#/components/schemas/Error" });
        let content = json!({ "application/json": { "schema": schema } });
        answers.insert((*status).to_owned(), json!({ "description": words, "content": content }));
    }
    Value::Object(answers)
}

/// Describes an address that stands for a command.
fn resource_path(resource: &Resource, entries: &[Entry]) -> Value {
    let entry = entries.iter().find(|entry| entry.spec.name == resource.command);
    let args = entry.map(args_schema).unwrap_or_default();
    let of_command = |name: &str| {
        let mut schema = args.pointer(&format!("/properties/{name}")).cloned()?;
        turn(&mut schema, &format!("#/components/schemas/{}.args/$defs/", resource.command));
        Some(schema)
    };
    let parameters: Vec<Value> = resource
        .parameters
        .iter()
        .map(|one| parameter(one, of_command(one.name).as_ref()))
        .collect();
    let data = reference(resource.command, "data");
    let answers = answers(200, &envelope(Some(resource.command), &data));
    operation(resource.operation, resource.summary, (parameters, None, answers))
}

/// Describes a route.
fn route_path(route: &Route) -> Value {
    let parameters: Vec<Value> = route.parameters.iter().map(|one| parameter(one, None)).collect();
    let schema =
        |part: &str| json!({ "$ref": format!("#/components/schemas/{}.{part}", route.operation) });
    let answers = match route.gives {
        Gives::Data(status, _) => answers(status, &envelope(None, &schema("data"))),
        Gives::Events(kinds) => {
            let stream = json!({ "schema": { "type": "object" }, "x-events": kinds });
            let content = json!({ "text/event-stream": stream });
            with_refusals("200", json!({ "description": "Events.", "content": content }))
        }
        Gives::Page => with_refusals("303", json!({ "description": "The page to go on with." })),
    };
    let body = route.body.map(|_| schema("body"));
    let described = operation(route.operation, route.summary, (parameters, body, answers));
    if route.needs.is_none() { unguarded(described) } else { described }
}

/// Puts the schemas of a route where its description refers to them.
fn place_route(schemas: &mut Map<String, Value>, route: &Route) {
    if let Gives::Data(_, schema) = route.gives {
        place(schemas, &format!("{}.data", route.operation), schema());
    }
    if let Some(schema) = route.body {
        place(schemas, &format!("{}.body", route.operation), schema());
    }
}

/// Says of an operation that it asks for no token.
fn unguarded(mut operation: Value) -> Value {
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("security".to_owned(), json!([]));
    }
    operation
}

fn operation(
    id: &str,
    summary: &str,
    (parameters, body, answers): (Vec<Value>, Option<Value>, Value),
) -> Value {
    let mut operation = json!({
        "operationId": id, "summary": summary, "parameters": parameters, "responses": answers,
    });
    if let (Some(body), Some(object)) = (body, operation.as_object_mut()) {
        let content = json!({ "application/json": { "schema": body } });
        object.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    operation
}

fn parameter(one: &Parameter, of_command: Option<&Value>) -> Value {
    let place = match one.place {
        Place::Path => "path",
        Place::Query | Place::Needed => "query",
        Place::Header => "header",
    };
    json!({
        "name": one.name,
        "in": place,
        "required": matches!(one.place, Place::Path | Place::Needed),
        "description": one.doc,
        "schema": one.form.schema(of_command),
    })
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
