//! Has a command build what is to be signed, and carries it out with the signature.
//!
//! Both turns are those of a decision at a terminal: the first ends with the question and the statement, the second brings the answer. The
//! statement is built anew in the second turn, so that a signature counts only while what was signed is still true.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::surfaces::http::calling::call_as;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::signing::requests::{Fate, Request};
use record::domain::digest::hex;
use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Surface, Via};
use work::contract::caller::Caller;
use work::contract::catalogue;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::outcome::Answer;
use work::contract::signature::Signing;
use work::deciding::decide::deciding_execution;
use work::deciding::expected::check_expected;

/// A decision that a page asks to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// To approve.
    Approve,
    /// To reject.
    Reject,
    /// To take an approval back.
    Revoke,
    /// To reopen a rejected proposal.
    Reopen,
}

/// What a page asks to be signed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The proposal, by its whole id.
    pub proposal: String,
    /// The decision.
    pub decision: Wanted,
    /// The content hash that the page showed, at least its first 12 digits.
    pub expect: String,
    /// The execution that the page showed; it has to be the newest still.
    #[serde(default)]
    pub execution: Option<String>,
    /// A remark for the record, of an approval.
    #[serde(default)]
    pub comment: Option<String>,
    /// Why: needed but for an approval of what passed.
    #[serde(default)]
    pub reason: Option<String>,
    /// Approve although files hold characters that cannot be seen, or names that mislead.
    #[serde(default)]
    pub allow_hidden: bool,
}

impl Wanted {
    const fn command(self) -> &'static str {
        match self {
            Self::Approve => "approve-code",
            Self::Reject => "reject-code",
            Self::Revoke => "revoke-approval",
            Self::Reopen => "reopen-code",
        }
    }
}

impl Wish {
    fn args(&self, id: &ProposalId) -> Result<Value, CommandError> {
        let id = id.as_str();
        // Forms end lines as networks do; what is signed has the ends of all other texts.
        let plain = |text: &Option<String>| text.as_ref().map(|text| text.replace("\r\n", "\n"));
        match (self.decision, plain(&self.comment), plain(&self.reason)) {
            (Wanted::Approve, comment, reason) => Ok(json!({
                "id": id, "comment": comment, "despite": reason, "allow_hidden": self.allow_hidden,
            })),
            (Wanted::Reject | Wanted::Revoke | Wanted::Reopen, None, Some(reason))
                if !self.allow_hidden =>
            {
                Ok(json!({ "id": id, "reason": [reason] }))
            }
            (Wanted::Reject | Wanted::Revoke | Wanted::Reopen, _, _) => Err(CommandError::usage(
                "this decision takes a reason, and neither comment nor allow_hidden",
            )),
        }
    }
}

/// Has the command say what is to be shown and signed; nothing is decided.
pub async fn ask(served: &Served, owner: &str, wish: &Wish) -> Result<Request, CommandError> {
    let context = served.desk.engine().context();
    let store = context.store()?;
    let id: ProposalId = wish.proposal.parse().map_err(|_| no_proposal(&wish.proposal))?;
    let proposal = store.proposal(&id).await?.ok_or_else(|| no_proposal(&wish.proposal))?;
    check_expected(Some(&wish.expect), "the content", &proposal.content_hash)?;
    let execution = deciding_execution(context, &proposal).await?;
    let execution = execution.map(|execution| execution.id.to_string());
    if wish.execution.is_some() && wish.execution != execution {
        return Err(CommandError::new(ErrorKind::State, "the evidence is not the newest any more")
            .hint("Reload the page and look again."));
    }
    let bytes = (context.entropy)();
    let name = hex(&bytes);
    let name: String = name.chars().take(12).collect();
    let request_id = format!("sign_{name}");
    let (command, args) = (wish.decision.command(), wish.args(&id)?);
    let caller = caller(served, owner, &request_id);
    let Err(asked) = call_as(served, caller, (command, args.clone())).await else {
        return Err(CommandError::new(ErrorKind::Internal, "a decision without a signature"));
    };
    let Some(to_sign) = asked.signing.clone() else { return Err(asked) };
    let [.., first, second, third, fourth] = bytes;
    let request = Request {
        id: request_id,
        phrase: String::new(),
        owner: owner.to_owned(),
        command,
        args,
        proposal: id,
        version: proposal.version,
        revision: proposal.head,
        content_hash: proposal.content_hash.hex(),
        execution,
        confirmation: asked.confirmation.map(|confirmation| *confirmation),
        to_sign: *to_sign,
        created_at: context.now(),
        fate: Fate::Waiting,
    };
    Ok(served.requests.keep(request, u32::from_be_bytes([first, second, third, fourth])))
}

/// Carries a request out with the signature that came for it.
pub async fn carry_out(
    served: &Served,
    request: &Request,
    signing: Signing,
) -> Result<Answer, CommandError> {
    let entry = catalogue::find_in(served.entries, request.command).ok_or_else(|| {
        CommandError::new(ErrorKind::Internal, "the command of the request is gone")
    })?;
    let mut args = (entry.read)(request.args.clone())?;
    if let Some(confirmation) = &request.confirmation {
        (entry.confirm)(&mut args, confirmation)?;
    }
    let missing = || CommandError::new(ErrorKind::Internal, "the command takes no signature");
    *(entry.signing)(&mut args)?.ok_or_else(missing)? = signing;
    let args = (entry.write)(&args)?;
    let caller = caller(served, &request.owner, &request.id);
    call_as(served, caller, (request.command, args)).await
}

/// Both turns come as the same caller, for the statement names the way it came.
fn caller(served: &Served, owner: &str, request: &str) -> Caller {
    Caller {
        who: Principal::owner_named(owner),
        via: Via {
            surface: Surface::Http,
            // The key answers at the socket, as a process of our own user.
            uid: Some(served.own_uid),
            session: request.to_owned(),
        },
        idempotency: request.to_owned(),
        shown: None,
    }
}

fn no_proposal(typed: &str) -> CommandError {
    CommandError::new(ErrorKind::NotFound, format!("there is no proposal {typed}"))
        .hint("A request names a proposal by its whole id.")
}
