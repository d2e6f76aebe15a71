//! Engines in processes of their own, and how they end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use saraphina::surfaces::writer::lock::WriterLock;
use saraphina::surfaces::writer::socket::own_uid;
use serde_json::json;

use super::daemon_house::{Home, app, note_and_leave};

/// Another process with a session on a home.
struct Other {
    child: Child,
    said: String,
    words: Option<ChildStdin>,
}

impl Other {
    /// Starts a process that plays a part on a home, and waits until it says it is ready.
    fn start(part: &str, home: &Path) -> Self {
        Self::start_with(&[], part, home)
    }

    #[expect(clippy::disallowed_methods, reason = "the test is about processes")]
    fn start_with(before: &[&str], part: &str, home: &Path) -> Self {
        let exe = std::env::current_exe().unwrap();
        let exe = exe.to_str().unwrap();
        let test = format!("surfaces::daemon_process::{part}");
        let args = [exe, "--exact", &test, "--ignored", "--nocapture"];
        let line: Vec<&str> = before.iter().copied().chain(args).collect();
        let mut child = Command::new(line[0])
            .args(&line[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut words = child.stdin.take().unwrap();
        writeln!(words, "{}", home.display()).unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut lines = output.lines();
        // What the process says later must have somewhere to go.
        let ready = lines.find(|line| line.as_ref().unwrap().contains("ready"));
        let said = ready.expect("the other process did not get ready").unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, said, words: Some(words) }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }
}

/// The home that the parent named.
fn named_home() -> std::path::PathBuf {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    line.trim().into()
}

fn wait_for_parent() {
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part that other tests start as a process of its own"]
async fn engine_part() {
    let home = named_home();
    let mut person = super::daemon_house::Person::on(&home);
    person.note("engine").await.unwrap();
    println!("ready");
    tokio::task::spawn_blocking(wait_for_parent).await.unwrap();
    person.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part that other tests start as a process of its own"]
async fn busy_engine_part() {
    let home = named_home();
    let person = super::daemon_house::Person::on(&home);
    let begun = person.begin_note("held").await;
    println!("ready");
    let (mut person, answer) = begun.end().await;
    let kind = json!(answer.unwrap_err().kind);
    std::fs::write(home.join("answer"), kind.to_string()).unwrap();
    person.session.close().await.unwrap();
}

#[test]
#[ignore = "a part that other tests start as a process of its own"]
fn stranger_part() {
    let home = named_home();
    let said = match std::os::unix::net::UnixStream::connect(home.join("saraphina.sock")) {
        Err(error) => format!("{:?}", error.kind()),
        Ok(mut stream) => {
            stream
                .write_all(b"GET /v1/status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                .unwrap();
            let mut reply = String::new();
            stream.read_to_string(&mut reply).unwrap();
            reply.lines().next().unwrap().to_owned()
        }
    };
    println!("ready: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_outlives_an_engine_killed_in_the_middle_of_its_command() {
    let home = Home::new();
    let mut other = Other::start("engine_part", &home.path);
    home.hold();
    let begun = home.session().begin_note("mine").await;

    other.kill();
    home.let_go();

    let (mut person, answer) = begun.end().await;
    assert_eq!(answer.unwrap(), json!({ "seq": 2, "text": "mine" }));
    assert_eq!(home.texts(), ["engine", "mine"]);
    let holder = WriterLock::holder(&home.path).flatten().unwrap();
    assert_eq!(holder.pid, std::process::id());
    person.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn engines_killed_at_any_moment_cost_no_note_and_double_none() {
    let home = Home::new();
    for round in 0..12 {
        let mut other = Other::start("engine_part", &home.path);
        let tasks: Vec<_> = (0..8)
            .map(|number| tokio::spawn(note_and_leave(home.session(), format!("{round} {number}"))))
            .collect();
        tokio::time::sleep(Duration::from_micros(round * 400)).await;
        other.kill();

        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let start = format!("{round} ");
        let mut written: Vec<String> =
            home.texts().into_iter().filter(|text| text.starts_with(&start)).collect();
        written.sort();
        let expected: Vec<String> = (0..8).map(|number| format!("{round} {number}")).collect();
        assert_eq!(written, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_told_to_terminate_cancels_its_work_and_leaves_nothing_behind() {
    let home = Home::new();
    home.hold();
    let mut other = Other::start("busy_engine_part", &home.path);

    kill(Pid::from_raw(i32::try_from(other.pid()).unwrap()), Signal::SIGTERM).unwrap();

    assert!(other.child.wait().unwrap().success());
    let answer = std::fs::read_to_string(home.path.join("answer")).unwrap();
    assert_eq!(answer, "\"interrupted\"");
    assert!(!home.socket().exists());
    assert_eq!(WriterLock::holder(&home.path), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_engine_told_to_terminate_ends_although_its_prompt_waits() {
    let home = Home::new();
    let mut other = Other::start("engine_part", &home.path);

    kill(Pid::from_raw(i32::try_from(other.pid()).unwrap()), Signal::SIGTERM).unwrap();

    assert_eq!(other.child.wait().unwrap().code(), Some(130));
    assert!(other.words.take().is_some());
    assert!(!home.socket().exists());
    assert_eq!(WriterLock::holder(&home.path), None);
    home.session().note("next").await.unwrap();
}

/// Lets everyone through file permissions, so that only the kernel's word on the peer is left.
fn open_to_all(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_reaches_neither_the_socket_nor_behind_it() {
    if own_uid().unwrap() != 0 {
        println!("only root can become another user; the refusal itself is tested over HTTP");
        return;
    }
    let home = Home::new();
    let mut engine = super::daemon_house::Person::on(&home.path);
    engine.note("engine").await.unwrap();
    let as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let ask = || {
        let mut other = Other::start_with(&as_nobody, "stranger_part", &home.path);
        other.child.wait().unwrap();
        other.said.split_once("ready: ").unwrap().1.to_owned()
    };
    open_to_all(home.path.parent().unwrap());

    let at_the_folder = ask();
    open_to_all(&home.path);
    let at_the_socket = ask();
    open_to_all(&home.socket());
    let behind_it = ask();

    assert_eq!(
        [at_the_folder.as_str(), &at_the_socket, &behind_it],
        ["PermissionDenied", "PermissionDenied", "HTTP/1.1 403 Forbidden"]
    );
    engine.session.close().await.unwrap();
    drop(app(&home.path));
}
