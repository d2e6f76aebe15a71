//! The server for agents as a process, at its pipes and at the loopback door.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::mcp_agent::initialisation;
use super::process::{Finished, Home};
use super::server::Server;

/// What an agent says that asks for its tools and proposes a file of its folder.
fn talk() -> String {
    let contents = json!({ "test_adder.py": "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n" });
    let arguments = json!({
        "request": "an adder", "code": ["adder.py"], "tests": ["test_adder.py"], "contents": contents,
    });
    let messages = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialisation("agent") }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }),
        json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": { "name": "propose_code", "arguments": arguments } }),
    ];
    messages.iter().flat_map(|message| [message.to_string(), "\n".to_owned()]).collect()
}

#[test]
fn standard_output_holds_nothing_but_messages() {
    let home = Home::new();
    home.put("adder.py", "def add(a, b):\n    return a + b\n");
    // A warning and a log that tells everything must not get in between.
    home.put(".env", "SARAPHINA_PYTHON=/evil/python\n");
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.env("SARAPHINA_LOG", "trace").arg("mcp");

    let Finished { code, out, err } = home.finish(command, talk().as_bytes());

    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("warning: "), "{err}");
    let messages: Vec<Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&Value> = messages.iter().map(|message| &message["id"]).collect();
    assert_eq!(ids, [1, 2, 3]);
    let files = &messages[2]["result"]["structuredContent"]["files"];
    assert_eq!(files[0]["content"], "def add(a, b):\n    return a + b\n", "{}", messages[2]);
    let verified = home.saraphina(&["audit", "verify", "--json"]);
    assert_eq!(verified.code, Some(0), "{}", verified.out);
    let logs = std::fs::read_dir(home.path().join("logs")).unwrap();
    let logs: Vec<String> =
        logs.map(|log| std::fs::read_to_string(log.unwrap().path()).unwrap()).collect();
    assert!(logs.iter().any(|log| log.contains("a proposal was stored")), "{logs:?}");
    assert!(!logs.iter().any(|log| log.contains("def test_add")), "{logs:?}");
}

#[test]
fn at_a_pipe_an_agent_is_told_the_page_while_a_server_runs_for_the_home() {
    let home = Home::new();
    home.put("adder.py", "def add(a, b):\n    return a + b\n");
    let server = Server::start(&home, "127.0.0.1:0");
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.arg("mcp");

    let Finished { out, .. } = home.finish(command, talk().as_bytes());

    let last: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    let result = &last["result"];
    let id = result["structuredContent"]["proposal_id"].as_str().unwrap();
    let page = format!("http://{}/proposals/{id}", server.address);
    assert_eq!(result["_meta"]["saraphina/decision"]["page"], page, "{last}");
    assert!(result["content"][1]["text"].as_str().unwrap().ends_with(&page), "{last}");
}

#[test]
fn a_client_that_says_nothing_is_served_to_its_end() {
    let home = Home::new();

    let ended = home.saraphina(&["mcp"]);

    assert_eq!(ended, Finished { code: Some(0), out: String::new(), err: String::new() });
    assert!(!home.path().join("knowledge.db").exists());
}

#[test]
fn a_configuration_is_printed_and_written_beside_what_is_there() {
    let home = Home::new();
    home.put(".mcp.json", "{\"mcpServers\": {\"other\": {\"command\": \"a\"}}}");

    let printed = home.saraphina(&["mcp", "--install", "claude-code"]);
    let written = home.saraphina(&["mcp", "--install", "claude-code", "--write"]);
    let again = home.saraphina(&["mcp", "--install", "claude-code", "--write", "--json"]);

    let snippet: Value = serde_json::from_str(&printed.out).unwrap();
    let ours = &snippet["mcpServers"]["saraphina"];
    assert_eq!(
        (&ours["args"], &ours["env"]["SARAPHINA_HOME"]),
        (&json!(["mcp"]), &json!("[folder]/home"))
    );
    assert!(printed.err.contains("[folder]/.mcp.json"), "{}", printed.err);
    assert_eq!(written.out, "Written into [folder]/.mcp.json.\n");
    let again: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(again["data"]["written"], false);
    let text = std::fs::read_to_string(home.folder().join(".mcp.json")).unwrap();
    let config: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(config["mcpServers"]["other"]["command"], "a");
    assert_eq!(config["mcpServers"]["saraphina"]["args"], json!(["mcp"]));
}

