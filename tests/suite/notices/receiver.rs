//! A server of this machine that events are posted to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver as Inbox, Sender, channel};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::hmac;
use serde_json::Value;

/// The secret that both sides know, as its file has it.
pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A request that came in.
#[derive(Debug)]
pub(super) struct Post {
    pub(super) head: Vec<String>,
    pub(super) body: String,
}

/// A server that keeps what is posted to it, and answers where it is told to.
pub(super) struct Receiver {
    pub(super) url: String,
    pub(super) inbox: Inbox<Post>,
    pub(super) answers: Arc<AtomicBool>,
}

impl Receiver {
    /// Starts one that answers with a status line and headers.
    pub(super) fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, inbox) = channel();
        let answers = Arc::new(AtomicBool::new(true));
        let told = Arc::clone(&answers);
        std::thread::spawn(move || serve(&listener, &sender, (&told, answer)));
        Self { url, inbox, answers }
    }

    pub(super) fn next(&self) -> Post {
        self.inbox.recv().unwrap()
    }
}

fn serve(listener: &TcpListener, inbox: &Sender<Post>, (answers, answer): (&AtomicBool, &str)) {
    // Whoever gets no answer keeps its connection.
    let kept: Mutex<Vec<TcpStream>> = Mutex::default();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let post = read(&stream);
        if answers.load(Ordering::SeqCst) {
            let text =
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(text.as_bytes()).unwrap();
        } else {
            kept.lock().unwrap().push(stream);
        }
        if inbox.send(post).is_err() {
            return;
        }
    }
}

fn read(stream: &TcpStream) -> Post {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let mut post = Post { head, body: String::new() };
    let length = post.header("content-length").parse().unwrap();
    reader.take(length).read_to_string(&mut post.body).unwrap();
    post
}

impl Post {
    pub(super) fn header(&self, name: &str) -> &str {
        let is_it = |line: &&String| line.to_lowercase().starts_with(&format!("{name}: "));
        let line = self.head.iter().find(is_it).unwrap_or_else(|| panic!("{name}: {self:?}"));
        line.split_once(": ").unwrap().1
    }

    pub(super) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Tells whether it is signed with the secret, as Standard Webhooks says.
    pub(super) fn is_signed(&self) -> bool {
        let key = BASE64.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let signature = self.header("webhook-signature").strip_prefix("v1,").unwrap();
        let signed = format!("{id}.{at}.{}", self.body);
        hmac::verify(&key, signed.as_bytes(), &BASE64.decode(signature).unwrap()).is_ok()
    }
}
