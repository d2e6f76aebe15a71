//! Talks to the engine of another process over the socket.
//!
//! One connection carries one command. What goes wrong is told apart by whether trying again can help (`Trouble`), because
//! `link.rs` repeats a command under the same key where it may, and the engine then carries it out once.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::http::request::Builder;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::surfaces::writer::desk::Answered;
use crate::surfaces::writer::protocol::{
    AGENT, ENVIRONMENT, Envelope, HANDOVER, IDEMPOTENCY, MAX_ANSWER_BYTES, OWNER, PROTOCOL,
    PROTOCOL_HEADER, SESSION, SHOWN, SIGN_OF_LIFE, SURFACE, VERSION, VERSION_HEADER,
    other_protocol,
};
use crate::surfaces::writer::socket::Socket;
use crate::surfaces::writer::sse::{Message, Parser};
use record::domain::principal::PrincipalKind;
use work::contract::caller::Caller;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::Events;
use work::contract::order::Order;

/// Time an engine has to accept a command.
const ACCEPT_LIMIT: Duration = Duration::from_secs(10);
/// Longest silence of an engine while a command runs: a few missed signs of life.
const SILENCE_LIMIT: Duration = SIGN_OF_LIFE.saturating_mul(6);

/// The cause of a missing answer, told apart by whether trying again can help.
#[derive(Debug)]
pub enum Trouble {
    /// Nobody listens.
    NobodyThere,
    /// The engine takes nothing more; it hands over when its work is done.
    HandsOver,
    /// The connection ended before the command was accepted.
    NotAccepted,
    /// The connection ended while the command ran.
    Lost,
    /// Nothing will come of trying again.
    Hopeless(CommandError),
}

/// An answer, and the version of the engine that gave it.
#[derive(Debug)]
pub struct Reply {
    /// The answer.
    pub answer: Answered,
    /// The engine's version.
    pub version: String,
    /// Whether it runs a program that lay where this one lies, and was replaced since.
    pub is_outdated: bool,
}

/// The data of an engine's answer, or its error.
pub type Told = Result<Value, CommandError>;

/// One connection to an engine.
pub struct Client {
    sender: http1::SendRequest<Full<Bytes>>,
    /// The process that listens, where the kernel tells it.
    pid: Option<i32>,
    _driver: AbortOnDropHandle<()>,
}

impl Client {
    /// Connects to whoever listens.
    pub async fn connect(socket: &Socket) -> Result<Self, Trouble> {
        let stream = socket.connect().await.map_err(|error| unreachable(socket, &error))?;
        Self::over(stream).await
    }

    async fn over(stream: UnixStream) -> Result<Self, Trouble> {
        let pid = stream.peer_cred().ok().and_then(|peer| peer.pid());
        let shaken = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(|_| Trouble::NotAccepted)?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(failure = %error, "the connection to the engine ended");
            }
        });
        Ok(Self { sender, pid, _driver: AbortOnDropHandle::new(driver) })
    }

    /// Has a command carried out; hands progress on, and passes `cancel` on and still waits.
    pub async fn run(
        mut self,
        socket: &Socket,
        order: &Order,
        wishes: &BTreeMap<String, String>,
        events: &Events,
        cancel: &CancellationToken,
    ) -> Result<Reply, Trouble> {
        let response = self.send(request(order, wishes)?).await?;
        // Before the answer: the engine of a session may end with it.
        let is_outdated = self.pid.is_some_and(is_outdated);
        let mut stream = AnswerStream::of(response, events)?;
        let mut stopped = false;
        loop {
            let answer = tokio::select! {
                biased;
                answer = stream.answer() => answer,
                () = cancel.cancelled(), if !stopped => {
                    stopped = true;
                    ask_to_cancel(socket, &order.caller).await;
                    continue;
                }
            };
            let version = stream.version.clone();
            let answer = answer?.map(order.entry.answer);
            return Ok(Reply { answer, version, is_outdated });
        }
    }

    /// Asks for something small at a path, such as the status; a body that is null is none.
    pub async fn ask(self, method: Method, path: &str, body: &Value) -> Result<Told, Trouble> {
        self.ask_with(builder(method, path), body).await
    }

    async fn ask_with(mut self, builder: Builder, body: &Value) -> Result<Told, Trouble> {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let builder = builder.header(CONTENT_TYPE, "application/json");
        let request = builder.body(Full::new(Bytes::from(text)));
        let response = self.send(request.map_err(|error| bug(&error))?).await?;
        let nobody_listens: Events = std::sync::Arc::new(drop);
        AnswerStream::of(response, &nobody_listens)?.answer().await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Trouble> {
        let method = request.method().clone();
        let sent = tokio::time::timeout(ACCEPT_LIMIT, self.sender.send_request(request)).await;
        let response =
            sent.map_err(|_| silent(self.pid, &method))?.map_err(|_| Trouble::NotAccepted)?;
        if response.headers().contains_key(HANDOVER) {
            return Err(Trouble::HandsOver);
        }
        let protocol = header(&response, PROTOCOL_HEADER);
        if protocol == PROTOCOL.to_string() {
            return Ok(response);
        }
        let engine = header(&response, VERSION_HEADER);
        Err(Trouble::Hopeless(other_protocol(&engine, &format!("saraphina {VERSION}"))))
    }
}

