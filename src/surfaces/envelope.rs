//! The one line of JSON that answers a command under `--json`.
//!
//! Programs read it: names and order of its fields are part of the contract, and `SCHEMA_VERSION` says which contract. The
//! envelope of the socket (`writer/protocol.rs`) holds the same fields and, beyond them, what to confirm.

use serde::Serialize;
use serde_json::Value;

use record::domain::text::Untrusted;
use work::contract::error::{CommandError, ErrorKind};

/// Version of the envelope.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Envelope<'a> {
    schema_version: u32,
    command: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure<'a>>,
}

#[derive(Serialize)]
struct Failure<'a> {
    kind: ErrorKind,
    message: &'a str,
    hints: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    causes: &'a [String],
}

/// Writes the answer or the error of a command as one line, without its newline.
pub fn line(command: &str, answer: Result<&Value, &CommandError>) -> String {
    let envelope = Envelope {
        schema_version: SCHEMA_VERSION,
        command,
        ok: answer.is_ok(),
        data: answer.ok(),
        error: answer.err().map(|error| Failure {
            kind: error.kind,
            message: &error.message,
            hints: &error.hints,
            causes: &error.causes,
        }),
    };
    // A person may look at it too: what cannot be seen in a text is escaped, and reads the same.
    Untrusted(&serde_json::to_string(&envelope).unwrap_or_default()).json()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_one_line() {
        let line = line("show-code", Ok(&json!({"code": "a\nb\u{1b}"})));

        insta::assert_snapshot!(line, @r#"{"schema_version":1,"command":"show-code","ok":true,"data":{"code":"a\nb\u001b"}}"#);
    }

    #[test]
    fn an_error_keeps_its_kind_and_hints() {
        let error = CommandError::new(ErrorKind::NotFound, "no proposal").hint("Look again.");

        insta::assert_snapshot!(line("show-code", Err(&error)), @r#"{"schema_version":1,"command":"show-code","ok":false,"error":{"kind":"not_found","message":"no proposal","hints":["Look again."]}}"#);
    }
}
