//! `saraphina sign --watch` answers each request as it comes in, and a request that is gone is named as that.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use nix::sys::signal::Signal;
use reqwest::Client;
use serde_json::{Value, json};

use super::server::Server;
use crate::surfaces::process::Home;
use crate::surfaces::repl::{at_terminal, before};

/// A browser that is signed in at a server.
struct Browser {
    client: Client,
    base: String,
    cookie: String,
    form_token: String,
}

impl Browser {
    async fn sign_in(home: &Home, server: &Server) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let client = client.build().unwrap();
        let opened = home.saraphina(&["open", "--no-browser"]);
        let answer = client.get(opened.out.trim()).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let base = format!("http://{}", server.address);
        let session = client.get(format!("{base}/v1/session")).header("cookie", &cookie);
        let session: Value = read(session).await;
        let form_token = session["data"]["form_token"].as_str().unwrap().to_owned();
        Self { client, base, cookie, form_token }
    }

    /// Asks for a signature on a decision, as a page does.
    async fn asks(&self, wish: &Value) -> Value {
        let address = format!("{}/v1/signing-requests", self.base);
        let request = self.client.post(address).body(wish.to_string());
        let request = request.header("cookie", &self.cookie).header("origin", &self.base);
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = read(request.header("saraphina-form-token", &self.form_token)).await;
        assert_eq!(answer["ok"], true, "{answer}");
        answer["data"].clone()
    }
}

async fn read(request: reqwest::RequestBuilder) -> Value {
    serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
}

/// The one who signs; it ends with its test.
struct Watcher(Child);

impl Watcher {
    fn start(home: &Home, hash: &str) -> (Self, impl Iterator<Item = Value> + use<>) {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(["sign", "--watch", "--yes", "--expect", hash, "--json"]);
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = piped.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let answers = lines.map_while(Result::ok).map(|line| serde_json::from_str(&line).unwrap());
        (Self(child), answers)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_signs_each_request_as_it_comes_in() {
    let home = Home::with_path();
    home.put("adder.py", "def add(a, b):\n    return a + b\n");
    home.put(
        "test_adder.py",
        "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    );
    let server = Server::start(&home, "127.0.0.1:0");
    let words = ["propose-code", "--code", "adder.py", "--tests", "test_adder.py", "--json", "x"];
    let made: Value = serde_json::from_str(&home.saraphina(&words).out).unwrap();
    let (id, hash) = (&made["data"]["proposal_id"], made["data"]["content_hash"].as_str().unwrap());
    // The first decision at a terminal makes the key and enrols it.
    let begun = home.saraphina(&["reject-code", id.as_str().unwrap(), "not yet"]);
    assert_eq!(begun.code, Some(0), "{begun:?}");
    let browser = Browser::sign_in(&home, &server).await;
    let wish = |decision: &str| json!({ "proposal": id, "decision": decision, "expect": hash, "reason": "a look" });

    let (_watcher, mut answers) = Watcher::start(&home, hash);
    browser.asks(&wish("reopen")).await;
    let first = answers.next().unwrap();
    let asked = browser.asks(&wish("reject")).await;
    let second = answers.next().unwrap();
    server.kill();
    let again = Server::start(&home, "127.0.0.1:0");
    let gone = home.saraphina(&["sign", asked["phrase"].as_str().unwrap()]);
    drop(again);

    assert_eq!(first["data"]["decision"], "reopened", "{first}");
    assert_eq!(second["data"]["decision"], "rejected", "{second}");
    assert_eq!(gone.code, Some(3), "{gone:?}");
    assert!(gone.err.contains("and with the engine that keeps them"), "{gone:?}");
}

/// A "no" is about the request that was shown: the next one is asked about all the same.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_no_at_a_terminal_is_asked_about_the_next_request() {
    let home = Home::with_path();
    home.put("adder.py", "def add(a, b):\n    return a + b\n");
    let server = Server::start(&home, "127.0.0.1:0");
    let mut proposals = Vec::new();
    for name in ["first", "second"] {
        let words = ["propose-code", "--code", "adder.py", "--json", name];
        let made: Value = serde_json::from_str(&home.saraphina(&words).out).unwrap();
        let id = made["data"]["proposal_id"].as_str().unwrap().to_owned();
        let begun = home.saraphina(&["reject-code", &id, "not yet"]);
        assert_eq!(begun.code, Some(0), "{begun:?}");
        proposals.push((id, made["data"]["content_hash"].as_str().unwrap().to_owned()));
    }
    let browser = Browser::sign_in(&home, &server).await;
    for (id, hash) in &proposals {
        let wish =
            json!({ "proposal": id, "decision": "reopen", "expect": hash, "reason": "a look" });
        browser.asks(&wish).await;
    }
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.arg("sign").env("PAGER", "cat");

    let (shown, next) = tokio::task::spawn_blocking(move || {
        let mut session = at_terminal(&command);
        let shown = before(&mut session, "[y/N]");
        session.send_line("n").unwrap();
        let next = before(&mut session, "[y/N]");
        session.send_line("y").unwrap();
        (shown, next + &before(&mut session, "reopened"))
    })
    .await
    .unwrap();

    let state = |id: &str| {
        let read: Value =
            serde_json::from_str(&home.saraphina(&["show-code", id, "--json"]).out).unwrap();
        read["data"]["status"].as_str().unwrap().to_owned()
    };
    assert!(shown.contains(&proposals[0].0) && !shown.contains(&proposals[1].0), "{shown}");
    assert!(next.contains(&proposals[1].0), "{next}");
    assert_eq!(
        (state(&proposals[0].0).as_str(), state(&proposals[1].0).as_str()),
        ("rejected", "tested")
    );
}

#[test]
fn an_engine_that_is_held_up_is_named_and_nobody_is_told_that_it_did_nothing() {
    let home = Home::with_path();
    let server = Server::start(&home, "127.0.0.1:0");
    server.signal(Signal::SIGSTOP);

    let asked = home.saraphina(&["token", "add", "late"]);
    let looked = home.saraphina(&["list-proposals"]);

    let wanted = format!(
        "error: the engine at work (process {}) did not answer within 10 s\n\
         hint: It may carry this out yet: look before you repeat it.\n\
         hint: Wait and try again; if it stays so, end that process.\n",
        server.pid()
    );
    assert_eq!((asked.code, asked.err), (Some(6), wanted));
    assert_eq!(looked.code, Some(0));
}
