//! Several sessions on one home.

use std::sync::Arc;
use std::time::Duration;

use record::domain::principal::Surface;
use record::domain::time::Timestamp;
use saraphina::app::App;
use saraphina::surfaces::session::Session;
use saraphina::surfaces::writer::lock::{Mode, Taken, Writer, WriterLock};
use serde_json::{Value, json};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::Event;

use super::daemon_house::{Ear, Home, Person, app, note_and_leave, records};
use super::daemon_http::hands_over;

/// An answer with everything in it, so that two can be compared.
fn whole(answer: &Result<Value, CommandError>) -> Value {
    serde_json::to_value(answer).unwrap()
}

fn is_held(home: &Home) -> bool {
    WriterLock::holder(&home.path).is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn engine_and_client_get_the_same_answers_and_the_same_progress() {
    let home = Home::new();
    let (mut engine, mut client) = (home.session(), home.session());
    engine.note("first").await.unwrap();
    let calls = [
        ("note", json!({ "text": "é\u{1b}[31m\n" })),
        ("note", json!({ "txt": "misspelt" })),
        ("notes", json!({})),
        ("broken", json!({})),
    ];

    for (name, args) in calls {
        let (here, there) = (Ear::default(), Ear::default());
        let by_engine = engine.run_with(name, args.clone(), &here).await;
        let by_client = client.run_with(name, args, &there).await;

        let mut expected = whole(&by_engine);
        if let Some(seq) = expected.pointer_mut("/Ok/seq") {
            *seq = json!(seq.as_u64().unwrap() + 1);
        }
        assert_eq!(whole(&by_client), expected, "{name}");
        assert_eq!(there.stages(), here.stages(), "{name}");
    }
    client.session.close().await.unwrap();
    engine.session.close().await.unwrap();
    assert!(!home.socket().exists());
    assert!(!is_held(&home));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_alike_of_engine_and_client_how_they_came() {
    let home = Home::new();
    let (mut engine, mut client) = (home.session(), home.session());
    engine.note("one").await.unwrap();
    client.note("two").await.unwrap();

    let via = |line: &Value| {
        let mut via = line["via"].clone();
        let session = via.as_object_mut().unwrap().remove("session").unwrap();
        (via, session)
    };
    let lines = records(&home.path);
    let ((first, one), (second, two)) = (via(&lines[1]), via(&lines[2]));

    assert_eq!(first, second);
    assert_eq!(first["surface"], "shell");
    assert!(first["uid"].is_u64());
    assert_ne!(one, two);
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_reads_beside_a_command_that_writes_and_takes_no_lock() {
    let home = Home::new();
    home.hold();
    let begun = home.session().begin_note("held").await;

    let read = home.session().run("notes", json!({})).await.unwrap();

    assert_eq!(read, json!({ "notes": [{ "seq": 1, "text": "held" }] }));
    home.let_go();
    let (mut writer, answer) = begun.end().await;
    assert_eq!(answer.unwrap(), json!({ "seq": 1, "text": "held" }));
    writer.session.close().await.unwrap();
    home.session().run("notes", json!({})).await.unwrap();
    assert!(!is_held(&home));
    assert!(!home.socket().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_ends_finishes_what_it_accepted_and_hands_over() {
    let home = Home::new();
    home.hold();
    let mut engine = home.session();
    engine.note("engine").await.unwrap();
    let accepted = home.session().begin_note("accepted").await;
    let ending = tokio::spawn(async move { engine.session.close().await });
    while !hands_over(&home).await {}
    let ear = Ear::default();
    let late_waits = Arc::clone(&ear.heard);
    let waiting = Event::Stage("waiting for another process to finish".to_owned());
    let late = tokio::spawn({
        let mut person = home.session();
        async move {
            let answer = person.run_with("note", json!({ "text": "late" }), &ear).await;
            (person, answer, ear.stages())
        }
    });
    while !late_waits.lock().unwrap().contains(&waiting) {
        tokio::task::yield_now().await;
    }
    assert!(!ending.is_finished());

    home.let_go();

    let (_, answer) = accepted.end().await;
    assert_eq!(answer.unwrap(), json!({ "seq": 2, "text": "accepted" }));
    ending.await.unwrap().unwrap();
    let (mut person, answer, stages) = late.await.unwrap();
    assert_eq!(answer.unwrap(), json!({ "seq": 3, "text": "late" }));
    assert_eq!(stages, ["waiting for another process to finish", "writing", "written"]);
    person.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_one_shot_sessions_at_once_all_write_exactly_once() {
    let home = Home::new();
    for round in 0..5 {
        let texts: Vec<String> = (0..20).map(|number| format!("{round} {number:02}")).collect();
        let tasks: Vec<_> = texts
            .iter()
            .map(|text| tokio::spawn(note_and_leave(home.session(), text.clone())))
            .collect();
        for (task, text) in tasks.into_iter().zip(&texts) {
            assert_eq!(task.await.unwrap().unwrap()["text"], *text);
        }

        let mut written: Vec<String> = home
            .texts()
            .into_iter()
            .filter(|text| text.starts_with(&format!("{round} ")))
            .collect();
        written.sort();
        assert_eq!(written, texts);
    }
    assert!(!is_held(&home));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_client_stops_the_command_in_the_engine() {
    let home = Home::new();
    home.hold();
    let mut engine = home.session();
    engine.note("engine").await.unwrap();
    let begun = home.session().begin_note("to be stopped").await;

    begun.cancel.cancel();

    let (_, answer) = begun.end().await;
    let error = answer.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Interrupted, "interrupted"));
    // The hold is still there: the engine could not end if the command went on.
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_takes_its_command_along() {
    let home = Home::new();
    home.hold();
    let mut engine = home.session();
    engine.note("engine").await.unwrap();
    let begun = home.session().begin_note("abandoned").await;

    begun.task.abort();

    engine.session.close().await.unwrap();
    assert_eq!(home.texts(), ["engine", "abandoned"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_and_a_lock_file_left_by_the_dead_are_no_obstacle() {
    let home = Home::new();
    std::fs::create_dir_all(&home.path).unwrap();
    drop(std::os::unix::net::UnixListener::bind(home.socket()).unwrap());
    let dead = json!({ "pid": 1, "started_at": "2026-11-20T08:47:00.000Z", "version": "0", "mode": "daemon" });
    std::fs::write(home.path.join("writer.lock"), dead.to_string()).unwrap();

    let mut person: Person = home.session();
    let answer = person.note("first").await;

    assert_eq!(answer.unwrap(), json!({ "seq": 1, "text": "first" }));
    let mut client = home.session();
    assert_eq!(client.note("second").await.unwrap(), json!({ "seq": 2, "text": "second" }));
    person.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_with_a_long_path_is_shared_all_the_same() {
    let home = Home::named(&"long".repeat(50));
    let (mut engine, mut client) = (home.session(), home.session());

    engine.note("engine").await.unwrap();
    client.note("client").await.unwrap();

    assert!(client.session.shown().is_none());
    assert_eq!(home.texts(), ["engine", "client"]);
    assert!(home.socket().exists());
    engine.session.close().await.unwrap();
    assert!(!home.socket().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_cannot_be_reached_is_named() {
    let home = Home::new();
    let at = Timestamp::from_millis(1_795_000_000_000);
    let taken = WriterLock::take(&home.path, Writer::here(Mode::Session, at)).unwrap();

    let error = home.session().note("never").await.unwrap_err();

    let pid = std::process::id();
    let message = format!(
        "another process ({pid}, since {at}) is writing to this home and cannot be reached"
    );
    assert_eq!((error.kind, error.message), (ErrorKind::Unavailable, message));
    assert_eq!(error.hints.len(), 1);
    assert!(matches!(taken, Taken::Ours(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_outlives_the_engine_for_a_moment_is_waited_for() {
    let home = Home::new();
    std::fs::create_dir_all(&home.path).unwrap();
    // A child of a killed engine keeps its files open until it ends as well.
    let remnant = std::fs::File::create(home.path.join("knowledge.lock")).unwrap();
    remnant.lock().unwrap();

    let mut person = home.session();
    let (answer, ()) = tokio::join!(person.note("first"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(remnant);
    });

    assert_eq!(answer.unwrap(), json!({ "seq": 1, "text": "first" }));
    person.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_takes_long_to_open_its_store_is_waited_for() {
    let home = Home::new();
    let mut slow = home.session();
    let (path, begun) = (home.path.clone(), Arc::new(tokio::sync::Notify::new()));
    let (app, opens) = (app(&home.path), Arc::clone(&begun));
    let open_store = Arc::clone(&app.open_store);
    let slow_app = App {
        open_store: Arc::new(move |opening| {
            opens.notify_one();
            // Longer than a writer without a sign of life is waited for: a busy disk, or a migration.
            let (_kept, nothing) = std::sync::mpsc::channel::<()>();
            nothing.recv_timeout(Duration::from_secs(6)).unwrap_err();
            open_store(opening)
        }),
        ..app
    };
    slow.session = Session::new(slow_app, Surface::Shell);
    let first = tokio::spawn(note_and_leave(slow, "slow".to_owned()));
    begun.notified().await;
    assert!(WriterLock::holder(&path).is_some());

    let second = note_and_leave(home.session(), "waits".to_owned()).await;

    assert_eq!(second.unwrap()["text"], "waits");
    assert_eq!(first.await.unwrap().unwrap()["text"], "slow");
    let mut texts = home.texts();
    texts.sort();
    assert_eq!(texts, ["slow", "waits"]);
}
