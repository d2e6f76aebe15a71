//! `/reopen-code`: takes a rejection back, with a reason.
//!
//! The rule (`review::reopen`) is pure; `deciding::reasoned` reads, asks for the signature and records. The rejection stays
//! on the record beside it.

use crate::contract::command::{Access, Command, Group, Spec};
use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::signature::Signing;
use crate::deciding::decided::Decided;
use crate::deciding::reasoned::{self, Args};
use record::domain::principal::Authority;
use record::domain::review;

/// `/reopen-code`
pub enum ReopenCode {}

impl Command for ReopenCode {
    const SPEC: Spec = Spec {
        name: "reopen-code",
        aliases: &[],
        summary: "Reopen a rejected proposal, with a reason",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: Some("reason"),
        examples: &["/reopen-code 7c2e the reason no longer holds"],
    };
    type Args = Args;
    type Outcome = Decided;

    fn signing(args: &mut Args) -> Option<&mut Signing> {
        Some(&mut args.signing)
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Decided, CommandError> {
        reasoned::decide(invocation, args, review::reopen).await
    }
}
