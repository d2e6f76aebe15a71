//! Who comes in over TCP, and what every answer carries.

use serde_json::{Value, json};

use super::doors_house::{Doors, HOST, Sender, bearer, nobody};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_and_none_shares_with_other_sites() {
    let doors = Doors::new();
    let cookie = doors.cookie();

    let foreign = nobody().with("host", "evil.example");
    let asked = nobody().with("origin", "http://evil.example");
    for (sender, line) in [
        (&foreign, "GET /v1/proposals"),
        (&asked, "GET /v1/openapi.json"),
        (&nobody(), "GET /v1/proposals"),
        (&nobody(), "GET /nothing"),
        (&nobody(), "PATCH /healthz"),
        (&asked, "OPTIONS /v1/proposals"),
        (&Doors::looking(&cookie), "GET /v1/proposals"),
        (&Sender::Process, "GET /v1/status"),
    ] {
        let reply = doors.send(sender, line, "").await;

        let found = [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "cache-control",
        ]
        .map(|name| reply.header(name).to_owned());
        let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
        let wanted = [policy, "nosniff", "same-origin", "same-origin", "same-origin", "no-store"];
        assert_eq!(found, wanted, "{line}");
        let sharing =
            reply.headers.keys().filter(|name| name.as_str().starts_with("access-control"));
        assert_eq!(sharing.count(), 0, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_link_is_good_for_once_and_leads_to_the_page_asked_for() {
    let doors = Doors::new();
    let wish = json!({ "page": "/record" }).to_string();
    let code = doors.send(&Sender::Process, "POST /v1/sign-in-codes", &wish).await.data();
    let path = code["url"].as_str().unwrap().replace(&format!("http://{HOST}"), "GET ");

    let first = doors.send(&nobody(), &path, "").await;
    let stolen = doors.send(&nobody(), &path, "").await;
    let elsewhere = json!({ "page": "//evil.example" }).to_string();
    let elsewhere = doors.send(&Sender::Process, "POST /v1/sign-in-codes", &elsewhere).await;

    let cookie = first.header("set-cookie");
    assert_eq!((first.status, first.header("location")), (303, "/record"));
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"), "{cookie}");
    assert!(cookie.starts_with("saraphina-"), "{cookie}");
    assert_eq!((stolen.status, stolen.header("set-cookie")), (403, ""));
    assert_eq!(elsewhere.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_comes_from_elsewhere_is_led_on_by_a_page_of_ours() {
    let doors = Doors::new();
    let code = doors.send(&Sender::Process, "POST /v1/sign-in-codes", "").await.data();
    let path = code["url"].as_str().unwrap().replace(&format!("http://{HOST}"), "GET ");

    let reply = doors.send(&nobody().with("sec-fetch-site", "cross-site"), &path, "").await;

    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(reply.text.contains(r#"http-equiv="refresh" content="0;url=/""#), "{}", reply.text);
    assert!(reply.header("set-cookie").contains("HttpOnly"));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_sessions_end_in_time_and_by_signing_out() {
    let doors = Doors::new();
    let code = doors.send(&Sender::Process, "POST /v1/sign-in-codes", "").await.data();
    let path = code["url"].as_str().unwrap().replace(&format!("http://{HOST}"), "GET ");
    let (kept, left) = (doors.cookie(), doors.cookie());
    let leaving = doors.acting(&left).await;

    let out = doors.send(&leaving, "POST /logout", "").await;
    let after = doors.send(&Doors::looking(&left), "GET /v1/proposals", "").await;
    doors.house.wait_hours(1);
    let late = doors.send(&nobody(), &path, "").await;
    let used = doors.send(&Doors::looking(&kept), "GET /v1/proposals", "").await;
    doors.house.wait_hours(13);
    let idle = doors.send(&Doors::looking(&kept), "GET /v1/proposals", "").await;

    assert_eq!((out.status, out.header("location"), after.status), (303, "/", 401));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!((late.status, used.status, idle.status), (403, 200, 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_counts_until_it_is_revoked_or_expires() {
    let doors = Doors::new();
    let (kept, revoked) = (doors.token("kept", "read").await, doors.token("gone", "read").await);
    let look = |token: String| {
        let doors = &doors;
        async move { doors.send(&bearer(&token), "GET /v1/proposals", "").await.status }
    };

    let before = (look(kept.clone()).await, look(revoked.clone()).await);
    doors.house.line("/token revoke gone").await.data();
    let after = (look(kept.clone()).await, look(revoked.clone()).await);
    doors.house.wait_hours(91 * 24);
    let expired = look(kept.clone()).await;
    let made_up = look(format!("{kept}0")).await;

    assert_eq!((before, after), ((200, 200), (200, 401)));
    assert_eq!((expired, made_up), (401, 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_reaches_no_part_of_a_command_that_is_the_owners() {
    let doors = Doors::new();
    let id = doors.house.tested().await;
    let token = bearer(&doors.token("agent", "propose").await);
    let cookie = doors.cookie();
    let browser = doors.acting(&cookie).await;

    for sender in [&token, &browser] {
        for (command, args) in [
            ("repository", json!({ "what": "add", "target": "/tmp" })),
            ("sandbox-code", json!({ "id": id, "network": true })),
            ("config", json!({ "what": "set", "key": "model", "value": "x" })),
            ("export", json!({ "id": id, "to": "/tmp/x.tar" })),
            ("audit", json!({ "what": "export", "path": "/tmp/export" })),
            ("audit", json!({ "what": "verify", "key": "/etc/passwd" })),
        ] {
            let line = format!("POST /v1/commands/{command}");
            let reply = doors.send(sender, &line, &args.to_string()).await;
            assert_eq!(reply.status, 403, "{command} {args}: {}", reply.text);
        }
    }
    let own = doors.send(&token, "POST /v1/commands/approve-code", "{}").await;
    let none = doors.send(&token, "POST /v1/commands/aprove-code", "{}").await;
    assert_eq!((own.status, own.message()), (none.status, none.message()));
    let refused = doors.house.records().await.pop().unwrap();
    assert_eq!(
        (refused.kind.word(), refused.actor.id.as_str(), &refused.data["command"]),
        ("auth.denied", "agent", &json!("approve-code"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_does_is_recorded_under_the_name_of_its_token() {
    let doors = Doors::new();
    let id = doors.house.proposed().await;
    let token = bearer(&doors.token("editor", "propose").await);
    // What it says of itself is not believed.
    let lying = token.with("saraphina-surface", "repl").with("saraphina-owner", "mallory");
    let lying = lying.with("idempotency-key", "one");

    let body = json!({ "id": id }).to_string();
    let first = doors.send(&lying, "POST /v1/commands/sandbox-code", &body).await.data();
    let again = doors.send(&lying, "POST /v1/commands/sandbox-code", &body).await.data();
    let other = json!({ "id": id, "timeout": 5 }).to_string();
    let other = doors.send(&lying, "POST /v1/commands/sandbox-code", &other).await;

    let record = doors.house.records().await.pop().unwrap();
    let via = serde_json::to_value(&record.via).unwrap();
    assert_eq!((record.actor.id.as_str(), &via["surface"]), ("editor", &json!("http")));
    assert_eq!(via.get("uid"), None);
    assert_eq!((first["execution_id"].clone(), other.status), (again["execution_id"].clone(), 409));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_is_told_when_to_come_again() {
    let doors = Doors::new();
    let token = bearer(&doors.token("busy", "propose").await);

    let line = "POST /v1/commands/propose-code";
    let mut let_in = 0;
    let refused = loop {
        let reply = doors.send(&token, line, r#"{"x":1}"#).await;
        if reply.status != 400 {
            break reply;
        }
        let_in += 1;
    };
    let looking = doors.send(&token, "GET /v1/proposals", "").await;

    assert!((20..100).contains(&let_in), "{let_in}");
    assert_eq!((refused.status, refused.header("retry-after"), looking.status), (429, "1", 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_tried_a_few_times_a_minute() {
    let doors = Doors::new();

    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(doors.send(&nobody(), "GET /login?code=00", "").await.status);
    }

    assert_eq!(statuses, [403, 403, 403, 403, 403, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_a_size_that_fits_what_is_asked() {
    let doors = Doors::new();
    let token = bearer(&doors.token("large", "propose").await);
    let large = "x".repeat((64 << 10) + 1);
    let cookie = doors.cookie();
    let browser = doors.acting(&cookie).await;

    let files = doors.send(&token, "POST /v1/commands/propose-code", &large).await;
    let small = doors.send(&browser, "POST /v1/signing-requests", &large).await;
    let stranger = doors.send(&nobody(), "POST /v1/signing-requests", &large).await;

    assert_eq!((files.status, small.status, stranger.status), (400, 413, 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_give_the_data_of_the_shell() {
    let doors = Doors::new();
    let id = doors.house.tested().await;
    let token = bearer(&doors.token("board", "read").await);
    let moving = ["listed_at"];
    let plain = |mut data: Value| {
        if let Some(object) = data.as_object_mut() {
            object.retain(|name, _| !moving.contains(&name.as_str()));
        }
        data
    };

    for (path, line) in [
        ("/v1/proposals".to_owned(), "/list-proposals".to_owned()),
        (
            "/v1/proposals?status=tested&limit=1".to_owned(),
            "/list-proposals --status tested --limit 1".to_owned(),
        ),
        (format!("/v1/proposals/{id}"), format!("/show-code {id}")),
        (format!("/v1/proposals/{id}/revisions/1"), format!("/show-code {id} --revision 1")),
        (format!("/v1/proposals/{id}/diff?from=0&to=1"), format!("/diff-code {id} 0..1")),
        (format!("/v1/proposals/{id}/report"), format!("/report-code {id}")),
        (format!("/v1/proposals/{id}/history"), format!("/refinement-history {id}")),
        ("/v1/record/2/proof".to_owned(), "/audit prove 2".to_owned()),
        ("/v1/record/checkpoint".to_owned(), "/audit checkpoint".to_owned()),
        ("/v1/statistics?by=language".to_owned(), "/code-stats --by language".to_owned()),
        ("/v1/jobs".to_owned(), "/jobs".to_owned()),
    ] {
        let reply = doors.send(&token, &format!("GET {path}"), "").await;
        assert_eq!(plain(reply.data()), plain(doors.house.line(&line).await.data()), "{path}");
    }
    for path in [
        "/v1/proposals?stauts=tested",
        "/v1/proposals?limit=0",
        "/v1/proposals?limit=1&limit=2",
        "/v1/record?from=-1",
        "/v1/record/consistency",
    ] {
        assert_eq!(doors.send(&token, &format!("GET {path}"), "").await.status, 400, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_pieces_of_output_and_files_have_addresses_of_their_own() {
    let doors = Doors::new();
    let id = doors.house.tested().await;
    let report = doors.house.line(&format!("/report-code {id}")).await.data();
    let execution = report["execution_id"].as_str().unwrap();
    let path = doors.house.show(&id).await["files"][0]["path"].as_str().unwrap().to_owned();
    let token = bearer(&doors.token("board", "read").await);
    let get = |path: String| {
        let (doors, token) = (&doors, &token);
        async move { doors.send(token, &format!("GET {path}"), "").await }
    };

    let page = get("/v1/record?from=1&limit=2".to_owned()).await.data();
    let entry = get("/v1/record/1".to_owned()).await.data();
    let grown = get("/v1/record/consistency?old=2".to_owned()).await.data();
    let file = get(format!("/v1/proposals/{id}/revisions/1/files/{path}")).await.data();
    let whole = get(format!("/v1/executions/{execution}")).await.data();
    let evidence = get(format!("/v1/executions/{execution}/evidence")).await;
    let output = get(format!("/v1/executions/{execution}/output?stream=stderr")).await.data();

    assert_eq!((&page["entries"][0], &page["next_from"]), (&entry, &json!(3)));
    assert_eq!((&grown["old"], file["path"].as_str()), (&json!(2), Some(path.as_str())));
    assert_eq!((whole["execution_id"].as_str(), evidence.status), (Some(execution), 200));
    assert_eq!((&output["offset"], &output["next_offset"]), (&json!(0), &Value::Null));
    for path in [
        "/v1/record/999".to_owned(),
        "/v1/record/consistency?old=999".to_owned(),
        format!("/v1/proposals/{id}/revisions/1/files/none.py"),
        format!("/v1/executions/{execution}/output?offset=99999"),
        "/v1/jobs/job_000000000000".to_owned(),
    ] {
        assert_eq!(get(path.clone()).await.status, 404, "{path}");
    }
}
