//! Concepts near a request.

use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::domain::concept::Concept;

/// At most five concepts near a request, nearest first, learned ones before curated ones of the same name.
pub async fn concepts(context: &Context, request: &str) -> Result<Vec<Concept>, CommandError> {
    let learned = context.store()?.concepts().await?;
    Ok(crate::knowledge::search::nearest(request, (context.curated)(), &learned))
}
