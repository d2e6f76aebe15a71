//! Carries the messages of the protocol over a pair of pipes, one line each.
//!
//! Standard output holds nothing but messages: this is its only writer. A line that is no message is answered with what is wrong
//! about it, so that whoever wrote the client is not left waiting; a notification is never answered. Everything is bounded.

use std::io;

use rmcp::RoleServer;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ErrorData, GetMeta as _, JsonRpcMessage, RequestId,
    ServerJsonRpcMessage,
};
use rmcp::transport::Transport;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::surfaces::writer::protocol::MAX_REQUEST_BYTES;
use record::domain::text::Untrusted;

/// Longest line that is taken: a request of the socket is at most as long.
const MAX_LINE_BYTES: usize = MAX_REQUEST_BYTES;
/// Messages that wait to be written; whoever sends more waits.
const MAX_WAITING: usize = 64;

/// Longest name of a method that is repeated in an error, in characters.
const MAX_METHOD_CHARS: usize = 64;

/// Both directions of a connection.
pub struct Lines<R> {
    read: BufReader<R>,
    line: Vec<u8>,
    passing_over: bool,
    has_begun: bool,
    refusal: Option<Vec<u8>>,
    out: Option<Sender<Vec<u8>>>,
    writing: Option<JoinHandle<()>>,
}

/// What came in.
enum Came {
    Line,
    TooLong,
    End,
}

/// What a request is to a client that has not greeted.
enum Opening {
    /// Its greeting, or a request that brings along what a greeting says.
    Greeting,
    /// Something that may be asked before: the greeting is still to come.
    Question,
    /// Nothing that may come before.
    None,
}

impl Opening {
    fn of(request: &ClientRequest) -> Self {
        let has_version = request.get_meta().protocol_version().is_some();
        match request {
            ClientRequest::InitializeRequest(_) => Self::Greeting,
            ClientRequest::PingRequest(_) => Self::Question,
            ClientRequest::DiscoverRequest(_) if has_version => Self::Question,
            _ if has_version => Self::Greeting,
            _ => Self::None,
        }
    }
}

/// A line that is answered right away, or passed over.
pub enum Refusal {
    /// With this.
    Answered(Box<ServerJsonRpcMessage>),
    /// There is nothing to answer.
    Dropped,
}

impl<R: AsyncRead + Unpin + Send> Lines<R> {
    /// Takes the pipes; the one written to is written by a task of its own.
    pub fn new<W: AsyncWrite + Unpin + Send + 'static>(read: R, write: W) -> Self {
        let (out, lines) = channel(MAX_WAITING);
        let writing = tokio::spawn(write_all(write, lines));
        Self {
            read: BufReader::new(read),
            line: Vec::new(),
            passing_over: false,
            has_begun: false,
            refusal: None,
            out: Some(out),
            writing: Some(writing),
        }
    }

    /// Reads the next line; may be dropped and called again without losing anything.
    async fn next(&mut self) -> Came {
        loop {
            let Ok(available) = self.read.fill_buf().await else { return Came::End };
            if available.is_empty() {
                return Came::End;
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(available.len(), |end| end + 1);
            let fits = !self.passing_over && self.line.len() + taken <= MAX_LINE_BYTES;
            if fits {
                self.line.extend(available.iter().take(taken));
            } else {
                self.line.clear();
            }
            self.read.consume(taken);
            self.passing_over = !fits && end.is_none();
            match end {
                Some(_) if fits => return Came::Line,
                Some(_) => return Came::TooLong,
                None => {}
            }
        }
    }

    fn take(&mut self) -> Result<ClientJsonRpcMessage, Refusal> {
        let line = std::mem::take(&mut self.line);
        let message = understand(&line)?;
        if self.has_begun {
            return Ok(message);
        }
        // Before a client has greeted there is nobody whom anything else than a request could be for.
        let JsonRpcMessage::Request(request) = message else { return Err(Refusal::Dropped) };
        self.has_begun = match Opening::of(&request.request) {
            Opening::Greeting => true,
            Opening::Question => false,
            Opening::None => return Err(uninvited(&request.request, request.id)),
        };
        Ok(JsonRpcMessage::Request(request))
    }

    async fn refuse(&mut self) -> Option<()> {
        let Some(line) = self.refusal.clone() else { return Some(()) };
        self.out.as_ref()?.send(line).await.ok()?;
        self.refusal = None;
        Some(())
    }
}

impl<R: AsyncRead + Unpin + Send + 'static> Transport<RoleServer> for Lines<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        item: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let out = self.out.clone();
        async move {
            let line = written(&item)?;
            let out = out.ok_or(io::ErrorKind::NotConnected)?;
            out.send(line).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            self.refuse().await?;
            let refusal = match self.next().await {
                Came::End => return None,
                Came::TooLong => too_long(),
                Came::Line => match self.take() {
                    Ok(message) => return Some(message),
                    Err(Refusal::Dropped) => continue,
                    Err(Refusal::Answered(refusal)) => *refusal,
                },
            };
            self.refusal = written(&refusal).ok();
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.out = None;
        if let Some(writing) = self.writing.take() {
            writing.await?;
        }
        Ok(())
    }
}

async fn write_all<W: AsyncWrite + Unpin>(mut write: W, mut lines: Receiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        let written = async {
            write.write_all(&line).await?;
            write.flush().await
        };
        if let Err(failure) = written.await {
            // Dropping the receiver tells whoever sends; the client is gone.
            tracing::debug!(failure = %failure, "a client takes no more messages");
            return;
        }
    }
}

fn written(message: &ServerJsonRpcMessage) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

/// Reads one message.
pub fn understand(line: &[u8]) -> Result<ClientJsonRpcMessage, Refusal> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Dropped);
    }
    let value: Value = serde_json::from_slice(line).map_err(|error| {
        answered(ErrorData::parse_error(format!("the line is not JSON: {error}"), None), None)
    })?;
    let (method, id) = (value.get("method").cloned(), value.get("id").cloned());
    serde_json::from_value(value).map_err(|_| {
        if method.is_some() && id.is_none() {
            return Refusal::Dropped;
        }
        let id: Option<RequestId> = id.and_then(|id| serde_json::from_value(id).ok());
        let words =
            "the line is no message of JSON-RPC 2.0: an object with `jsonrpc`, `method` and `id`";
        answered(ErrorData::invalid_request(words, None), id)
    })
}

fn uninvited(request: &ClientRequest, id: RequestId) -> Refusal {
    let method = Untrusted(request.method()).line(MAX_METHOD_CHARS);
    let words = format!("{method} came before `initialize`: send that first");
    answered(ErrorData::invalid_request(words, None), Some(id))
}

fn answered(error: ErrorData, id: Option<RequestId>) -> Refusal {
    Refusal::Answered(Box::new(JsonRpcMessage::error(error, id)))
}

fn too_long() -> ServerJsonRpcMessage {
    let words = format!("the line is longer than {} MiB", MAX_LINE_BYTES >> 20);
    JsonRpcMessage::error(ErrorData::invalid_request(words, None), None)
}
