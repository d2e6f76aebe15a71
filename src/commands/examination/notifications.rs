//! Examines the ways by which owners are told of events.
//!
//! A notification that does not come is silent by nature, so that what could not be delivered is said here, and by nobody else.

use std::collections::BTreeMap;

use crate::commands::examination::part::{Health, Part};
use foundation::store::error::StoreError;
use foundation::store::notices::{ChannelState, Undelivered};
use foundation::store::store::Store;
use work::contract::context::Context;

/// The name of the part.
const PART: &str = "notifications";
/// Entries that are looked at of what channels gave up.
const MOST: u32 = 100;

/// Tells what was set, what is missing for it, what fails just now and what was given up.
pub async fn notifications(context: &Context) -> Part {
    let names: Vec<&str> = context.channels.iter().map(|channel| channel.name()).collect();
    let lacking = context
        .channels
        .iter()
        .filter_map(|channel| Some((format!("{} lacks", channel.name()), channel.lacks()?)))
        .collect();
    let Ok(store) = context.store() else {
        return Part::new(PART, Health::Warn, "cannot be looked at without the database");
    };
    match kept(store).await {
        Ok((states, undelivered)) => told(&names, lacking, &states, &undelivered),
        Err(error) => Part::new(PART, Health::Warn, error.to_string()),
    }
}

async fn kept(store: &dyn Store) -> Result<(Vec<ChannelState>, Vec<Undelivered>), StoreError> {
    Ok((store.channels().await?, store.undelivered(MOST).await?))
}

fn told(
    names: &[&str],
    lacking: BTreeMap<String, String>,
    states: &[ChannelState],
    undelivered: &[Undelivered],
) -> Part {
    let lacks = !lacking.is_empty();
    let mut failing = lacking;
    failing.extend(states.iter().filter(|state| names.contains(&state.name.as_str())).filter_map(
        |state| {
            let problem = state.problem.as_ref()?;
            let words = format!("entry {}, try {}: {problem}", state.next, state.tries);
            Some((format!("{} fails", state.name), words))
        },
    ));
    if let Some(newest) = undelivered.first() {
        let words = format!(
            "{} not delivered, the newest by {}: entry {}, {}",
            undelivered.len(),
            newest.channel,
            newest.seq,
            newest.problem
        );
        return Part::new(PART, Health::Warn, words)
            .details(failing)
            .remedy("See `/notify` and try `/notify test`; then `/notify forget`.");
    }
    if !failing.is_empty() {
        let words = if lacks {
            "what is set lacks something that it needs"
        } else {
            "an event cannot be delivered just now"
        };
        return Part::new(PART, Health::Warn, words).details(failing).remedy("Try `/notify test`.");
    }
    match names {
        [] => Part::new(PART, Health::Good, "none are set"),
        names => Part::new(PART, Health::Good, names.join(", ")),
    }
}
