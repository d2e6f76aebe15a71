//! The README, executed.

use std::path::Path;

use crate::surfaces::process::Home;

/// The commands of the README that stand after a mark, in order.
fn marked(mark: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().filter_map(|line| line.strip_prefix(mark)).map(str::to_owned).collect()
}

/// A home whose toolchain is the one that all tests share, set up already.
pub(crate) fn home_with_toolchain() -> Home {
    let home = Home::with_path();
    crate::sandbox::support::set_up();
    std::fs::create_dir_all(home.path()).unwrap();
    let shared = crate::sandbox::support::home().join("toolchain");
    std::os::unix::fs::symlink(shared, home.path().join("toolchain")).unwrap();
    home
}

#[test]
fn the_main_job_of_the_readme_works_as_written() {
    let home = home_with_toolchain();
    let mut lines = marked("saraphina> ");
    let approve = lines.iter().position(|line| line.starts_with("/approve-code")).unwrap();
    let after: Vec<String> = lines.split_off(approve);

    let before = home.saraphina_with(&[], lines.join("\n").as_bytes());
    assert_eq!(before.code, Some(0), "{before:?}");

    // Without a terminal nobody can be asked: the hash that was shown is given instead.
    let shown = home.saraphina(&["show-code", "@", "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    let text = |name: &str| shown["data"][name].as_str().unwrap().to_owned();
    let (id, hash) = (text("proposal_id"), text("content_hash"));
    let approved = home.saraphina(&["approve-code", &id, "--yes", "--expect", &hash]);
    assert_eq!(approved.code, Some(0), "{approved:?}");

    let rest = home.saraphina_with(&[], after[1..].join("\n").as_bytes());
    assert_eq!(rest.code, Some(0), "{rest:?}");
    assert!(rest.out.contains("1 approved"), "{}", rest.out);
}

#[test]
fn the_shell_examples_of_the_readme_work_as_written() {
    let home = home_with_toolchain();
    home.put("parser.py", "def parse(line):\n    return line.split()\n");
    home.put(
        "test_parser.py",
        "from parser import parse\n\n\ndef test_parse():\n    assert parse('a b') == ['a', 'b']\n",
    );
    // Prose is full of the word; examples follow it with a command, an option or a quote.
    let mut examples = marked("saraphina ");
    examples.retain(|example| !example.starts_with("is "));
    assert_eq!(examples.len(), 3, "{examples:?}");

    for example in examples {
        let words = words(&example);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let finished = home.saraphina(&words);
        assert_eq!(finished.code, Some(0), "{example}: {finished:?}");
    }
}

/// Splits a line of the README as a shell would: words, and text in double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
