//! Starts the closed list of host programs.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The program that runs now.
pub fn own_binary() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Starts our own binary as the daemon of a home, away from this terminal; its words go to `output`.
#[expect(clippy::disallowed_methods, reason = "this is the closed list of host programs")]
pub fn daemon(exe: &Path, home: &Path, output: File) -> io::Result<Child> {
    use std::os::unix::process::CommandExt as _;
    Command::new(exe)
        .args(["daemon", "run"])
        .env("SARAPHINA_HOME", home)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        // Ctrl-C in the terminal is not meant for it.
        .process_group(0)
        .spawn()
}
