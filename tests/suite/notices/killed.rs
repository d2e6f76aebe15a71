//! What was committed is told, whenever the engine dies.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::receiver::{Post, Receiver, SECRET};
use crate::surfaces::process::Home;
use crate::surfaces::server::Server;

/// A home whose events are posted to a receiver.
fn home_of(receiver: &Receiver) -> Home {
    let home = Home::with_path();
    home.put("secret", SECRET);
    let secret = home.folder().join("secret");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    for (name, value) in
        [("notify_webhook", receiver.url.as_str()), ("notify_secret", secret.to_str().unwrap())]
    {
        let set = home.saraphina(&["config", "set", name, value]);
        assert_eq!(set.code, Some(0), "{set:?}");
    }
    home
}

fn add_token(home: &Home, name: &str) {
    let added = home.saraphina(&["token", "add", name, "--scope", "read"]);
    assert_eq!(added.code, Some(0), "{added:?}");
}

fn status(home: &Home) -> Value {
    let shown = home.saraphina(&["notify", "--json"]);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    shown["data"].clone()
}

fn name_of(post: &Post) -> Value {
    post.event()["data"]["name"].clone()
}

#[test]
fn what_was_committed_before_a_kill_is_told_after_the_next_start() {
    let receiver = Receiver::answering("204 No Content");
    let home = home_of(&receiver);
    receiver.answers.store(false, Ordering::SeqCst);
    let server = Server::start(&home, "127.0.0.1:0");
    add_token(&home, "first");
    let unanswered = receiver.next();

    server.kill();
    add_token(&home, "second");
    receiver.answers.store(true, Ordering::SeqCst);
    let again = Server::start(&home, "127.0.0.1:0");
    let told = [receiver.next(), receiver.next()];
    add_token(&home, "third");
    let third = receiver.next();

    let names: Vec<Value> = told.iter().chain([&third]).map(name_of).collect();
    assert_eq!(names, [json!("first"), json!("second"), json!("third")]);
    assert_eq!(told[0].header("webhook-id"), unanswered.header("webhook-id"));
    assert!(told.iter().chain([&third, &unanswered]).all(Post::is_signed));
    let entry = &third.event()["data"]["entry"];
    let link = format!("http://{}/record/{entry}", again.address);
    assert_eq!(third.event()["data"]["link"], link);
    assert!(!third.body.contains("sara_"), "{}", third.body);
    // The place in the record is noted after the answer.
    while status(&home)["channels"][0]["delivered"] != 3 {}
    let state = status(&home);
    assert_eq!(state["channels"][0]["target"], receiver.url.trim_end_matches("/hook"));
    assert_eq!(
        (&state["undelivered"], state["channels"][0]["tries"].as_u64()),
        (&json!([]), Some(0))
    );
}

#[test]
fn a_trial_says_of_each_channel_what_became_of_it() {
    let receiver = Receiver::answering("302 Found\r\nlocation: /elsewhere");
    let home = home_of(&receiver);
    let told = home.folder().join("told");
    let program = format!("[\"tee\", {:?}]", told.to_str().unwrap());
    home.saraphina(&["config", "set", "notify_command", &program]);

    let tried = home.saraphina(&["notify", "test", "--json"]);
    home.saraphina(&["config", "set", "notify_command", "saraphina-is-not-there --now"]);
    std::fs::set_permissions(home.folder().join("secret"), std::fs::Permissions::from_mode(0o644))
        .unwrap();
    let again = home.saraphina(&["notify", "test", "--json"]);
    let doctor = home.saraphina(&["doctor", "--quick"]).out;

    let problems = |finished: &crate::surfaces::process::Finished| -> Vec<Value> {
        let shown: Value = serde_json::from_str(&finished.out).unwrap();
        let trials = shown["data"]["trials"].as_array().unwrap().iter();
        trials.map(|trial| trial["problem"].clone()).collect()
    };
    assert_eq!(
        problems(&tried),
        [Value::Null, json!("it answers 302, a redirect, which is not followed")]
    );
    assert_eq!(
        problems(&again),
        [
            json!("there is no program saraphina-is-not-there"),
            json!("the secret [folder]/secret can be read by others; give it mode 600"),
        ]
    );
    assert_eq!((tried.code, again.code), (Some(1), Some(1)));
    // Before there is an event that could fail.
    for words in ["command lacks", "webhook lacks", "there is no program saraphina-is-not-there"] {
        assert!(doctor.contains(words), "{doctor}");
    }
    let event: Value = serde_json::from_str(&std::fs::read_to_string(told).unwrap()).unwrap();
    assert_eq!((&event["type"], &event["data"]), (&json!("trial"), &json!({})));
    assert!(receiver.next().is_signed());
    assert!(receiver.inbox.try_recv().is_err());
}

#[test]
fn the_desktop_is_told_by_its_own_program_and_its_absence_is_told() {
    let home = Home::new();
    let (folder, told) = (home.folder().join("bin"), home.folder().join("told"));
    std::fs::create_dir(&folder).unwrap();
    let tried = || {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.env("PATH", &folder).env("SARAPHINA_NOTIFY_DESKTOP", "1");
        command.args(["notify", "test", "--json"]);
        let finished = home.finish(command, b"");
        let shown: Value = serde_json::from_str(&finished.out).unwrap();
        shown["data"]["trials"][0]["problem"].clone()
    };

    let absent = tried();
    let script = format!("#!/bin/sh\nprintf '%s|' \"$@\" > '{}'\n", told.display());
    let program = folder.join("notify-send");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let there = tried();

    assert_eq!((absent, there), (json!("there is no program notify-send"), Value::Null));
    let words = std::fs::read_to_string(told).unwrap();
    assert_eq!(words, "--app-name=saraphina|--|saraphina: This is a trial||");
}
