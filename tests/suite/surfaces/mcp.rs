//! Agents over the Model Context Protocol, at a pipe.

use std::path::Path;

use record::domain::principal::Authority;
use saraphina::commands::registry;
use saraphina::surfaces::writer::protocol::MAX_REQUEST_BYTES;
use serde_json::{Value, json};

use super::daemon_house::{Home, app, kinds, records};
use super::daemon_http::send;
use super::mcp_agent::Agent;
use crate::support::house::{CODE, House, TESTS};

/// A house's agent; the engine is its own server's.
async fn agent(house: &House) -> Agent {
    house.close().await;
    Agent::named(house.app.clone(), house.home().parent().unwrap(), "an agent").await
}

fn adder() -> Value {
    json!({
        "request": "an adder",
        "code": ["adder.py"],
        "tests": ["test_adder.py"],
        "contents": { "adder.py": CODE, "test_adder.py": TESTS },
    })
}

#[tokio::test]
async fn every_command_below_the_owners_is_a_tool_and_none_above() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;

    let listed = agent.ask("tools/list", json!({})).await;

    let tools = listed["result"]["tools"].as_array().unwrap();
    let names: Vec<String> =
        tools.iter().map(|tool| tool["name"].as_str().unwrap().replace('_', "-")).collect();
    let below = registry::ENTRIES.iter().filter(|entry| entry.spec.authority < Authority::Own);
    let below: Vec<&str> = below.map(|entry| entry.spec.name).collect();
    assert_eq!(names, below);
    for tool in tools {
        assert!(!tool["inputSchema"].to_string().contains("standard input"), "{tool:#}");
        for schema in [&tool["inputSchema"], &tool["outputSchema"]] {
            assert_eq!(schema["type"], "object", "{tool:#}");
            assert!(!schema.to_string().contains("$ref"), "{tool:#}");
            jsonschema::validator_for(schema).unwrap();
        }
    }
}

#[tokio::test]
async fn a_command_of_the_owners_is_unknown_like_any_other_name() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let own = registry::ENTRIES.iter().filter(|entry| entry.spec.authority == Authority::Own);
    let mut names: Vec<String> = own.map(|entry| entry.spec.name.to_owned()).collect();
    names.extend(names.clone().iter().map(|name| name.replace('-', "_")));
    names.extend(["list-proposals".to_owned(), String::new()]);
    assert!(names.len() > 20, "{names:?}");

    let unknown = agent.call("no_such_name", json!({})).await["error"].clone();

    assert_eq!(unknown["code"], -32602);
    for name in names {
        let mut error = agent.call(&name, json!({ "id": "@" })).await["error"].clone();
        let said = error["message"].as_str().unwrap().replacen(
            &format!("{name:?}"),
            "\"no_such_name\"",
            1,
        );
        error["message"] = json!(said);
        assert_eq!(error, unknown, "{name}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_told_by_its_name() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let cases = [
        ("list_proposals", json!({ "limits": 1 }), "there is no argument \"limits\""),
        ("list_proposals", json!({ "limit": "many" }), "the field \"limit\": "),
        ("list_proposals", json!({ "contents": {} }), "there is no argument \"contents\""),
        ("show_code", json!({}), "the field \"id\" is missing or empty"),
        ("propose_code", json!({ "given": [] }), "there is no argument \"given\""),
        ("propose_code", json!({ "contents": 5 }), "the argument \"contents\": "),
        ("propose_code", json!({ "language": "cobol" }), "the field \"language\": "),
    ];

    for (tool, arguments, message) in cases {
        let (kind, said) = agent.refused(tool, arguments.clone()).await;
        assert_eq!(kind, "usage", "{arguments}");
        assert!(said.starts_with(message), "{arguments}: {said}");
    }
    let (kind, said) = agent.refused("propose_code", json!({ "code": ["../a.py"] })).await;
    assert_eq!((kind.as_str(), said.starts_with("the argument \"code\": ")), ("forbidden", true));
    let (kind, _) = agent.refused("repository", json!({ "what": "add", "name": "shop" })).await;
    assert_eq!(kind, "forbidden");
}

