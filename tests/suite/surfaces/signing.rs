//! Keys on the owner's side: local, in an agent, missing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use record::audit::owner_key::OwnerKey;
use record::audit::record::Record;
use record::audit::signers::{Signed, Signers};
use serde_json::Value;

use crate::surfaces::process::{Finished, Home};

/// A home with one proposal; its id.
fn proposed(home: &Home) -> String {
    proposed_as(home, "an adder")
}

/// A proposal with this request; its id.
fn proposed_as(home: &Home, request: &str) -> String {
    home.put("adder.py", "def add(a, b):\n    return a + b\n");
    home.put(
        "test_adder.py",
        "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    );
    let words =
        ["propose-code", "--code", "adder.py", "--tests", "test_adder.py", "--json", request];
    let finished = home.saraphina(&words);
    let envelope: Value = serde_json::from_str(&finished.out).unwrap();
    envelope["data"]["proposal_id"].as_str().unwrap().to_owned()
}

/// The records of a home, oldest first.
fn records(home: &Home) -> Vec<Record> {
    let finished = home.saraphina(&["audit", "log", "--limit", "1000", "--json"]);
    let envelope: Value = serde_json::from_str(&finished.out).unwrap();
    let records = envelope["data"]["records"].as_array().unwrap().iter().rev();
    records.map(|shown| serde_json::from_value(shown["record"].clone()).unwrap()).collect()
}

/// Checks every decision with OpenSSH alone, with the file that the record gives.
fn verify_with_openssh(home: &Home, records: &[Record]) -> usize {
    let mut signers = Signers::default();
    for record in records.iter().filter(|record| record.stmt.is_some()) {
        signers.take(&Signed::of(record)).unwrap();
    }
    home.put("allowed_signers", &signers.allowed_signers());
    let mut checked = 0;
    for record in records {
        let (Some(statement), Some(signature)) = (&record.stmt, &record.sig) else { continue };
        home.put("decision.sig", signature);
        let mut command = home.command("ssh-keygen");
        command.args(["-Y", "verify", "-f", "allowed_signers", "-n", "decision@saraphina"]);
        command.args(["-I", &record.actor.id, "-s", "decision.sig"]);
        let finished = home.finish(command, statement.as_bytes());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        checked += 1;
    }
    checked
}

#[test]
fn without_any_set_up_a_local_key_signs_and_openssh_agrees() {
    let home = Home::with_path();
    let id = proposed(&home);

    let rejected = home.saraphina(&["reject-code", &id, "no"]);
    let reopened = home.saraphina(&["reopen-code", &id, "a second look"]);

    assert_eq!((rejected.code, reopened.code), (Some(0), Some(0)), "{rejected:?}");
    assert!(rejected.err.contains("Enrolled your key SHA256:"), "{}", rejected.err);
    assert!(rejected.out.contains("low assurance"), "{}", rejected.out);
    assert!(!reopened.err.contains("Enrolled"), "{}", reopened.err);
    let key = home.path().join("keys/owner_key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let mut command = home.command("ssh-keygen");
    command.args(["-y", "-f"]).arg(&key);
    let public = home.finish(command, b"").out;
    let line = fs::read_to_string(home.path().join("keys/owner_key.pub")).unwrap();
    assert_eq!(OwnerKey::parse(&public), OwnerKey::parse(&line));
    let records = records(&home);
    assert_eq!(verify_with_openssh(&home, &records), 3);
    assert_eq!(home.saraphina(&["audit", "verify"]).code, Some(0));
}

/// An agent with one key, whose private half is nowhere else; ends with the value.
struct Agent {
    process: std::process::Child,
    socket: String,
}

impl Agent {
    fn with_key(home: &Home) -> Self {
        Self::with_key_of(home, &["-t", "ed25519"])
    }

    fn with_key_of(home: &Home, options: &[&str]) -> Self {
        let mut command = home.command("ssh-keygen");
        command.args(["-q", "-N", "", "-f", "id_ed25519"]).args(options);
        assert_eq!(home.finish(command, b"").code, Some(0));
        let socket = home.folder().join("agent.sock").to_string_lossy().into_owned();
        let mut command = home.command("ssh-agent");
        command.args(["-D", "-a", &socket]).stdout(Stdio::null()).stderr(Stdio::null());
        let agent = Self { process: command.spawn().unwrap(), socket };
        let mut tries = 0;
        // The socket is there before anybody listens at it.
        while UnixStream::connect(&agent.socket).is_err() {
            tries += 1;
            assert!(tries < 10_000_000, "the agent does not listen");
            std::thread::yield_now();
        }
        let mut command = home.command("ssh-add");
        command.args(["-q", "id_ed25519"]).env("SSH_AUTH_SOCK", &agent.socket);
        assert_eq!(home.finish(command, b"").code, Some(0));
        fs::remove_file(home.folder().join("id_ed25519")).unwrap();
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn with_agent(home: &Home, socket: &str, words: &[&str]) -> Finished {
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.env("SSH_AUTH_SOCK", socket).env("SARAPHINA_OWNER_KEY", "id_ed25519.pub");
    command.args(words);
    home.finish(command, b"")
}

#[test]
fn a_key_in_an_agent_signs_and_a_dead_agent_stops_the_decision() {
    let home = Home::with_path();
    let id = proposed(&home);
    let agent = Agent::with_key(&home);

    let rejected = with_agent(&home, &agent.socket, &["reject-code", &id, "no"]);
    let before = records(&home);
    drop(agent);
    let reopened = with_agent(&home, "nowhere.sock", &["reopen-code", &id, "a second look"]);
    let status = home.saraphina(&["list-proposals", "--json"]);

    assert_eq!(rejected.code, Some(0), "{rejected:?}");
    assert!(rejected.err.contains("held by an agent"), "{}", rejected.err);
    assert_eq!(verify_with_openssh(&home, &before), 2);
    assert_eq!(reopened.code, Some(6), "{reopened:?}");
    assert!(reopened.err.contains("the key did not sign"), "{}", reopened.err);
    assert!(status.out.contains("\"rejected\""), "{}", status.out);
    assert_eq!(records(&home).len(), before.len());
}

/// A proposal, rejected with a key that `ssh-keygen` made so; the record of the key.
fn rejected_with(home: &Home, options: &[&str]) -> Record {
    let id = proposed(home);
    let mut command = home.command("ssh-keygen");
    command.args(["-q", "-N", "", "-f", "own"]).args(options);
    assert_eq!(home.finish(command, b"").code, Some(0));
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.env("SARAPHINA_OWNER_KEY", "own").args(["reject-code", &id, "no"]);
    let rejected = home.finish(command, b"");
    assert_eq!(rejected.code, Some(0), "{options:?}: {rejected:?}");
    let records = records(home);
    assert_eq!(verify_with_openssh(home, &records), 2, "{options:?}");
    records.into_iter().find(|record| record.kind.word() == "owner.key_added").unwrap()
}

#[test]
fn ecdsa_and_rsa_keys_sign_and_every_verifier_agrees() {
    for options in [
        ["-t", "ecdsa", "-b", "256"],
        ["-t", "ecdsa", "-b", "384"],
        ["-t", "rsa", "-b", "2048"],
        ["-t", "rsa", "-b", "4096"],
    ] {
        let home = Home::with_path();

        let added = rejected_with(&home, &options);
        let exported = home.saraphina(&["audit", "export", "record"]);
        let own = home.saraphina(&["audit", "verify", "record"]);
        let mut command = home.command("python3");
        command.args(["record/verify.py", "record"]);
        let python = home.finish(command, b"");
        let path = home.folder().join(format!("record/decisions/{}.sig", added.seq));
        let armour = fs::read_to_string(&path).unwrap();
        let last = armour.lines().rev().nth(1).unwrap();
        let bent = if last.starts_with('A') { "B" } else { "A" };
        let bent = armour.replace(last, &format!("{bent}{}", &last[1..]));
        let lines = home.folder().join("record/records.jsonl");
        let records = fs::read_to_string(&lines).unwrap();
        let escaped = |text: &str| text.replace('\n', "\\n");
        fs::write(&lines, records.replace(&escaped(&armour), &escaped(&bent))).unwrap();
        fs::write(&path, bent).unwrap();
        let mut command = home.command("python3");
        command.args(["record/verify.py", "record"]);
        let refused = home.finish(command, b"");

        // A file without a passphrase is open to every program of its user, whatever its kind.
        assert_eq!(added.data["assurance"], "low", "{options:?}");
        assert_eq!((exported.code, own.code), (Some(0), Some(0)), "{options:?}: {own:?}");
        assert!(python.out.contains("1 decisions are signed by an owner's key"), "{python:?}");
        assert_eq!(refused.code, Some(7), "{refused:?}");
        assert!(refused.out.contains("the signature does not fit"), "{options:?}: {refused:?}");
        assert_eq!(home.saraphina(&["audit", "verify", "record"]).code, Some(7));
    }
}

#[test]
fn an_rsa_key_in_an_agent_signs() {
    let home = Home::with_path();
    let id = proposed(&home);
    let agent = Agent::with_key_of(&home, &["-t", "rsa", "-b", "3072"]);

    let rejected = with_agent(&home, &agent.socket, &["reject-code", &id, "no"]);

    assert_eq!(rejected.code, Some(0), "{rejected:?}");
    assert_eq!(verify_with_openssh(&home, &records(&home)), 2);
    assert_eq!(home.saraphina(&["audit", "verify"]).code, Some(0));
}

#[test]
fn keys_of_other_kinds_are_refused_with_what_to_use() {
    let home = Home::with_path();
    let id = proposed(&home);

    for options in [["-t", "ecdsa", "-b", "521"], ["-t", "rsa", "-b", "1024"]] {
        let mut command = home.command("ssh-keygen");
        let name = options[3];
        command.args(["-q", "-N", "", "-f", name]).args(options);
        assert_eq!(home.finish(command, b"").code, Some(0));
        for file in [name.to_owned(), format!("{name}.pub")] {
            let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
            command.env("SARAPHINA_OWNER_KEY", &file).args(["reject-code", &id, "no"]);
            let refused = home.finish(command, b"");
            assert_eq!(refused.code, Some(6), "{refused:?}");
            assert!(refused.err.contains("Ed25519") && refused.err.contains("2048"), "{refused:?}");
        }
    }
    assert!(records(&home).iter().all(|record| record.stmt.is_none()));
}

#[test]
fn keys_that_cannot_be_used_are_named_and_nothing_is_recorded() {
    let home = Home::with_path();
    let id = proposed(&home);
    home.put("broken", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    home.put("rsa.pub", "ssh-rsa AAAAB3NzaC1yc2EAAAABAQ== x");

    for key in ["missing", "broken", "rsa.pub"] {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.env("SARAPHINA_OWNER_KEY", key).args(["reject-code", &id, "no"]);
        let finished = home.finish(command, b"");

        assert_eq!(finished.code, Some(6), "{key}: {finished:?}");
        assert!(finished.err.contains(key), "{}", finished.err);
    }
    assert!(records(&home).iter().all(|record| record.stmt.is_none()));
}

#[test]
fn first_decisions_at_once_both_succeed() {
    let home = Home::with_path();
    let id = proposed(&home);
    let other = proposed_as(&home, "another adder");
    let reject = |id: &str| {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(["reject-code", id, "no"]);
        command
    };

    let finished = std::thread::scope(|scope| {
        let (first, second) = (reject(&id), reject(&other));
        let both = [first, second].map(|command| scope.spawn(|| home.finish(command, b"")));
        both.map(|one| one.join().unwrap())
    });

    for one in &finished {
        assert_eq!(one.code, Some(0), "{finished:?}");
    }
    let added = |record: &&Record| record.kind.word() == "owner.key_added";
    assert_eq!(records(&home).iter().filter(added).count(), 1);
    assert_eq!(home.saraphina(&["audit", "verify"]).code, Some(0));
}

#[test]
fn a_private_key_that_others_can_read_is_refused_with_the_remedy() {
    let home = Home::with_path();
    let id = proposed(&home);
    let mut command = home.command("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-f", "open_key"]);
    assert_eq!(home.finish(command, b"").code, Some(0));
    let key = home.folder().join("open_key");
    let decide = |mode| {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(["reject-code", &id, "no"]).env("SARAPHINA_OWNER_KEY", &key);
        home.finish(command, b"")
    };

    let refused = [0o644, 0o640, 0o604].map(decide);
    let taken = decide(0o600);

    for one in refused {
        assert_eq!(one.code, Some(6), "{one:?}");
        assert!(one.err.contains("hint: Run `chmod 600 [folder]/open_key`."), "{one:?}");
    }
    assert_eq!(taken.code, Some(0), "{taken:?}");
}
