//! The closed list of host programs that may be started.
//!
//! A process started anywhere else fails a test of the architecture. No shell is on the list, and no text passes
//! through one: words of a pager are split at blanks and nothing more.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};

/// Most bytes that are kept of what a program complains about; the rest is read and dropped.
pub const MAX_COMPLAINT_BYTES: u64 = 4 << 20;

/// The closed list; none of them is a shell, and no text of theirs passes through one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostProgram {
    /// This executable.
    Own,
    /// OpenSSH's key tool, which signs with agents and security keys.
    SshKeygen,
    /// The version control system, for heads kept in a repository.
    Git,
    /// The program that opens a file as the desktop does.
    Desktop,
    /// The program that shows a notification on the desktop.
    Notifier,
    /// The program that the owner has told of events.
    Notified(String),
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
            Self::Desktop if cfg!(target_os = "macos") => Command::new("open"),
            Self::Desktop => Command::new("xdg-open"),
            Self::Notifier | Self::Notified(_) => Command::new(self.name()),
            Self::Pager(words) => return of_words(words).map(locked),
            Self::Editor(words) => return of_words(words),
        })
    }
}

/// How a program that was told of something ended.
#[derive(Debug)]
pub struct Told {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it complained about, cut.
    pub complaint: Vec<u8>,
}

impl HostProgram {
    /// The name of the program that notifies, as it is looked for.
    pub fn name(&self) -> String {
        match self {
            Self::Notifier if cfg!(target_os = "macos") => "osascript".to_owned(),
            Self::Notifier => "notify-send".to_owned(),
            Self::Notified(program) => program.clone(),
            Self::Own
            | Self::SshKeygen
            | Self::Git
            | Self::Desktop
            | Self::Pager(_)
            | Self::Editor(_) => String::new(),
        }
    }

    /// Starts it with words and an environment, hands it a text and waits for its end; it is killed when the caller gives up.
    pub async fn tell(
        &self,
        words: &[String],
        environment: &[(OsString, OsString)],
        input: &[u8],
    ) -> io::Result<Told> {
        let mut command = self.command()?;
        command
            .args(words)
            .current_dir("/")
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let child = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
        match exchange(child, input, 0).await {
            Ok(GitAnswer { code, stderr, .. }) => Ok(Told { code, complaint: stderr }),
            Err(GitFailure::Start(error) | GitFailure::Pipe(error)) => Err(error),
            Err(GitFailure::TooMuch | GitFailure::TooSlow) => Err(io::ErrorKind::Other.into()),
        }
    }
}

/// The program that runs now, also after its file was replaced by a newer one.
pub fn own_binary() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe()
}

