//! `saraphina serve` as a program, with clients that do not behave.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::surfaces::process::{Finished, Home};

struct Server(Child, String);

impl Server {
    fn start(home: &Home, words: &[&str]) -> Self {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.arg("serve").args(words).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child, line.trim().to_owned())
    }

    /// Sends bytes and reads all that comes back until the server closes.
    fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.1.strip_prefix("http://").unwrap()).unwrap();
        stream.write_all(bytes).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn status(text: &str) -> &str {
    text.split(' ').nth(1).unwrap_or("none")
}

#[test]
fn odd_requests_get_a_clear_answer() {
    let home = Home::with_path();
    let server = Server::start(&home, &["--listen", "127.0.0.1:0"]);
    let long = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(20_000));
    let close = "connection: close\r\n\r\n";

    let answers = [
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{close}"),
        format!("GET /healthz HTTP/1.1\r\nhost: evil.example\r\n{close}"),
        format!("GET /healthz HTTP/1.1\r\n{close}"),
        format!("GET http://evil.example/healthz HTTP/1.1\r\nhost: localhost\r\n{close}"),
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n{close}"),
        long,
        "nonsense\r\n\r\n".to_owned(),
        format!("GET /%ff HTTP/1.1\r\nhost: localhost\r\n{close}"),
    ]
    .map(|request| status(&server.raw(request.as_bytes())).to_owned());

    assert_eq!(answers, ["200", "403", "403", "403", "403", "431", "400", "404"]);
}

#[test]
fn silent_connections_keep_nobody_out() {
    let home = Home::with_path();
    let server = Server::start(&home, &["--listen", "127.0.0.1:0"]);
    let address = server.1.strip_prefix("http://").unwrap();
    let silent = || TcpStream::connect(address).unwrap();
    let mut lying: Vec<TcpStream> = (0..300).map(|_| silent()).collect();
    // One that began to send its head is waited for no longer than the rest.
    lying.extend((0..100).map(|_| {
        let mut stream = silent();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost:").unwrap();
        stream
    }));
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

    let begun = Instant::now();
    let answer = server.raw(request);

    assert_eq!(status(&answer), "200");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    lying[0].set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert_eq!(lying[0].read(&mut [0; 8]).unwrap(), 0, "the one that was silent longest is let go");
}

#[test]
fn strangers_that_never_end_their_bodies_keep_nobody_out() {
    let home = Home::with_path();
    let server = Server::start(&home, &["--listen", "127.0.0.1:0"]);
    let address = server.1.strip_prefix("http://").unwrap();
    let head =
        "POST /v1/commands/show-code HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{";
    let lying: Vec<TcpStream> = (0..280)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

    let answer = server.raw(request);

    // The pace of an address is another bound: whoever is signed in has a pace of their own.
    assert!(["200", "429"].contains(&status(&answer)), "{answer}");
    drop(lying);
}

#[test]
fn an_address_that_others_reach_needs_tls_or_a_proxy() {
    let home = Home::with_path();

    let Finished { code, err, .. } = home.saraphina(&["serve", "--listen", "0.0.0.0:0"]);
    let half = home.saraphina(&["serve", "--tls-cert", "cert.pem"]);
    home.put("cert.pem", "no certificate");
    let unreadable = home.saraphina(&["serve", "--tls-cert", "cert.pem", "--tls-key", "cert.pem"]);

    insta::assert_snapshot!(err, @r"
    error: 0.0.0.0:0 is reached from other machines, and nothing would be secret
    hint: Listen at 127.0.0.1 or [::1]; or give `--tls-cert FILE --tls-key FILE`, or `--behind-proxy` where a proxy of yours ends TLS.
    ");
    assert_eq!((code, half.code, unreadable.code), (Some(2), Some(2), Some(2)), "{unreadable:?}");
}

#[test]
fn a_second_server_and_a_taken_address_are_refused_with_the_remedy() {
    let home = Home::with_path();
    let server = Server::start(&home, &["--listen", "127.0.0.1:0"]);
    let address = server.1.strip_prefix("http://").unwrap();

    let second = home.saraphina(&["serve", "--listen", "127.0.0.1:0"]);
    let taken = Home::with_path().saraphina(&["serve", "--listen", address]);

    assert_eq!((second.code, taken.code), (Some(4), Some(6)));
    assert!(second.err.contains("a daemon is running already"), "{}", second.err);
    assert!(taken.err.contains("port 0 takes a free one"), "{}", taken.err);
}

#[test]
fn a_link_is_printed_for_the_engine_at_work() {
    let home = Home::with_path();
    let server = Server::start(&home, &["--listen", "127.0.0.1:0"]);

    let opened = home.saraphina(&["open", "record"]);
    let nothing = home.saraphina(&["sign", "000000"]);
    let none = home.saraphina(&["sign"]);

    assert!(opened.out.starts_with(&format!("{}/login?code=", server.1)), "{opened:?}");
    assert_eq!((opened.code, nothing.code, none.code), (Some(0), Some(3), Some(3)), "{nothing:?}");
}
