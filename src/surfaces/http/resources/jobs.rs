//! Follows and stops work that a visitor began and did not wait for.
//!
//! A command that takes longer than its client waits goes on as a job; its answer is here for a while afterwards. Work of others is
//! listed by `/jobs` and stopped by its owner alone.

use axum::Extension;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::calling::call;
use crate::surfaces::http::parameter::{self, Form, Names, Parameter, Place};
use crate::surfaces::http::respond::{respond, respond_with};
use crate::surfaces::http::served::Served;
use crate::surfaces::writer::durable;
use crate::surfaces::writer::protocol::Envelope;
use record::domain::id::JobId;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// What names a job.
pub const PARAMETERS: &[Parameter] =
    &[Parameter { name: "id", place: Place::Path, form: Form::Text, doc: "The job." }];

/// Where a job is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Followed {
    /// The job.
    pub job_id: String,
    /// Whether it is at work or has ended.
    pub state: JobState,
    /// The command.
    pub command: String,
    /// The answer of a command that ended, as it would have come at once.
    pub answer: Option<Value>,
}

/// Whether a job is at work.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It is.
    Running,
    /// It has ended.
    Ended,
}

/// Answers with the state of a job.
pub async fn show(
    State(served): State<Served>,
    Extension(caller): Extension<Admitted>,
    names: Option<Names>,
    uri: Uri,
) -> Response {
    let found = match parameter::read(PARAMETERS, names, &uri) {
        Ok(args) => find(&served, &caller, parameter::text(&args, "id")).await,
        Err(error) => Err(error),
    };
    respond_with("jobs", found)
}

/// Stops a job.
pub async fn cancel(
    State(served): State<Served>,
    Extension(caller): Extension<Admitted>,
    names: Option<Names>,
    uri: Uri,
) -> Response {
    respond("cancel", stop(&served, &caller, names, &uri).await, Exit::Done)
}

async fn find(served: &Served, caller: &Admitted, id: &str) -> Result<Followed, CommandError> {
    let job = parsed(id)?;
    if let Some(command) = served.desk.works_at(&caller.who, &job) {
        let (job_id, command) = (job.to_string(), command.to_owned());
        return Ok(Followed { job_id, state: JobState::Running, command, answer: None });
    }
    let (command, answer) = if let Some(ended) = served.desk.ended(&caller.who, &job) {
        (ended.command.to_owned(), ended.answer.map(|answer| answer.data))
    } else {
        // The engine that carried it out may be gone.
        let context = served.desk.engine().context();
        let kept = durable::kept(context, &caller.who, &job).await?;
        kept.map(|(command, data)| (command, Ok(data))).ok_or_else(|| none(id))?
    };
    let answer = Some(json!(Envelope::of(&command, answer)));
    Ok(Followed { job_id: job.to_string(), state: JobState::Ended, command, answer })
}

async fn stop(
    served: &Served,
    caller: &Admitted,
    names: Option<Names>,
    uri: &Uri,
) -> Result<Value, CommandError> {
    let args = parameter::read(PARAMETERS, names, uri)?;
    let id = parameter::text(&args, "id");
    let stopped = call(served, caller, ("cancel", json!({ "job": id }))).await;
    match stopped {
        // A command that waits for a model is no execution, and is stopped all the same.
        Err(error) if error.kind == ErrorKind::NotFound => {
            let job = parsed(id)?;
            if served.desk.cancel_job(&caller.who, &job) {
                return Ok(
                    json!({ "job_id": job.as_str(), "proposal_id": null, "state": "stopping" }),
                );
            }
            Err(error)
        }
        answer => answer.map(|answer| answer.data),
    }
}

fn parsed(id: &str) -> Result<JobId, CommandError> {
    id.parse().map_err(|_| none(id))
}

fn none(id: &str) -> CommandError {
    CommandError::new(ErrorKind::NotFound, format!("nothing of yours is called {id}"))
        .hint("See `/v1/jobs` for what is in progress.")
}
