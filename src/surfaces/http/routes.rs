//! Every route that is no command and stands for none.
//!
//! One declaration each; the handlers lie in the files named. The addresses that stand for a command are in `resources/table.rs`.

use axum::routing::{delete, get, post, put};
use schemars::schema_for;
use serde_json::{Value, json};

use crate::surfaces::http::guard::Needs;
use crate::surfaces::http::parameter::{Form, Parameter, Place};
use crate::surfaces::http::resources::commands::{self, Commands};
use crate::surfaces::http::resources::executions::{self, Piece};
use crate::surfaces::http::resources::files;
use crate::surfaces::http::resources::health::{self, Well};
use crate::surfaces::http::resources::jobs::{self, Followed};
use crate::surfaces::http::resources::record::{self, EntryView, Grown, RecordPage};
use crate::surfaces::http::route::{Gives, Route};
use crate::surfaces::http::sign_in::{self, Code, CodeWish, SessionView};
use crate::surfaces::http::signing::asking::Wish;
use crate::surfaces::http::signing::routes as signing;
use crate::surfaces::http::signing::view::{RequestList, RequestView};
use crate::surfaces::http::status::{self, Status};
use crate::surfaces::http::{commands as run, timeline};
use ::record::domain::evidence::Evidence;
use work::contract::signature::Signing;

const KEY: &[Parameter] = &[Parameter {
    name: "key",
    place: Place::Path,
    form: Form::Text,
    doc: "The idempotency key that the command was sent under.",
}];

fn any() -> Value {
    json!({ "type": "object" })
}

