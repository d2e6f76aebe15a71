//! `/show-code`.

use record::domain::digest::Digest;
use serde_json::json;
use work::contract::error::ErrorKind;

use crate::support::house::{CODE, House, TESTS};

#[tokio::test]
async fn any_revision_is_shown_with_its_lineage() {
    let house = House::new();
    let id = house.proposed().await;
    house.reply("def add(a, b):\n    return b + a\n", TESTS);
    house.line(&format!("/refine-code {id} put b first")).await.data();

    let newest = house.show(&id).await;
    let first = house.line(&format!("/show-code {id} --revision 1")).await.data();

    assert_eq!((newest["revision"].as_u64(), newest["parent"].as_u64()), (Some(2), Some(1)));
    assert_eq!(newest["feedback"], "put b first");
    assert_eq!((first["code"].as_str(), first["revisions"].as_u64()), (Some(CODE), Some(2)));
}

#[tokio::test]
async fn ids_are_found_by_their_first_digits() {
    let house = House::new();
    let id = house.proposed().await;
    let digits = id.trim_start_matches("proposal_");

    let short = house.line(&format!("/show-code {}", &digits[..6])).await.data();
    let newest = house.line("/show-code @").await.data();

    assert_eq!(
        (short["proposal_id"].as_str(), newest["proposal_id"].as_str()),
        (Some(id.as_str()), Some(id.as_str()))
    );
}

#[tokio::test]
async fn an_unknown_or_ambiguous_id_is_refused() {
    let house = House::new();
    let none = house.line("/show-code @").await.refusal();
    let mut ids = Vec::new();
    // Seventeen ids of hex digits: two of them begin with the same one.
    for _ in 0..17 {
        ids.push(house.proposed().await);
    }
    let first = |id: &String| id.trim_start_matches("proposal_").chars().next().unwrap();
    let shared = ids
        .iter()
        .map(first)
        .find(|digit| ids.iter().filter(|id| first(id) == *digit).count() > 1)
        .unwrap();

    let several = house.line(&format!("/show-code {shared}")).await.refusal();
    let unknown = house.line("/show-code not-an-id").await.refusal();

    assert_eq!(none, (ErrorKind::NotFound, "there is no proposal of yours yet".to_owned()));
    assert_eq!(several.0, ErrorKind::Ambiguous);
    assert!(several.1.starts_with(&format!("{shared} matches ")), "{}", several.1);
    assert_eq!(unknown, (ErrorKind::NotFound, "there is no proposal not-an-id".to_owned()));
}

#[tokio::test]
async fn what_acts_on_a_terminal_is_shown_not_done() {
    let house = House::new();
    house.reply(&format!("{CODE}# \u{1b}]0;title\u{7}\u{202e}\n"), TESTS);
    house.line("/propose-code an adder").await.data();

    let page = house.line("/show-code @").await.page();

    assert!(page.contains("\\x1b]0;title\\x07\\u{202e}"), "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
}

#[tokio::test]
async fn at_names_no_proposal_of_another_person() {
    let house = House::new();
    let own = house.proposed().await;
    let house = house.agent();
    let foreign = house.proposed().await;

    let theirs = house.line("/show-code @").await.data();
    let house = house.owner();
    let ours = house.line("/show-code @").await.data();

    assert_eq!(theirs["proposal_id"], foreign);
    assert_eq!(ours["proposal_id"], own);
}

#[tokio::test]
async fn at_names_nothing_where_only_others_proposed() {
    let house = House::new().agent();
    house.proposed().await;

    let none = house.owner().line("/show-code @").await.refusal();

    assert_eq!(none, (ErrorKind::NotFound, "there is no proposal of yours yet".to_owned()));
}

#[tokio::test]
async fn what_models_were_asked_and_answered_is_shown_by_the_digests_of_the_record() {
    let house = House::new();
    let id = house.proposed().await;
    let better = "def add(a, b):\n    return b + a\n";
    house.reply(better, TESTS);
    house.line(&format!("/refine-code {id} put b first")).await.data();

    let shown = house.line(&format!("/show-code {id} --prompts")).await.data();

    let calls = shown["calls"].as_array().unwrap();
    let revisions: Vec<_> = calls.iter().map(|call| &call["revision"]).collect();
    // The first call was recorded before there was a revision.
    assert_eq!(revisions, [&json!(null), &json!(2)]);
    for (call, code) in calls.iter().zip([CODE, better]) {
        assert_eq!(call["prompt"], "the prompt");
        assert_eq!(call["prompt_digest"], Digest::of(b"the prompt").to_string());
        let reply = call["reply"].as_str().unwrap();
        assert!(reply.contains(code), "{reply}");
        assert_eq!(call["reply_digest"], Digest::of(reply.as_bytes()).to_string());
    }
    assert_eq!(house.line(&format!("/show-code {id}")).await.data().get("calls"), None);
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
}

#[tokio::test]
async fn a_prompt_with_a_secret_is_not_kept() {
    let house = House::with(&[("OPENAI_API_KEY", "the prompt")]);
    let id = house.proposed().await;

    let shown = house.line(&format!("/show-code {id} --prompts")).await.data();

    let call = &shown["calls"][0];
    assert_eq!(call["prompt"], json!(null));
    assert_eq!(call["prompt_digest"], Digest::of(b"the prompt").to_string());
    assert!(call["reply"].as_str().unwrap().contains(CODE));
}
