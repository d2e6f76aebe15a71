//! Agents at the loopback door, many at once.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::json;

use super::doors_house::{Doors, bearer};

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
