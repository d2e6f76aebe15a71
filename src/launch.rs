//! The closed list of host programs that may be started.
//!
//! A process started anywhere else fails a test of the architecture. No shell is on the list, and no text passes
//! through one: words of a pager are split at blanks and nothing more.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The closed list; none of them is a shell, and no text of theirs passes through one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostProgram {
    /// This executable.
    Own,
    /// OpenSSH's key tool, which signs with agents and security keys.
    SshKeygen,
    /// The version control system, for heads kept in a repository.
    Git,
    /// The program that shows long pages, as simple words.
    Pager(String),
    /// The person's own editor, as simple words.
    Editor(String),
}

impl HostProgram {
    /// The program, ready to be given arguments and started.
    #[expect(clippy::disallowed_methods, reason = "this is the list of programs we start")]
    pub fn command(&self) -> io::Result<Command> {
        Ok(match self {
            Self::Own => Command::new(std::env::current_exe()?),
            Self::SshKeygen => Command::new("ssh-keygen"),
            Self::Git => Command::new("git"),
            Self::Pager(words) => return of_words(words).map(locked),
            Self::Editor(words) => return of_words(words),
        })
    }
}

/// The program that runs now, also after its file was replaced by a newer one.
pub fn own_binary() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe()
}

#[expect(clippy::disallowed_methods, reason = "this is the list of programs we start")]
fn of_words(words: &str) -> io::Result<Command> {
    let mut words = words.split_whitespace();
    let program = words.next().ok_or(io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    command.args(words);
    Ok(command)
}

/// Locks a pager: what it shows may come from a model, so no keys of its own may start programs or write files.
fn locked(mut command: Command) -> Command {
    command.env("LESSSECURE", "1");
    command
}

/// Runs git in a folder to its end, without hooks and questions; it is killed when the caller gives up waiting.
pub async fn git(folder: &Path, words: &[&str]) -> io::Result<Output> {
    let mut command = HostProgram::Git.command()?;
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"])
        .args(words)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    tokio::process::Command::from(command).kill_on_drop(true).output().await
}

/// Starts this executable as the daemon of a home, away from the terminal; its words go to `output`.
pub fn daemon(home: &Path, output: File) -> io::Result<Child> {
    use std::os::unix::process::CommandExt as _;
    HostProgram::Own
        .command()?
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_pager_are_never_read_by_a_shell() {
        let command = HostProgram::Pager("less -R; $(id)".to_owned()).command().unwrap();

        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        assert_eq!(
            (command.get_program().to_string_lossy(), words.join("|")),
            ("less".into(), "-R;|$(id)".to_owned())
        );
    }
}
