//! Parses server-sent events from pieces of a stream.
//!
//! It reads as much of the format as our engine writes: `event`, `data` and comments. What is unfinished is bounded, so
//! that a peer cannot fill the memory.

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its kind.
    pub event: String,
    /// Its text.
    pub data: String,
}

/// A stream that is larger than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// Puts messages together from pieces of a stream, however they are cut.
#[derive(Debug)]
pub struct Parser {
    limit: usize,
    line: Vec<u8>,
    message: Message,
}

impl Parser {
    /// Makes a parser that keeps at most `limit` bytes of an unfinished message.
    pub fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new(), message: Message::default() }
    }

    /// Takes a piece; returns the messages that it completes.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Message>, TooLarge> {
        let mut messages = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            if self.line.len() + self.message.data.len() + part.len() > self.limit {
                return Err(TooLarge);
            }
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                messages.extend(self.end_line());
            }
        }
        Ok(messages)
    }

    fn end_line(&mut self) -> Option<Message> {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_end_matches('\n').trim_end_matches('\r');
        if text.is_empty() {
            let message = std::mem::take(&mut self.message);
            return Some(message).filter(|message| !message.data.is_empty());
        }
        let (field, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.message.event),
            "data" => {
                if !self.message.data.is_empty() {
                    self.message.data.push('\n');
                }
                self.message.data.push_str(value);
            }
            // A comment is a sign of life; other fields mean nothing here.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(event: &str, data: &str) -> Message {
        Message { event: event.to_owned(), data: data.to_owned() }
    }

    const STREAM: &str = ": alive\n\nevent: progress\ndata: {\"é\":1}\n\nevent: answer\r\ndata: a\r\ndata: b\r\n\r\n";

    #[test]
    fn messages_come_whole_wherever_the_stream_is_cut() {
        let whole = vec![message("progress", "{\"é\":1}"), message("answer", "a\nb")];
        for size in 1..STREAM.len() {
            let mut parser = Parser::new(1000);

            let pieces = STREAM.as_bytes().chunks(size);
            let found: Vec<Message> =
                pieces.flat_map(|piece| parser.push(piece).unwrap()).collect();

            assert_eq!(found, whole, "pieces of {size}");
        }
    }

    #[test]
    fn a_message_over_the_limit_is_refused() {
        assert_eq!(Parser::new(8).push(b"data: 123456789"), Err(TooLarge));
        assert_eq!(Parser::new(16).push(b"data: 1234\ndata: 1234567"), Err(TooLarge));
    }
}
