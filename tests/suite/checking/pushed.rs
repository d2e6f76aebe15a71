//! A server that takes pushes, with the hook that `saraphina check --install` writes.

use std::path::PathBuf;

use record::domain::decision::Decision;

use super::ledger::Deciding;
use super::shop::Shop;
use crate::support::binary::saraphina;

/// A bare repository with the hook, and somebody who pushes to it.
struct Server {
    shop: Shop,
    bare: PathBuf,
    _folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        let (shop, folder) = (Shop::new(), tempfile::tempdir().unwrap());
        let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let bare = place("it's a server.git");
        shop.project.git(&["clone", "--quiet", "--bare", ".", &bare]);
        let (signers, log) = (place("signers"), place("log.vkey"));
        std::fs::write(&signers, Shop::signers()).unwrap();
        std::fs::write(&log, shop.ledger.key.verifier().vkey() + "\n").unwrap();
        let hook = format!("{bare}/hooks/pre-receive");
        let words = ["check", "--install", "--hook", &hook, "--signers", &signers, "--log", &log];
        let since = ["--since", "main", "--repo", &bare];
        let told = saraphina(&[&words[..], &since].concat());
        assert_eq!(told.code, 0, "{}", told.stderr);
        Self { shop, bare: bare.into(), _folder: folder }
    }

    /// Pushes; what the client was told where it was refused.
    fn push(&self, words: &[&str]) -> Result<String, String> {
        let bare = self.bare.to_str().unwrap();
        self.shop.project.try_git(&[&["push", "--quiet", bare], words].concat(), "/dev/null")
    }

    fn refuses(&self, words: &[&str], told: &str) {
        let refused = self.push(words).unwrap_err();
        assert!(refused.contains(told), "{told}: {refused}");
    }

    fn main(&self) -> String {
        self.shop.project.git(&["--git-dir", self.bare.to_str().unwrap(), "rev-parse", "main"])
    }
}

const NOTES: &str = "refs/notes/saraphina";

#[tokio::test]
async fn an_approved_commit_passes_with_its_note_in_one_push_or_before_it() {
    let mut server = Server::new();
    let first = server.shop.approved(&[("a", Some("1"))]).await;

    server.push(&["main", NOTES]).unwrap();
    let second = server.shop.approved(&[("a", Some("2"))]).await;
    server.push(&[NOTES]).unwrap();
    let between = server.main();
    server.push(&["main", "main:refs/heads/release"]).unwrap();

    assert_eq!((between, server.main()), (first, second));
}

#[tokio::test]
async fn what_is_not_approved_is_refused_with_the_reason_at_the_client() {
    let mut server = Server::new();
    let start = server.main();
    let good = server.shop.approved(&[("a", Some("1"))]).await;
    server.refuses(&["main"], "NOT COVERED: it has no note");
    let note = server.shop.noted(&good);
    server.shop.commit(&[("b", Some("2"))], "not approved");
    server.refuses(&["main", NOTES], "NOT COVERED: it has no note");
    server.shop.note_bytes("HEAD", note.as_bytes());
    server.refuses(&["main", NOTES], "the approved change starts from the tree");
    server.shop.project.git(&["reset", "--quiet", "--hard", &good]);
    server.shop.project.write("a", "altered");
    server.shop.project.git(&["commit", "--quiet", "--all", "--amend", "--message", "altered"]);
    server.shop.note_bytes("HEAD", note.as_bytes());
    server.refuses(&["main", NOTES], "it is not the approved change: a has the bytes");
    server.refuses(&["main:refs/heads/new", NOTES], "it is not the approved change");
    server.shop.note_bytes("HEAD", note.replacen("passed", "failed", 1).as_bytes());
    server.refuses(&["main", NOTES], "its note does not hold");

    assert_eq!(server.main(), start);
}

#[tokio::test]
async fn keys_that_come_with_the_push_count_for_nothing() {
    let mut server = Server::new();
    let own = super::ledger::key(66).public();
    let line = format!("owner namespaces=\"decision@saraphina\" {own}\n");
    let edits = [("signers", Some(&*line)), ("allowed_signers", Some(&*line))];
    let commit = server.shop.commit(&edits, "my own keys");
    let change = server.shop.change(&commit).await;
    let approval = Deciding { seed: 66, ..Deciding::approval(change.content_hash()) };
    let seq = server.shop.ledger.decide(&approval);
    server.shop.note(&commit, &server.shop.ledger.note(&change.manifest(), &[seq], &[0]));

    server.refuses(&["main", NOTES], "is not among the signers");
}

#[tokio::test]
async fn a_revocation_in_the_note_stops_a_commit_and_the_note_cannot_be_taken_back() {
    let mut server = Server::new();
    let commit = server.shop.commit(&[("a", Some("1"))], "change");
    let (manifest, first) = server.shop.approve(&commit).await;
    let approval = Deciding::approval(server.shop.change(&commit).await.content_hash());
    let revoked = Deciding { decision: Decision::Revoked, ..approval };
    let revoked = server.shop.ledger.decide(&revoked);
    let ledger = &server.shop.ledger;
    server.shop.note(&commit, &ledger.note(&manifest, &[first, revoked], &[0]));
    server.refuses(&["main", NOTES], "the approval was revoked by owner");
    server.push(&[NOTES]).unwrap();

    server.shop.project.git(&["update-ref", "-d", NOTES]);
    server.shop.note(&commit, &ledger.note(&manifest, &[first], &[0]));
    server.refuses(&["--force", "main", NOTES], "may not be deleted or rewritten");
    server.refuses(&["--delete", NOTES], "may not be deleted or rewritten");
    // A state that follows the one before, in which the line is gone all the same.
    server.shop.project.git(&[
        "fetch",
        "--quiet",
        "--force",
        server.bare.to_str().unwrap(),
        &format!("{NOTES}:{NOTES}"),
    ]);
    server.shop.note(&commit, &ledger.note(&manifest, &[first], &[0]));
    server.refuses(&[NOTES], "has lost a line that was there");
    // A line of our form that nobody signed could not be taken out again.
    let whole = ledger.note(&manifest, &[first, revoked], &[0]).text().unwrap();
    let decision = whole.lines().find(|line| line.contains("decision.approved")).unwrap();
    let forged = format!("{whole}{}\n", decision.replacen("passed", "failed", 1));
    server.shop.note_bytes(&commit, forged.as_bytes());
    server.refuses(&[NOTES], "does not hold");
    server.shop.note_bytes(&commit, b"garbage\n");
    server.refuses(&[NOTES], "does not hold");
    server.shop.project.git(&["notes", "--ref=saraphina", "remove", &commit]);
    server.refuses(&[NOTES], "is gone");
}

#[tokio::test]
async fn history_that_was_let_in_is_not_rewritten() {
    let mut server = Server::new();
    server.shop.approved(&[("a", Some("1"))]).await;
    server.push(&["main", NOTES]).unwrap();
    server.shop.project.git(&["reset", "--quiet", "--hard", "HEAD~1"]);

    server.refuses(&["--force", "main"], "refs/heads/main may not be deleted or rewritten");
}
