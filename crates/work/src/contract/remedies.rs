//! What to do about a provider that did not answer.
//!
//! One sentence for each failure, shown as the hint of an error and in the notes of a healing.

use foundation::providers::error::ProviderError;

/// Says what to do about a provider that did not answer.
pub fn remedy(error: &ProviderError) -> String {
    let configure = "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local model server; `/config show` tells what is set.";
    let said = match error.cause() {
        ProviderError::NothingFits { nearest, .. } => {
            let near = nearest.first().map(|first| {
                let names = nearest.join(", ");
                format!(" Nearest in the library: {names}. A name alone asks for it: `/propose-code {first}`.")
            });
            return format!("{configure}{}", near.unwrap_or_default());
        }
        ProviderError::Unauthorised { .. } | ProviderError::NotConfigured { .. } => configure,
        ProviderError::TokenLimit { .. } => {
            "Ask for something smaller, or raise the limit with `--max-tokens`."
        }
        ProviderError::Incomplete(_)
        | ProviderError::CutOff
        | ProviderError::Unfinished { .. }
        | ProviderError::Refused { .. } => {
            "No proposal was stored; ask again, or try another model with `--model`."
        }
        ProviderError::Server { status, .. } => of_status(*status),
        ProviderError::Unreachable { .. }
        | ProviderError::Timeout { .. }
        | ProviderError::AllFailed { .. }
        | ProviderError::Unreadable { .. } => {
            "Check the server and OPENAI_BASE_URL, then run the same command again."
        }
        ProviderError::NotOnTape { .. } => {
            "Record it with SARAPHINA_CASSETTE=record:FILE, or unset SARAPHINA_CASSETTE to ask a server."
        }
        ProviderError::Tape { .. } => {
            "Set SARAPHINA_CASSETTE to a tape that can be used, or unset it."
        }
        ProviderError::Cancelled => "Run the same command again.",
    };
    said.to_owned()
}

/// Says what to do about an error of a model server, by its status.
const fn of_status(status: u16) -> &'static str {
    match status {
        429 | 402 => {
            "Wait as long as the server asks, look at what your account may still use, or name another model with `--model`; then run the same command again."
        }
        404 => {
            "Name a model that the server has with `--model` or SARAPHINA_MODEL, and check OPENAI_BASE_URL."
        }
        403 => "Look at what the key may use, or name another model with `--model`.",
        400 | 413 | 422 => {
            "The server does not take such a request: ask for less, give less context, or name another model with `--model`."
        }
        _ => "Check the server and OPENAI_BASE_URL, then run the same command again.",
    }
}
