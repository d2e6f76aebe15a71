//! Keeps secrets out of prompts.
//!
//! A line that holds a secret is told as one that is left out, and a file of secrets is not told at all: what a model server is told
//! is out of the house. A reply that gives such a line back as a text of its own is refused, for the secret would be lost by it.

use std::borrow::Cow;

use record::domain::secrets::is_secret;

/// Stands in a prompt for a line that holds a secret.
const LEFT_OUT: &str = "(a line that holds a secret is left out)";
/// Stands in a prompt for a file of secrets.
pub const FILE_LEFT_OUT: &str = "(This file holds secrets and is left out.)";

/// The text without its secrets: such lines, and private keys whole, are told as left out.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    if !text.lines().any(is_secret) {
        return Cow::Borrowed(text);
    }
    let mut is_in_key = false;
    let mut told = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let begins = line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----");
        let ends = line.contains("-----END ");
        if is_in_key && !begins {
            is_in_key = !ends;
            continue;
        }
        if !is_secret(line) {
            told.push_str(line);
            continue;
        }
        is_in_key = begins && !ends;
        told.push_str(LEFT_OUT);
        told.push('\n');
    }
    Cow::Owned(told)
}

/// Tells whether a text of a reply gives a line back that was left out of the prompt.
pub fn gives_back(text: &str) -> bool {
    text.contains(LEFT_OUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_secrets_and_whole_keys_are_left_out() {
        let text = "a = 1\nTOKEN = \"q8Zr41Lx0vWm29Kd\"\n-----BEGIN PRIVATE KEY-----\nMIIE\nabc\n-----END PRIVATE KEY-----\nb = 2\n";

        let told = without_secrets(text);

        assert_eq!(told, format!("a = 1\n{LEFT_OUT}\n{LEFT_OUT}\nb = 2\n"));
        assert!(gives_back(&told));
        assert_eq!(without_secrets("a = 1\n"), "a = 1\n");
    }
}
