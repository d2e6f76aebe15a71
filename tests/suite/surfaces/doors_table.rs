//! Every route for every kind of caller, from the registry and the declarations.

use record::domain::principal::Authority;
use saraphina::commands::registry;
use saraphina::surfaces::http::guard::Needs;
use saraphina::surfaces::http::resources::table::RESOURCES;
use saraphina::surfaces::http::routes::ROUTES;

use super::doors_house::{Doors, Sender, bearer, nobody};

/// What becomes of a request before its handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It comes in.
    In,
    /// It is asked who it is.
    Unknown,
    /// It is turned away.
    Away,
    /// What it asks for does not exist for it.
    Hidden,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Nobody,
    Read,
    Propose,
    Session,
    CrossSite,
    WrongHost,
}

/// What a route needs, commands included.
#[derive(Clone, Copy, Debug)]
enum Wants {
    Command(Authority),
    Guarded(Needs),
    Open,
}

const CALLERS: [Caller; 6] = [
    Caller::Nobody,
    Caller::Read,
    Caller::Propose,
    Caller::CrossSite,
    Caller::WrongHost,
    // Last, because it may sign out.
    Caller::Session,
];

fn expected(wants: Wants, caller: Caller) -> Fate {
    match (caller, wants) {
        (Caller::WrongHost | Caller::CrossSite, _) => Fate::Away,
        (_, Wants::Open) => Fate::In,
        (Caller::Nobody, _) => Fate::Unknown,
        (_, Wants::Command(authority)) => match (caller, authority) {
            (_, Authority::Read) | (Caller::Propose | Caller::Session, Authority::Propose) => {
                Fate::In
            }
            (Caller::Session, _) => Fate::Away,
            _ => Fate::Hidden,
        },
        (_, Wants::Guarded(needs)) => match (caller, needs) {
            (_, Needs::Somebody)
            | (Caller::Propose | Caller::Session, Needs::Propose)
            | (Caller::Session, Needs::Owner) => Fate::In,
            _ => Fate::Away,
        },
    }
}

/// Addresses with names in place of their arguments.
fn filled(path: &str) -> String {
    path.replace("{*path}", "a.py")
        .replace("{revision}", "1")
        .replace("{seq}", "1")
        .replace("{id}", "none")
        .replace("{key}", "none")
}

fn routes() -> Vec<(String, Wants)> {
    let commands = registry::ENTRIES.iter().map(|entry| {
        let line = format!("POST /v1/commands/{}", entry.spec.name);
        (line, Wants::Command(entry.spec.authority))
    });
    let resources = RESOURCES.iter().map(|resource| {
        (format!("GET {}", filled(resource.path)), Wants::Guarded(Needs::Somebody))
    });
    let others = ROUTES.iter().map(|route| {
        let line = format!("{} {}", route.method.to_uppercase(), filled(route.path));
        (line, route.needs.map_or(Wants::Open, Wants::Guarded))
    });
    let own = [("GET /v1/openapi.json".to_owned(), Wants::Open)];
    commands.chain(resources).chain(others).chain(own).collect()
}

/// The names in messages by which the layers before a handler turn somebody away.
fn fate(status: u16, message: &str) -> Fate {
    let is_away = message == "this address is for others"
        || message == "this server is not called by that name"
        || message.starts_with("the request was not made by our page")
        || message.ends_with("needs your key, which no browser holds");
    match status {
        401 => Fate::Unknown,
        403 if is_away => Fate::Away,
        404 if message == "there is no command of this name" => Fate::Hidden,
        _ => Fate::In,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let doors = Doors::new();
    let mut wrong = Vec::new();
    let mut cells = 0;
    for (number, (line, wants)) in routes().into_iter().enumerate() {
        // Tokens and a session of its own for each route: one of them signs out, and all of them have a pace.
        let read = doors.token(&format!("r{number}"), "read").await;
        let propose = doors.token(&format!("p{number}"), "propose").await;
        let cookie = doors.cookie();
        let acting = doors.acting(&cookie).await;
        for caller in CALLERS {
            let sender: Sender = match caller {
                Caller::Nobody => nobody(),
                Caller::Read => bearer(&read),
                Caller::Propose => bearer(&propose),
                Caller::Session => acting.clone(),
                Caller::CrossSite => acting
                    .with("origin", "http://evil.example")
                    .with("sec-fetch-site", "cross-site")
                    .with("sec-fetch-mode", "cors"),
                Caller::WrongHost => bearer(&propose).with("host", "evil.example"),
            };
            // No command takes this argument, so that none of them does anything.
            let sent = doors.open(&sender, &line, r#"{"no such argument":1}"#).await;
            let status = sent.status().as_u16();
            // A stream that was let in has no end.
            let ends = status != 200 || !line.contains("/timeline");
            let message = message(Some(sent).filter(|_| ends)).await;
            let found = fate(status, &message);
            let told = || format!("{line} by {caller:?}: {found:?}, {status} {message}");
            wrong.extend((found != expected(wants, caller)).then(told));
            cells += 1;
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
    assert!(cells >= 300, "{cells}");
}

/// The message of a refusal; nothing of what has no end.
async fn message(response: Option<hyper::Response<axum::body::Body>>) -> String {
    use http_body_util::BodyExt as _;
    let Some(response) = response else { return String::new() };
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    json["error"]["message"].as_str().unwrap_or_default().to_owned()
}
