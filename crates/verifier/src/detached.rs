//! The page and the evidence of a decision, which its statement names by digest.
//!
//! An export has them where the home still had them: outputs may have been pruned, and older homes kept no pages. What is there must be
//! exactly what the statement names, and nothing may be there that it does not name.

use record::audit::statement::DecisionStatement;
use record::domain::digest::Digest;

use crate::layout;
use crate::source::Source;

/// The digests of what a decision names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detached {
    /// The page that the owner was shown.
    pub page: Option<Digest>,
    /// The evidence of the deciding execution.
    pub evidence: Option<Digest>,
}

impl Detached {
    /// Takes them from the text of a statement; one that changes keys or policy names none.
    pub fn of(statement: &str) -> Self {
        let Ok(statement) = DecisionStatement::parse(statement.as_bytes()) else {
            return Self::default();
        };
        let predicate = statement.predicate;
        Self {
            page: predicate.shown_digest,
            evidence: predicate.evidence.map(|evidence| evidence.digest),
        }
    }

    /// Finds what is wrong with the files beside the statement of an entry.
    pub(crate) fn flaw(self, source: &Source, seq: u64) -> Option<String> {
        let files = [(layout::page(seq), self.page), (layout::evidence(seq), self.evidence)];
        files.into_iter().find_map(|(name, wanted)| {
            match source.bytes(&name, layout::MAX_DETACHED_BYTES) {
                Ok(None) => None,
                Ok(Some(found)) if Some(Digest::of(&found)) == wanted => None,
                Ok(Some(_)) => Some(format!("{name} is not what the decision names")),
                Err(problem) => Some(problem),
            }
        })
    }
}
