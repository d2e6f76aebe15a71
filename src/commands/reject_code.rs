//! `/reject-code`: rejects a proposal, with a reason.
//!
//! The rule (`review::reject`) is pure; `deciding::reasoned` reads, asks for the signature and records. A rejection needs no
//! evidence, so it shows none.

use record::domain::principal::Authority;
use record::domain::review;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::signature::Signing;
use work::deciding::decided::Decided;
use work::deciding::reasoned::{self, Args};

/// `/reject-code`
pub enum RejectCode {}

impl Command for RejectCode {
    const SPEC: Spec = Spec {
        name: "reject-code",
        aliases: &[],
        summary: "Reject a proposal, with a reason",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: Some("reason"),
        examples: &["/reject-code 7c2e it reads the whole file into memory"],
    };
    type Args = Args;
    type Outcome = Decided;

    fn signing(args: &mut Args) -> Option<&mut Signing> {
        Some(&mut args.signing)
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Decided, CommandError> {
        reasoned::decide(invocation, args, review::reject).await
    }
}
