//! Gives executions: the report, the evidence as it was observed, and output piece by piece.
//!
//! Output can be large and comes from code under test, so that it is given in pieces of a bounded size; a piece ends between two
//! characters.

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
use crate::surfaces::http::resources::asked::answered;
use crate::surfaces::http::respond::{respond, respond_with};
use crate::surfaces::http::served::Served;
use record::domain::execution::Execution;
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::lookup;
use work::contract::outcome::Answer;

/// Most bytes of one piece of output.
const PIECE_BYTES: usize = 64 << 10;

const ID: Parameter = Parameter {
    name: "id",
    place: Place::Path,
    form: Form::Text,
    doc: "The execution: its id, or the first digits of it.",
};

/// What names an execution.
pub const PARAMETERS: &[Parameter] = &[ID];

/// What names a piece of its output.
pub const OUTPUT_PARAMETERS: &[Parameter] = &[
    ID,
    Parameter {
        name: "stream",
        place: Place::Query,
        form: Form::Word(&["stdout", "stderr"]),
        doc: "Which output; stdout where nothing is said.",
    },
    Parameter {
        name: "offset",
        place: Place::Query,
        form: Form::Number(0, u32::MAX as u64),
        doc: "Bytes before the piece.",
    },
];

/// A piece of output.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Piece {
    /// The execution.
    execution_id: String,
    /// Which output.
    stream: String,
    /// Bytes before the piece.
    offset: usize,
    /// Bytes of all that was kept.
    total: usize,
    /// The text.
    text: String,
    /// The offset of the next piece; null after the last.
    next_offset: Option<usize>,
    /// Bytes that were left out of the middle of all output.
    truncated: u64,
}

/// Answers with the report, as `/report-code` does.
pub async fn show(
    State(served): State<Served>,
    Extension(caller): Extension<Admitted>,
    names: Option<Names>,
    uri: Uri,
) -> Response {
    answered("report-code", report(&served, &caller, names, &uri).await)
}

/// Answers with the evidence.
pub async fn evidence(State(served): State<Served>, names: Option<Names>, uri: Uri) -> Response {
    let found = found(&served, PARAMETERS, names, &uri).await;
    respond("evidence", found.map(|(execution, _)| json!(execution.evidence)), Exit::Done)
}

/// Answers with a piece of output.
pub async fn output(State(served): State<Served>, names: Option<Names>, uri: Uri) -> Response {
    respond_with("output", piece(&served, names, &uri).await)
}

async fn report(
    served: &Served,
    caller: &Admitted,
    names: Option<Names>,
    uri: &Uri,
) -> Result<Answer, CommandError> {
    let (execution, _) = found(served, PARAMETERS, names, uri).await?;
    let args = json!({ "id": execution.proposal.as_str(), "execution": execution.id.as_str() });
    call(served, caller, ("report-code", args)).await
}

async fn found(
    served: &Served,
    parameters: &[Parameter],
    names: Option<Names>,
    uri: &Uri,
) -> Result<(Execution, serde_json::Map<String, Value>), CommandError> {
    let args = parameter::read(parameters, names, uri)?;
    let context = served.desk.engine().context();
    Ok((lookup::execution(context, parameter::text(&args, "id")).await?, args))
}

async fn piece(served: &Served, names: Option<Names>, uri: &Uri) -> Result<Piece, CommandError> {
    let (execution, args) = found(served, OUTPUT_PARAMETERS, names, uri).await?;
    let output = &execution.evidence.output;
    let stream = args.get("stream").and_then(Value::as_str).unwrap_or("stdout");
    let whole = if stream == "stderr" { &output.stderr } else { &output.stdout };
    let offset = parameter::number(&args, "offset").unwrap_or(0);
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = whole.get(offset..).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("there is no output at {offset}"))
            .hint(format!("It has {} bytes; begin at 0 and go on at `next_offset`.", whole.len()))
    })?;
    let text = rest.get(..rest.floor_char_boundary(PIECE_BYTES)).unwrap_or_default();
    let end = offset.saturating_add(text.len());
    Ok(Piece {
        execution_id: execution.id.to_string(),
        stream: stream.to_owned(),
        offset,
        total: whole.len(),
        text: text.to_owned(),
        next_offset: (end < whole.len()).then_some(end),
        truncated: output.truncated,
    })
}
