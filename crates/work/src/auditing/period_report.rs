//! Carries out `/audit report`: verifies the log and reports on a period.
//!
//! Changes and decisions are gathered from the records themselves and not from the database, in the same pass that verifies
//! them. There is no report from a record that does not hold.

use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::auditing::period::{Completeness, Format, Reported, Wish};
use crate::auditing::period_csv;
use crate::auditing::period_html;
use crate::auditing::population::{Change, Decided, Population};
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use foundation::store::store::Store;
use record::audit::record::Record;
use record::audit::verify::Verifier;
use record::domain::text::Untrusted;
use record::domain::time::Timestamp;
use verifier::verified::EmergencyView;

/// Reads and verifies the whole log and reports on the wanted days.
pub async fn report(invocation: &Invocation, wish: Wish) -> Result<Reported, CommandError> {
    let period = Period::of(&wish)?;
    let store = Arc::clone(invocation.store.as_ref().map_err(Clone::clone)?);
    let (handle, cancel) = (Handle::current(), invocation.cancel.clone());
    let read =
        tokio::task::spawn_blocking(move || gather(store.as_ref(), &handle, &cancel, period));
    let (completeness, population, decisions) = read
        .await
        .map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))??;
    let (from, to) = (wish.from, wish.to);
    let mut reported = Reported { from, to, completeness, population, decisions, document: None };
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

/// The days reported on, as moments.
#[derive(Clone, Copy, Debug)]
struct Period {
    from: Timestamp,
    before: Timestamp,
}

impl Period {
    fn of(wish: &Wish) -> Result<Self, CommandError> {
        let day = |text: &String| {
            Timestamp::of_day(text).map_err(|_| {
                CommandError::usage(format!("{text} is not a day"))
                    .hint("Write a UTC day as 2026-11-20.")
            })
        };
        let from = wish.from.as_ref().map(day).transpose()?;
        let to = wish.to.as_ref().map(day).transpose()?;
        // The last day counts as a whole: the period ends before the day after it.
        let before = to.map(|to| to.days_before(-1));
        let period = Self {
            from: from.unwrap_or(Timestamp::from_millis(i64::MIN)),
            before: before.unwrap_or(Timestamp::from_millis(i64::MAX)),
        };
        if period.from < period.before {
            return Ok(period);
        }
        Err(CommandError::usage("--to lies before --from"))
    }

    fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.before
    }
}

type Gathered = (Completeness, Vec<Change>, Vec<Decided>);

fn gather(
    store: &dyn Store,
    handle: &Handle,
    cancel: &CancellationToken,
    period: Period,
) -> Result<Gathered, CommandError> {
    let state = handle.block_on(store.log_state())?;
    let mut verifier = Verifier::new(store.log_key()?);
    let mut population = Population::default();
    let mut completeness = Completeness::default();
    store.stream_log(0, &mut |seq, bytes| {
        let is_enough = seq >= state.size || cancel.is_cancelled();
        if is_enough || verifier.push(bytes).is_err() {
            return ControlFlow::Break(());
        }
        let Ok(record) = Record::parse(bytes) else { return ControlFlow::Break(()) };
        population.take(&record);
        if period.holds(record.ts) {
            completeness.first.get_or_insert(seq);
            completeness.last = Some(seq);
        }
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
    let (mut changes, mut decisions) = population.finish();
    decisions.retain(|one| period.holds(one.deed.at));
    let decided =
        |change: &Change| decisions.iter().any(|one| Some(one.deed.seq) == change.decided);
    changes.retain(|change| period.holds(change.authored.at) || decided(change));
    Ok((completeness, changes, decisions))
}
