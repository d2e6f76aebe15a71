//! `/refine-code`.

use work::contract::error::ErrorKind;

use crate::support::house::{CODE, House, TESTS};

const BETTER: &str = "def add(a, b):\n    return b + a\n";

#[tokio::test]
async fn feedback_becomes_a_pending_revision_of_the_same_proposal() {
    let house = House::new();
    let id = house.tested().await;
    house.reply(BETTER, TESTS);

    let data = house.line(&format!("/refine-code {id} put b first")).await.data();

    assert_eq!((data["revision"].as_u64(), data["status"].as_str()), (Some(2), Some("pending")));
    assert!(data["diff"].as_str().unwrap().contains("+    return b + a"), "{data:#}");
    assert_eq!(house.kinds().await[5..], ["revision.added", "llm.call"]);
}

/// Models often give what they mended and nothing else.
#[tokio::test]
async fn a_reply_of_code_alone_leaves_the_tests_as_they_are() {
    let house = House::new();
    let id = house.tested().await;
    let reply = format!("Swapped.\n\n```python\n{BETTER}```\n");
    house.provider.replies.lock().unwrap().push_back(reply);

    let data = house.line(&format!("/refine-code {id} put b first")).await.data();

    assert_eq!(data["revision"].as_u64(), Some(2), "{data:#}");
    let shown = house.show(&id).await;
    assert_eq!(shown["tests"].as_str(), Some(TESTS), "{shown:#}");
}

#[tokio::test]
async fn a_new_revision_dismisses_an_approval_by_its_review() {
    let house = House::new();
    let id = house.approved().await;
    house.reply(BETTER, TESTS);

    house.line(&format!("/refine-code {id} put b first")).await.data();

    let records = house.records().await;
    let by = |word: &str| records.iter().find(|record| record.kind.word() == word).unwrap();
    let dismissed = by("decision.dismissed");
    assert_eq!(dismissed.data["dismisses"], by("decision.approved").data["review"]);
    assert_eq!(house.show(&id).await["status"], "pending");
    assert!(house.line("/audit verify").await.data()["ok"].as_bool().unwrap());
}

#[tokio::test]
async fn the_same_key_makes_one_revision_and_asks_once() {
    let house = House::new();
    let id = house.proposed().await;
    house.reply(BETTER, TESTS);

    let first = house.keyed("k", &format!("/refine-code {id} put b first")).await.data();
    let again = house.keyed("k", &format!("/refine-code {id} put b first")).await.data();

    assert_eq!(first, again);
    assert_eq!(house.show(&id).await["revisions"], 2);
}

#[tokio::test]
async fn the_same_content_and_no_feedback_are_refused() {
    let house = House::new();
    let id = house.proposed().await;
    house.reply(CODE, TESTS);

    let same = house.line(&format!("/refine-code {id} do it again")).await.refusal();
    let empty = house.line(&format!("/refine-code {id}")).await.refusal();
    let unknown = house.line("/refine-code ffff do it").await.refusal();

    assert_eq!(
        [same, empty, unknown],
        [
            (
                ErrorKind::Usage,
                "the new revision has the same content as the one before".to_owned()
            ),
            (ErrorKind::Usage, "the feedback is empty".to_owned()),
            (ErrorKind::NotFound, "there is no proposal ffff".to_owned()),
        ]
    );
    assert_eq!(house.show(&id).await["revisions"], 1);
    // The useless answer was paid for all the same.
    let record = house.records().await.pop().unwrap();
    assert_eq!(
        (record.kind.word(), record.subject.proposal.unwrap().to_string()),
        ("llm.call", id)
    );
}

#[tokio::test]
async fn weakened_tests_are_told() {
    let house = House::new();
    let id = house.proposed().await;
    house.reply(CODE, "from adder import add\n\n\ndef test_add():\n    assert add\n");

    let page = house.line(&format!("/refine-code {id} simpler tests")).await.page();

    assert!(page.contains("assert"), "{page}");
}

#[tokio::test]
async fn files_speak_for_themselves() {
    let house = House::new();
    let id = house.proposed().await;
    let list = house.file("requirements.txt", "idna\n");

    let data = house.line(&format!("/refine-code {id} --file {list}")).await.data();

    assert_eq!(data["revision"], 2);
    assert!(data["feedback"].as_str().unwrap().starts_with("files given: "), "{data:#}");
    assert!(data["feedback"].as_str().unwrap().ends_with("requirements.txt"), "{data:#}");
}
