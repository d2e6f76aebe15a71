//! The program that the benches of the laboratory put into jails.
//!
//! Benches get the path of a binary only from their own package, and a jail is the program started again under another word.
//! So this one does nothing but what `saraphina __jail` does.

use std::process::ExitCode;

fn main() -> ExitCode {
    sandbox::linux::inside::jail::jail_main()
}
