//! A model server that does as a script says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Streams a reply in pieces, and tells what it used.
    Say(String),
    /// Streams a reply, and does not tell.
    SayWithoutUsage(String),
    /// Streams a reply a few characters at a time.
    SaySlowly(String),
    /// Ends the stream in the middle of a reply.
    Cut(String),
    /// Breaks the connection off in the middle of a reply.
    Break(String),
    /// Streams these bytes.
    Stream(Vec<u8>),
    /// Answers with a status, a header and a body.
    Status(u16, &'static str, &'static str),
    /// Breaks the connection off before a word.
    Reset,
    /// Keeps the connection open, and says nothing.
    KeepSilent,
}

/// A server on loopback.
pub(super) struct Server {
    /// The base URL.
    pub(super) url: String,
    script: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Server {
    /// A server that goes through a script, and resets every connection after it.
    pub(super) async fn new(script: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(script.iter().cloned().collect::<VecDeque<Act>>()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (acts, bodies) = (Arc::clone(&script), Arc::clone(&asked));
        tokio::spawn(serve(listener, acts, bodies));
        Self { url, script, asked }
    }

    /// Requests so far.
    pub(super) fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    /// Acts that nobody asked for.
    pub(super) fn left(&self) -> usize {
        self.script.lock().unwrap().len()
    }
}

async fn serve(
    listener: TcpListener,
    acts: Arc<Mutex<VecDeque<Act>>>,
    bodies: Arc<Mutex<Vec<Value>>>,
) {
    while let Ok((mut socket, _)) = listener.accept().await {
        let Some(body) = read(&mut socket).await else { continue };
        bodies.lock().unwrap().push(body);
        let act = acts.lock().unwrap().pop_front().unwrap_or(Act::Reset);
        tokio::spawn(play(socket, act));
    }
}

/// The body of one request; absent where the client hung up.
async fn read(socket: &mut TcpStream) -> Option<Value> {
    let mut bytes = Vec::new();
    loop {
        let mut more = vec![0; 64 << 10];
        let count = socket.read(&mut more).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&more[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(serde_json::from_str(body).unwrap_or(Value::Null));
        }
    }
}

/// The client may hang up first, which is its right.
async fn play(mut socket: TcpStream, act: Act) {
    match act {
        Act::Say(text) => send(&mut socket, &[head(), pieces(&text).concat(), end(true)]).await,
        Act::SayWithoutUsage(text) => {
            send(&mut socket, &[head(), pieces(&text).concat(), end(false)]).await;
        }
        Act::SaySlowly(text) => {
            send(&mut socket, &[head()]).await;
            for piece in pieces(&text) {
                send(&mut socket, &[piece]).await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            send(&mut socket, &[end(true)]).await;
        }
        Act::Cut(text) => send(&mut socket, &[head(), half(&text)]).await,
        Act::Break(text) => {
            send(&mut socket, &[head(), half(&text)]).await;
            reset(&socket);
        }
        Act::Stream(bytes) => {
            send(&mut socket, &[head()]).await;
            socket.write_all(&bytes).await.ok();
        }
        Act::Status(status, header, body) => {
            let length = body.len();
            let text = format!(
                "HTTP/1.1 {status} Fault\r\n{header}content-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            send(&mut socket, &[text]).await;
        }
        Act::Reset => reset(&socket),
        Act::KeepSilent => std::future::pending().await,
    }
}

/// From now on closing it breaks the connection off.
fn reset(socket: &TcpStream) {
    socket.set_zero_linger().unwrap();
}

async fn send(socket: &mut TcpStream, texts: &[String]) {
    for text in texts {
        socket.write_all(text.as_bytes()).await.ok();
    }
    socket.flush().await.ok();
}

fn head() -> String {
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_owned()
}

/// One event of a stream.
pub(super) fn event(delta: &Value, finish: Option<&str>) -> String {
    let chunk = json!({
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "tiny-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    });
    format!("data: {chunk}\n\n")
}

fn pieces(text: &str) -> Vec<String> {
    let symbols: Vec<char> = text.chars().collect();
    let piece = |piece: &[char]| event(&json!({"content": String::from_iter(piece)}), None);
    symbols.chunks(4).map(piece).collect()
}

fn half(text: &str) -> String {
    let all = pieces(text);
    all[..all.len() / 2].concat()
}

fn end(with_usage: bool) -> String {
    let usage = json!({
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "tiny-1", "choices": [],
        "usage": {"prompt_tokens": 300, "completion_tokens": 50, "total_tokens": 350},
    });
    let usage = if with_usage { format!("data: {usage}\n\n") } else { String::new() };
    format!("{}{usage}data: [DONE]\n\n", event(&json!({}), Some("stop")))
}
