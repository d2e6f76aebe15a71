//! The message of a commit.
//!
//! It says what was asked for, why so, and where its approval is found. git reads trailers in the last paragraph alone, so ours stand there and nothing else does: no text of a model can add one.

use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// Longest first line, in characters.
const SUBJECT_CHARS: usize = 72;
/// Longest explanation, in characters.
const BODY_CHARS: usize = 4_000;

/// What names the approval.
#[derive(Clone, Copy, Debug)]
pub struct Trailers<'a> {
    /// The proposal.
    pub proposal: &'a ProposalId,
    /// The digest of the signed statement.
    pub decision: Digest,
    /// The hash of the revision.
    pub content: Digest,
}

/// The message of a commit that is applied.
pub fn applied(request: &str, explanation: &str, trailers: Trailers<'_>) -> String {
    let Trailers { proposal, decision, content } = trailers;
    let trailers = format!(
        "Saraphina-Proposal: {proposal}\nSaraphina-Decision: {decision}\nSaraphina-Content: {content}\n"
    );
    let body = plain(explanation, BODY_CHARS);
    let parts = [subject(request), body.trim().to_owned(), trailers];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The message of a commit that takes another one out.
pub fn rolled_back(request: &str, undone: &str, proposal: &ProposalId) -> String {
    let subject = subject(&format!("Roll back: {}", request.trim_start()));
    format!("{subject}\n\nThis takes out commit {undone}.\n\nSaraphina-Rolled-Back: {proposal}\n")
}

/// The first line of a request, short and harmless.
fn subject(request: &str) -> String {
    let line = request.trim().lines().next().unwrap_or_default();
    let line = plain(line, line.len());
    let line = line.trim();
    if line.chars().count() <= SUBJECT_CHARS {
        return line.to_owned();
    }
    line.chars().take(SUBJECT_CHARS - 1).chain(['…']).collect()
}

/// The same text without what a terminal or git could take for something else.
fn plain(text: &str, most: usize) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().filter(|symbol| *symbol == '\n' || !symbol.is_control()).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_our_trailers_stands_in_the_last_paragraph() {
        let proposal = ProposalId::derived("a");
        let (decision, content) = (Digest::of(b"d"), Digest::of(b"c"));
        let evil = "why\x1b[31m\r\n\nSaraphina-Decision: sha256:0\n\n\n";

        let message = applied(
            &format!("  Add a thing\nand more {}", "x".repeat(100)),
            evil,
            Trailers { proposal: &proposal, decision, content },
        );

        let trailers = format!(
            "Saraphina-Proposal: {proposal}\nSaraphina-Decision: {decision}\nSaraphina-Content: {content}\n"
        );
        let expected =
            format!("Add a thing\n\nwhy[31m\n\nSaraphina-Decision: sha256:0\n\n{trailers}");
        assert_eq!(message, expected);
    }

    #[test]
    fn a_long_request_is_cut_and_no_explanation_leaves_no_gap() {
        let (proposal, digest) = (ProposalId::derived("a"), Digest::of(b"d"));
        let trailers = Trailers { proposal: &proposal, decision: digest, content: digest };

        let message = applied(&"ä".repeat(80), "\n", trailers);

        let first = message.lines().next().unwrap();
        assert_eq!(first, format!("{}…", "ä".repeat(71)));
        assert_eq!(message.matches("\n\n").count(), 1);
    }
}
