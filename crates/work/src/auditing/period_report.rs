//! Carries out `/audit report`: verifies the log and reports on a period.
//!
//! Changes and decisions are gathered from the records themselves and not from the database, in the same pass that verifies
//! them. There is no report from a record that does not hold.

use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::auditing::anchoring;
use crate::auditing::noted_acts::NotedAct;
use crate::auditing::period::{Completeness, Format, Reported, Wish};
use crate::auditing::period_csv;
use crate::auditing::period_days::{Days, Reach};
use crate::auditing::period_html;
use crate::auditing::population::{Change, Population};
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use foundation::store::store::Store;
use record::audit::record::Record;
use record::audit::verify::Verifier;
use record::domain::text::Untrusted;
use verifier::verified::EmergencyView;

/// Reads and verifies the whole log and reports on the wanted days.
pub async fn report(invocation: &Invocation, wish: Wish) -> Result<Reported, CommandError> {
    let days = Days::of(wish.from.as_deref(), wish.to.as_deref())?;
    let store = Arc::clone(invocation.store.as_ref().map_err(Clone::clone)?);
    anchoring::held(invocation, store.as_ref()).await?;
    let (handle, cancel) = (Handle::current(), invocation.cancel.clone());
    let read = tokio::task::spawn_blocking(move || gather(store.as_ref(), &handle, &cancel, days));
    let gathered = read
        .await
        .map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))??;
    let mut reported = Reported { from: wish.from, to: wish.to, ..gathered };
    reported.document = match wish.format {
        Format::Text => None,
        Format::Csv => Some(period_csv::csv(&reported)),
        Format::Html => Some(period_html::html(&reported)),
        Format::Json => Some(
            serde_json::to_string_pretty(&reported)
                .map(|text| Untrusted(&text).json())
                .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?,
        ),
    };
    Ok(reported)
}

fn gather(
    store: &dyn Store,
    handle: &Handle,
    cancel: &CancellationToken,
    days: Days,
) -> Result<Reported, CommandError> {
    let state = handle.block_on(store.log_state())?;
    let mut verifier = Verifier::new(store.log_key()?);
    let mut population = Population::default();
    let mut completeness = Completeness::default();
    let (mut reach, mut acts) = (Reach::new(days), Vec::new());
    store.stream_log(0, &mut |seq, bytes| {
        let is_enough = seq >= state.size || cancel.is_cancelled();
        if is_enough || verifier.push(bytes).is_err() {
            return ControlFlow::Break(());
        }
        let Ok(record) = Record::parse(bytes) else { return ControlFlow::Break(()) };
        population.take(&record);
        reach.take(&record);
        acts.extend(NotedAct::of(&record));
        ControlFlow::Continue(())
    })?;
    if cancel.is_cancelled() {
        return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
    }
    if state.size > 0 {
        let nodes = |place| store.node(place).ok().flatten();
        let found = verifier.finish_with(Some(&state.checkpoint), None, &nodes);
        let signed = found.checkpoint.filter(|_| found.ok).ok_or_else(|| {
            let problem = found.problem.map(|problem| problem.to_string()).unwrap_or_default();
            CommandError::new(ErrorKind::Integrity, format!("the record does not hold: {problem}"))
                .hint("Run `/audit verify`; there is no report from a record that does not hold.")
        })?;
        completeness.log_entries = signed.size;
        completeness.root = Some(signed.root.hex());
        completeness.signed_by = Some(signed.signed_by);
        completeness.emergencies = found.emergencies.iter().map(EmergencyView::of).collect();
    }
    // Gathered over the whole log and cut to the days only now: what began earlier is told in full.
    completeness.reach(reach.finish());
    let (mut population, mut decisions) = population.finish();
    decisions.retain(|one| reach.holds(&one.deed));
    let decided =
        |change: &Change| decisions.iter().any(|one| Some(one.deed.seq) == change.decided);
    population.retain(|change| reach.holds(&change.authored) || decided(change));
    acts.retain(|act| act.belongs(days, &reach));
    Ok(Reported { completeness, population, decisions, acts, ..Reported::default() })
}
