//! Commits and notes that somebody forged: each is refused, with the reason that is meant.

use record::audit::dsse::Envelope;
use record::audit::key::LogKey;
use record::domain::decision::Decision;
use record::domain::time::Timestamp;
use work::checking::allowed_signers::AllowedSigners;
use work::checking::check::check;
use work::checking::note::{Line, Note};

use super::ledger::{Deciding, Ledger, key};
use super::shop::{Log, Shop, last};

const ONE: &str = "HEAD~1..HEAD";

/// A shop whose last commit is approved and noted, and that commit.
async fn honest() -> (Shop, String) {
    let mut shop = Shop::new();
    let commit = shop.approved(&[("a.py", Some("1\n")), ("b.py", Some("2\n"))]).await;
    (shop, commit)
}

async fn refused(shop: &Shop, word: &str, code: u8) {
    assert_eq!(last(&shop.check(ONE).await), (word.to_owned(), code));
}

/// The note of a commit whose tree was changed after the approval, moved to it.
async fn amended(edit: impl Fn(&Shop), word: &str, path: &str) {
    let (shop, commit) = honest().await;
    let note = shop.noted(&commit);
    edit(&shop);
    shop.project.git(&["add", "--all"]);
    shop.project.git(&["commit", "--quiet", "--amend", "--message", "amended"]);
    shop.note_bytes(&shop.head(), note.as_bytes());

    let checked = shop.check(ONE).await;

    assert_eq!(last(&checked), (word.to_owned(), 1));
    assert_eq!(checked.commits[0].reason.as_ref().unwrap().path.as_deref(), Some(path));
}

#[tokio::test]
async fn a_commit_without_a_note() {
    let shop = Shop::new();
    shop.commit(&[("a", Some("1"))], "change");

    refused(&shop, "no_note", 1).await;
}

#[tokio::test]
async fn another_tree_than_the_approved_one() {
    amended(|shop| shop.project.write("c.py", "3\n"), "extra_path", "c.py").await;
    let gone = |shop: &Shop| std::fs::remove_file(shop.project.at("b.py")).unwrap();
    amended(gone, "missing_path", "b.py").await;
    amended(|shop| shop.project.write("b.py", "3\n"), "other_bytes", "b.py").await;
    let runs = |shop: &Shop| {
        shop.project.git(&["update-index", "--add", "--chmod=+x", "a.py"]);
        shop.project.git(&["config", "core.fileMode", "false"]);
    };
    amended(runs, "other_mode", "a.py").await;
    let link = |shop: &Shop| {
        std::fs::remove_file(shop.project.at("a.py")).unwrap();
        std::os::unix::fs::symlink("b.py", shop.project.at("a.py")).unwrap();
    };
    amended(link, "other_mode", "a.py").await;
}

#[tokio::test]
async fn an_approved_change_squashed_with_more() {
    let (shop, commit) = honest().await;
    let note = shop.noted(&commit);
    shop.commit(&[("c.py", Some("3\n"))], "more");
    shop.project.git(&["reset", "--quiet", "--soft", "HEAD~2"]);
    shop.project.git(&["commit", "--quiet", "--message", "squashed"]);
    shop.note_bytes(&shop.head(), note.as_bytes());

    refused(&shop, "extra_path", 1).await;
}

#[tokio::test]
async fn an_approval_replayed_on_another_branch_or_repository() {
    let (shop, commit) = honest().await;
    let note = shop.noted(&commit);
    shop.project.git(&["checkout", "--quiet", "-b", "other", "HEAD~1"]);
    shop.commit(&[("z", Some("0"))], "elsewhere");
    shop.project.git(&["cherry-pick", &commit]);
    shop.note_bytes(&shop.head(), note.as_bytes());
    refused(&shop, "other_base", 1).await;
    let other = Shop::new();
    other.commit(&[("z", Some("0"))], "elsewhere");
    other.commit(&[("a.py", Some("1\n")), ("b.py", Some("2\n"))], "change");

    other.note_bytes(&other.head(), note.as_bytes());

    refused(&other, "other_base", 1).await;
}

