//! Lists the commands that a visitor reaches, on `GET /v1/commands`.
//!
//! To a token there are no others: what it cannot reach is not named.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::respond::respond_with;
use crate::surfaces::http::served::Served;
use record::domain::principal::{Authority, PrincipalKind};
use work::contract::command::Entry;

/// The commands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Commands {
    /// In the order of `/help`.
    commands: Vec<Listed>,
}

/// One command.
#[derive(Debug, Serialize, JsonSchema)]
struct Listed {
    /// Its name.
    name: &'static str,
    /// What it does.
    summary: &'static str,
    /// What a principal needs to run it.
    authority: Authority,
    /// The group of `/help`.
    group: &'static str,
    /// The schema of its arguments.
    args: Value,
}

/// Answers with the list.
pub async fn list(
    State(served): State<Served>,
    Extension(caller): Extension<Admitted>,
) -> Response {
    // The owner sees what a terminal can do, too.
    let reach = match caller.who.kind {
        PrincipalKind::Owner => Authority::Own,
        PrincipalKind::Agent | PrincipalKind::System => caller.reach,
    };
    let listed = |entry: &Entry| Listed {
        name: entry.spec.name,
        summary: entry.spec.summary,
        authority: entry.spec.authority,
        group: entry.spec.group.title(),
        args: (entry.args_schema)(),
    };
    let reached = served.entries.iter().filter(|entry| entry.spec.authority <= reach);
    respond_with("commands", Ok(Commands { commands: reached.map(listed).collect() }))
}
