//! Gathers a reply as it streams in.
//!
//! The reply is bounded while it grows. Events of servers that leave out fields are read with a looser shape; a stream
//! that ends without a reason to finish is an error, because its text may be half a file.

use async_openai::error::OpenAIError;
use async_openai::types::chat::{CreateChatCompletionStreamResponse, FinishReason};
use serde::Deserialize;
use serde_json::Value;

use crate::providers::error::ProviderError;
use crate::providers::extract::{ExtractError, MAX_REPLY_BYTES};
use crate::providers::transport::message_of;

/// Longest name of a model that is kept, in characters.
const MAX_MODEL: usize = 200;
/// Longest refusal that is kept, in characters.
const MAX_REFUSAL: usize = 2_000;

/// The reply as far as it has arrived.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The text.
    pub text: String,
    /// The model that the server names.
    pub model: Option<String>,
    /// Tokens sent and received, where the server tells.
    pub tokens: Option<(u64, u64)>,
    /// The words in which it refuses.
    pub refusal: String,
    finish: Option<Finish>,
}

/// The reason why a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finish {
    Stop,
    Length,
    Filtered,
    Tool,
}

/// One event, reduced to what is used.
#[derive(Debug, Default)]
struct Chunk {
    text: Option<String>,
    refusal: Option<String>,
    finish: Option<Finish>,
    model: Option<String>,
    tokens: Option<(u64, u64)>,
}

impl Gathered {
    /// Takes one event and returns its text.
    pub fn take(
        &mut self,
        event: Result<CreateChatCompletionStreamResponse, OpenAIError>,
    ) -> Result<Option<String>, ProviderError> {
        let chunk = match event {
            Ok(event) => Chunk::from(event),
            Err(OpenAIError::JSONDeserialize(_, content)) => loose_chunk(&content)?,
            Err(OpenAIError::StreamError(error)) => return Err(broken_stream(&error.to_string())),
            Err(error) => {
                return Err(ProviderError::Unreadable { detail: message_of(&error.to_string()) });
            }
        };
        let room = MAX_REFUSAL.saturating_sub(self.refusal.chars().count());
        self.refusal.extend(chunk.refusal.iter().flat_map(|refusal| refusal.chars()).take(room));
        let model = chunk.model.filter(|model| !model.is_empty());
        let bounded = model.map(|model| model.chars().take(MAX_MODEL).collect());
        self.model = bounded.or(self.model.take());
        // No prompt is of no tokens: who says so does not count them.
        self.tokens = chunk.tokens.filter(|(input, _)| *input > 0).or(self.tokens);
        self.finish = chunk.finish.or(self.finish);
        let text = chunk.text.filter(|text| !text.is_empty());
        let bytes = self.text.len() + text.as_ref().map_or(0, String::len);
        if bytes > MAX_REPLY_BYTES {
            return Err(ProviderError::Incomplete(ExtractError::TooLarge(bytes)));
        }
        self.text.extend(text.as_deref());
        Ok(text)
    }

    /// Judges how the stream ended.
    pub fn check_end(&self, max_tokens: u32) -> Result<(), ProviderError> {
        let refused = |detail: &str| ProviderError::Refused { detail: detail.to_owned() };
        if !self.refusal.is_empty() {
            return Err(refused(&format!("it refused: {}", message_of(&self.refusal))));
        }
        match self.finish {
            None => Err(ProviderError::CutOff),
            Some(Finish::Length) => Err(ProviderError::TokenLimit { max_tokens }),
            Some(Finish::Filtered) => Err(refused("its server filtered it")),
            Some(Finish::Tool) => Err(refused("it asked for a tool instead of answering")),
            Some(Finish::Stop) => Ok(()),
        }
    }
}

fn broken_stream(detail: &str) -> ProviderError {
    // Everything else is a connection that broke, or that the transport ended at its bound.
    if detail.contains("UTF8") || detail.contains("Parse") {
        return ProviderError::Unreadable { detail: message_of(detail) };
    }
    ProviderError::CutOff
}

impl From<CreateChatCompletionStreamResponse> for Chunk {
    fn from(event: CreateChatCompletionStreamResponse) -> Self {
        let tokens = event
            .usage
            .map(|usage| (u64::from(usage.prompt_tokens), u64::from(usage.completion_tokens)));
        let mut chunk = Self { model: Some(event.model), tokens, ..Self::default() };
        if let Some(choice) = event.choices.into_iter().next() {
            chunk.text = choice.delta.content;
            chunk.refusal = choice.delta.refusal;
            chunk.finish = choice.finish_reason.map(|reason| match reason {
                FinishReason::Stop => Finish::Stop,
                FinishReason::Length => Finish::Length,
                FinishReason::ContentFilter => Finish::Filtered,
                FinishReason::ToolCalls | FinishReason::FunctionCall => Finish::Tool,
            });
        }
        chunk
    }
}

