//! Answers addresses that stand for a command.
//!
//! What is read from the address becomes the arguments of the command that the table names; the answer is that of the command.

use axum::Extension;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::calling::call;
use crate::surfaces::http::parameter::{self, Names};
use crate::surfaces::http::resources::table::Resource;
use crate::surfaces::http::respond::respond;
use crate::surfaces::http::served::Served;
use work::contract::error::{CommandError, Exit};
use work::contract::outcome::Answer;

/// Makes the handler of an address.
pub fn handler(resource: &'static Resource) -> MethodRouter<Served> {
    get(
        move |State(served): State<Served>,
              Extension(caller): Extension<Admitted>,
              names: Option<Names>,
              uri: Uri| async move {
            let answer = ask(resource, &served, &caller, (names, &uri)).await;
            answered(resource.command, answer)
        },
    )
}

async fn ask(
    resource: &Resource,
    served: &Served,
    caller: &Admitted,
    (names, uri): (Option<Names>, &Uri),
) -> Result<Answer, CommandError> {
    let mut args = parameter::read(resource.parameters, names, uri)?;
    for (name, value) in resource.fixed {
        args.insert((*name).to_owned(), json!(value));
    }
    (resource.shape)(&mut args)?;
    call(served, caller, (resource.command, Value::Object(args))).await
}

/// Wraps the answer of a command.
pub fn answered(command: &str, answer: Result<Answer, CommandError>) -> Response {
    let exit = answer.as_ref().map_or(Exit::Done, Answer::exit);
    respond(command, answer.map(|answer| answer.data), exit)
}
