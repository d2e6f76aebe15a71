//! Long histories, made in one go with git's own import.
//!
//! A commit a time would take a process each; a stream of thousands takes a moment.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::repository::sample::Sample;
use crate::support::house::House;

/// Adds commits on `main`, each with a message and the whole content of some files.
pub(crate) fn add(root: &Path, commits: &[(String, Vec<(String, String)>)]) {
    let mut stream = String::new();
    for (place, (message, files)) in commits.iter().enumerate() {
        let when = 1_700_000_000 + place * 60;
        writeln!(stream, "commit refs/heads/main\ncommitter Ada <ada@example.org> {when} +0000")
            .unwrap();
        writeln!(stream, "data {}\n{message}", message.len()).unwrap();
        if place == 0 && has_main(root) {
            stream.push_str("from refs/heads/main^0\n");
        }
        for (path, content) in files {
            writeln!(stream, "M 100644 inline {path}\ndata {}\n{content}", content.len()).unwrap();
        }
        stream.push('\n');
    }
    import(root, stream.as_bytes());
}

fn has_main(root: &Path) -> bool {
    crate::repository::sample::try_git_in(root, &["rev-parse", "--verify", "main"]).status.success()
}

#[expect(clippy::disallowed_methods, reason = "a sample is made by git itself")]
pub(crate) fn import(root: &Path, stream: &[u8]) {
    let mut child = Command::new("git")
        .current_dir(root)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stream).unwrap();
    assert!(child.wait().unwrap().success());
}

/// A repository in which `cart` and its test change together, and `tax` by itself.
pub(crate) fn of_pairs(commits: usize) -> Sample {
    let sample = Sample::new();
    let file = |path: &str, content: String| (path.to_owned(), content);
    let all: Vec<(String, Vec<(String, String)>)> = (0..commits)
        .map(|n| {
            let cart = format!("from shop.tax import rate\n\nROUND = {n}\n\n\ndef total(prices):\n    return rate() * sum(prices)\n");
            let test = format!("from shop.cart import total\n\n\ndef test_total():\n    assert total([{n}]) == {n}\n");
            let tax = format!("def rate():\n    return {n}\n");
            let mut files = match n % 3 {
                0 | 1 => vec![file("shop/cart.py", cart), file("tests/test_cart.py", test)],
                _ => vec![file("shop/tax.py", tax), file("shop/other.py", format!("OTHER = {n}\n"))],
            };
            if n == 0 {
                files.push(file("shop/__init__.py", String::new()));
                files.push(file("shop/tax.py", "def rate():\n    return 1\n".to_owned()));
                files.push(file("shop/other.py", "OTHER = 0\n".to_owned()));
            }
            (format!("Change {n}"), files)
        })
        .collect();
    add(&sample.root(), &all);
    sample
}

/// A house with the memory of a repository built.
pub(crate) async fn remembering(sample: &Sample) -> House {
    let house = House::new();
    house.line(&format!("/build-graph {}", sample.root().display())).await.data();
    house
}
