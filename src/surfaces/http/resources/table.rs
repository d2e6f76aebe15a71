//! Addresses that stand for a reading command.
//!
//! One table says of each address which command it asks, and where the arguments come from. The router, the description of the interface
//! and a test of who may do what are all made from it.

use serde_json::{Map, Value, json};

use crate::surfaces::http::parameter::{Form, MAX_SEQ, Parameter, Place};
use work::contract::error::CommandError;

/// What `next_cursor` looks like.
const CURSOR: &str = r"^[0-9]{1,15}\.[0-9]{1,15}$";

/// An address that stands for a command.
pub struct Resource {
    /// The address; names in braces are arguments.
    pub path: &'static str,
    /// The name of the operation.
    pub operation: &'static str,
    /// What it gives, in a line.
    pub summary: &'static str,
    /// The command.
    pub command: &'static str,
    /// The arguments.
    pub parameters: &'static [Parameter],
    /// Arguments that are always the same.
    pub fixed: &'static [(&'static str, &'static str)],
    /// Puts arguments into the form of the command.
    pub shape: fn(&mut Map<String, Value>) -> Result<(), CommandError>,
}

const fn path(name: &'static str, form: Form, doc: &'static str) -> Parameter {
    Parameter { name, place: Place::Path, form, doc }
}

const fn query(name: &'static str, form: Form, doc: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, form, doc }
}

const ID: Parameter = path("id", Form::Text, "The proposal: its id, or the first digits of it.");
const REVISION: Form = Form::Number(1, u32::MAX as u64);

#[expect(clippy::unnecessary_wraps, reason = "it stands in the place of functions that can fail")]
fn as_it_is(_: &mut Map<String, Value>) -> Result<(), CommandError> {
    Ok(())
}

/// Joins two revisions to a range, as `/diff-code` takes it.
fn range(args: &mut Map<String, Value>) -> Result<(), CommandError> {
    match (args.remove("from"), args.remove("to")) {
        (None, None) => Ok(()),
        (Some(from), Some(to)) => {
            args.insert("range".to_owned(), json!(format!("{from}..{to}")));
            Ok(())
        }
        (Some(_), None) | (None, Some(_)) => Err(CommandError::usage("from and to go together")),
    }
}

/// The proof of an entry is asked for by its number in the place of a path.
#[expect(clippy::unnecessary_wraps, reason = "it stands in the place of functions that can fail")]
fn proof(args: &mut Map<String, Value>) -> Result<(), CommandError> {
    if let Some(seq) = args.remove("seq") {
        args.insert("path".to_owned(), json!(seq.to_string()));
    }
    Ok(())
}

/// Every address that stands for a command.
pub const RESOURCES: &[Resource] = &[
    Resource {
        path: "/v1/proposals",
        operation: "proposals",
        summary: "Proposals, newest first.",
        command: "list-proposals",
        parameters: &[
            query("status", Form::OfCommand, "Only of this status."),
            query("language", Form::OfCommand, "Only of this language."),
            query("search", Form::Text, "Only those that contain all these words."),
            query(
                "limit",
                Form::Number(1, 100_000),
                "At most this many; 20 where nothing is said.",
            ),
            query("before", Form::Pattern(CURSOR), "The page after this cursor."),
            query("count", Form::Flag, "Count all that match, even where that is slow."),
        ],
        fixed: &[],
        shape: as_it_is,
    },
    Resource {
        path: "/v1/proposals/{id}",
        operation: "proposal",
        summary: "A proposal with the files of its newest revision, its decisions and lineage.",
        command: "show-code",
        parameters: &[ID],
        fixed: &[],
        shape: as_it_is,
    },
    Resource {
        path: "/v1/proposals/{id}/revisions/{revision}",
        operation: "revision",
        summary: "A proposal with the files of one revision.",
        command: "show-code",
        parameters: &[ID, path("revision", REVISION, "The revision.")],
        fixed: &[],
        shape: as_it_is,
    },
    Resource {
        path: "/v1/proposals/{id}/diff",
        operation: "difference",
        summary: "What changed between two revisions, weakened tests included.",
        command: "diff-code",
        parameters: &[
            ID,
            query(
                "from",
                Form::Number(0, u32::MAX as u64),
                "The older revision; 0 is the empty one.",
            ),
            query("to", REVISION, "The newer revision."),
        ],
        fixed: &[],
        shape: range,
    },
    Resource {
        path: "/v1/proposals/{id}/report",
        operation: "report",
        summary: "The evidence of its newest execution.",
        command: "report-code",
        parameters: &[ID],
        fixed: &[],
        shape: as_it_is,
    },
    Resource {
        path: "/v1/proposals/{id}/history",
        operation: "history",
        summary: "Every attempt of healing with its cause and result.",
        command: "refinement-history",
        parameters: &[ID],
        fixed: &[],
        shape: as_it_is,
    },
    Resource {
        path: "/v1/record/{seq}/proof",
        operation: "record-proof",
        summary: "Proofs that an entry stands in the log, and that the log only grew since.",
        command: "audit",
        parameters: &[path("seq", Form::Number(0, MAX_SEQ), "The entry.")],
        fixed: &[("what", "prove")],
        shape: proof,
    },
    Resource {
        path: "/v1/record/checkpoint",
        operation: "record-checkpoint",
        summary: "The newest signed checkpoint and the key that signed it.",
        command: "audit",
        parameters: &[],
        fixed: &[("what", "checkpoint")],
        shape: as_it_is,
    },
    Resource {
        path: "/v1/statistics",
        operation: "statistics",
        summary: "Totals, rates and usage.",
        command: "code-stats",
        parameters: &[
            query("since", Form::Text, "Only days from this one on (UTC), such as 2026-11-20."),
            query("by", Form::OfCommand, "Split by this."),
        ],
        fixed: &[],
        shape: as_it_is,
    },
    Resource {
        path: "/v1/jobs",
        operation: "list_jobs",
        summary: "Executions in progress.",
        command: "jobs",
        parameters: &[],
        fixed: &[],
        shape: as_it_is,
    },
];
