//! Finds the proposals, executions and revisions that typed words name.
//!
//! Every command takes ids, their first digits, or `@` for the newest, and refuses unknown and ambiguous ones in the same
//! words. For an owner's command `@` is the newest that the session has shown: a proposal that came in meanwhile is not
//! decided on unseen.

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use foundation::store::query::Resolved;
use foundation::store::store::Store;
use record::audit::key::VerifierKey;
use record::audit::record::Record;
use record::domain::execution::Execution;
use record::domain::id::{
    ExecutionId, ExecutionKind, Id, IdPattern, Named, ProposalId, ProposalKind,
};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;

/// Most that the store names of several that fit.
const MOST_NAMED: usize = 10;

/// The meaning of `@` for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newest {
    /// The newest proposal of this session, or else of this person: never another client's.
    OwnNewest,
    /// The newest that this session has shown: own commands decide on nothing unseen.
    OfSession,
}

/// Finds the proposal that was typed.
pub async fn proposal(
    invocation: &Invocation,
    typed: &str,
    newest: Newest,
) -> Result<Proposal, CommandError> {
    let id = proposal_id(invocation, typed, newest).await?;
    let found = invocation.store()?.proposal(&id).await?;
    found.ok_or_else(|| no_such::<ProposalKind>(typed))
}

async fn proposal_id(
    invocation: &Invocation,
    typed: &str,
    newest: Newest,
) -> Result<ProposalId, CommandError> {
    let pattern =
        IdPattern::parse::<ProposalKind>(typed).ok_or_else(|| no_such::<ProposalKind>(typed))?;
    if pattern == IdPattern::Newest {
        return self::newest(invocation, typed, newest).await;
    }
    one(invocation.store()?.resolve(&pattern).await?, typed)
}

/// Finds what `@` means.
async fn newest(
    invocation: &Invocation,
    typed: &str,
    newest: Newest,
) -> Result<ProposalId, CommandError> {
    let caller = &invocation.caller;
    if let (Newest::OfSession, Some(shown)) = (newest, &caller.shown) {
        return Ok(shown.clone());
    }
    let own = invocation.store()?.newest_of(&caller.who.id, &caller.via.session).await?;
    let own = own.ok_or_else(|| no_such::<ProposalKind>(typed))?;
    match newest {
        Newest::OwnNewest => Ok(own),
        Newest::OfSession => Err(CommandError::new(
            ErrorKind::NotFound,
            "no proposal was shown here yet, so @ names none to decide on",
        )
        .hint(format!(
            "Your newest is {own}: look at it with `/report-code {own}`, then give its id."
        ))),
    }
}

/// Finds the execution that was typed.
pub async fn execution(context: &Context, typed: &str) -> Result<Execution, CommandError> {
    let pattern =
        IdPattern::parse::<ExecutionKind>(typed).ok_or_else(|| no_such::<ExecutionKind>(typed))?;
    let id: ExecutionId = one(context.store()?.resolve_execution(&pattern).await?, typed)?;
    context.store()?.execution(&id).await?.ok_or_else(|| no_such::<ExecutionKind>(typed))
}

/// Reads one revision of a proposal, the newest where no number is given.
pub async fn revision(
    context: &Context,
    proposal: &Proposal,
    number: Option<u32>,
) -> Result<Revision, CommandError> {
    let number = number.unwrap_or(proposal.head);
    let found = context.store()?.revision(&proposal.id, number).await?;
    found.ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("{} has no revision {number}", proposal.id))
            .hint(match proposal.head {
                1 => "It has revision 1 alone.".to_owned(),
                head => format!("It has revisions 1 to {head}."),
            })
    })
}

fn one<K: Named>(resolved: Resolved<Id<K>>, typed: &str) -> Result<Id<K>, CommandError> {
    match resolved {
        Resolved::One(id) => Ok(id),
        Resolved::None => Err(no_such::<K>(typed)),
        Resolved::Many(ids) => {
            let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
            let more = if ids.len() < MOST_NAMED { "" } else { " or more" };
            let message = format!("{typed} matches {}{more} {}s", ids.len(), noun::<K>());
            Err(CommandError::new(ErrorKind::Ambiguous, message)
                .hint(format!("Type more digits: {}.", ids.join(", "))))
        }
    }
}

/// The word for people; ids of executions carry a short one.
fn noun<K: Named>() -> &'static str {
    match K::WORD {
        "exec" => "execution",
        word => word,
    }
}

fn no_such<K: Named>(typed: &str) -> CommandError {
    let what = noun::<K>();
    let message = match typed {
        "@" if what == "proposal" => "there is no proposal of yours yet".to_owned(),
        "@" => format!("there is no {what} yet"),
        "" => format!("the id of the {what} is empty"),
        _ => format!("there is no {what} {typed}"),
    };
    let hint = if typed == "@" && what == "proposal" {
        "Make one with `/propose-code <what you need>`."
    } else {
        "See `/list-proposals`."
    };
    CommandError::new(ErrorKind::NotFound, message).hint(hint)
}

/// Finds the public key of the log; where the home has only its database, as an auditor's copy may, the one the log was begun
/// with.
pub async fn log_key(store: &dyn Store) -> Result<VerifierKey, CommandError> {
    if let Some(key) = store.log_key()? {
        return Ok(key);
    }
    let rows = store.log_from(0, 1).await?;
    let genesis = rows.first().and_then(|row| Record::parse(&row.bytes).ok());
    let vkey = genesis.as_ref().and_then(|genesis| genesis.data.get("vkey")?.as_str());
    VerifierKey::parse(vkey.unwrap_or_default()).map_err(|error| {
        CommandError::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
    })
}
