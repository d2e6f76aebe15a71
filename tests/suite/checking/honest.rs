//! What was approved is covered, however it came to be a commit.

use record::domain::decision::Decision;

use super::ledger::{Deciding, Ledger};
use super::shop::{Log, Shop, last};
use work::checking::check::check;

#[tokio::test]
async fn approved_commits_are_covered_and_say_by_whom() {
    let mut shop = Shop::new();
    let start = shop.head();
    shop.approved(&[("shop/a.py", Some("1\n")), ("README.md", None)]).await;
    let second = shop.approved(&[("shop/a.py", Some("2\n"))]).await;

    let checked = shop.check(&format!("{start}..HEAD")).await;

    assert_eq!((checked.ok, checked.covered, checked.exit().code()), (true, 2, 0));
    let view = checked.commits.last().unwrap();
    assert_eq!(view.commit.as_str(), second);
    let approved = view.approved.as_ref().unwrap();
    let approval = &approved.approvals[0];
    assert_eq!(
        (approval.by.as_str(), approval.verdict, approval.integrity.as_deref(), approval.seq),
        ("owner", Some("passed"), Some("controlled"), 2)
    );
    let page = checked.page().plain();
    assert!(
        page.contains("approved by owner: proposal_")
            && page.contains("revision 1, verdict passed, evidence controlled")
            && page.contains("2 commits covered."),
        "{page}"
    );
}

#[tokio::test]
async fn without_the_key_of_the_log_the_answer_says_that_inclusion_was_not_checked() {
    let mut shop = Shop::new();
    shop.approved(&[("a", Some("1"))]).await;

    let checked = check(&shop.wish("HEAD~1..HEAD", Log::Unknown)).await.unwrap();

    assert!(checked.ok && checked.log.is_none());
    assert!(checked.page().plain().contains("was not checked"));
}

#[tokio::test]
async fn a_squash_and_a_rebase_of_the_approved_trees_are_covered_and_so_is_an_empty_commit() {
    let mut shop = Shop::new();
    let base = shop.head();
    shop.commit(&[("a", Some("1"))], "one");
    shop.commit(&[("b", Some("2"))], "two");
    shop.project.git(&["reset", "--quiet", "--soft", &base]);
    shop.project.git(&["commit", "--quiet", "--message", "both at once"]);
    let squashed = shop.head();
    shop.approve_and_note(&squashed).await;
    let note = shop.noted(&squashed);
    // Another message, another author and another moment: the trees are the same.
    shop.project.git(&["commit", "--quiet", "--amend", "--message", "the same, otherwise said"]);
    shop.note_bytes(&shop.head(), note.as_bytes());
    shop.project.git(&["commit", "--quiet", "--allow-empty", "--message", "nothing"]);

    let checked = shop.check(&format!("{base}..HEAD")).await;

    let by: Vec<_> = checked.commits.iter().map(|view| view.by.unwrap()).collect();
    assert_eq!(by, ["approval", "unchanged"]);
}

#[tokio::test]
async fn what_is_approved_again_after_a_revocation_is_covered_again() {
    let mut shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    let (manifest, first) = shop.approve(&commit).await;
    let approval = Deciding::approval(shop.change(&commit).await.content_hash());
    let revoked = shop.ledger.decide(&Deciding {
        decision: Decision::Revoked,
        revokes: Some(Ledger::nonce(first)),
        ..approval.clone()
    });
    shop.note(&commit, &shop.ledger.note(&manifest, &[first, revoked], &[0]));
    let between = last(&shop.check("HEAD~1..HEAD").await);
    let again = shop.ledger.decide(&approval);

    shop.note(&commit, &shop.ledger.note(&manifest, &[first, revoked, again], &[0]));
    let after = shop.check("HEAD~1..HEAD").await;

    assert_eq!(between, ("revoked".to_owned(), 1));
    assert_eq!(last(&after), ("approval".to_owned(), 0));
    let approved = after.commits[0].approved.as_ref().unwrap();
    assert_eq!(approved.approvals.iter().map(|one| one.seq).collect::<Vec<_>>(), [again]);
}

#[tokio::test]
async fn an_approval_despite_the_verdict_is_covered_and_named() {
    let mut shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    let change = shop.change(&commit).await;
    let decision = Decision::ApprovedDespite;
    let seq =
        shop.ledger.decide(&Deciding { decision, ..Deciding::approval(change.content_hash()) });
    shop.note(&commit, &shop.ledger.note(&change.manifest(), &[seq], &[0]));

    let checked = shop.check("HEAD~1..HEAD").await;

    assert!(checked.ok);
    assert!(checked.page().plain().contains("approved despite the verdict by owner"));
}

#[tokio::test]
async fn trailers_that_name_the_decision_are_fine() {
    let mut shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    let (manifest, seq) = shop.approve(&commit).await;
    let approved = shop.change(&commit).await.content_hash();
    let statement = match shop.ledger.decision(seq) {
        work::checking::note::Line::Decision { statement, .. } => statement,
        other => panic!("{other:?}"),
    };
    let decision = record::domain::digest::Digest::of(statement.as_bytes());
    let message =
        format!("change\n\nSaraphina-Content: {approved}\nSaraphina-Decision: {decision}\n");
    shop.project.git(&["commit", "--quiet", "--amend", "--message", &message]);
    shop.note(&shop.head(), &shop.ledger.note(&manifest, &[seq], &[0]));

    assert_eq!(last(&shop.check("HEAD~1..HEAD").await), ("approval".to_owned(), 0));
}
