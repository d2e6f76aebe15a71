//! What an agent is told of calls that cannot be: the owner's part first, then what does not fit, in its own words.

use serde_json::{Value, json};

use super::mcp_agent::{Agent, initialisation};
use crate::support::house::{CODE, House};

/// A house's agent; the engine is its own server's.
async fn agent(house: &House) -> Agent {
    house.close().await;
    Agent::named(house.app.clone(), house.home().parent().unwrap(), "an agent").await
}

/// The kind, the message and the hints of a refusal.
async fn told(agent: &mut Agent, tool: &str, arguments: Value) -> (String, String, String) {
    let answer = agent.call(tool, arguments).await;
    let told = &answer["result"]["_meta"]["saraphina/error"];
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    let hints = told["hints"].as_array().unwrap().iter().map(|hint| hint.as_str().unwrap());
    (text("kind"), text("message"), hints.collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn what_the_shell_refuses_is_refused() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let with = |name: &str, value: Value| {
        let mut fields = json!({ "request": "x", "code": ["a.py"], "contents": { "a.py": CODE } });
        fields[name] = value;
        fields
    };
    let cases = [
        ("auto_refine", json!({ "id": "7c2e", "take": 2, "dry_run": true }), "cannot be used with"),
        ("doctor", json!({ "quick": true, "samples": true }), "cannot be used with"),
        ("propose_code", with("candidates", json!(3)), "cannot be used with"),
        ("propose_code", with("into", json!("/etc")), "what is given needs \"repo\" too"),
        ("repository", json!({ "what": "show", "name": "shop" }), "name goes with"),
        ("repository", json!({ "target": "shop" }), "takes no name"),
    ];

    for (tool, arguments, message) in cases {
        let (kind, said, _) = told(&mut agent, tool, arguments.clone()).await;
        assert_eq!(kind, "usage", "{arguments}: {said}");
        assert!(said.contains(message), "{arguments}: {said}");
    }
}

#[tokio::test]
async fn the_owners_part_is_refused_before_anything_else_is_looked_at() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let files = "only the owner names files of this machine";
    let cases = [
        ("audit", json!({ "what": "export", "path": "/tmp/x" }), files),
        ("audit", json!({ "what": "export" }), files),
        ("audit", json!({ "what": "export", "path": "x", "tar": "y", "limit": 0 }), files),
        ("audit", json!({ "key": "/etc/passwd" }), files),
        ("export", json!({ "to": "/tmp/x" }), "only the owner says where a bundle goes"),
        ("profile_code", json!({ "flame": "../x" }), "only the owner says where a file goes"),
        ("sandbox_code", json!({ "id": "7c2e", "keep": true }), "only the owner may keep"),
        ("sandbox_code", json!({ "id": "7c2e", "yes": true }), "only the owner may have packages"),
        ("repository", json!({ "what": "add", "target": "/etc" }), "only the owner may say"),
        ("review_code", json!({ "sarif": "/tmp/x" }), "only the owner keeps findings"),
        ("build_graph", json!({ "issues": ["/tmp/x"] }), "only the owner says what a forge told"),
    ];

    for (tool, arguments, message) in cases {
        let (kind, said, hints) = told(&mut agent, tool, arguments.clone()).await;
        assert_eq!(kind, "forbidden", "{arguments}: {said}");
        assert!(said.starts_with(message), "{arguments}: {said}");
        assert!(!hints.contains("folder that your client"), "{arguments}: {hints}");
    }
}

#[tokio::test]
async fn repositories_are_named_and_not_pathed() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let cases = [
        ("graph", json!({ "subject": "a", "repository": "/home/someone/shop" })),
        ("build_graph", json!({ "repository": "/home/someone/shop" })),
    ];

    for (tool, arguments) in cases {
        let (kind, said, hints) = told(&mut agent, tool, arguments).await;
        assert_eq!(kind, "not_found", "{said}");
        assert!(said.contains("no name of a repository that the owner added"), "{said}");
        assert!(hints.contains("`repository {\"what\":\"list\"}` shows the names"), "{hints}");
    }
}

