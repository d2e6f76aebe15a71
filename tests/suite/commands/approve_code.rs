//! `/approve-code`.

use record::domain::digest::Digest;
use record::domain::evidence::Evidence;
use work::contract::confirmation::Wanted;
use work::contract::error::ErrorKind;

use super::repository::with_a_sensitive_change;
use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::{House, TESTS};

#[tokio::test]
async fn an_approval_binds_to_what_was_shown() {
    let house = House::new();
    let id = house.tested().await;
    let hash = house.hash(&id).await;

    let asked = house.line(&format!("/approve-code {id}")).await.error();
    let (page, answer) = house.answered(&format!("/approve-code {id} --comment reviewed")).await;
    let data = answer.data();

    let confirmation = asked.confirmation.unwrap();
    assert_eq!((asked.kind, confirmation.wanted), (ErrorKind::NeedsOwner, Wanted::Yes));
    assert_eq!(
        (data["decision"].as_str(), data["content_hash"].as_str()),
        (Some("approved"), Some(hash.as_str()))
    );
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.data["shown_digest"], confirmation.shown_digest.to_string());
    assert_eq!(record.data["shown_digest"], Digest::of(page.as_bytes()).to_string());
    assert_eq!(record.data["comment"], "reviewed");
    assert_eq!(house.show(&id).await["status"], "approved");
}

