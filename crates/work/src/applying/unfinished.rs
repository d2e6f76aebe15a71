//! Ends applications whose engine died.
//!
//! The store says what was begun, and the record vouches for it. Nobody's files are written by a command that is about something
//! else: where a target is half written, the application stays open until the owner has it ended or taken back. One whose
//! target cannot be reached stays open too, and only its own place waits for it.

use std::path::Path;

use record::domain::act::Act;
use record::domain::application::{Application, Direction, Ending, Order};
use record::domain::change::{Change, Write};
use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Via};
use record::domain::source_path::SourcePath;

use crate::applying::acts::{self, Ended, EndedBy};
use crate::applying::branch::{self, Moved};
use crate::applying::contents::Contents;
use crate::applying::error::ApplyError;
use crate::applying::folder::Folder;
use crate::applying::recovery::{self, Bound, Reach, Recovered};
use crate::applying::{vouched, wanted};
use crate::contract::blocking::beside;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};

/// Paths that are named of those that others changed.
const NAMED: usize = 5;

/// Ends every application that no engine works on and whose files all are on one side; the others stay open.
pub async fn end_all(context: &Context) -> Result<(), CommandError> {
    for application in left(context).await? {
        match end(context, &application, None).await {
            Ok(Some(recovered)) => {
                tracing::warn!(
                    application.started = application.started,
                    application.outcome = recovered.ending.word(),
                    "an application of an engine that died was ended"
                );
                context.running.keep_told(told(&(application, recovered)));
            }
            Ok(None) => tracing::warn!(
                application.started = application.started,
                application.place = application.order.place.as_str(),
                "an application of an engine that died is half written"
            ),
            Err(error) => tracing::error!(
                application.started = application.started,
                application.place = application.order.place.as_str(),
                failure = error.chain(),
                "an application of an engine that died cannot be ended yet"
            ),
        }
    }
    Ok(())
}

/// Ends what was broken off of a proposal, because the owner asks for one direction: the other one is taken back. Returns the
/// newest of it, as it ended.
pub async fn end_of(
    context: &Context,
    id: &ProposalId,
    asked: Direction,
) -> Result<Option<(Application, Recovered)>, CommandError> {
    let mut newest = None;
    for application in left(context).await?.into_iter().filter(|one| one.order.proposal == *id) {
        let recovered = end(context, &application, Some(asked)).await?;
        newest = recovered.map(|recovered| (application, recovered)).or(newest);
    }
    Ok(newest)
}

/// The applications that have not ended, and that this engine is not at work on.
async fn left(context: &Context) -> Result<Vec<Application>, CommandError> {
    let open = context.store()?.open_applications().await?;
    Ok(open.into_iter().filter(|one| context.running.find(&one.order.job).is_none()).collect())
}

/// Refuses a place at which an application is at work, or could not be ended.
pub async fn check_place(context: &Context, place: &str) -> Result<(), CommandError> {
    let open = context.store()?.open_applications().await?;
    let Some(other) = open.into_iter().find(|open| open.order.place == place) else {
        return Ok(());
    };
    let refused = |message: String| CommandError::new(ErrorKind::State, message);
    if context.running.find(&other.order.job).is_some() {
        return Err(refused(format!("something else is written into {place} just now"))
            .hint("Wait until it is done; then run it again."));
    }
    match end(context, &other, None).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => {
            let (id, noun) = (&other.order.proposal, noun(other.order.direction));
            let message =
                format!("the {noun} of {id} at {place} was broken off and is half written");
            Err(refused(message).hint(ways_out(id)))
        }
        Err(error) => {
            let reason = error.chain();
            let message = format!("an earlier application to {place} is not ended: {reason}");
            Err(refused(message).hint("Remove what keeps it; then run it again."))
        }
    }
}

/// Refuses a look at what would be written while something of the proposal is half written.
pub async fn check_ended(context: &Context, id: &ProposalId) -> Result<(), CommandError> {
    for application in left(context).await?.into_iter().filter(|one| one.order.proposal == *id) {
        check_place(context, &application.order.place).await?;
    }
    Ok(())
}