#[tokio::test]
async fn what_is_no_message_is_answered_and_the_next_one_is_heard() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let deep = format!("{{\"a\":{}", "[".repeat(1_000));
    let long = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}",
        "x".repeat(MAX_REQUEST_BYTES)
    );
    let cases = [
        ("garbage", -32700),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,", -32700),
        (deep.as_str(), -32700),
        ("[]", -32600),
        ("5", -32600),
        ("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", -32600),
        (long.as_str(), -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"no/such\"}", -32601),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":5}}",
            -32602,
        ),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\"}", -32602),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"prompts/get\",\"params\":{\"name\":\"x\"}}",
            -32602,
        ),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\",\"params\":{\"uri\":\"x:\"}}",
            -32002,
        ),
    ];

    for (line, code) in cases {
        agent.line(line).await;
        let answer = agent.next().await;
        assert_eq!(answer["error"]["code"], code, "{line:.80}: {answer}");
    }
    // Nobody waits for an answer to these.
    for line in ["", "  ", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":5}"] {
        agent.line(line).await;
    }
    assert_eq!(agent.ask("ping", json!({})).await["result"], json!({}));
}

#[tokio::test]
async fn what_comes_before_the_first_request_is_passed_over() {
    let house = House::in_memory();
    house.close().await;
    let mut agent = Agent::silent(house.app.clone(), house.home().parent().unwrap());

    agent.line("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").await;
    agent.line("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}").await;

    assert!(agent.ask("tools/list", json!({})).await["error"]["code"].is_number());
    assert_eq!(agent.ask("ping", json!({})).await["result"], json!({}));
    agent.leave().await.unwrap();
}

#[tokio::test]
async fn an_agent_proposes_under_a_name_that_is_no_owners() {
    let house = House::in_memory();
    house.close().await;
    let mut agent = Agent::named(house.app.clone(), house.home().parent().unwrap(), "owner").await;

    let proposed = agent.call("propose_code", adder()).await["result"].clone();

    let data = &proposed["structuredContent"];
    let id = data["proposal_id"].as_str().unwrap();
    let command = format!("saraphina approve-code {id}");
    assert_eq!(proposed["_meta"]["saraphina/decision"], json!({ "command": command }));
    assert!(proposed["content"][1]["text"].as_str().unwrap().ends_with(&command));
    let records = agent.data("audit", json!({ "what": "log", "proposal": id })).await;
    let record = &records["records"][0]["record"];
    assert_eq!(record["actor"], json!({ "type": "agent", "id": "agent:owner" }));
    assert_eq!(record["via"]["surface"], "mcp");
    agent.leave().await.unwrap();
}

#[tokio::test]
async fn resources_and_prompts_show_what_reading_commands_show() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let proposed = agent.data("propose_code", adder()).await;
    let id = proposed["proposal_id"].as_str().unwrap().to_owned();

    let run = agent.data("sandbox_code", json!({ "id": id })).await;
    let mut texts = Vec::new();
    let execution = format!("executions/{}", run["execution_id"].as_str().unwrap());
    for place in [format!("proposals/{id}/revisions/1/adder.py"), execution, "stats".to_owned()] {
        let uri = format!("saraphina://{place}");
        let read = agent.ask("resources/read", json!({ "uri": uri })).await;
        texts.push(read["result"]["contents"][0]["text"].as_str().unwrap().to_owned());
    }

    assert_eq!(texts[0], CODE);
    assert_eq!(serde_json::from_str::<Value>(&texts[1]).unwrap()["verdict"], run["verdict"]);
    assert_eq!(serde_json::from_str::<Value>(&texts[2]).unwrap()["proposals"], 1);
    let listed = agent.ask("resources/list", json!({})).await;
    assert_eq!(listed["result"]["resources"][2]["uri"], format!("saraphina://proposals/{id}"));
    let arguments = json!({ "name": "fix_failing", "arguments": { "proposal": id } });
    let prompt = agent.ask("prompts/get", arguments).await;
    let text = prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(text.contains(&id) && text.contains("Leave the decision to the owner"), "{text}");
    for (arguments, said) in [(json!({}), "is missing"), (json!({ "proposal": " " }), "is empty")] {
        let asked = json!({ "name": "fix_failing", "arguments": arguments });
        let error = agent.ask("prompts/get", asked).await["error"]["message"].clone();
        assert!(error.as_str().unwrap().ends_with(said), "{error}");
    }
}

/// An agent at a home with the notes of the daemon's tests.
async fn noting(home: &Home) -> Agent {
    Agent::named(app(&home.path), Path::new("/"), "an agent").await
}

