//! Asks for an owner's signature and checks the one that comes back.
//!
//! A statement names the head of the log that the owner saw, the time and a nonce. So a signature cannot be kept for later,
//! nor be used on another log or twice. The surface signs; the engine sees text and signature, never a private key.

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::signature::{Enrolled, Signed, Signing, ToSign};
use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::grounds::SIGNING_MS;
use record::audit::owner_key::OwnerKey;
use record::audit::proof::range_root;
use record::audit::signers::{Signer, Signers};
use record::audit::sshsig::{NAMESPACE, SshSig};
use record::audit::statement::{AsOf, Nonce};
use record::domain::approval::CLOCK_SKEW_MS;
use record::domain::principal::{Principal, PrincipalKind};
use record::domain::time::Timestamp;

/// Head, time and nonce, which make a statement one of this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The head of the log that the owner saw.
    pub as_of: AsOf,
    /// The moment it was made.
    pub issued_at: Timestamp,
    /// Random bytes that make it unique.
    pub nonce: Nonce,
}

impl Stamp {
    /// Makes a stamp of now.
    pub async fn now(context: &Context, log: &dyn Store) -> Result<Self, CommandError> {
        let as_of = as_of(log).await?;
        Ok(Self { as_of, issued_at: context.now(), nonce: Nonce((context.entropy)()) })
    }

    /// Refuses a stamp that came back unless it is recent and saw this very log.
    pub async fn check(&self, context: &Context, log: &dyn Store) -> Result<(), CommandError> {
        let age = context.now().millis().saturating_sub(self.issued_at.millis());
        if !(-CLOCK_SKEW_MS..=SIGNING_MS).contains(&age) {
            let message = format!("the statement of {} cannot be used any more", self.issued_at);
            return Err(CommandError::new(ErrorKind::State, message)
                .hint("Check the clocks and run the command again."));
        }
        let head = as_of(log).await?;
        let seen = &self.as_of;
        let is_ours = seen.origin == head.origin && (1..=head.size).contains(&seen.size);
        // The log may have grown since: its first entries must still have the root that the owner saw.
        let root = range_root(0, seen.size, &|place| log.node(place).ok().flatten());
        if is_ours && root == Ok(seen.root) {
            return Ok(());
        }
        Err(CommandError::new(ErrorKind::State, "the statement was made on another log")
            .hint("Run the command again."))
    }
}

/// Reads the head of the log as the owner sees it now.
async fn as_of(log: &dyn Store) -> Result<AsOf, CommandError> {
    let note = log.log_state().await?.checkpoint;
    let head = Checkpoint::parse_unverified(&note).map_err(|error| {
        CommandError::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
    })?;
    Ok(AsOf { origin: head.origin, size: head.size, root: head.root })
}

/// Joins a statement with the keys that may sign it.
pub fn to_sign(statement: String, signers: &Signers) -> ToSign {
    let enrolled = |signer: &Signer| Enrolled {
        fingerprint: signer.key.fingerprint(),
        principal: signer.principal.clone(),
    };
    ToSign {
        statement,
        namespace: NAMESPACE.to_owned(),
        enrolled: signers.live().map(enrolled).collect(),
    }
}

/// Makes the error that asks the surface for a signature.
pub fn wanted(statement: String, signers: &Signers) -> CommandError {
    CommandError::new(ErrorKind::NeedsOwner, "the owner's signature is needed")
        .hint("Set SARAPHINA_OWNER_KEY to a key of yours, see `/keys`, and run it again.")
        .signing(to_sign(statement, signers))
}

/// Tells as whom the owner acts: by the signature, else by the key that will sign, else by what the surface says.
pub fn owner(
    invocation: &Invocation,
    signers: &Signers,
    signing: &Signing,
) -> Result<Principal, CommandError> {
    if let Some(signed) = &signing.signed {
        let key = verified(signed)?;
        return principal(signers, &key);
    }
    let hinted = match &signing.key {
        // Where nobody has a key yet, this one is enrolled.
        Some(fingerprint) if signers.live().next().is_some() => {
            Some(signers.find(fingerprint).ok_or_else(|| not_enrolled(fingerprint))?)
        }
        _ => None,
    };
    let names: std::collections::BTreeSet<&str> =
        signers.live().map(|signer| signer.principal.as_str()).collect();
    let name = match (hinted, names.len()) {
        (Some(signer), _) => signer.principal.clone(),
        // In a home with one owner there is no doubt, whatever the user of the system is called.
        (None, 1) => names.into_iter().collect(),
        (None, _) => invocation.caller.who.id.clone(),
    };
    Ok(Principal { id: name, ..invocation.caller.who.clone() })
}

/// Finds the enrolled owner of a key.
fn principal(signers: &Signers, key: &OwnerKey) -> Result<Principal, CommandError> {
    let fingerprint = key.fingerprint();
    let signer = signers.find(&fingerprint).ok_or_else(|| not_enrolled(&fingerprint))?;
    let id = signer.principal.clone();
    Ok(Principal { kind: PrincipalKind::Owner, id, key: Some(fingerprint) })
}

fn not_enrolled(fingerprint: &str) -> CommandError {
    CommandError::new(ErrorKind::Forbidden, format!("the key {fingerprint} is not enrolled"))
        .hint("See `/keys` for the keys that are; one of them can add this one.")
}

/// Checks a signature over its statement and returns the key that made it.
pub fn verified(signed: &Signed) -> Result<OwnerKey, CommandError> {
    let refused = |error| {
        CommandError::from_source(ErrorKind::Forbidden, &error)
            .hint("Sign exactly the statement given, in the namespace decision@saraphina.")
    };
    let signature = SshSig::parse(&signed.signature).map_err(refused)?;
    signature.verify(signed.statement.as_bytes()).map_err(refused)?;
    Ok(signature.key)
}

/// Makes the error for a statement that is not the one this command would make.
pub fn differs() -> CommandError {
    CommandError::new(ErrorKind::State, "what was signed is not what would be recorded now")
        .hint("Something changed in the meantime; run the command again.")
}