/// Tells whether a process goes on with a program in whose place ours was put; the kernel marks such a link (proc(5)).
fn is_outdated(pid: i32) -> bool {
    let (Ok(own), Ok(theirs)) =
        (std::env::current_exe(), std::fs::read_link(format!("/proc/{pid}/exe")))
    else {
        return false;
    };
    let mut replaced = own.into_os_string();
    replaced.push(" (deleted)");
    theirs.into_os_string() == replaced
}

/// The answer as it comes in.
struct AnswerStream<'a> {
    body: Incoming,
    events: &'a Events,
    version: String,
    form: Form,
}

enum Form {
    Whole(Vec<u8>),
    Messages(Parser),
}

impl<'a> AnswerStream<'a> {
    fn of(response: Response<Incoming>, events: &'a Events) -> Result<Self, Trouble> {
        let kind = header(&response, CONTENT_TYPE.as_str());
        let form = match kind.split(';').next() {
            Some("text/event-stream") => Form::Messages(Parser::new(MAX_ANSWER_BYTES)),
            Some("application/json") => Form::Whole(Vec::new()),
            Some(_) | None => return Err(unreadable()),
        };
        let version = header(&response, VERSION_HEADER);
        Ok(Self { body: response.into_body(), events, version, form })
    }

    /// Waits for the answer; may be dropped and called again without losing anything.
    async fn answer(&mut self) -> Result<Told, Trouble> {
        loop {
            let frame = tokio::time::timeout(SILENCE_LIMIT, self.body.frame()).await;
            let frame = frame.map_err(|_| Trouble::Lost)?;
            let Some(frame) = frame else { return self.end() };
            let Ok(piece) = frame.map_err(|_| Trouble::Lost)?.into_data() else { continue };
            if let Some(answer) = self.take(&piece)? {
                return Ok(answer);
            }
        }
    }

    fn take(&mut self, piece: &[u8]) -> Result<Option<Told>, Trouble> {
        let messages = match &mut self.form {
            Form::Whole(bytes) if bytes.len() + piece.len() > MAX_ANSWER_BYTES => {
                return Err(too_large());
            }
            Form::Whole(bytes) => {
                bytes.extend_from_slice(piece);
                return Ok(None);
            }
            Form::Messages(parser) => parser.push(piece).map_err(|_| too_large())?,
        };
        for Message { event, data } in messages {
            if event == "answer" {
                return envelope(data.as_bytes()).map(Some);
            }
            if let Ok(event) = serde_json::from_str(&data) {
                (self.events)(event);
            }
        }
        Ok(None)
    }

    fn end(&self) -> Result<Told, Trouble> {
        match &self.form {
            Form::Whole(bytes) => envelope(bytes),
            Form::Messages(_) => Err(Trouble::Lost),
        }
    }
}

