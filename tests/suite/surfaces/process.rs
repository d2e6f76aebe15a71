//! The program in a home of its own.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A home and a working folder that nothing else uses.
pub(crate) struct Home {
    folder: TempDir,
    path_variable: Option<OsString>,
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
        Self { folder: tempfile::tempdir().unwrap(), path_variable: None }
    }

    /// A home whose programs find the programs that the tests find.
    #[expect(clippy::disallowed_methods, reason = "the PATH is handed on")]
    pub(crate) fn with_path() -> Self {
        Self { path_variable: std::env::var_os("PATH"), ..Self::new() }
    }

    /// The home, which nothing has made yet.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The working folder, above the home.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
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
        command.envs(self.path_variable.iter().map(|path| ("PATH", path)));
        command
    }

    pub(crate) fn saraphina(&self, words: &[&str]) -> Finished {
        self.saraphina_with(words, b"")
    }

    pub(crate) fn saraphina_with(&self, words: &[&str], input: &[u8]) -> Finished {
        let mut command = self.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(words);
        self.finish(command, input)
    }

    /// The program as a user who owns nothing here; where the tests have no root, as themselves.
    pub(crate) fn as_nobody(&self, words: &[&str]) -> Finished {
        // The folder of the build may be closed to others.
        let program = self.folder().join("saraphina");
        std::fs::copy(env!("CARGO_BIN_EXE_saraphina"), &program).unwrap();
        std::fs::set_permissions(self.folder(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
        let mut command = if is_root {
            let mut command = self.command("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
            command
        } else {
            self.command(&program)
        };
        command.args(words);
        self.finish(command, b"")
    }

    /// Runs a program to its end; the working folder is `[folder]` in what it prints.
    pub(crate) fn finish(&self, command: Command, input: &[u8]) -> Finished {
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
