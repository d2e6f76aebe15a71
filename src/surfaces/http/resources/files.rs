//! Gives one file of a revision.
//!
//! It is taken out of the answer of `/show-code`, so that it is the file that the shell shows.

use axum::Extension;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Value, json};

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::calling::call;
use crate::surfaces::http::parameter::{self, Form, Names, Parameter, Place};
use crate::surfaces::http::respond::respond;
use crate::surfaces::http::served::Served;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// The command that knows files.
const COMMAND: &str = "show-code";

/// What names a file.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "id",
        place: Place::Path,
        form: Form::Text,
        doc: "The proposal: its id, or the first digits of it.",
    },
    Parameter {
        name: "revision",
        place: Place::Path,
        form: Form::Number(1, u32::MAX as u64),
        doc: "The revision.",
    },
    Parameter {
        name: "path",
        place: Place::Path,
        form: Form::Text,
        doc: "The path of the file, with its slashes.",
    },
];

/// Answers with a file.
pub async fn show(
    State(served): State<Served>,
    Extension(caller): Extension<Admitted>,
    names: Option<Names>,
    uri: Uri,
) -> Response {
    respond(COMMAND, file(&served, &caller, names, &uri).await, Exit::Done)
}

async fn file(
    served: &Served,
    caller: &Admitted,
    names: Option<Names>,
    uri: &Uri,
) -> Result<Value, CommandError> {
    let mut args = parameter::read(PARAMETERS, names, uri)?;
    let path = args.remove("path").unwrap_or_default();
    let answer = call(served, caller, (COMMAND, json!(args))).await?;
    let files = answer.data.get("files").and_then(Value::as_array).into_iter().flatten();
    let mut found = files.filter(|file| file.get("path") == Some(&path));
    found.next().cloned().ok_or_else(|| {
        let path = path.as_str().unwrap_or_default();
        CommandError::new(ErrorKind::NotFound, format!("the revision has no file {path:?}"))
    })
}
