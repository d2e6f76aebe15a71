//! `saraphina-verify`: an export checked by a program that can do nothing else.
//!
//! It prints what `saraphina audit verify PATH` prints and ends with the same codes: 0 when the record holds, 7 when it does
//! not, 2 for arguments that are off, 3 where there is nothing to verify.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::{Value, json};

use verifier::check::verify;
use verifier::error::VerifyError;
use verifier::given::Trusted;
use verifier::verified::Verified;
use verifier::words::Words;

/// The exit code for a record that does not hold.
const BROKEN: u8 = 7;

/// Verify an exported record without saraphina, a home or a database
#[derive(Parser)]
#[command(name = "saraphina-verify", version)]
struct Args {
    /// The folder or tar file that `saraphina audit export` wrote
    path: PathBuf,
    /// A file with the public key of the log, got another way
    #[arg(long, value_name = "VKEY")]
    key: Option<PathBuf>,
    /// A file with a checkpoint that was kept: the log must have grown from it
    #[arg(long, value_name = "CHECKPOINT-FILE")]
    since: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let answer = Trusted::read(args.key.as_deref(), args.since.as_deref())
        .and_then(|trusted| verify(&args.path, trusted, &|| false));
    let code = match &answer {
        Ok(verified) if verified.ok => 0,
        Ok(_) => BROKEN,
        Err(error) => error.kind().code(),
    };
    let printed = match (&answer, args.json) {
        (answer, true) => writeln!(std::io::stdout(), "{}", envelope(answer)),
        (Ok(verified), false) => write!(std::io::stdout(), "{}", Words::of(verified).plain()),
        (Err(error), false) => write!(std::io::stderr(), "{}", refusal(error)),
    };
    // The code is the answer, so it stands even where nobody reads the words.
    drop(printed);
    ExitCode::from(code)
}

/// Wraps the answer as `saraphina audit --json` does.
fn envelope(answer: &Result<Verified, VerifyError>) -> Value {
    match answer {
        Ok(verified) => {
            json!({"schema_version": 1, "command": "audit", "ok": true, "data": verified})
        }
        Err(error) => json!({
            "schema_version": 1,
            "command": "audit",
            "ok": false,
            "error": {
                "kind": error.kind().word(),
                "message": error.to_string(),
                "hints": error.hint().into_iter().collect::<Vec<_>>(),
            },
        }),
    }
}

fn refusal(error: &VerifyError) -> String {
    let hint = error.hint().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    format!("error: {error}\n{hint}")
}
