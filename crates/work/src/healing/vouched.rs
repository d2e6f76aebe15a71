//! Holds what is stored of repairs against the entries that ended them.
//!
//! The page of approval says that a revision was repaired, by what, and how sure that is. Rows are not signed and entries are: a
//! step that an entry names has to be there as it says.

use serde_json::Value;

use crate::contract::error::CommandError;
use crate::healing::acts;
use record::audit::record::Record;
use record::domain::healing::{Healing, Turn};

/// Refuses where a step of these entries is missing, or is not as it was.
pub fn check(ended: &[Record], healings: &[Healing]) -> Result<(), CommandError> {
    let turns = || healings.iter().flat_map(|healing| &healing.turns);
    for record in ended {
        let steps = record.data.get("steps").and_then(Value::as_array);
        let is_there = |step: &&Value| turns().any(|turn: &Turn| acts::step(turn) == **step);
        if steps.into_iter().flatten().any(|step| !is_there(&step)) {
            let message = format!("healing_turns: a step of entry {} is not there", record.seq);
            return Err(CommandError::broken(message));
        }
    }
    Ok(())
}
