//! Tokens, cost and latency of a completion.
//!
//! Providers tell different parts of it. What is not known is absent, never zero, so that sums can say how much they miss.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The consumption of one completion; what is not known is absent, never zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Tokens sent.
    pub input_tokens: Option<u64>,
    /// Tokens received.
    pub output_tokens: Option<u64>,
    /// Cost in millionths of a dollar.
    pub cost_microusd: Option<u64>,
    /// Request to last token.
    pub latency_ms: Option<u64>,
}
