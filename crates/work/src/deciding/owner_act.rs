//! Signs an owner's change of keys or policy, and a restore.
//!
//! Such an act is about the home, not about a proposal, so it has a statement of its own kind: it covers the detail of the
//! record by digest. As with decisions, the first turn asks for a signature and the second compares what came back. The log
//! is a parameter, because a restore signs for the log of the backup.

use serde_json::{Map, Value};

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::signature::{Signed, Signing};
use crate::deciding::signing::{self, Stamp};
use foundation::store::store::Store;
use record::audit::owner_change::{ChangePredicate, OwnerChange, data_digest};
use record::audit::signers::{Moment, Signed as Entry, SignerError, Signers};
use record::domain::act::{Act, ActKind};
use record::domain::principal::Principal;

/// A change with the owner who makes it.
pub struct OwnerAct<'a> {
    /// The kind of the record.
    pub kind: ActKind,
    /// The detail of the record.
    pub data: Map<String, Value>,
    /// The keys that count.
    pub signers: &'a Signers,
    /// The owner; for the first key, whoever enrols it.
    pub who: Principal,
    /// The log that the act goes to.
    pub log: &'a dyn Store,
}

/// Builds the act with the owner's signature; without one it asks for it.
pub async fn signed(
    invocation: &Invocation,
    change: OwnerAct<'_>,
    signing: &Signing,
) -> Result<Act, CommandError> {
    let internal =
        |error: &dyn std::error::Error| CommandError::new(ErrorKind::Internal, error.to_string());
    let stamp = match &signing.signed {
        Some(signed) => stamp_of(invocation, change.log, signed).await?,
        None => Stamp::now(invocation, change.log).await?,
    };
    let Stamp { as_of, issued_at, nonce } = stamp;
    let statement = OwnerChange {
        origin: as_of.origin.clone(),
        data_digest: data_digest(&change.data).map_err(|error| internal(&error))?,
        predicate: ChangePredicate { change: change.kind, as_of, issued_at, nonce },
    };
    let bytes = statement.to_bytes().map_err(|error| internal(&error))?;
    let statement = String::from_utf8(bytes).map_err(|error| internal(&error))?;
    let Some(signed) = &signing.signed else {
        return Err(signing::wanted(statement, change.signers));
    };
    if signed.statement != statement {
        return Err(signing::differs());
    }
    check(invocation, &change)?;
    let mut act = invocation.act(change.kind);
    act.actor = change.who;
    act.data = change.data;
    act.statement = Some(statement);
    act.signature = Some(signed.signature.clone());
    Ok(act)
}

/// Tries the rules of the record before anything is written.
fn check(context: &Context, change: &OwnerAct<'_>) -> Result<(), CommandError> {
    let moment = Moment { seq: 0, at: context.now() };
    let OwnerAct { kind, ref data, ref who, .. } = *change;
    let entry = Entry { kind, principal: &who.id, signer: who.key.as_deref(), data, moment };
    // A copy takes the entry: the set itself is read from the record, where the entry is not yet.
    change.signers.clone().take(&entry).map_err(|error| {
        let hint = match error {
            SignerError::FirstIsForeign => "Add your own key first, so that it can sign for others; or set SARAPHINA_OWNER_KEY to the key that this command adds.",
            _ => "See `/keys` for the keys.",
        };
        CommandError::from_source(ErrorKind::State, &error).hint(hint)
    })
}

async fn stamp_of(
    context: &Context,
    log: &dyn Store,
    signed: &Signed,
) -> Result<Stamp, CommandError> {
    let statement = OwnerChange::parse(signed.statement.as_bytes())
        .map_err(|error| CommandError::from_source(ErrorKind::Usage, &error))?;
    let ChangePredicate { as_of, issued_at, nonce, .. } = statement.predicate;
    let stamp = Stamp { as_of, issued_at, nonce };
    stamp.check(context, log).await?;
    Ok(stamp)
}