/// Names the commands that end what was broken off.
pub fn ways_out(id: &ProposalId) -> String {
    format!(
        "Run `/rollback-code {id}` to have it taken back, or `/apply-code {id}` to have it brought to its end."
    )
}

/// Names each application that has not ended, and that this engine is not at work on.
pub async fn open(context: &Context) -> Result<Vec<(ProposalId, String)>, CommandError> {
    let left = left(context).await?.into_iter();
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

/// Says how an application that was broken off was ended, and what of it others have changed.
pub fn told((application, recovered): &(Application, Recovered)) -> String {
    let word = match recovered.ending {
        Ending::Whole => "all of it is done now",
        Ending::Undone => "what it had done was taken back",
    };
    let left: Vec<&str> = recovered.left.iter().map(SourcePath::as_str).take(NAMED).collect();
    let more = recovered.left.len().saturating_sub(left.len());
    let left = match (left.as_slice(), more) {
        ([], _) => String::new(),
        (named, 0) => format!("; left alone, as others changed it: {}", named.join(", ")),
        (named, more) => {
            format!("; left alone, as others changed it: {} and {more} more", named.join(", "))
        }
    };
    let noun = noun(application.order.direction);
    format!("The {noun} in entry {} was broken off; {word}{left}.", application.started)
}

const fn noun(direction: Direction) -> &'static str {
    match direction {
        Direction::Apply => "application",
        Direction::Rollback => "rollback",
    }
}

/// Ends an application in the direction that is asked for, or, where nobody asks, if nothing has to be written for it.
async fn end(
    context: &Context,
    application: &Application,
    asked: Option<Direction>,
) -> Result<Option<Recovered>, CommandError> {
    vouched::check(context, application).await?;
    let order = &application.order;
    let Some(recovered) = recovered(context, order, asked).await? else { return Ok(None) };
    let (started, ending) = (application.started, recovered.ending);
    let cause = (ending == Ending::Undone).then(|| "engine_died".to_owned());
    let left = recovered.left.clone();
    let ended = Ended { started, ending, by: EndedBy::Recovery, cause, left };
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
    Ok(Some(recovered))
}

/// Brings files, branch and index to the same side: the branch moves last, so where it is decides.
async fn recovered(
    context: &Context,
    order: &Order,
    asked: Option<Direction>,
) -> Result<Option<Recovered>, CommandError> {
    let (bound, moved) = branch::bound(context, order).await?;
    let is_against = asked.is_some_and(|asked| asked != order.direction);
    // A branch that has not moved stays where it is unless somebody asks for the move.
    let is_unasked = asked.is_none() && moved == Moved::NotYet;
    let bound =
        if bound == Bound::Free && (is_against || is_unasked) { Bound::Back } else { bound };
    let reach = asked.map_or(Reach::Looking, |_| Reach::Writing);
    let Some(mut recovered) = files(context, order, (bound, reach)).await? else { return Ok(None) };
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
    Ok(Some(recovered))
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
        let back = files(context, order, (Bound::Back, Reach::Writing)).await?;
        return Ok(back.unwrap_or(recovered));
    }
    if let Some(held) = &held {
        held.put()?;
    }
    Ok(recovered)
}

/// Ends the part of an order that is about files.
async fn files(
    context: &Context,
    order: &Order,
    (bound, reach): (Bound, Reach),
) -> Result<Option<Recovered>, CommandError> {
    let Some(files) = order.files.clone() else {
        let ending = if bound == Bound::Back { Ending::Undone } else { Ending::Whole };
        return Ok(Some(Recovered { ending, left: Vec::new() }));
    };
    let contents = contents(context, order).await?;
    beside(move || {
        let root = Folder::open(Path::new(&files.root)).map_err(ApplyError::from)?;
        Ok(recovery::recover(&root, &files, &contents, (bound, reach))?)
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