async fn kept_page(house: &House) -> String {
    let record = house.records().await.pop().unwrap();
    let digest = record.data["shown_digest"].as_str().unwrap().parse().unwrap();
    house.engine.context().store().unwrap().blob(digest).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_page_of_a_scripted_approval_says_that_nobody_saw_it() {
    let house = House::new();
    let id = house.tested().await;
    let hash = house.hash(&id).await;

    let line = format!("/approve-code {id} --yes --expect {}", &hash[..12]);
    house.line(&line).await.data();

    let page = kept_page(&house).await;
    let told = "answered by `--yes --expect`, without a question; this page was not shown";
    assert!(page.contains(told), "{page}");
}

/// A revision that differs in one line, and was run.
async fn refined(house: &House, id: &str, code: &str) {
    house.reply(code, TESTS);
    house.line(&format!("/refine-code {id} once more")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();
}

#[tokio::test]
async fn a_page_leaves_out_only_what_pages_of_this_owner_showed() {
    let house = House::new();
    let id = house.tested().await;
    let shown = async || {
        let (page, answer) = house.answered(&format!("/approve-code {id}")).await;
        answer.data();
        let line = page.lines().find(|line| line.starts_with("Shown: ")).unwrap();
        (line.split_once("Shown: ").unwrap().1.trim().to_owned(), page.contains("def add(a, b)"))
    };
    let everything = "everything, as no page of yours showed a revision before".to_owned();

    house.line(&format!("/reject-code {id} needs a remark")).await.data();
    refined(&house, &id, "def add(a, b):\n    # Sums.\n    return a + b\n").await;
    assert_eq!(shown().await, (everything, true));

    refined(&house, &id, "def add(a, b):\n    # Sums up.\n    return a + b\n").await;
    assert_eq!(shown().await, ("since revision 2, which a page of yours showed".to_owned(), true));
}

#[tokio::test]
async fn without_the_exact_hash_nothing_is_approved() {
    let house = House::new();
    let id = house.tested().await;
    let hash = house.hash(&id).await;
    let other = "0".repeat(12);

    let mut exits = Vec::new();
    for rest in [
        String::new(),
        format!("--yes --expect {}", &hash[..11]),
        format!("--yes --expect {other}"),
    ] {
        exits.push(house.line(&format!("/approve-code {id} {rest}")).await.exit());
    }

    assert_eq!(exits, [5, 2, 4]);
    assert_eq!(house.show(&id).await["status"], "tested");
}

#[tokio::test]
async fn an_untested_proposal_and_changed_content_are_refused() {
    let house = House::new();
    let id = house.tested().await;
    let seen = house.hash(&id).await;
    house.reply("def add(a, b):\n    return b + a\n", TESTS);
    house.line(&format!("/refine-code {id} put b first")).await.data();

    let untested = house.line(&format!("/approve-code {id} --yes --expect {seen}")).await.refusal();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let changed = house.line(&format!("/approve-code {id} --yes --expect {seen}")).await.error();

    assert_eq!(untested.0, ErrorKind::State);
    assert_eq!((changed.kind, changed.message.contains("as expected")), (ErrorKind::State, true));
}

#[tokio::test]
async fn a_failed_verdict_needs_a_reason_and_the_digits() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(&id).await;

    let plain = house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.refusal();
    let short =
        house.line(&format!("/approve-code {id} --despite no --yes --expect {hash}")).await.exit();
    let asked =
        house.line(&format!("/approve-code {id} --despite \"the test is wrong\"")).await.error();
    let line = format!("/approve-code {id} --despite \"the test is wrong\" --yes --expect {hash}");
    let data = house.line(&line).await.data();

    assert_eq!(plain, (ErrorKind::State, "the verdict is failed, not passed".to_owned()));
    assert_eq!(short, 2);
    assert_eq!(asked.confirmation.unwrap().wanted, Wanted::Digits(hash[..8].to_owned()));
    assert_eq!(
        (data["decision"].as_str(), data["reason"].as_str()),
        (Some("approved_despite"), Some("the test is wrong"))
    );
}

/// Whoever starts an execution chooses its limits and variables: a run that these alone tell apart does not stand by itself.
#[tokio::test]
async fn green_by_other_limits_or_variables_needs_a_reason() {
    let house = House::new();
    let id = house.proposed().await;
    let with = |mut evidence: Evidence, name: &str, value: &str| {
        evidence.environment.0.insert(name.to_owned(), value.to_owned());
        house.doing(Doing::Give(Box::new(evidence)));
    };
    with(failing("assert 1 == 2"), "variables", "");
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(&id).await;
    let line = format!("/approve-code {id} --yes --expect {hash}");
    for (name, value) in [("variables", "SECRET"), ("limit_processes", "63"), ("python", "9")] {
        with(passing(), name, value);
        house.line(&format!("/sandbox-code {id}")).await.data();

        let (kind, told) = house.line(&line).await.refusal();

        assert_eq!(kind, ErrorKind::State);
        assert!(told.contains("the same bytes passed"), "{told}");
    }
    with(passing(), "toolchain", "another");
    house.line(&format!("/sandbox-code {id}")).await.data();
    house.line(&line).await.data();
}

#[tokio::test]
async fn bytes_that_are_stored_once_more_keep_the_runs_that_failed() {
    let house = House::new();
    let id = house.proposed().await;
    let code = house.show(&id).await["code"].as_str().unwrap().to_owned();
    let tests = house.show(&id).await["tests"].as_str().unwrap().to_owned();
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    for again in ["def add(a, b):\n    return b + a\n", &code] {
        house.reply(again, &tests);
        house.line(&format!("/refine-code {id} once more")).await.data();
    }
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(&id).await;

    let line = format!("/approve-code {id} --yes --expect {hash}");
    let (kind, told) = house.line(&line).await.refusal();

    assert_eq!(kind, ErrorKind::State);
    assert!(told.contains("the same bytes passed 1 and failed 1 times"), "{told}");
}

#[tokio::test]
async fn the_same_bytes_in_another_proposal_keep_the_runs_that_failed() {
    let house = House::new();
    let id = house.proposed().await;
    let code = house.show(&id).await["code"].as_str().unwrap().to_owned();
    let tests = house.show(&id).await["tests"].as_str().unwrap().to_owned();
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    house.reply(&code, &tests);
    let again = house.proposed().await;
    assert_ne!(again, id);
    assert_eq!(house.hash(&again).await, house.hash(&id).await);
    house.line(&format!("/sandbox-code {again}")).await.data();
    let hash = house.hash(&again).await;

    let line = format!("/approve-code {again} --yes --expect {hash}");
    let (kind, told) = house.line(&line).await.refusal();

    assert_eq!(kind, ErrorKind::State);
    assert!(told.contains("the same bytes passed 1 and failed 1 times"), "{told}");
}

#[tokio::test]
async fn the_same_key_approves_once_and_another_key_is_refused() {
    let house = House::new();
    let id = house.tested().await;
    let line = format!("/approve-code {id} --yes --expect {}", house.hash(&id).await);

    let first = house.keyed("k", &line).await.data();
    let again = house.keyed("k", &line).await.data();
    let other = house.line(&line).await.refusal();

    assert_eq!(first, again);
    assert_eq!(other, (ErrorKind::State, format!("{id} is approved already")));
    let kinds = house.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| **kind == "decision.approved").count(), 1);
}

