//! What the caller's environment says: taken, or refused with the reason.

use super::process::Home;

#[test]
fn a_wrong_value_is_refused_at_use_and_reading_goes_on() {
    let home = Home::new();
    let with = |words: &[&str]| {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(words).env("OPENAI_BASE_URL", "foo");
        home.finish(command, b"")
    };

    let written = with(&["learn-code", "binary search"]);
    let read = with(&["list-proposals"]);

    assert_eq!((written.code, read.code), (Some(2), Some(0)), "{written:?} {read:?}");
    assert!(written.err.contains("OPENAI_BASE_URL of environment is refused"), "{written:?}");
}

#[test]
fn a_daemon_refuses_an_environment_that_it_does_not_work_with() {
    let home = Home::new();
    let started = home.saraphina(&["daemon", "start"]);
    let with = |value: &str| {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(["learn-code", "binary search"]).env("SARAPHINA_PROVIDER", value);
        home.finish(command, b"")
    };

    let other = with("library");
    let plain = home.saraphina(&["learn-code", "binary search"]);
    home.saraphina(&["daemon", "stop"]);
    let after = with("library");

    assert_eq!(started.code, Some(0), "{started:?}");
    assert_eq!(other.code, Some(4), "{other:?}");
    assert!(
        other.err.contains("your environment sets SARAPHINA_PROVIDER, and the daemon"),
        "{other:?}"
    );
    assert!(other.err.contains("saraphina daemon stop"), "{other:?}");
    assert_eq!((plain.code, after.code), (Some(0), Some(0)), "{plain:?} {after:?}");
}