#[tokio::test]
async fn an_approval_used_again_after_a_revert() {
    let mut shop = Shop::new();
    let start = shop.head();
    let commit = shop.approved(&[("a.py", Some("1\n"))]).await;
    let note = shop.noted(&commit);
    shop.approved(&[("a.py", None)]).await;
    let replayed = shop.commit(&[("a.py", Some("1\n"))], "again");
    shop.note_bytes(&replayed, note.as_bytes());

    let checked = shop.check(&format!("{start}..HEAD")).await;

    assert_eq!(last(&checked), ("replayed".to_owned(), 1));
    assert_eq!(checked.covered, 2);
    assert!(checked.commits[2].reason.as_ref().unwrap().text.contains(&commit));
}

#[tokio::test]
async fn a_signer_who_does_not_count() {
    let mut shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    let change = shop.change(&commit).await;
    let approval = Deciding::approval(change.content_hash());
    let eve = shop.ledger.decide(&Deciding { seed: 66, ..approval.clone() });
    let bob = shop.ledger.decide(&Deciding { owner: "bob", ..approval.clone() });
    let owner = shop.ledger.decide(&approval);

    for (seq, word) in [(eve, "unknown_signer"), (bob, "other_principal")] {
        shop.note(&commit, &shop.ledger.note(&change.manifest(), &[seq], &[0]));
        refused(&shop, word, 1).await;
    }
    shop.note(&commit, &shop.ledger.note(&change.manifest(), &[owner], &[0]));
    let out_of_time = format!("owner valid-before=\"20260101Z\" {}\n", key(1).public());
    let mut wish = shop.wish(ONE, Log::Known);
    wish.signers = AllowedSigners::parse(&out_of_time).unwrap();
    let checked = check(&wish).await.unwrap();
    assert_eq!(last(&checked), ("signer_out_of_time".to_owned(), 1));
}

#[tokio::test]
async fn an_approval_that_was_revoked_rejected_or_ran_out() {
    let mut shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    let change = shop.change(&commit).await;
    let approval = Deciding::approval(change.content_hash());
    let first = shop.ledger.decide(&approval);
    let decided = |decision| Deciding { decision, ..approval.clone() };
    let rejected = shop.ledger.decide(&decided(Decision::Rejected));
    let revoked = Deciding { revokes: Some(Ledger::nonce(first)), ..decided(Decision::Revoked) };
    let revoked = shop.ledger.decide(&revoked);
    let until = Some(Timestamp::from_millis(1));
    let short = shop.ledger.decide(&Deciding { expires_at: until, ..approval.clone() });
    let cases: [(&[u64], &str); 4] = [
        (&[first, revoked], "revoked"),
        (&[rejected], "no_approval"),
        (&[short], "expired"),
        (&[first], "approval"),
    ];

    for (seqs, word) in cases {
        shop.note(&commit, &shop.ledger.note(&change.manifest(), seqs, &[0]));
        assert_eq!(last(&shop.check(ONE).await).0, word);
    }
}

#[tokio::test]
async fn an_altered_note_ends_with_the_code_of_broken_integrity() {
    let (mut shop, commit) = honest().await;
    let change = shop.change(&commit).await;
    let other = shop.ledger.decide(&Deciding::approval(change.content_hash()));
    let note = shop.ledger.note(&change.manifest(), &[1], &[0]);
    let [changed, decision, policy] = note.lines() else { panic!() };
    let Line::Decision { entry, statement, signature } = decision.clone() else { panic!() };
    let Line::Decision { signature: foreign, .. } = shop.ledger.decision(other) else { panic!() };
    let with = |line: Line| Note::new([changed.clone(), line, policy.clone()]);
    let decided = |entry, statement: &str, signature: &str| {
        let (statement, signature) = (statement.to_owned(), signature.to_owned());
        with(Line::Decision { entry, statement, signature })
    };
    let record = |from: &str, to: &str| {
        let record = entry.record.replacen(from, to, 1);
        assert_ne!(record, entry.record);
        work::checking::note::Entry { record, ..entry.clone() }
    };
    let proof = |seq| {
        let proof = shop.ledger.entry(seq).proof;
        work::checking::note::Entry { proof, ..entry.clone() }
    };
    let manifest = change.manifest().replacen("a.py", "z.py", 1);
    let forger = LogKey::from_seed(shop.ledger.key.verifier().name(), &[3; 32]).unwrap();

    for (case, altered) in [
        ("manifest", Note::new([Line::Change(manifest), decision.clone(), policy.clone()])),
        (
            "statement beside",
            decided(entry.clone(), &statement.replacen("r1", "r2", 1), &signature),
        ),
        ("signature beside", decided(entry.clone(), &statement, &foreign)),
        ("statement inside", decided(record("passed", "failed"), &statement, &signature)),
        ("moment", decided(record("\"ts\":\"2026", "\"ts\":\"2036"), &statement, &signature)),
        ("actor", decided(record("\"id\":\"owner\"", "\"id\":\"eve\""), &statement, &signature)),
        ("proof of another entry", decided(proof(other), &statement, &signature)),
        ("a policy as a decision", decided(shop.ledger.entry(0), &statement, &signature)),
        ("a decision as a policy", with(Line::Policy(entry.clone()))),
        (
            "attestation",
            Note::new(
                note.lines()
                    .iter()
                    .cloned()
                    .chain([Line::Attestation(Envelope::seal(b"{}", &forger))]),
            ),
        ),
    ] {
        shop.note(&commit, &altered);
        assert_eq!(last(&shop.check(ONE).await), ("broken_note".to_owned(), 7), "{case}");
    }
}

