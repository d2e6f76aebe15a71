//! The executable.

use std::process::ExitCode;

fn main() -> ExitCode {
    saraphina::surfaces::cli::main()
}