#[tokio::test]
async fn an_agent_is_refused_before_anything_else_and_it_is_recorded() {
    let house = House::new();
    let id = house.tested().await;
    let hash = house.hash(&id).await;
    let house = house.agent();

    let refused = house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.refusal();
    let unknown = house.line("/approve-code ffff").await.refusal();

    let forbidden =
        (ErrorKind::Forbidden, "approve-code needs authority own; yours is propose".to_owned());
    assert_eq!([refused, unknown], [forbidden.clone(), forbidden]);
    let record = house.records().await.pop().unwrap();
    assert_eq!((record.kind.word(), record.actor.id.as_str()), ("auth.denied", "a model"));
    let house = house.owner();
    assert_eq!(house.show(&id).await["status"], "tested");
}

#[tokio::test]
async fn at_names_only_what_the_session_has_shown() {
    let house = House::new();
    let id = house.tested().await;
    let stranger = House::new();

    let unseen = stranger.line("/approve-code @").await.refusal();
    let seen = house.line("/approve-code @").await.error();

    assert_eq!(unseen.0, ErrorKind::NotFound);
    assert!(seen.confirmation.unwrap().page.plain().contains(&id));
}

/// Proposes and runs code, and tries to approve it as it is and with the flag.
async fn hiding(code: &str) -> (Option<String>, String) {
    let house = House::new();
    house.reply(code, TESTS);
    let proposed = house.line("/propose-code an adder").await.data();
    let id = proposed["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let plain = house.line(&format!("/approve-code {id}")).await.error();
    let flagged = house.line(&format!("/approve-code {id} --allow-hidden")).await.error();
    let refusal = plain.confirmation.is_none().then_some(plain.message);
    (refusal, flagged.confirmation.unwrap().page.plain())
}

#[tokio::test]
async fn hidden_characters_are_pointed_out_before_an_approval() {
    let (refused, page) = hiding("def add(a, b):\n    return a + b  # \u{202e}x\n").await;

    let words = "adder.py holds what a reader cannot see or would take for something else: U+202E in line 2";
    assert_eq!(refused.as_deref(), Some(words));
    assert!(page.contains(words), "{page}");
    assert!(page.contains("\\u{202e}") && !page.contains('\u{202e}'), "{page}");
}

#[tokio::test]
async fn what_cannot_be_seen_is_named_by_its_properties_and_shown_escaped() {
    let unseen = "\u{3164}\u{115f}\u{ad}\u{2060}\u{2062}\u{180e}\u{fe0f}\u{fff9}\u{1b}\u{9b}\u{2800}\u{e0041}";
    for symbol in unseen.chars() {
        let (refused, page) =
            hiding(&format!("def add(a, b):\n    return a + b  # {symbol}\n")).await;

        let name = format!("U+{:04X} in line 2", u32::from(symbol));
        assert!(refused.is_some_and(|words| words.ends_with(&name)), "{name}");
        assert!(page.contains(&name) && !page.contains(symbol), "{page}");
    }
}

#[tokio::test]
async fn names_that_mislead_are_named_and_honest_text_in_any_script_is_not() {
    let misleading = "def add(a, b, \u{430}dmin=0):\n    return a + b\n";
    let honest = "def add(a, b):\n    # \u{5408}\u{8a08}\u{3000}Привет naïve é 日本語\n    сумма = a + b\n    Δt = '😀👍🏽'\n    return сумма\n";

    let (refused, page) = hiding(misleading).await;
    let (not_refused, _) = hiding(honest).await;

    let words = "\u{430}dmin in line 1 mixes scripts: \u{430} is U+0430";
    assert!(refused.is_some_and(|refused| refused.ends_with(words)));
    assert!(page.contains(words), "{page}");
    assert_eq!(not_refused, None);
}

#[tokio::test]
async fn a_sensitive_change_asks_for_a_sentence_and_a_plain_one_does_not() {
    let (_project, house, id) = with_a_sensitive_change().await;
    let hash = house.hash(&id).await;
    let phrase = "I have read what this touches";

    let bare = house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.error();
    let wrong = house
        .line(&format!("/approve-code {id} --yes --expect {hash} --phrase \"I have read it\""))
        .await
        .error();
    let line = format!("/approve-code {id} --yes --expect {hash} --phrase \"{phrase}\"");
    let decided = house.line(&line).await.data();

    let confirmation = bare.confirmation.unwrap();
    assert_eq!(
        (bare.kind, wrong.kind, confirmation.wanted),
        (ErrorKind::NeedsOwner, ErrorKind::NeedsOwner, Wanted::Phrase(phrase.to_owned()))
    );
    let page = confirmation.page.plain();
    assert!(page.contains("sensitive change: shop/auth.py is about who may do what"), "{page}");
    assert_eq!(decided["decision"], "approved");
}