async fn ask_to_cancel(socket: &Socket, caller: &Caller) {
    let path = format!("/v1/invocations/{}", caller.idempotency);
    // Whoever asks is the one who sent it: an agent stops its own work and nobody else's.
    let request = naming(builder(Method::DELETE, &path), caller);
    let asked = async { Client::connect(socket).await?.ask_with(request, &Value::Null).await };
    if let Err(trouble) = asked.await {
        tracing::debug!(trouble = ?trouble, "the engine could not be asked to cancel");
    }
}

fn builder(method: Method, path: &str) -> Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "saraphina")
        .header(PROTOCOL_HEADER, PROTOCOL)
        .header(VERSION_HEADER, VERSION)
}

/// Says as whom the caller acts.
fn naming(builder: Builder, caller: &Caller) -> Builder {
    match caller.who.kind {
        PrincipalKind::Owner => builder.header(OWNER, caller.who.id.as_str()),
        PrincipalKind::Agent => builder.header(AGENT, caller.who.id.as_str()),
        PrincipalKind::System => builder,
    }
}

fn request(
    order: &Order,
    wishes: &BTreeMap<String, String>,
) -> Result<Request<Full<Bytes>>, Trouble> {
    let path = format!("/v1/commands/{}", order.entry.spec.name);
    let surface = serde_json::to_value(order.caller.via.surface).unwrap_or_default();
    let mut builder = naming(builder(Method::POST, &path), &order.caller)
        .header(ACCEPT, "text/event-stream")
        .header(CONTENT_TYPE, "application/json")
        .header(SESSION, &order.caller.via.session)
        .header(IDEMPOTENCY, &order.caller.idempotency)
        .header(SURFACE, surface.as_str().unwrap_or("http"));
    if !wishes.is_empty() {
        let text = serde_json::to_vec(wishes).unwrap_or_default();
        builder = builder.header(ENVIRONMENT, BASE64.encode(text));
    }
    if let Some(shown) = &order.caller.shown {
        builder = builder.header(SHOWN, shown.as_str());
    }
    let args = (order.entry.write)(&order.args).map_err(Trouble::Hopeless)?;
    let body = Full::new(Bytes::from(args.to_string()));
    builder.body(body).map_err(|error| bug(&error))
}

fn header(response: &Response<Incoming>, name: &str) -> String {
    let value = response.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or("unknown").to_owned()
}

fn envelope(bytes: &[u8]) -> Result<Told, Trouble> {
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|_| unreadable())?;
    Ok(envelope.answer().unwrap_or(Ok(Value::Null)))
}

fn unreachable(socket: &Socket, error: &std::io::Error) -> Trouble {
    use std::io::ErrorKind as Io;
    match error.kind() {
        Io::NotFound | Io::ConnectionRefused => Trouble::NobodyThere,
        Io::WouldBlock | Io::ConnectionReset | Io::BrokenPipe => Trouble::NotAccepted,
        _ => {
            let message = format!("{} cannot be used: {error}", socket.path().display());
            let error = CommandError::new(ErrorKind::Unavailable, message);
            Trouble::Hopeless(error.hint("Set SARAPHINA_HOME to a home of your own."))
        }
    }
}

/// Says that nothing came back. The engine has the request all the same, and may carry it out once it goes on.
fn silent(pid: Option<i32>, method: &Method) -> Trouble {
    let who = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
    let message =
        format!("the engine at work{who} did not answer within {} s", ACCEPT_LIMIT.as_secs());
    let error = CommandError::new(ErrorKind::Unavailable, message);
    let error = if method.is_safe() {
        error
    } else {
        error.hint("It may carry this out yet: look before you repeat it.")
    };
    Trouble::Hopeless(error.hint("Wait and try again; if it stays so, end that process."))
}

fn unreadable() -> Trouble {
    let error = CommandError::new(ErrorKind::Unavailable, "the engine's answer cannot be read");
    Trouble::Hopeless(error.hint("Restart the daemon: its version may differ from this one."))
}

fn too_large() -> Trouble {
    let limit = MAX_ANSWER_BYTES >> 20;
    let message = format!("the engine's answer is larger than {limit} MiB");
    Trouble::Hopeless(CommandError::new(ErrorKind::Unavailable, message))
}

fn bug(error: &hyper::http::Error) -> Trouble {
    Trouble::Hopeless(CommandError::from_source(ErrorKind::Internal, error))
}
