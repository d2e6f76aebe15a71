//! Beyond this machine: TLS that ends here, or at a proxy.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use reqwest::{Certificate, Client};

use super::server::Server;
use crate::surfaces::process::Home;

const AUTHORITY: &str = include_str!("../../fixtures/tls/authority.pem");
const CERTIFICATE: &str = include_str!("../../fixtures/tls/certificate.pem");
const KEY: &str = include_str!("../../fixtures/tls/key.pem");

/// A client that trusts only this authority, and nobody where there is none.
fn client(authority: Option<&str>) -> Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    let authority = authority.map(|pem| Certificate::from_pem(pem.as_bytes()).unwrap());
    let builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.tls_certs_only(authority).build().unwrap()
}

fn port(server: &Server) -> &str {
    server.address.rsplit_once(':').unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_served_to_whoever_trusts_the_certificate_and_the_cookie_stays_within_it() {
    let home = Home::with_path();
    home.put("certificate.pem", CERTIFICATE);
    home.put("key.pem", KEY);
    home.saraphina(&["config", "set", "server_hosts", "review.example"]);
    let words = ["serve", "--listen", "0.0.0.0:0", "--tls-cert", "certificate.pem"];
    let words: Vec<&str> = words.into_iter().chain(["--tls-key", "key.pem"]).collect();
    let server = Server::start_with(&home, &words);
    let base = format!("https://localhost:{}", port(&server));

    let trusting = client(Some(AUTHORITY));
    let seen = trusting.get(format!("{base}/healthz")).send().await.unwrap().status();
    let foreign = trusting.get(format!("{base}/healthz")).header("host", "evil.example");
    let foreign = foreign.send().await.unwrap().status();
    let stranger = client(None).get(format!("{base}/healthz")).send().await;
    let opened = home.saraphina(&["open", "--no-browser"]);
    let beginning = format!("https://review.example:{}/login?code=", port(&server));
    let code = opened.out.trim().strip_prefix(&beginning).unwrap_or_else(|| panic!("{opened:?}"));
    let signed_in = trusting.get(format!("{base}/login?code={code}")).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().to_owned();
    let mut plain = TcpStream::connect(("127.0.0.1", port(&server).parse().unwrap())).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).unwrap();

    assert_eq!((seen.as_u16(), foreign.as_u16()), (200, 403));
    assert!(stranger.is_err());
    assert_eq!(signed_in.status(), 303);
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[test]
fn behind_a_proxy_links_lead_through_it_and_the_cookie_is_for_tls_alone() {
    let home = Home::with_path();
    home.saraphina(&["config", "set", "server_hosts", "review.example"]);
    let server = Server::start_with(&home, &["serve", "--listen", "127.0.0.1:0", "--behind-proxy"]);

    let opened = home.saraphina(&["open", "--no-browser"]);
    let path = opened.out.trim().strip_prefix("https://review.example").unwrap().to_owned();
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: review.example\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();

    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let cookie = answer.lines().find(|line| line.starts_with("set-cookie: ")).unwrap();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
}
