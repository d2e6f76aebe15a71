//! Compares a digest with the one an owner expects.
//!
//! `--expect` binds a yes that was typed in advance to what the owner looked at. Fewer than twelve digits could be met by
//! chance or by trying, so they are refused.

use crate::contract::error::{CommandError, ErrorKind};
use record::domain::digest::Digest;

/// Fewest leading digits of a digest that `--expect` takes.
const MIN_EXPECT: usize = 12;

/// Refuses where `--expect` is given and is not how the digest of a thing (`the backup`) begins.
pub fn check_expected(
    expect: Option<&str>,
    thing: &str,
    digest: &Digest,
) -> Result<(), CommandError> {
    let Some(expected) = expect else { return Ok(()) };
    let (digits, hex) = (expected.strip_prefix("sha256:").unwrap_or(expected), digest.hex());
    if digits.len() < MIN_EXPECT {
        let message = format!("--expect takes at least {MIN_EXPECT} digits of the digest");
        return Err(CommandError::usage(message));
    }
    if !hex.starts_with(digits) {
        let message = format!("{thing} is {hex}, not {digits} as expected");
        return Err(CommandError::new(ErrorKind::State, message));
    }
    Ok(())
}