/// Where the program that runs now lies, for scripts that start it later.
pub fn own_path() -> io::Result<PathBuf> {
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

/// One call of git: nothing of our own environment reaches it but what stands here.
#[derive(Clone, Debug)]
pub struct GitCall {
    /// The folder it is started in; never one of a repository, whose files it could take for its own.
    pub folder: PathBuf,
    /// Its arguments.
    pub words: Vec<OsString>,
    /// Its whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Most bytes of its answer.
    pub limit: usize,
    /// Most time until its end.
    pub deadline: Duration,
}

/// What a call of git ended with.
#[derive(Debug)]
pub struct GitAnswer {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it answered.
    pub stdout: Vec<u8>,
    /// What it complained about, cut.
    pub stderr: Vec<u8>,
}

/// A reason why a call of git has no answer.
#[derive(Debug)]
pub enum GitFailure {
    /// It could not be started.
    Start(io::Error),
    /// It could not be talked to.
    Pipe(io::Error),
    /// It answered more than its limit.
    TooMuch,
    /// It did not end in time.
    TooSlow,
}

/// A git that runs for many questions; it is killed when dropped.
#[derive(Debug)]
pub struct GitProcess {
    /// The process.
    pub child: tokio::process::Child,
    /// Where it is asked.
    pub stdin: ChildStdin,
    /// Where it answers.
    pub stdout: ChildStdout,
    /// Where it complains.
    pub stderr: ChildStderr,
}

impl GitCall {
    fn spawn(&self, stdin: Stdio) -> Result<tokio::process::Child, GitFailure> {
        let mut command = HostProgram::Git.command().map_err(GitFailure::Start)?;
        command
            .current_dir(&self.folder)
            .args(&self.words)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        tokio::process::Command::from(command).kill_on_drop(true).spawn().map_err(GitFailure::Start)
    }

    /// Starts it for many questions; limit and deadline are those of each, and for the caller to hold.
    pub fn start(&self) -> Result<GitProcess, GitFailure> {
        let mut child = self.spawn(Stdio::piped())?;
        match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
            (Some(stdin), Some(stdout), Some(stderr)) => {
                Ok(GitProcess { child, stdin, stdout, stderr })
            }
            _ => Err(GitFailure::Start(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// Runs it to its end on some bytes.
    pub async fn run(&self, input: &[u8]) -> Result<GitAnswer, GitFailure> {
        let child = self.spawn(Stdio::piped())?;
        let ended = tokio::time::timeout(self.deadline, exchange(child, input, self.limit)).await;
        ended.unwrap_or(Err(GitFailure::TooSlow))
    }

    /// Runs it to its end on some bytes, and another on what it answers.
    pub async fn run_into(
        &self,
        input: &[u8],
        next: &Self,
    ) -> Result<(GitAnswer, GitAnswer), GitFailure> {
        let mut child = self.spawn(Stdio::piped())?;
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe);
        let stdin: Stdio = stdout
            .map_err(io::Error::from)
            .and_then(TryInto::try_into)
            .map_err(GitFailure::Start)?;
        let both = async {
            let second = next.spawn(stdin)?;
            tokio::try_join!(exchange(child, input, self.limit), exchange(second, &[], next.limit))
        };
        let ended = tokio::time::timeout(next.deadline, both).await;
        ended.unwrap_or(Err(GitFailure::TooSlow))
    }
}

/// Writes and reads at once, so that no pipe fills up; ends the process where it says too much.
async fn exchange(
    mut child: tokio::process::Child,
    input: &[u8],
    limit: usize,
) -> Result<GitAnswer, GitFailure> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (stdout, stderr, ()) =
        tokio::try_join!(bounded(stdout, limit), complaint(stderr), written(stdin, input))?;
    let status = child.wait().await.map_err(GitFailure::Pipe)?;
    Ok(GitAnswer { code: status.code(), stdout, stderr })
}

async fn written(stdin: Option<ChildStdin>, input: &[u8]) -> Result<(), GitFailure> {
    let Some(mut stdin) = stdin else { return Ok(()) };
    match stdin.write_all(input).await {
        // It may end before it has read all; its exit code says whether that was well.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(GitFailure::Pipe),
    }
}

async fn bounded(
    stdout: Option<impl AsyncRead + Unpin>,
    limit: usize,
) -> Result<Vec<u8>, GitFailure> {
    let mut bytes = Vec::new();
    let Some(stdout) = stdout else { return Ok(bytes) };
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    stdout.take(most).read_to_end(&mut bytes).await.map_err(GitFailure::Pipe)?;
    if bytes.len() > limit { Err(GitFailure::TooMuch) } else { Ok(bytes) }
}

async fn complaint(stderr: Option<ChildStderr>) -> Result<Vec<u8>, GitFailure> {
    let mut bytes = Vec::new();
    let Some(mut stderr) = stderr else { return Ok(bytes) };
    let mut start = (&mut stderr).take(MAX_COMPLAINT_BYTES);
    start.read_to_end(&mut bytes).await.map_err(GitFailure::Pipe)?;
    tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await.map_err(GitFailure::Pipe)?;
    Ok(bytes)
}

/// Starts this executable as the daemon of a home, by words that say so, away from the terminal; what it says goes to `output`.
pub fn daemon(home: &Path, words: &[&str], output: File) -> io::Result<Child> {
    use std::os::unix::process::CommandExt as _;
    HostProgram::Own
        .command()?
        .args(words)
        .env("SARAPHINA_HOME", home)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        // Ctrl-C in the terminal is not meant for it.
        .process_group(0)
        .spawn()
}

/// Opens a file in the person's browser and waits for nothing.
pub fn browser(file: &Path) -> io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    let mut command = HostProgram::Desktop.command()?;
    command.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.process_group(0).spawn().map(drop)
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
