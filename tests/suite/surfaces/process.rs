//! The program in a home of its own.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A home and a working folder that nothing else uses.
pub(crate) struct Home {
    folder: TempDir,
}

/// What a finished process leaves.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The home, which nothing has made yet.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// A program whose environment is only this home.
    #[expect(clippy::disallowed_methods, reason = "tests start the program under test")]
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.folder.path());
        command.env("SARAPHINA_HOME", self.path()).env("TERM", "xterm").env("NO_COLOR", "1");
        command
    }

    pub(crate) fn saraphina(&self, words: &[&str]) -> Finished {
        self.saraphina_with(words, b"")
    }

    pub(crate) fn saraphina_with(&self, words: &[&str], input: &[u8]) -> Finished {
        let mut command = self.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(words);
        finish(command, input, &self.folder.path().to_string_lossy())
    }
}

fn finish(mut command: Command, input: &[u8], folder: &str) -> Finished {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A program that needs no input may be gone already.
    child.stdin.take().unwrap().write_all(input).ok();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(folder, "[folder]");
    Finished { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}
