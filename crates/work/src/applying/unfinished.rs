//! Ends applications whose engine died.
//!
//! It is done when an engine starts, and before the next application: the store says what was begun, and the record vouches for
//! it. One whose target cannot be reached stays open, and only its own place waits for it.

use std::path::Path;

use record::domain::act::Act;
use record::domain::application::{Application, Ending, Order};
use record::domain::change::{Change, Write};
use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Via};

use crate::applying::acts::{self, Ended, EndedBy};
use crate::applying::branch::{self, Moved};
use crate::applying::contents::Contents;
use crate::applying::error::ApplyError;
use crate::applying::folder::Folder;
use crate::applying::recovery::{self, Bound, Recovered};
use crate::applying::{vouched, wanted};
use crate::contract::blocking::beside;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};

/// Ends every application that no engine works on; returns how many. One that cannot be ended is told in the log and stays open.
pub async fn end_all(context: &Context) -> Result<u32, CommandError> {
    let mut ended = 0;
    for application in context.store()?.open_applications().await? {
        if context.running.find(&application.order.job).is_some() {
            continue;
        }
        match end(context, &application).await {
            Ok(ending) => {
                ended += 1;
                context.running.keep_told(told(&application.order, ending));
                tracing::warn!(
                    application.started = application.started,
                    application.outcome = ending.word(),
                    "an application of an engine that died was ended"
                );
            }
            Err(error) => tracing::error!(
                application.started = application.started,
                application.place = application.order.place.as_str(),
                failure = error.chain(),
                "an application of an engine that died cannot be ended yet"
            ),
        }
    }
    Ok(ended)
}

/// Refuses a place at which an application is at work, or could not be ended.
pub async fn check_place(context: &Context, place: &str) -> Result<(), CommandError> {
    let open = context.store()?.open_applications().await?;
    let Some(other) = open.into_iter().find(|open| open.order.place == place) else {
        return Ok(());
    };
    let message = match context.running.find(&other.order.job) {
        Some(_) => format!("something else is written into {place} just now"),
        None => match end(context, &other).await {
            Ok(ending) => {
                context.running.keep_told(told(&other.order, ending));
                return Ok(());
            }
            Err(error) => {
                let reason = error.chain();
                format!("an earlier application to {place} is not ended: {reason}")
            }
        },
    };
    Err(CommandError::new(ErrorKind::State, message)
        .hint("Wait until it is done, or remove what keeps it; then run it again."))
}

/// Names each application that has not ended, and that this engine is not at work on; a dry run of a rollback ends it where it
/// was broken off.
pub async fn open(context: &Context) -> Result<Vec<(ProposalId, String)>, CommandError> {
    let open = context.store()?.open_applications().await?;
    let left = open.into_iter().filter(|one| context.running.find(&one.order.job).is_none());
    let words = |one: Application| {
        let (id, word) = (&one.order.proposal, one.order.direction.word());
        let words = format!(
            "{word} of {id} to {}, begun by entry {}, has not ended",
            one.order.place, one.started
        );
        (id.clone(), words)
    };
    Ok(left.map(words).collect())
}

/// Says how an application that was broken off was ended.
fn told(order: &Order, ending: Ending) -> String {
    let word = match ending {
        Ending::Whole => "is whole now",
        Ending::Undone => "was taken back",
    };
    let (id, direction) = (&order.proposal, order.direction.word());
    format!("{direction} of {id} to {} was broken off before; it {word}", order.place)
}

async fn end(context: &Context, application: &Application) -> Result<Ending, CommandError> {
    vouched::check(context, application).await?;
    let order = &application.order;
    let recovered = recovered(context, order).await?;
    let (started, ending) = (application.started, recovered.ending);
    let cause = (ending == Ending::Undone).then(|| "engine_died".to_owned());
    let ended = Ended { started, ending, by: EndedBy::Recovery, cause, left: recovered.left };
    let act = Act::new(order.direction.kinds().1, Principal::system(), Via::internal());
    let change = Change {
        act: acts::finished(act, order, &ended),
        consequences: Vec::new(),
        writes: vec![Write::EndApplication { started, ending }],
        expected: None,
        idempotency: format!("recover {started}"),
        at: context.now(),
    };
    context.store()?.commit(change).await?;
    Ok(ending)
}

/// Brings files, branch and index to the same side: the branch moves last, so where it is decides.
async fn recovered(context: &Context, order: &Order) -> Result<Recovered, CommandError> {
    let (bound, moved) = branch::bound(context, order).await?;
    let mut recovered = files(context, order, bound).await?;
    if recovered.ending == Ending::Whole {
        recovered = match moved {
            Moved::Yes => {
                let held = branch::hold(context, order).await?;
                branch::follow(context, order, held.as_ref()).await?;
                recovered
            }
            Moved::NotYet => moved_now(context, order, recovered).await?,
            Moved::Elsewhere => Recovered { ending: Ending::Undone, ..recovered },
        };
    }
    branch::release(context, order);
    Ok(recovered)
}

/// Moves a branch whose files are written, or takes these back.
async fn moved_now(
    context: &Context,
    order: &Order,
    recovered: Recovered,
) -> Result<Recovered, CommandError> {
    let held = branch::hold(context, order).await?;
    if let Err(error) = branch::advance(context, order, held.as_ref()).await {
        tracing::warn!(failure = %error, "a branch cannot be moved, so its files are taken back");
        return files(context, order, Bound::Back).await;
    }
    if let Some(held) = &held {
        held.put()?;
    }
    Ok(recovered)
}

/// Ends the part of an order that is about files.
async fn files(context: &Context, order: &Order, bound: Bound) -> Result<Recovered, CommandError> {
    let Some(files) = order.files.clone() else {
        let ending = if bound == Bound::Back { Ending::Undone } else { Ending::Whole };
        return Ok(Recovered { ending, left: Vec::new() });
    };
    let contents = contents(context, order).await?;
    beside(move || {
        let root = Folder::open(Path::new(&files.root)).map_err(ApplyError::from)?;
        Ok(recovery::recover(&root, &files, &contents, bound)?)
    })
    .await
}

/// Reads the contents of both sides of an order: from its revision, and what was kept for it.
pub async fn contents(context: &Context, order: &Order) -> Result<Contents, CommandError> {
    let store = context.store()?;
    let revision = store.revision(&order.proposal, order.revision).await?;
    let gone = || CommandError::new(ErrorKind::Integrity, "the revision of an application is gone");
    let revision =
        revision.filter(|one| one.content_hash == order.content_hash).ok_or_else(gone)?;
    let mut contents = Contents::default();
    wanted::of_source(&revision.source, &mut contents)?;
    for digest in order.files.iter().flat_map(|files| &files.kept) {
        if let Some(bytes) = store.bytes(*digest).await? {
            contents.add(bytes);
        }
    }
    Ok(contents)
}
