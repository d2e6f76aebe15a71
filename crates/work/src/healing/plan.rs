//! The usual plan of a healing, and the bound on its calls.
//!
//! Commands that go on to healing take the usual plan, so that a healing does the same wherever it was asked for.

use crate::contract::error::CommandError;
use record::domain::healing::{Bounds, Plan, Strategy};

/// Calls of a model when nothing else is said, and the most that can be asked for.
const ITERATIONS: (u32, u32) = (3, 20);

/// Puts the wanted number of a model's calls into a plan.
pub fn bounded(plan: Plan, max_iterations: Option<u32>) -> Result<Plan, CommandError> {
    let max_iterations = max_iterations.unwrap_or(ITERATIONS.0);
    if (1..=ITERATIONS.1).contains(&max_iterations) {
        return Ok(Plan { max_iterations, ..plan });
    }
    let message = format!("--max-iterations takes 1 to {}", ITERATIONS.1);
    Err(CommandError::usage(message)
        .hint("Leave the model out with `/auto-refine ID --strategy mechanical,search`."))
}

/// Builds the plan for when nothing is said, for commands that go on to healing.
pub fn usual(provider: Option<String>, model: Option<String>) -> Plan {
    Plan {
        strategies: Strategy::ALL.to_vec(),
        max_iterations: ITERATIONS.0,
        bounds: Bounds::default(),
        provider,
        model,
        persona: None,
    }
}
