//! The page on auditing, executed.

use std::path::Path;

use verifier::check::verify;
use verifier::given::Trusted;
use verifier::words::Words;

use crate::support::house::House;
use crate::surfaces::process::{Finished, Home};

/// The commands of the page, in order.
fn commands() -> Vec<String> {
    shell_lines(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/auditing.md"))
}

/// The lines of the shell blocks of a page.
fn shell_lines(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let mut is_shell = false;
    let mut found = Vec::new();
    for line in text.lines() {
        match line {
            "```sh" => is_shell = true,
            "```" => is_shell = false,
            _ if is_shell => found.push(line.to_owned()),
            _ => {}
        }
    }
    found
}

/// A home with an unsigned decision at entry 6, the owner's key at 7, and signed decisions at 8 and 9.
async fn home() -> Home {
    let house = House::new();
    house.tested().await;
    house.append_unsigned().await;
    house.enrol().await;
    house.sign_approval().await;
    house.sign_approval().await;
    copied(&house).await
}

/// A home for whole processes, with what this house holds.
async fn copied(house: &House) -> Home {
    house.close().await;
    let home = Home::with_path();
    std::fs::create_dir_all(home.path().join("keys")).unwrap();
    for name in ["knowledge.db", "log.head", "keys/log.key"] {
        std::fs::copy(house.home().join(name), home.path().join(name)).unwrap();
    }
    home
}

pub(super) fn run(home: &Home, line: &str) -> Finished {
    run_in(home, ".", line)
}

/// A line of a shell in a folder below the working folder, without a shell.
pub(super) fn run_in(home: &Home, folder: &str, line: &str) -> Finished {
    let folder = home.folder().join(folder);
    let (line, input) =
        line.split_once(" < ").map_or((line, None), |(line, file)| (line, Some(file)));
    let input = input.map(|file| std::fs::read(folder.join(file)).unwrap());
    let mut words = line.split_whitespace();
    let program = match words.next().unwrap() {
        "saraphina" => env!("CARGO_BIN_EXE_saraphina"),
        other => other,
    };
    let mut command = home.command(program);
    command.args(words).current_dir(folder);
    home.finish(command, &input.unwrap_or_default())
}

/// What an auditor keeps for the next time.
fn keep(home: &Home, from: &str, to: &str) {
    std::fs::copy(home.folder().join("record").join(from), home.folder().join(to)).unwrap();
}

#[tokio::test]
async fn every_command_of_the_page_works_as_written() {
    let home = home().await;
    let commands = commands();
    assert_eq!(commands.len(), 14, "{commands:#?}");

    for line in commands {
        let finished = run(&home, &line);
        assert_eq!(finished.code, Some(0), "{line}: {finished:?}");
        if line == "saraphina audit export record" {
            keep(&home, "checkpoint", "kept.checkpoint");
            keep(&home, "signers.vkey", "kept.vkey");
        }
    }
}

#[tokio::test]
async fn the_shell_blocks_of_the_page_on_controls_work_as_written() {
    let house = House::new();
    house.approved().await;
    let home = copied(&house).await;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/controls.md");
    let script = shell_lines(&page).join("\n");
    assert!(script.contains("audit attest") && script.contains("hashlib"), "{script}");
    let program = Path::new(env!("CARGO_BIN_EXE_saraphina")).parent().unwrap().display();
    let script = format!("set -e; PATH={program}:$PATH; saraphina audit export record\n{script}");

    let mut command = home.command("sh");
    command.args(["-c", &script]).current_dir(home.folder());
    let finished = home.finish(command, &[]);

    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.out.contains("the chain holds to entry 7"), "{finished:?}");
    assert!(finished.out.contains("Result    PASSED"), "{finished:?}");
}

#[tokio::test]
async fn the_stand_alone_verifier_says_what_the_program_says() {
    let home = home().await;
    run(&home, "saraphina audit export record");

    let path = home.folder().join("record");
    let verified = verify(&path, Trusted::default(), &|| false).unwrap();
    let said = run(&home, "saraphina audit verify record");
    let told = run(&home, "saraphina audit verify record --json");

    assert_eq!(said.out, Words::of(&verified).plain());
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["data"], serde_json::to_value(&verified).unwrap());
}

#[tokio::test]
async fn every_command_of_the_page_inside_an_export_works_as_written() {
    let home = home().await;
    run(&home, "saraphina audit export record");
    keep(&home, "checkpoint", "record/kept.checkpoint");
    keep(&home, "signers.vkey", "record/kept.vkey");
    let commands = shell_lines(&home.folder().join("record/VERIFY.md"));
    assert_eq!(commands.len(), 4 + 3, "{commands:#?}");

    for line in commands {
        let line =
            line.replace("KEY_FILE", "kept.vkey").replace("KEPT_CHECKPOINT", "kept.checkpoint");
        let finished = run_in(&home, "record", &line);
        assert_eq!(finished.code, Some(0), "{line}: {finished:?}");
        if line.starts_with("ssh-keygen") {
            assert!(
                finished.out.starts_with("Good \"decision@saraphina\" signature"),
                "{finished:?}"
            );
        }
    }
}

#[tokio::test]
async fn each_way_of_the_page_refuses_an_altered_export() {
    let home = home().await;
    run(&home, "saraphina audit export record");
    let path = home.folder().join("record/decisions/8.json");
    let statement = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, statement.replacen("approved", "rejected", 1)).unwrap();

    for line in commands()
        .iter()
        .filter(|line| line.ends_with("verify record") || line.ends_with("verify.py record"))
    {
        assert_eq!(run(&home, line).code, Some(7), "{line}");
    }
    let signed = commands().into_iter().find(|line| line.starts_with("ssh-keygen")).unwrap();
    assert_eq!(run(&home, &signed).code, Some(255));
}
