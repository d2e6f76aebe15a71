//! `/reopen-code`: takes a rejection back, with a reason.
//!
//! The rule (`review::reopen`) is pure; `deciding::reasoned` reads, asks for the signature and records. The rejection stays
//! on the record beside it.

use record::domain::principal::Authority;
use record::domain::review;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::signature::Signing;
use work::deciding::decided::Decided;
use work::deciding::reasoned::{self, Args};

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
