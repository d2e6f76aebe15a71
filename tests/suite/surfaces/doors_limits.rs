//! What somebody with a token, or with none, cannot do to the owner at the loopback door.

use serde_json::{Value, json};

use super::doors_house::{Doors, HOST, Sender, bearer, nobody};

async fn run(doors: &Doors, token: &Sender, command: &str, args: &Value) -> (u16, String) {
    let line = format!("POST /v1/commands/{command}");
    let reply = doors.send(token, &line, &args.to_string()).await;
    (reply.status, reply.message())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_named_over_the_network_are_refused_and_not_passed_over() {
    let doors = Doors::new();
    let token = bearer(&doors.token("editor", "propose").await);
    let code = json!({ "request": "an adder", "code": ["mine.py"], "tests": ["test_mine.py"] });
    let context = json!({ "request": "an adder", "context": ["mine.py"] });
    let folder = json!({ "request": "an adder", "folder": "/tmp" });

    for (command, args) in [
        ("propose-code", code),
        ("propose-code", context),
        ("propose-code", folder),
        ("scan-code", json!({ "path": "/tmp" })),
    ] {
        let (status, message) = run(&doors, &token, command, &args).await;
        assert_eq!(status, 400, "{command} {args}: {message}");
        assert!(message.contains("does not see the files of its client"), "{message}");
    }
    assert_eq!(doors.house.line("/list-proposals").await.data()["proposals"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_tree_of_a_repository_is_not_for_who_comes_over_the_network() {
    let doors = Doors::new();
    let token = bearer(&doors.token("editor", "propose").await);
    let arguments = json!({ "request": "w", "repo": "shop", "worktree": true, "dry_run": true });
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "propose_code", "arguments": arguments },
    });

    let (status, message) = run(&doors, &token, "propose-code", &arguments).await;
    let called = doors.send(&token, "POST /mcp", &call.to_string()).await;

    assert_eq!(status, 403, "{message}");
    let told = "the work tree of a repository is for whoever sits before it";
    assert!(message.contains(told) && called.text.contains(told), "{message} {}", called.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_program_takes_a_decision_of_the_owner_back_by_a_revision() {
    let doors = Doors::new();
    let (own, other) = (doors.token("editor", "propose").await, doors.token("ci", "propose").await);
    let (own, other) = (bearer(&own), bearer(&other));
    let file = |path: &str, content: &str, role: &str| json!({ "path": path, "content": content, "role": role });
    let tests = "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";
    let given =
        |code: &str| json!([file("adder.py", code, "code"), file("test_adder.py", tests, "test")]);
    let code = "def add(a, b):\n    return a + b\n";
    let made = json!({ "request": "an adder", "given": given(code) });
    let reply = doors.send(&own, "POST /v1/commands/propose-code", &made.to_string()).await;
    let id = reply.data()["proposal_id"].as_str().unwrap().to_owned();
    doors.house.line(&format!("/sandbox-code {id}")).await.data();
    let next = |code: &str| json!({ "id": id, "feedback": ["more"], "given": given(code) });

    doors.house.line(&format!("/reject-code {id} too much")).await.data();
    let strange = run(&doors, &other, "refine-code", &next("def add(a, b):\n    return 3\n")).await;
    let again = run(&doors, &own, "refine-code", &next("def add(a, b):\n    return b + a\n")).await;
    doors.house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = doors.house.hash(&id).await;
    doors.house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
    let after = run(&doors, &own, "refine-code", &next("def add(a, b):\n    return 4\n")).await;

    assert_eq!((strange.0, again.0, after.0), (409, 200, 409), "{strange:?} {again:?} {after:?}");
    assert!(
        strange.1.contains("was rejected") && after.1.contains("an owner approved"),
        "{after:?}"
    );
    assert_eq!(doors.house.show(&id).await["status"], "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_keep_nobody_out_and_looking_at_a_link_does_not_use_it_up() {
    let doors = Doors::new();
    for _ in 0..200 {
        doors.send(&nobody(), "GET /login?code=00", "").await;
    }
    let code = doors.send(&Sender::Process, "POST /v1/sign-in-codes", "").await.data();
    let path = code["url"].as_str().unwrap().replace(&format!("http://{HOST}"), "");

    let looked = doors.send(&nobody(), &format!("HEAD {path}"), "").await;
    let entered = doors.send(&nobody(), &format!("GET {path}"), "").await;
    let wrong = doors.send(&nobody(), "GET /login?code=00", "").await;

    assert_eq!((looked.status, entered.status, wrong.status), (200, 303, 429), "{}", entered.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_not_called_like_an_owner() {
    let doors = Doors::new();

    for name in ["owner", "Owner", "saraphina", "system"] {
        let refused = doors.house.line(&format!("/token add {name} --scope read")).await.error();
        assert!(!refused.message.is_empty(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_in_a_loop_does_not_fill_the_record_with_refusals() {
    let doors = Doors::new();
    let token = bearer(&doors.token("ci", "propose").await);
    let before = doors.house.records().await.len();

    for _ in 0..10 {
        run(&doors, &token, "approve-code", &json!({})).await;
    }
    run(&doors, &token, "revoke-approval", &json!({})).await;

    let records = doors.house.records().await;
    let denied = records.iter().skip(before).filter(|record| record.kind.word() == "auth.denied");
    // A minute may end within the loop.
    assert!((2..=4).contains(&denied.count()), "{records:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_only_looks_takes_no_long_body() {
    let doors = Doors::new();
    let token = bearer(&doors.token("dash", "read").await);
    let search = json!({ "search": "x".repeat(100_000) });

    let long = run(&doors, &token, "list-proposals", &search).await;

    assert_eq!(long.0, 413, "{long:?}");
}