/// The shape that servers of other makers share, with nothing required but the choices.
#[derive(Deserialize)]
struct LooseEvent {
    choices: Vec<LooseChoice>,
    model: Option<String>,
    usage: Option<Value>,
}

#[derive(Deserialize)]
struct LooseChoice {
    #[serde(default)]
    delta: LooseDelta,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct LooseDelta {
    content: Option<String>,
    refusal: Option<String>,
}

/// Tokens as a server counts them; a count that none can be, such as one below zero, is not known and costs no answer.
fn tokens_of(usage: &Value) -> Option<(u64, u64)> {
    let count = |name: &str| {
        let whole = usage.get(name)?.as_u64()?;
        u32::try_from(whole).ok().map(u64::from)
    };
    count("prompt_tokens").zip(count("completion_tokens"))
}

fn loose_chunk(content: &str) -> Result<Chunk, ProviderError> {
    let Ok(event) = serde_json::from_str::<LooseEvent>(content) else {
        return Err(foreign_event(content));
    };
    let tokens = event.usage.as_ref().and_then(tokens_of);
    let mut chunk = Chunk { model: event.model, tokens, ..Chunk::default() };
    if let Some(choice) = event.choices.into_iter().next() {
        chunk.text = choice.delta.content;
        chunk.refusal = choice.delta.refusal;
        chunk.finish = choice.finish_reason.and_then(|reason| finish_of(&reason));
    }
    Ok(chunk)
}

fn finish_of(reason: &str) -> Option<Finish> {
    match reason {
        "" => None,
        "length" | "max_tokens" => Some(Finish::Length),
        "content_filter" => Some(Finish::Filtered),
        "tool_calls" | "function_call" => Some(Finish::Tool),
        _ => Some(Finish::Stop),
    }
}

/// Servers report an error in the middle of a stream as an event of its own.
fn foreign_event(content: &str) -> ProviderError {
    let json: Option<Value> = serde_json::from_str(content).ok();
    let message = message_of(content);
    let status = json.as_ref().and_then(|json| json.pointer("/error/code")?.as_u64());
    match status.and_then(|status| u16::try_from(status).ok()) {
        Some(status) => ProviderError::Server { status, message },
        None => ProviderError::Unreadable { detail: message },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_comes_in_pieces_and_names_and_counts_are_bounded() {
        let mut gathered = Gathered::default();
        let model = "m".repeat(5_000);
        let events = [
            format!("{{\"choices\":[{{\"delta\":{{\"refusal\":\"I\"}}}}],\"model\":\"{model}\"}}"),
            "{\"choices\":[{\"delta\":{\"refusal\":\" cannot.\"},\"finish_reason\":\"stop\"}]}"
                .to_owned(),
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}".to_owned(),
        ];
        for event in events {
            let wrong = serde_json::from_str::<u8>("x").unwrap_err();
            gathered.take(Err(OpenAIError::JSONDeserialize(wrong, event))).unwrap();
        }

        let ended = gathered.check_end(100).unwrap_err().to_string();
        assert_eq!(ended, "the model gave no reply: it refused: I cannot.");
        assert_eq!((gathered.model.unwrap().len(), gathered.tokens), (MAX_MODEL, None));
    }

    #[test]
    fn a_count_that_none_can_be_is_unknown_and_loses_no_answer() {
        let tokens = |usage: &str| {
            let event = format!("{{\"choices\":[],\"model\":\"m\",\"usage\":{usage}}}");
            loose_chunk(&event).unwrap().tokens
        };

        assert_eq!(tokens("{\"prompt_tokens\":3,\"completion_tokens\":4}"), Some((3, 4)));
        let odd = ["-5", "\"12\"", "1e18", "1000000000000000000", "null", "{}"];
        let usage =
            odd.map(|count| format!("{{\"prompt_tokens\":{count},\"completion_tokens\":1}}"));
        assert_eq!(usage.map(|usage| tokens(&usage)), [None; 6]);
        assert_eq!(["[]", "\"many\"", "7"].map(tokens), [None; 3]);
    }
}