#[test]
fn words_that_make_no_sense_are_refused_on_standard_error() {
    let home = Home::new();

    for words in [&["mcp", "--install", "emacs"][..], &["mcp", "--write"], &["mcp", "serve"]] {
        let ended = home.saraphina(words);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{words:?}: {}", ended.err);
    }
    let help = home.saraphina(&["mcp", "--help"]);
    assert_eq!(help.code, Some(0));
    assert!(help.out.contains("--install <CLIENT>"), "{}", help.out);
}

/// An engine that listens on TCP; ended with this value.
struct Door {
    child: Child,
    address: String,
}

impl Door {
    fn of(home: &Home) -> Self {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().strip_prefix("http://").unwrap().to_owned() }
    }

    /// The status and the body of what comes back.
    fn send(&self, method: &str, headers: &[&str], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut text = format!("{method} /mcp HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|header| header.starts_with("host:")) {
            text.extend(["host: ", &self.address, "\r\n"]);
        }
        text.extend(headers.iter().flat_map(|header| [*header, "\r\n"]));
        let length = body.len().to_string();
        text.extend(["content-length: ", &length, "\r\n\r\n", body]);
        stream.write_all(text.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn token(home: &Home, scope: &str) -> String {
    let made = home.saraphina(&["token", "add", scope, "--scope", scope, "--json"]);
    let made: Value = serde_json::from_str(&made.out).unwrap();
    format!("authorization: Bearer {}", made["data"]["token"].as_str().unwrap())
}

fn request(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}

#[test]
fn over_http_a_token_is_needed_and_a_page_of_another_site_is_turned_away() {
    let home = Home::new();
    let door = Door::of(&home);
    let token = token(&home, "propose");
    let list = request("tools/list", &json!({}));
    let own = format!("origin: http://{}", door.address);

    let cases: &[(&str, &[&str], &str, u16)] = &[
        ("POST", &[], &list, 401),
        ("POST", &["authorization: Bearer sara_propose_00000000_x"], &list, 401),
        ("POST", &[&token, "host: evil.example"], &list, 403),
        ("POST", &[&token, "origin: http://evil.example"], &list, 403),
        ("POST", &[&token, "origin: null"], &list, 403),
        ("POST", &[&token, &own], &list, 200),
        ("POST", &[&token, "mcp-protocol-version: 1999-01-01"], &list, 400),
        ("POST", &[&token, "mcp-protocol-version: 2025-06-18"], &list, 200),
        ("POST", &[&token, "mcp-protocol-version: 2025-03-26"], &list, 400),
        ("POST", &[&token], "garbage", 400),
        ("POST", &[&token], "", 400),
        ("POST", &[&token], "[]", 400),
        ("POST", &[&token], "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", 202),
        ("GET", &[&token], "", 405),
        ("DELETE", &[&token], "", 405),
    ];

    for (method, headers, body, status) in cases {
        let (found, answer) = door.send(method, headers, body);
        assert_eq!(found, *status, "{method} {headers:?} {body}: {answer}");
    }
}

#[test]
fn a_token_that_only_reads_is_offered_no_tool_that_makes_anything() {
    let home = Home::new();
    let door = Door::of(&home);
    let (reading, proposing) = (token(&home, "read"), token(&home, "propose"));
    let list = request("tools/list", &json!({}));
    let call =
        request("tools/call", &json!({ "name": "propose_code", "arguments": { "request": "x" } }));
    let names = |token: &str| {
        let answer: Value = serde_json::from_str(&door.send("POST", &[token], &list).1).unwrap();
        let tools = answer["result"]["tools"].as_array().unwrap().clone();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    let (status, refused) = door.send("POST", &[&reading], &call);

    assert_eq!(status, 200);
    let refused: Value = serde_json::from_str(&refused).unwrap();
    assert_eq!(refused["error"]["code"], -32602, "{refused}");
    assert!(names(&proposing).contains(&"propose_code".to_owned()));
    let few = names(&reading);
    assert!(few.contains(&"show_code".to_owned()) && !few.contains(&"propose_code".to_owned()));
}
