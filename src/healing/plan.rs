//! How far a healing may go.

use crate::contract::error::CommandError;
use record::domain::healing::{Bounds, Plan, Strategy};

/// Calls of a model when nothing else is said, and the most that can be asked for.
const ITERATIONS: (u32, u32) = (3, 20);

/// The plan with as many calls of a model as are asked for.
pub fn bounded(plan: Plan, max_iterations: Option<u32>) -> Result<Plan, CommandError> {
    let max_iterations = max_iterations.unwrap_or(ITERATIONS.0);
    if (1..=ITERATIONS.1).contains(&max_iterations) {
        return Ok(Plan { max_iterations, ..plan });
    }
    let message = format!("--max-iterations takes 1 to {}", ITERATIONS.1);
    Err(CommandError::usage(message)
        .hint("Leave the model out with `/auto-refine ID --strategy mechanical,search`."))
}

/// The plan when nothing is said, for commands that go on to healing.
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
