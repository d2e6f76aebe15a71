//! Calls of models as rows, counted for statistics.
//!
//! A call is one row whatever came of it: what was paid for is counted even where nothing was made of it. What the library
//! retrieves has a row too and is not counted, for no model was asked.

use crate::store::error::StoreError;
use crate::store::sqlite::rows::{execute, optional_int};
use crate::store::sqlite::tables::rollups::Counts;
use crate::store::sqlite::tables::unit::Unit;
use record::domain::change::ModelCall;
use record::domain::id::ProposalId;

/// Adds a call.
pub(crate) fn insert(unit: &mut Unit<'_>, call: &ModelCall) -> Result<(), StoreError> {
    let sql = "INSERT INTO calls (proposal, provider, model, language, input_tokens, \
        output_tokens, cost_microusd, latency_ms, called_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let params = (
        call.proposal.as_ref().map(ProposalId::as_str),
        &call.provider,
        &call.model,
        call.language.word(),
        optional_int(call.usage.input_tokens),
        optional_int(call.usage.output_tokens),
        optional_int(call.usage.cost_microusd),
        optional_int(call.usage.latency_ms),
        unit.at.millis(),
    );
    execute(unit.connection, sql, params)?;
    if !call.is_of_model() {
        return Ok(());
    }
    let counts = Counts::call(&call.usage);
    let day = unit.at.day();
    let name = call.model.as_deref().unwrap_or(&call.provider);
    unit.deltas.add("all", &day, "", &counts);
    unit.deltas.add("language", &day, call.language.word(), &counts);
    unit.deltas.add("model", &day, name, &counts);
    Ok(())
}
