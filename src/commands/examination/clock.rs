//! Examines the clock against the record.
//!
//! Times in the log never go back. A clock that was ahead once leaves all later entries at that time, until it is reached; each then
//! names the clock's own time as well, and what rests on order does not mind. The owner should know, and set a wrong clock right.

use crate::commands::examination::part::{Health, Part};
use foundation::store::error::StoreError;
use foundation::store::query::LogQuery;
use record::audit::record::Record;
use record::domain::approval::CLOCK_SKEW_MS;
use work::contract::context::Context;

/// Tells of a log that is ahead of the clock; nothing where both agree or there is no log to look at.
pub async fn clock(context: &Context) -> Option<Part> {
    let newest = newest(context).await.ok().flatten()?;
    let now = context.now();
    let ahead_ms = newest.ts.millis().saturating_sub(now.millis());
    if ahead_ms <= CLOCK_SKEW_MS {
        return None;
    }
    let words = format!(
        "it says {now}, and the newest entry is dated {}: it was ahead once, or is behind now",
        newest.ts
    );
    Some(Part::new("clock", Health::Warn, words).remedy(
        "Set the clock right if it is wrong (`timedatectl set-ntp true`). If it is right, go on: entries keep the later time and name the \
         clock's own beside it, and evidence counts by the clock and by its place in the log; run evidence again that was made while the clock was ahead.",
    ))
}

async fn newest(context: &Context) -> Result<Option<Record>, StoreError> {
    let Ok(store) = context.store() else { return Ok(None) };
    let rows = store.log(&LogQuery { proposal: None, limit: 1, before: None }).await?;
    Ok(rows.first().and_then(|row| Record::parse(&row.bytes).ok()))
}
