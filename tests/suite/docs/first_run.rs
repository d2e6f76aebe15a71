//! `scripts/first-run`, with a program in place of ours that writes down how it was called.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = r#"#!/bin/sh
echo "$SARAPHINA_HOME $*" >> "$CALLS"
case "$1" in propose-code) echo '{"data":{"proposal_id":"proposal_0123456789ab","content_hash":"ab"}}';; esac
"#;

/// Runs it in a copy of its surroundings; returns what it printed and the calls.
#[expect(clippy::disallowed_methods, reason = "the script finds its tools on the PATH")]
fn first_run(home: Option<&str>) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/first-run");
    write("scripts/first-run", &std::fs::read_to_string(script).unwrap());
    write("scripts/release", "#!/bin/sh\n");
    write("target/release/saraphina", PROGRAM);
    let calls = folder.path().join("calls");
    let mut command = Command::new(folder.path().join("scripts/first-run"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command
        .env("HOME", "/nowhere")
        .env("CALLS", &calls)
        .envs(home.map(|home| ("SARAPHINA_HOME", home)));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), std::fs::read_to_string(calls).unwrap())
}

#[test]
fn the_demonstration_has_a_home_of_its_own_unless_one_is_named() {
    let (told, calls) = first_run(None);
    let (_, named) = first_run(Some("/mine"));

    assert!(calls.lines().count() >= 6, "{calls}");
    assert!(
        calls.lines().all(|call| call.starts_with("/nowhere/.local/share/saraphina-first-run ")),
        "{calls}"
    );
    assert!(named.lines().all(|call| call.starts_with("/mine ")), "{named}");
    assert!(told.contains("export PATH=") && told.contains("/run-code and requests"), "{told}");
}
