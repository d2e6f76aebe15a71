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

    /// The one to begin with for a model: those that reason before they answer take the newer names only.
    pub fn of(model: &str) -> Self {
        if reasons(model) {
            return Self {
                limit: LimitName::CompletionTokens,
                temperature: Sending::LeftOut,
                ..Self::COMMON
            };
        }
        Self::COMMON
    }

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

/// Beginnings of the names of models that reason before they answer.
const REASONING: &[&str] = &["o1", "o3", "o4", "gpt-5"];
/// Parts of the names of other models that do.
const REASONING_PARTS: &[&str] = &["deepseek-r1", "reasoner", "qwq", "thinking"];
/// Parts of the names of models that may think before they answer, and take the common names all the same.
const THINKING_PARTS: &[&str] =
    &["gpt-oss", "qwen3", "magistral", "gemini-2.5", "gemini-3", "glm-4", "grok-4", "minimax-m"];
/// Tokens that such a model may think for, beside those of its reply.
const THINKING_TOKENS: u32 = 8_000;

/// Tells by its name whether a model reasons before it answers; a path before the name does not count.
fn reasons(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model).to_lowercase();
    let begins = |word: &&str| {
        name.strip_prefix(*word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', ':']))
    };
    REASONING.iter().any(begins) || REASONING_PARTS.iter().any(|part| name.contains(part))
}

/// Most tokens to ask a model for, so that `most` of them can be its reply.
pub fn limit_of(model: &str, most: u32) -> u32 {
    let name = model.to_lowercase();
    let thinks = reasons(model) || THINKING_PARTS.iter().any(|part| name.contains(part));
    if thinks { most.saturating_add(THINKING_TOKENS) } else { most }
}

fn messages(prompt: &Prompt) -> Vec<ChatCompletionRequestMessage> {
    vec![
        ChatCompletionRequestSystemMessage::from(prompt.system.as_str()).into(),
        ChatCompletionRequestUserMessage::from(prompt.user.as_str()).into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_that_reason_get_room_to_think_and_the_newer_names() {
        let names =
            ["o3-mini", "gpt-5", "openai/o1", "deepseek-r1:7b", "gpt-4o", "o1lab", "llama3"];

        assert_eq!(names.map(reasons), [true, true, true, true, false, false, false]);
        assert_eq!((limit_of("o3", 2_000), limit_of("gpt-4o", 2_000)), (10_000, 2_000));
        assert_eq!(
            (limit_of("openai/gpt-oss-20b", 2_000), Dialect::of("gpt-oss")),
            (10_000, Dialect::COMMON)
        );
        assert_eq!(
            (Dialect::of("o3").limit, Dialect::of("gpt-4o")),
            (LimitName::CompletionTokens, Dialect::COMMON)
        );
    }
}