#[tokio::test]
async fn another_log_under_the_same_name_or_another() {
    let (shop, _) = honest().await;
    let name = shop.ledger.key.verifier().name();
    for forger in
        [LogKey::from_seed(name, &[3; 32]), LogKey::from_seed("saraphina/other", &[9; 32])]
    {
        let mut wish = shop.wish(ONE, Log::Known);
        wish.log = Some(forger.unwrap().verifier().clone());

        let checked = check(&wish).await.unwrap();

        assert_eq!(last(&checked), ("broken_note".to_owned(), 7));
    }
}

#[tokio::test]
async fn trailers_that_stand_twice_or_point_elsewhere() {
    let (shop, commit) = honest().await;
    let note = shop.noted(&commit);
    for (trailers, word) in [
        ("Saraphina-Proposal: proposal_000000000000", "other_trailer"),
        ("Saraphina-Content: sha256:00", "other_trailer"),
        ("Saraphina-Decision: a\nSaraphina-Decision: b", "doubled_trailer"),
    ] {
        let message = format!("change\n\n{trailers}\n");
        shop.project.git(&["commit", "--quiet", "--amend", "--message", &message]);
        shop.note_bytes(&shop.head(), note.as_bytes());

        refused(&shop, word, 1).await;
    }
}

#[tokio::test]
async fn what_no_proposal_can_be_about() {
    let (shop, commit) = honest().await;
    let note = shop.noted(&commit);
    let module = format!("160000,{commit},module");
    shop.project.git(&["update-index", "--add", "--cacheinfo", &module]);
    shop.project.git(&["commit", "--quiet", "--amend", "--message", "with a submodule"]);
    shop.note_bytes(&shop.head(), note.as_bytes());

    refused(&shop, "unapprovable", 1).await;
}

#[tokio::test]
async fn without_the_key_of_the_log_a_moment_far_from_the_signed_one_is_refused() {
    let (shop, commit) = honest().await;
    let change = shop.change(&commit).await;
    let mut late = Ledger::new(9);
    let seq = late.decide(&Deciding::approval(change.content_hash()));
    let note = late.note(&change.manifest(), &[seq], &[0]);
    let [_, Line::Decision { entry, .. }, _] = note.lines() else { panic!() };
    let moment = entry.record.find("\"ts\":\"").map(|place| &entry.record[place + 6..place + 16]);
    let day = moment.unwrap().to_owned();
    let moved = entry.record.replacen(&format!("\"ts\":\"{day}"), "\"ts\":\"2036-01-01", 1);
    let mut forged = Ledger::new(9);
    let act = record::audit::record::Record::parse(moved.as_bytes()).unwrap();
    let moved = forged.moved(&act);
    let forged = forged.note(&change.manifest(), &[moved], &[0]);
    shop.note(&commit, &forged);

    let checked = check(&shop.wish(ONE, Log::Unknown)).await.unwrap();

    assert_eq!(last(&checked), ("moment".to_owned(), 1));
}
