//! Agents at the loopback door, many at once.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::json;

use super::doors_house::{Doors, bearer};
use crate::support::fakes::Doing;

const CALLS: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_proposals_at_once_are_each_recorded_once() {
    let doors = Doors::new();
    let token = bearer(&doors.token("editor", "propose").await);
    let call = |number: usize| {
        let contents = json!({
            "adder.py": format!("def add(a, b):\n    return a + b + {number} - {number}\n"),
            "test_adder.py": "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
        });
        let request = format!("adder number {number}");
        let arguments = json!({ "request": request, "code": ["adder.py"], "tests": ["test_adder.py"], "contents": contents });
        json!({ "jsonrpc": "2.0", "id": number, "method": "tools/call", "params": { "name": "propose_code", "arguments": arguments } }).to_string()
    };
    let bodies: Vec<String> = (0..CALLS).map(call).collect();

    let answers = join_all(bodies.iter().map(|body| doors.send(&token, "POST /mcp", body))).await;

    let made: BTreeSet<String> = answers
        .iter()
        .map(|answer| {
            let result = &answer.json()["result"];
            assert_eq!(result["isError"], false, "{}", answer.text);
            result["structuredContent"]["proposal_id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(made.len(), CALLS);
    let created: Vec<String> = doors
        .house
        .records()
        .await
        .into_iter()
        .filter(|record| record.kind.word() == "proposal.created")
        .map(|record| {
            assert_eq!(record.actor.id, "editor");
            record.subject.proposal.unwrap().to_string()
        })
        .collect();
    assert_eq!(created.len(), CALLS);
    assert_eq!(created.into_iter().collect::<BTreeSet<_>>(), made);
    assert_eq!(doors.house.line("/audit verify").await.exit(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_when_its_own_client_cancels_it() {
    let doors = Doors::new();
    let (token, other) =
        (doors.token("editor", "propose").await, doors.token("ci", "propose").await);
    let (token, other) = (bearer(&token), bearer(&other));
    let id = doors.house.proposed().await;
    doors.house.doing(Doing::Hang);
    let call = json!({
        "jsonrpc": "2.0", "id": 7, "method": "tools/call",
        "params": { "name": "sandbox_code", "arguments": { "id": id } },
    });
    let cancelled = |id: u32| {
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id } })
            .to_string()
    };
    let (call, own, strange) = (call.to_string(), cancelled(7), cancelled(8));
    let ends = async {
        while doors.house.backend.jobs.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        // Neither another client nor another id ends it.
        let unheard = [(&other, &own), (&token, &strange)];
        for (sender, body) in unheard {
            assert_eq!(doors.send(sender, "POST /mcp", body).await.status, 202);
        }
        assert_eq!(doors.house.line("/list-proposals").await.exit(), 0);
        doors.send(&token, "POST /mcp", &own).await.status
    };

    let (answer, told) = tokio::join!(doors.send(&token, "POST /mcp", &call), ends);

    let kind = &answer.json()["result"]["_meta"]["saraphina/error"]["kind"];
    assert_eq!((kind.as_str(), told), (Some("interrupted"), 202));
    assert_eq!(doors.house.show(&id).await["status"], "pending");
}
