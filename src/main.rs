//! The executable.
//!
//! It hands over to the command line, or becomes the inside of a jail: the sandbox starts this same program again.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if std::env::args_os().nth(1).is_some_and(|word| word == "__jail") {
        return sandbox::linux::inside::jail::jail_main();
    }
    saraphina::surfaces::cli::main()
}
