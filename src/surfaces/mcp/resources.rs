//! Lists and reads the resources: proposals, their files, executions, the signed head of the record, figures.
//!
//! Each is the answer of a reading command, asked for as the client, so that a resource shows nothing that a tool would not. The
//! newest proposals are listed; every other is reached by its address.

use rmcp::model::{
    JsonObject, ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::{Value, json};

use crate::surfaces::mcp::decoding::{Address, FileAddress};
use crate::surfaces::mcp::server::Server;
use crate::surfaces::mcp::tools;
use record::domain::text::Untrusted;
use work::contract::error::{CommandError, ErrorKind};

/// Proposals that are listed; older ones are reached by their address.
const LISTED: u32 = 50;
/// Longest name of a listed proposal, in characters.
const MAX_NAME_CHARS: usize = 80;
/// What a program reads.
const JSON: &str = "application/json";
/// What a person reads.
const TEXT: &str = "text/plain";
/// Longest address that is repeated in an error, in characters.
const MAX_URI_CHARS: usize = 200;

/// Lists the resources that a client may offer its user.
pub async fn list(
    server: &Server,
    context: &RequestContext<RoleServer>,
) -> Result<ListResourcesResult, ErrorData> {
    let mut resources = vec![
        Resource::new("saraphina://stats", "stats")
            .with_title("Figures")
            .with_description("Totals, success rate and coverage over all proposals")
            .with_mime_type(JSON),
        Resource::new("saraphina://record/checkpoint", "checkpoint")
            .with_title("Signed head of the record")
            .with_description("The newest checkpoint of the log, a signed note")
            .with_mime_type(TEXT),
    ];
    let fields = object(json!({ "limit": LISTED }));
    let listed =
        ask(server, "list-proposals", fields, context).await.map_err(|error| failed(&error))?;
    let rows = listed.get("proposals").and_then(Value::as_array);
    resources.extend(rows.into_iter().flatten().filter_map(proposal));
    Ok(ListResourcesResult::with_all_items(resources))
}

fn proposal(row: &Value) -> Option<Resource> {
    let id = row.get("proposal_id")?.as_str()?;
    let told = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let title = Untrusted(told("spec")).line(MAX_NAME_CHARS);
    let status = format!("A proposal, {}, {}", told("language"), told("status"));
    let resource = Resource::new(format!("saraphina://proposals/{id}"), id).with_title(title);
    Some(resource.with_description(status).with_mime_type(JSON))
}

/// Lists the addresses that resources can have.
pub fn templates() -> ListResourceTemplatesResult {
    let template = |uri: &str, name: &str, words: &str, mime: &str| {
        ResourceTemplate::new(uri, name).with_description(words).with_mime_type(mime)
    };
    ListResourceTemplatesResult::with_all_items(vec![
        template(
            "saraphina://proposals/{id}",
            "proposal",
            "A proposal with the files of its newest revision",
            JSON,
        ),
        template(
            "saraphina://proposals/{id}/revisions/{revision}/{+path}",
            "file",
            "One file of a revision",
            TEXT,
        ),
        template("saraphina://executions/{id}", "execution", "The evidence of an execution", JSON),
    ])
}

/// Reads a resource.
pub async fn read(
    server: &Server,
    uri: &str,
    context: &RequestContext<RoleServer>,
) -> Result<ReadResourceResult, ErrorData> {
    let address = Address::read(uri).ok_or_else(|| nothing_at(uri))?;
    let (text, mime) = match &address {
        Address::Proposal(id) => {
            let fields = object(json!({ "id": id }));
            (whole(ask(server, "show-code", fields, context).await), JSON)
        }
        Address::File(FileAddress { id, revision, path }) => {
            let fields = object(json!({ "id": id, "revision": revision }));
            let shown = ask(server, "show-code", fields, context).await;
            (shown.and_then(|shown| file(&shown, path).ok_or_else(|| lacking(path))), TEXT)
        }
        Address::Execution(id) => {
            let fields = object(json!({ "id": id }));
            (whole(ask(server, "report-code", fields, context).await), JSON)
        }
        Address::Checkpoint => {
            let fields = object(json!({ "what": "checkpoint" }));
            let note = ask(server, "audit", fields, context).await;
            (note.map(|note| text_of(&note, "note")), TEXT)
        }
        Address::Stats => {
            (whole(ask(server, "code-stats", JsonObject::new(), context).await), JSON)
        }
    };
    let text = text.map_err(|error| match error.kind {
        ErrorKind::NotFound | ErrorKind::Ambiguous => nothing_at(uri),
        _ => failed(&error),
    })?;
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type(mime)]))
}

/// Asks a reading command of this name.
pub async fn ask(
    server: &Server,
    command: &str,
    fields: JsonObject,
    context: &RequestContext<RoleServer>,
) -> Result<Value, CommandError> {
    let entry = tools::of_command(server.entries(), command).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("there is no command {command}"))
    })?;
    Ok(server.carry_out(entry, fields, context).await?.data)
}

/// Makes arguments of an object that is written out.
pub fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(fields) => fields,
        _ => JsonObject::new(),
    }
}

fn whole(answer: Result<Value, CommandError>) -> Result<String, CommandError> {
    let text = serde_json::to_string_pretty(&answer?)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    Ok(Untrusted(&text).json())
}

fn file(shown: &Value, path: &str) -> Option<String> {
    let files = shown.get("files")?.as_array()?;
    let file = files.iter().find(|file| file.get("path").is_some_and(|known| known == path))?;
    Some(text_of(file, "content"))
}

fn text_of(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn lacking(path: &str) -> CommandError {
    CommandError::new(ErrorKind::NotFound, format!("the revision has no file {path}"))
}

fn nothing_at(uri: &str) -> ErrorData {
    let uri = Untrusted(uri).line(MAX_URI_CHARS);
    ErrorData::resource_not_found(format!("nothing lies at {uri}"), None)
}

fn failed(error: &CommandError) -> ErrorData {
    ErrorData::internal_error(error.chain(), None)
}
