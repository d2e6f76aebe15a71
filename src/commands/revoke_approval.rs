//! `/revoke-approval`: takes an approval back, with a reason.
//!
//! The rule (`review::revoke`) is pure; `deciding::reasoned` reads, asks for the signature and records. The signed statement
//! names the approval it ends.

use record::domain::id::ProposalId;
use record::domain::principal::Authority;
use record::domain::review;
use work::contract::applied::applied;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::signature::Signing;
use work::deciding::decided::Decided;
use work::deciding::reasoned::{self, Args};

/// `/revoke-approval`
pub enum RevokeApproval {}

impl Command for RevokeApproval {
    const SPEC: Spec = Spec {
        name: "revoke-approval",
        aliases: &[],
        summary: "Take an approval back, with a reason",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: Some("reason"),
        examples: &["/revoke-approval 7c2e the format changed"],
    };
    type Args = Args;
    type Outcome = Decided;

    fn signing(args: &mut Args) -> Option<&mut Signing> {
        Some(&mut args.signing)
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Decided, CommandError> {
        let decided = reasoned::decide(invocation, args, review::revoke).await?;
        // A commit may carry the approval in its note, which knows of nothing that came later.
        let id = decided.proposal_id.parse::<ProposalId>();
        let (revision, mut still_in) = match id {
            Ok(id) => (
                invocation.store()?.revision(&id, decided.revision).await?,
                applied(invocation, &id).await?,
            ),
            Err(_) => (None, Vec::new()),
        };
        still_in.retain(|one| one.taken_out.is_none());
        let change = revision.as_ref().and_then(|revision| revision.source.change());
        let repository = change.map(|change| change.repository.to_string());
        Ok(Decided { repository, still_in, ..decided })
    }
}
