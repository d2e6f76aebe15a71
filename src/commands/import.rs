//! `/import`: takes over an original's database or another home's bundle, as history.
//!
//! It looks at the first bytes of the file to know which of the two it is; the room `importing` does the rest. Whatever the
//! source claims, everything comes as pending: evidence and decisions of elsewhere count for nothing here.

use crate::commands::importing::answer::Answer;
use crate::commands::importing::args::Args;
use crate::commands::importing::bundle;
use crate::commands::importing::original;
use record::domain::principal::Authority;
use work::contract::blocking::beside;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;

/// `/import`
pub enum Import {}

impl Command for Import {
    const SPEC: Spec = Spec {
        name: "import",
        aliases: &[],
        summary: "Take over an original's database or another home's bundle, as history",
        group: Group::Operate,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &[
            "/import --dry-run knowledge.db",
            "/import --zone +02:00 knowledge.db",
            "/import review.tar",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, _surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        // The engine may run in another working folder.
        args.file = std::path::absolute(&args.file).map_err(|error| {
            CommandError::usage(format!("{} names no file: {error}", args.file.display()))
        })?;
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        if !args.file.is_absolute() {
            return Err(CommandError::usage("the path of the file is not absolute")
                .hint("Give the whole path, beginning with `/`."));
        }
        if let Some(zone) = args.zone.as_deref().filter(|zone| !is_offset(zone)) {
            return Err(CommandError::usage(format!("{zone} is not an offset from UTC"))
                .hint("Give it as +HH:MM or -HH:MM, such as `--zone +02:00`."));
        }
        let file = args.file.clone();
        if beside(move || Ok(bundle::is_bundle(&file))).await? {
            return bundle::import(invocation, args).await;
        }
        original::import(invocation, args).await
    }
}

/// Tells whether a text is an offset such as `+02:00`.
fn is_offset(text: &str) -> bool {
    let number = |digits: &str| -> Option<u8> {
        let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    };
    let Some((hours, minutes)) =
        text.strip_prefix(['+', '-']).and_then(|rest| rest.split_once(':'))
    else {
        return false;
    };
    number(hours).is_some_and(|hours| hours <= 14)
        && number(minutes).is_some_and(|minutes| minutes < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_signed_hours_and_minutes() {
        for good in ["+00:00", "-03:30", "+14:00"] {
            assert!(is_offset(good), "{good}");
        }
        for bad in ["", "02:00", "+2:00", "+15:00", "+02:60", "UTC", "+٠2:00", "+02:00 "] {
            assert!(!is_offset(bad), "{bad}");
        }
    }
}