#[tokio::test]
async fn progress_comes_before_the_answer_and_a_cancelled_call_has_none() {
    let home = Home::new();
    home.hold();
    let mut agent = noting(&home).await;
    let arguments = json!({ "text": "held", "hold": true });
    let params = json!({ "name": "note", "arguments": arguments, "_meta": { "progressToken": 5 } });

    let held = agent.begin("tools/call", params).await;
    let steps = [agent.next().await, agent.next().await];
    let cancelled = json!({ "requestId": held });
    agent
        .send(
            &json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled }),
        )
        .await;
    let after = agent.call("note", json!({ "text": "after" })).await;

    let step =
        |at: f64, words: &str| json!({ "progressToken": 5, "progress": at, "message": words });
    let params: Vec<&Value> = steps.iter().map(|one| &one["params"]).collect();
    assert_eq!(params, [&step(1.0, "writing"), &step(2.0, "written")]);
    assert_eq!(after["result"]["structuredContent"]["text"], "after");
    assert!(agent.heard.is_empty(), "{:?}", agent.heard);
    agent.leave().await.unwrap();
    assert_eq!(home.texts(), ["held", "after"]);
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_ends_its_call_and_frees_the_home() {
    let home = Home::new();
    home.hold();
    let mut agent = noting(&home).await;
    let arguments = json!({ "text": "held", "hold": true });
    let params =
        json!({ "name": "note", "arguments": arguments, "_meta": { "progressToken": "a" } });

    agent.begin("tools/call", params).await;
    while agent.next().await["params"]["message"] != "written" {}
    agent.leave().await.unwrap();

    assert_eq!(home.session().note("next").await.unwrap()["text"], "next");
    assert_eq!(home.texts(), ["held", "next"]);
}

#[tokio::test]
async fn many_calls_at_once_are_each_recorded_once() {
    let home = Home::new();
    let mut agent = noting(&home).await;

    let mut begun = Vec::new();
    for number in 0..100 {
        let params = json!({ "name": "note", "arguments": { "text": number.to_string() } });
        begun.push(agent.begin("tools/call", params).await);
    }
    let mut answered = Vec::new();
    while answered.len() < begun.len() {
        answered.push(agent.next().await["id"].as_u64().unwrap());
    }
    agent.leave().await.unwrap();

    answered.sort_unstable();
    assert_eq!(answered, begun);
    let mut texts: Vec<u32> = home.texts().iter().map(|text| text.parse().unwrap()).collect();
    texts.sort_unstable();
    assert_eq!(texts, (0..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn over_the_socket_of_another_process_an_agent_stays_an_agent() {
    let home = Home::new();
    let mut owner = home.session();
    owner.note("mine").await.unwrap();
    let mut agent = noting(&home).await;

    agent.data("note", json!({ "text": "its" })).await;
    agent.leave().await.unwrap();
    let stopped = send(&home.socket(), "POST /v1/stop", &["saraphina-agent: x"], "").await;
    let status = send(&home.socket(), "GET /v1/status", &["saraphina-agent: x"], "").await;
    let twice = ["saraphina-agent: x", "saraphina-agent: y"];
    let twice = send(&home.socket(), "GET /v1/status", &twice, "").await;
    let both = ["saraphina-agent: x", "saraphina-owner: jacques"];
    let both = send(&home.socket(), "POST /v1/commands/note", &both, r#"{"text":"both"}"#).await;
    owner.session.close().await.unwrap();

    assert_eq!(
        [stopped.status(), status.status(), twice.status(), both.status()],
        [403, 403, 400, 200]
    );
    let actors: Vec<Value> = records(&home.path)
        .iter()
        .filter(|record| record["kind"] == "concept.learned")
        .map(|record| record["actor"]["id"].clone())
        .collect();
    assert_eq!(actors, ["owner", "agent:an-agent", "agent:x"]);
    assert!(!kinds(&home.path).iter().any(|kind| kind == "daemon.stopped"));
}

#[tokio::test]
async fn a_client_hears_that_what_it_watches_changed() {
    let home = Home::new();
    let mut agent = noting(&home).await;
    agent.data("note", json!({ "text": "before" })).await;
    let uri = json!({ "uri": "saraphina://record/checkpoint" });

    let watched = agent.ask("resources/subscribe", uri.clone()).await;
    let unknown = agent.ask("resources/subscribe", json!({ "uri": "saraphina://keys" })).await;
    agent.data("note", json!({ "text": "after" })).await;
    let told = agent.next().await;

    assert_eq!(watched["result"], json!({}));
    assert_eq!(unknown["error"]["code"], -32002);
    assert_eq!(told["method"], "notifications/resources/updated");
    assert_eq!(told["params"], uri);
    agent.leave().await.unwrap();
}
