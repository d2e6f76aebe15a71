//! Requests for a signature: made on a page, answered at a terminal.

use serde_json::{Value, json};
use work::contract::signature::ToSign;

use super::doors_house::{Doors, Reply, Sender, bearer};
use crate::support::fakes::{Doing, passing};

/// A page of a tested proposal.
struct Page {
    doors: Doors,
    id: String,
    browser: Sender,
}

impl Page {
    async fn open() -> Self {
        let doors = Doors::new();
        let id = doors.house.tested().await;
        doors.house.enrol().await;
        let cookie = doors.cookie();
        let browser = doors.acting(&cookie).await;
        Self { doors, id, browser }
    }

    async fn asked(&self, decision: &str, more: Value) -> Reply {
        let hash = self.doors.house.hash(&self.id).await;
        let mut wish = json!({ "proposal": self.id, "decision": decision, "expect": hash });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.doors.send(&self.browser, "POST /v1/signing-requests", &wish.to_string()).await
    }

    /// The request as the owner's process sees it.
    async fn at_the_terminal(&self, name: &str) -> Value {
        let line = format!("GET /v1/signing-requests/{name}");
        self.doors.send(&Sender::Process, &line, "").await.data()
    }

    /// Signs what a request wants and sends it.
    async fn signed(&self, request: &Value) -> Reply {
        let to_sign: ToSign =
            serde_json::from_value(request["signing"]["to_sign"].clone()).unwrap();
        let signed = self.doors.house.sign(&to_sign);
        let body = json!({ "signed": signed }).to_string();
        let id = request["request_id"].as_str().unwrap();
        let line = format!("PUT /v1/signing-requests/{id}/signature");
        self.doors.send(&Sender::Process, &line, &body).await
    }

    async fn state(&self, name: &str) -> Value {
        let line = format!("GET /v1/signing-requests/{name}");
        self.doors.send(&self.browser, &line, "").await.data()["state"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_asks_a_terminal_signs_and_the_decision_is_recorded_once() {
    let page = Page::open().await;

    let asked = page.asked("approve", json!({ "comment": "read line by line" })).await;
    let request = asked.data();
    let phrase = request["phrase"].as_str().unwrap();
    let seen = page.at_the_terminal(phrase).await;
    let before = page.doors.house.show(&page.id).await["status"].clone();
    let answered = page.signed(&seen).await.data();
    let replayed = page.signed(&seen).await;

    assert_eq!((asked.status, phrase.len(), before), (201, 6, json!("tested")));
    assert_eq!(
        request["command_line"],
        format!("saraphina sign {} {}", &phrase[..3], &phrase[3..])
    );
    assert_eq!(
        (&seen["shown"], &seen["statement"], request.get("signing")),
        (&request["shown"], &request["statement"], None)
    );
    assert_eq!(
        (&answered["decision"], &answered["comment"]),
        (&json!("approved"), &json!("read line by line"))
    );
    assert_eq!(
        (replayed.status, replayed.message()),
        (409, "the signing request was answered already".to_owned())
    );
    let record = page
        .doors
        .house
        .records()
        .await
        .into_iter()
        .rev()
        .find(|record| record.stmt.is_some())
        .unwrap();
    assert_eq!(record.stmt.as_deref(), request["statement"].as_str());
    let shown = page
        .doors
        .send(&page.browser, &format!("GET /v1/signing-requests/{phrase}"), "")
        .await
        .data();
    assert_eq!(
        (&shown["state"], &shown["decided"]["audit"]),
        (&json!("signed"), &answered["audit"])
    );
    assert_eq!(shown["votes"][0]["reviewer"], "owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_decision_can_be_asked_for() {
    let page = Page::open().await;

    for (decision, more, word) in [
        ("reject", json!({ "reason": "it is slow" }), "rejected"),
        ("reopen", json!({ "reason": "a second look" }), "reopened"),
        ("approve", json!({}), "approved"),
        ("revoke", json!({ "reason": "a mistake" }), "revoked"),
    ] {
        let request = page.asked(decision, more).await.data();
        let seen = page.at_the_terminal(request["request_id"].as_str().unwrap()).await;
        let answered = page.signed(&seen).await;
        assert_eq!(answered.data()["decision"], word, "{decision}");
    }
    let without = page.asked("reject", json!({})).await;
    assert_eq!(without.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_request_is_refused() {
    let page = Page::open().await;
    let request = page.asked("approve", json!({})).await.data();
    let seen = page.at_the_terminal(request["request_id"].as_str().unwrap()).await;

    page.doors.house.wait_hours(1);
    let late = page.signed(&seen).await;

    assert_eq!((late.status, late.message()), (409, "the signing request has expired".to_owned()));
    assert_eq!(page.state(request["request_id"].as_str().unwrap()).await, "expired");
    assert_eq!(page.doors.house.show(&page.id).await["status"], "tested");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_revision_or_execution_makes_a_request_stale() {
    for changes_code in [true, false] {
        let page = Page::open().await;
        let request = page.asked("approve", json!({})).await.data();
        let name = request["request_id"].as_str().unwrap();
        let seen = page.at_the_terminal(name).await;

        if changes_code {
            page.doors
                .house
                .reply("def add(a, b):\n    return b + a\n", crate::support::house::TESTS);
            page.doors.house.line(&format!("/refine-code {} swap them", page.id)).await.data();
        } else {
            page.doors.house.doing(Doing::Give(Box::new(passing())));
            page.doors.house.line(&format!("/sandbox-code {}", page.id)).await.data();
        }
        let before = page.state(name).await;
        let refused = page.signed(&seen).await;

        assert_eq!((before, refused.status), (json!("stale"), 409), "{}", refused.text);
        assert_eq!(page.state(name).await, "stale");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_shows_something_old_cannot_even_ask() {
    let page = Page::open().await;
    let other = "0".repeat(64);

    let content = page.asked("approve", json!({ "expect": other })).await;
    let evidence = page.asked("approve", json!({ "execution": "exec_000000000000" })).await;
    let unknown = page.asked("approve", json!({ "proposal": "proposal_000000000000" })).await;
    let token = bearer(&page.doors.token("agent", "propose").await);
    let agent = page.doors.send(&token, "POST /v1/signing-requests", "{}").await;
    let answer = page.doors.send(&page.browser, "PUT /v1/signing-requests/1/signature", "{}").await;

    assert_eq!(
        (content.status, evidence.status, unknown.status),
        (409, 409, 404),
        "{}",
        content.text
    );
    assert_eq!((agent.status, answer.status), (403, 403));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_refused_and_the_request_goes_on() {
    let page = Page::open().await;
    let request = page.asked("approve", json!({})).await.data();
    let name = request["request_id"].as_str().unwrap();
    let seen = page.at_the_terminal(name).await;

    page.doors.house.sign_with(9);
    let refused = page.signed(&seen).await;

    assert_eq!(
        (refused.status, page.state(name).await),
        (403, json!("waiting")),
        "{}",
        refused.text
    );
}