/// Every route, by what it is about.
pub const ROUTES: &[Route] = &[
    Route {
        method: "get",
        path: "/v1/commands",
        operation: "commands",
        summary: "The commands that the visitor reaches.",
        needs: Some(Needs::Somebody),
        handler: || get(commands::list),
        parameters: &[],
        body: None,
        gives: Gives::Data(200, || schema_for!(Commands).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/proposals/{id}/revisions/{revision}/files/{*path}",
        operation: "file",
        summary: "One file of a revision.",
        needs: Some(Needs::Somebody),
        handler: || get(files::show),
        parameters: files::PARAMETERS,
        body: None,
        gives: Gives::Data(200, any),
    },
    Route {
        method: "get",
        path: "/v1/executions/{id}",
        operation: "execution",
        summary: "The report of an execution.",
        needs: Some(Needs::Somebody),
        handler: || get(executions::show),
        parameters: executions::PARAMETERS,
        body: None,
        gives: Gives::Data(200, any),
    },
    Route {
        method: "get",
        path: "/v1/executions/{id}/evidence",
        operation: "evidence",
        summary: "What was observed of an execution.",
        needs: Some(Needs::Somebody),
        handler: || get(executions::evidence),
        parameters: executions::PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(Evidence).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/executions/{id}/output",
        operation: "output",
        summary: "A piece of what an execution printed.",
        needs: Some(Needs::Somebody),
        handler: || get(executions::output),
        parameters: executions::OUTPUT_PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(Piece).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/record",
        operation: "record",
        summary: "Entries of the record, oldest first, with their exact text.",
        needs: Some(Needs::Somebody),
        handler: || get(record::entries),
        parameters: record::PAGE_PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(RecordPage).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/record/consistency",
        operation: "record-consistency",
        summary: "A proof that the log only grew since it had so many entries.",
        needs: Some(Needs::Somebody),
        handler: || get(record::growth),
        parameters: record::GROWTH_PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(Grown).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/record/{seq}",
        operation: "record-entry",
        summary: "One entry of the record.",
        needs: Some(Needs::Somebody),
        handler: || get(record::entry),
        parameters: record::PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(EntryView).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/timeline",
        operation: "timeline",
        summary: "The record as it grows, and progress, as server-sent events.",
        needs: Some(Needs::Somebody),
        handler: || get(timeline::follow),
        parameters: timeline::PARAMETERS,
        body: None,
        gives: Gives::Events(&["act", "head", "progress", "signing", "reset"]),
    },
    Route {
        method: "get",
        path: "/v1/jobs/{id}",
        operation: "job",
        summary: "Where a command is that its caller did not wait for, and its answer.",
        needs: Some(Needs::Somebody),
        handler: || get(jobs::show),
        parameters: jobs::PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(Followed).to_value()),
    },
    Route {
        method: "post",
        path: "/v1/jobs/{id}/cancel",
        operation: "cancel-job",
        summary: "Stops work of one's own.",
        needs: Some(Needs::Propose),
        handler: || post(jobs::cancel),
        parameters: jobs::PARAMETERS,
        body: None,
        gives: Gives::Data(200, any),
    },
    Route {
        method: "delete",
        path: "/v1/invocations/{key}",
        operation: "cancel-invocation",
        summary: "Cancels what runs under a key of one's own.",
        needs: Some(Needs::Somebody),
        handler: || delete(run::cancel),
        parameters: KEY,
        body: None,
        gives: Gives::Data(200, any),
    },
    Route {
        method: "get",
        path: "/v1/signing-requests",
        operation: "signing-requests",
        summary: "Requests for an owner's signature.",
        needs: Some(Needs::Owner),
        handler: || get(signing::list),
        parameters: signing::LIST_PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(RequestList).to_value()),
    },
    Route {
        method: "post",
        path: "/v1/signing-requests",
        operation: "make-signing-request",
        summary: "Asks for an owner's signature; nothing is decided.",
        needs: Some(Needs::Owner),
        handler: || post(signing::make),
        parameters: &[],
        body: Some(|| schema_for!(Wish).to_value()),
        gives: Gives::Data(201, || schema_for!(RequestView).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/signing-requests/{id}",
        operation: "signing-request",
        summary: "One request for an owner's signature.",
        needs: Some(Needs::Owner),
        handler: || get(signing::show),
        parameters: signing::PARAMETERS,
        body: None,
        gives: Gives::Data(200, || schema_for!(RequestView).to_value()),
    },
    Route {
        method: "put",
        path: "/v1/signing-requests/{id}/signature",
        operation: "answer-signing-request",
        summary: "Answers a request with a signature, at the Unix socket.",
        needs: Some(Needs::Process),
        handler: || put(signing::sign),
        parameters: signing::PARAMETERS,
        body: Some(|| schema_for!(Signing).to_value()),
        gives: Gives::Data(200, any),
    },
    Route {
        method: "post",
        path: "/v1/sign-in-codes",
        operation: "make-sign-in-code",
        summary: "Makes a one-time address that signs a browser in, at the Unix socket.",
        needs: Some(Needs::Process),
        handler: || post(sign_in::code),
        parameters: &[],
        body: Some(|| schema_for!(CodeWish).to_value()),
        gives: Gives::Data(200, || schema_for!(Code).to_value()),
    },
    Route {
        method: "get",
        path: "/login",
        operation: "login",
        summary: "Exchanges a one-time code for a session's cookie.",
        needs: None,
        handler: || get(sign_in::login),
        parameters: sign_in::PARAMETERS,
        body: None,
        gives: Gives::Page,
    },
    Route {
        method: "post",
        path: "/logout",
        operation: "logout",
        summary: "Ends the session.",
        needs: Some(Needs::Owner),
        handler: || post(sign_in::logout),
        parameters: &[],
        body: None,
        gives: Gives::Page,
    },
    Route {
        method: "get",
        path: "/v1/session",
        operation: "session",
        summary: "The session of a browser, with its form token.",
        needs: Some(Needs::Owner),
        handler: || get(sign_in::session),
        parameters: &[],
        body: None,
        gives: Gives::Data(200, || schema_for!(SessionView).to_value()),
    },
    Route {
        method: "get",
        path: "/v1/status",
        operation: "daemon-status",
        summary: "What the engine says of itself.",
        needs: Some(Needs::Owner),
        handler: || get(status::show),
        parameters: &[],
        body: None,
        gives: Gives::Data(200, || schema_for!(Status).to_value()),
    },
    Route {
        method: "post",
        path: "/v1/stop",
        operation: "daemon-stop",
        summary: "Asks the daemon to end, at the Unix socket.",
        needs: Some(Needs::Process),
        handler: || post(status::stop),
        parameters: &[],
        body: None,
        gives: Gives::Data(200, any),
    },
    Route {
        method: "get",
        path: "/healthz",
        operation: "healthz",
        summary: "The process lives.",
        needs: None,
        handler: || get(health::alive),
        parameters: &[],
        body: None,
        gives: Gives::Data(200, || schema_for!(Well).to_value()),
    },
    Route {
        method: "get",
        path: "/readyz",
        operation: "readyz",
        summary: "The store can be read, and work is taken.",
        needs: None,
        handler: || get(health::ready),
        parameters: &[],
        body: None,
        gives: Gives::Data(200, || schema_for!(Well).to_value()),
    },
];
