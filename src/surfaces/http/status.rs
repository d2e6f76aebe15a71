//! Reports on the engine at work, and stops a daemon.
//!
//! `daemon status` and `daemon stop` are its clients. A session is not stopped from outside: it ends with its user, and
//! hands over by itself.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::surfaces::http::respond::respond;
use crate::surfaces::http::served::Served;
use crate::surfaces::writer::lock::Mode;
use crate::surfaces::writer::protocol::PROTOCOL;
use record::domain::id::JobId;
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::running::RunningJob;

/// An engine at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// The program's version.
    pub version: String,
    /// The protocol it speaks.
    pub protocol: u32,
    /// Its process.
    pub pid: u32,
    /// The life it means to have: `daemon` or `session`.
    #[schemars(with = "String")]
    pub mode: Mode,
    /// When it started.
    pub started_at: String,
    /// Time since then.
    pub uptime_ms: i64,
    /// Its home.
    pub home: String,
    /// The beginning of the addresses of its pages; null where it listens at the socket alone.
    #[serde(default)]
    pub address: Option<String>,
    /// Commands at work.
    pub commands: Vec<String>,
    /// Jobs at work.
    pub jobs: Vec<JobStatus>,
}

/// A job at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobStatus {
    /// Its name.
    pub job_id: String,
    /// The proposal it works on.
    pub proposal_id: String,
    /// When it started.
    pub started_at: String,
}

/// Answers `GET /v1/status`.
pub async fn show(State(served): State<Served>) -> Response {
    let status = serde_json::to_value(status(&served));
    let status = status.map_err(|error| CommandError::from_source(ErrorKind::Internal, &error));
    respond("daemon", status, Exit::Done)
}

/// Asks a daemon to end, on `POST /v1/stop`; a session ends by itself.
pub async fn stop(State(served): State<Served>) -> Response {
    respond("daemon", ask_to_stop(&served), Exit::Done)
}

fn ask_to_stop(served: &Served) -> Result<Value, CommandError> {
    if served.writer.mode == Mode::Session {
        let message = format!("process {} is a session, not a daemon", served.writer.pid);
        return Err(CommandError::new(ErrorKind::State, message)
            .hint("End that session; it hands over by itself."));
    }
    served.stop.notify_one();
    Ok(serde_json::json!({ "stopping": true, "pid": served.writer.pid }))
}

fn status(served: &Served) -> Status {
    let context = served.desk.engine().context();
    let job = |(id, job): &(JobId, RunningJob)| JobStatus {
        job_id: id.to_string(),
        proposal_id: job.proposal.to_string(),
        started_at: job.started_at.to_string(),
    };
    let writer = &served.writer;
    Status {
        version: writer.version.clone(),
        protocol: PROTOCOL,
        pid: writer.pid,
        mode: writer.mode,
        started_at: writer.started_at.to_string(),
        uptime_ms: context.now().millis().saturating_sub(writer.started_at.millis()),
        home: context.settings.home().display().to_string(),
        address: served.front.as_ref().map(|front| front.base.clone()),
        commands: served.desk.at_work().into_iter().map(str::to_owned).collect(),
        jobs: context.running.all().iter().map(job).collect(),
    }
}
