//! Finds the concepts near a request, which its prompt names.
//!
//! Learned concepts go before curated ones of the same name: they are what this home has been taught.

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use foundation::knowledge::search::{Index, MAX_RELATED};
use record::domain::concept::Concept;

/// Finds at most five concepts near a request: learned ones first, then curated ones of other names.
pub async fn concepts(context: &Context, request: &str) -> Result<Vec<Concept>, CommandError> {
    let learned = context.store()?.concepts().await?;
    let mut near =
        if learned.is_empty() { Vec::new() } else { Index::new(learned).related(request) };
    for concept in (context.curated)().related(request) {
        if near.iter().all(|known| known.name != concept.name) {
            near.push(concept);
        }
    }
    near.truncate(MAX_RELATED);
    Ok(near)
}