#[tokio::test]
async fn texts_that_no_argument_names_are_refused() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;

    let arguments = json!({ "request": "x", "contents": { "a.py": CODE } });
    let (kind, said, hints) = told(&mut agent, "propose_code", arguments).await;

    assert_eq!(kind, "usage");
    assert_eq!(said, "no argument names \"a.py\", whose text is in \"contents\"");
    assert!(hints.contains("code, tests, file"), "{hints}");

    // The name of the argument and the name of the text differ: the file that is not there is not what is wrong.
    let arguments = json!({ "request": "x", "code": ["b.py"], "contents": { "a.py": CODE } });
    let (_, said, _) = told(&mut agent, "propose_code", arguments).await;
    assert_eq!(said, "no argument names \"a.py\", whose text is in \"contents\"");
}

#[tokio::test]
async fn whoever_misnames_the_texts_is_told_their_name() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;

    let misnamed = json!({ "request": "x", "code": ["a.py"], "content": { "a.py": CODE } });
    let (_, said, hints) = told(&mut agent, "propose_code", misnamed).await;
    let (_, _, without) = told(&mut agent, "list_proposals", json!({ "contents": {} })).await;

    assert_eq!(said, "there is no argument \"content\"");
    assert!(hints.contains(", contents."), "{hints}");
    assert!(!without.contains("contents"), "{without}");
}

#[tokio::test]
async fn messages_and_hints_speak_of_tools_and_arguments() {
    let house = House::in_memory();
    let mut agent = agent(&house).await;
    let cases = [
        ("propose_code", json!({ "request": 5 }), "the field \"request\": it takes a text, not 5"),
        (
            "list_proposals",
            json!({ "limit": -1 }),
            "the field \"limit\": it takes a whole number from 1 to 100000, not -1",
        ),
        ("list_proposals", json!({ "status": "odd" }), "the field \"status\": it takes one of "),
        ("list_proposals", json!({ "limit": 0 }), "limit takes 1 to "),
    ];

    for (tool, arguments, message) in cases {
        let (kind, said, hints) = told(&mut agent, tool, arguments.clone()).await;
        assert_eq!(kind, "usage", "{arguments}: {said}");
        assert!(said.starts_with(message), "{arguments}: {said}");
        assert!(!format!("{said} {hints}").contains("--"), "{said} {hints}");
    }
    let (_, _, hints) = told(&mut agent, "show_code", json!({ "id": "7c2e" })).await;
    assert!(hints.contains("list_proposals") && !hints.contains('/'), "{hints}");
}

#[tokio::test]
async fn who_does_not_greet_is_asked_to() {
    let house = House::in_memory();
    house.close().await;
    let mut agent = Agent::silent(house.app.clone(), house.home().parent().unwrap());

    let early = agent.ask("tools/list", json!({})).await;
    let pinged = agent.ask("ping", json!({})).await;
    let again = agent.ask("tools/list", json!({})).await;
    let mut greeting = initialisation("an agent");
    greeting["protocolVersion"] = json!("2025-03-26");
    let greeted = agent.ask("initialize", greeting).await;
    let level = agent.ask("logging/setLevel", json!({ "level": "info" })).await;

    for answer in [early, again] {
        let said = answer["error"]["message"].as_str().unwrap();
        assert_eq!(said, "tools/list came before `initialize`: send that first");
    }
    assert!(pinged["result"].is_object(), "{pinged}");
    // That version asks for batches, which are not taken; who speaks it knows the one before.
    assert_eq!(greeted["result"]["protocolVersion"], "2024-11-05", "{greeted}");
    assert_eq!(level["error"]["code"], -32601, "{level}");
    assert!(level["error"]["message"].as_str().unwrap().contains("not supported"), "{level}");
}
