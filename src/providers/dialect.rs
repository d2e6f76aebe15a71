//! Names of the parameters that a model server understands.
//!
//! Servers differ in what they call a limit and in what they refuse. The common form is tried first, and a refusal that
//! names a parameter leads to the next form.

use async_openai::types::chat::{
    ChatCompletionRequestMessage, ChatCompletionRequestSystemMessage,
    ChatCompletionRequestUserMessage, ChatCompletionStreamOptions, CreateChatCompletionRequest,
};

use crate::providers::prompt::Prompt;

/// The names of parameters that are sent; servers and models differ in which they take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    limit: LimitName,
    temperature: Sending,
    usage: Sending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LimitName {
    /// `max_tokens`: what nearly every server takes.
    Tokens,
    /// `max_completion_tokens`: what newer models insist on.
    CompletionTokens,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    Sent,
    LeftOut,
}

/// The parameters of one request, apart from names.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The model.
    pub model: &'a str,
    /// The messages.
    pub prompt: &'a Prompt,
    /// Sampling temperature in thousandths.
    pub temperature_milli: u32,
    /// Most tokens of the reply.
    pub max_tokens: u32,
}

impl Dialect {
    /// The one most servers speak.
    pub const COMMON: Self =
        Self { limit: LimitName::Tokens, temperature: Sending::Sent, usage: Sending::Sent };

    /// The dialect to try after a refusal that names a parameter; `None` where it names none that can change.
    pub fn after(self, message: &str) -> Option<Self> {
        if message.contains("max_completion_tokens") && self.limit == LimitName::Tokens {
            return Some(Self { limit: LimitName::CompletionTokens, ..self });
        }
        if message.contains("temperature") && self.temperature == Sending::Sent {
            return Some(Self { temperature: Sending::LeftOut, ..self });
        }
        if message.contains("stream_options") && self.usage == Sending::Sent {
            return Some(Self { usage: Sending::LeftOut, ..self });
        }
        None
    }

    /// The request in this dialect; it always streams.
    pub fn request(self, wanted: &Wanted<'_>) -> CreateChatCompletionRequest {
        let mut request = CreateChatCompletionRequest {
            model: wanted.model.to_owned(),
            messages: messages(wanted.prompt),
            stream: Some(true),
            ..CreateChatCompletionRequest::default()
        };
        self.set_limit(&mut request, wanted.max_tokens);
        if self.temperature == Sending::Sent {
            let thousandths = u16::try_from(wanted.temperature_milli).unwrap_or(u16::MAX);
            request.temperature = Some(f32::from(thousandths) / 1_000.0);
        }
        if self.usage == Sending::Sent {
            request.stream_options = Some(ChatCompletionStreamOptions {
                include_usage: Some(true),
                include_obfuscation: None,
            });
        }
        request
    }

    #[expect(
        deprecated,
        reason = "servers other than the vendor's know no other name for the limit"
    )]
    fn set_limit(self, request: &mut CreateChatCompletionRequest, most: u32) {
        match self.limit {
            LimitName::Tokens => request.max_tokens = Some(most),
            LimitName::CompletionTokens => request.max_completion_tokens = Some(most),
        }
    }
}

fn messages(prompt: &Prompt) -> Vec<ChatCompletionRequestMessage> {
    vec![
        ChatCompletionRequestSystemMessage::from(prompt.system.as_str()).into(),
        ChatCompletionRequestUserMessage::from(prompt.user.as_str()).into(),
    ]
}
