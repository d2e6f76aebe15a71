//! Policies: numbered, never older than before, and asked for all that they ask.

use record::domain::approval_rules::{ApprovalRules, PathOwners};
use record::domain::policy::Policy;
use work::checking::check::check;

use super::ledger::Deciding;
use super::shop::{Log, Shop, last};

fn policy(approval: ApprovalRules) -> Policy {
    Policy { approval, ..Policy::default() }
}

#[tokio::test]
async fn an_approval_under_an_older_policy_than_the_commits_before_is_refused() {
    let mut shop = Shop::new();
    let start = shop.head();
    let first = shop.commit(&[("a", Some("1"))], "first");
    let second = shop.commit(&[("a", Some("2"))], "second");
    let (old, old_seq) = shop.approve(&second).await;
    let stricter = policy(ApprovalRules { evidence_hours: Some(1), ..ApprovalRules::default() });
    let set = shop.ledger.set_policy(&stricter, 1);
    let change = shop.change(&first).await;
    let deciding =
        Deciding { policy: stricter.digest(), ..Deciding::approval(change.content_hash()) };
    let seq = shop.ledger.decide(&deciding);
    shop.note(&first, &shop.ledger.note(&change.manifest(), &[seq], &[set]));
    shop.note(&second, &shop.ledger.note(&old, &[old_seq], &[0]));

    let checked = shop.check(&format!("{start}..HEAD")).await;
    let alone = shop.check("HEAD~1..HEAD").await;

    assert_eq!(last(&checked), ("older_policy".to_owned(), 1));
    assert_eq!(checked.covered, 1);
    assert_eq!(last(&alone).0, "approval", "alone nothing later lies before it");
}

#[tokio::test]
async fn the_policy_has_to_be_in_the_note_by_somebody_who_counts() {
    let mut shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    let change = shop.change(&commit).await;
    let plain = shop.ledger.decide(&Deciding::approval(change.content_hash()));
    let weaker = policy(ApprovalRules { evidence_hours: None, ..ApprovalRules::default() });
    let by_eve = shop.ledger.set_policy(&weaker, 66);
    let under = Deciding { policy: weaker.digest(), ..Deciding::approval(change.content_hash()) };
    let under = shop.ledger.decide(&under);
    let later = shop.ledger.set_policy(&weaker, 1);
    let cases: [(u64, &[u64], &str); 4] = [
        (plain, &[], "no_policy"),
        (under, &[0], "no_policy"),
        (under, &[by_eve], "policy_signer"),
        (under, &[later], "no_policy"),
    ];

    for (seq, policies, word) in cases {
        shop.note(&commit, &shop.ledger.note(&change.manifest(), &[seq], policies));
        assert_eq!(last(&shop.check("HEAD~1..HEAD").await), (word.to_owned(), 1), "{policies:?}");
    }
}

#[tokio::test]
async fn a_quorum_approvers_and_owners_of_files_are_asked_for() {
    let mut shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    let change = shop.change(&commit).await;
    let owners = vec![PathOwners { path: "a".to_owned(), owners: vec!["bob".to_owned()] }];
    for (rules, alone) in [
        (ApprovalRules { quorum: 2, ..ApprovalRules::default() }, "incomplete"),
        (
            ApprovalRules { approvers: vec!["bob".to_owned()], ..ApprovalRules::default() },
            "not_approver",
        ),
        (ApprovalRules { path_owners: owners, ..ApprovalRules::default() }, "incomplete"),
    ] {
        let policy = policy(rules);
        let set = shop.ledger.set_policy(&policy, 1);
        let own = Deciding { policy: policy.digest(), ..Deciding::approval(change.content_hash()) };
        let one = shop.ledger.decide(&own);
        let two = shop.ledger.decide(&Deciding { owner: "bob", seed: 2, ..own });

        shop.note(&commit, &shop.ledger.note(&change.manifest(), &[one], &[set]));
        assert_eq!(last(&shop.check("HEAD~1..HEAD").await), (alone.to_owned(), 1));
        shop.note(&commit, &shop.ledger.note(&change.manifest(), &[one, two], &[set]));
        assert_eq!(last(&shop.check("HEAD~1..HEAD").await), ("approval".to_owned(), 0));
    }
}

#[tokio::test]
async fn the_owners_of_a_file_are_asked_before_it_is_deleted() {
    let mut shop = Shop::new();
    shop.commit(&[("a", Some("1"))], "start");
    let commit = shop.commit(&[("a", None)], "change");
    let change = shop.change(&commit).await;
    let path_owners = vec![PathOwners { path: "a".to_owned(), owners: vec!["bob".to_owned()] }];
    let policy = policy(ApprovalRules { path_owners, ..ApprovalRules::default() });
    let set = shop.ledger.set_policy(&policy, 1);
    let own = Deciding { policy: policy.digest(), ..Deciding::approval(change.content_hash()) };
    let one = shop.ledger.decide(&own);
    let two = shop.ledger.decide(&Deciding { owner: "bob", seed: 2, ..own });

    shop.note(&commit, &shop.ledger.note(&change.manifest(), &[one], &[set]));
    assert_eq!(last(&shop.check("HEAD~1..HEAD").await), ("incomplete".to_owned(), 1));
    shop.note(&commit, &shop.ledger.note(&change.manifest(), &[one, two], &[set]));
    assert_eq!(last(&shop.check("HEAD~1..HEAD").await), ("approval".to_owned(), 0));
}

#[tokio::test]
async fn without_the_key_of_the_log_a_first_policy_that_is_not_built_in_is_refused() {
    let mut shop = Shop::new();
    let commit = shop.approved(&[("a", Some("1"))]).await;
    let (manifest, seq) = shop.approve(&commit).await;
    let note = shop.ledger.note(&manifest, &[seq], &[0]).text().unwrap();
    let builtin = Policy::default().digest().to_string();
    let genesis = note.lines().find(|line| line.contains("log.genesis")).unwrap();
    let forged =
        note.replace(genesis, &genesis.replace(&builtin, &format!("sha256:{}", "0".repeat(64))));
    shop.note_bytes(&commit, forged.as_bytes());

    let checked = check(&shop.wish("HEAD~1..HEAD", Log::Unknown)).await.unwrap();

    assert_eq!(last(&checked), ("broken_note".to_owned(), 7));
}
