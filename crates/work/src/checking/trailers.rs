//! Trailers of a commit message that point at a decision.
//!
//! They prove nothing: anybody can write them. They help people to find the decision, so where they are there they have to name the
//! one that covers the commit, each once. As in git only the last paragraph counts.

use record::domain::text::Untrusted;

/// Characters that are shown of a value.
const SHOWN: usize = 100;

/// A trailer that points elsewhere.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TrailerError {
    /// It stands there more than once.
    #[error("the trailer {0} stands there twice")]
    Doubled(&'static str),
    /// It names something else.
    #[error("the trailer {name} says {found}, the decision {wanted}")]
    Differs {
        /// The trailer.
        name: &'static str,
        /// What it says.
        found: String,
        /// What it should say.
        wanted: String,
    },
}

/// Holds the trailers of a message against what they should say, as far as they are there.
pub fn check(message: &[u8], wanted: &[(&'static str, &[String])]) -> Result<(), TrailerError> {
    let message = String::from_utf8_lossy(message);
    let lines = last_paragraph(&message);
    for (name, allowed) in wanted {
        let mut values = lines.iter().filter_map(|line| value(line, name));
        let Some(found) = values.next() else { continue };
        if values.next().is_some() {
            return Err(TrailerError::Doubled(name));
        }
        if !allowed.iter().any(|allowed| allowed == found) {
            let found = Untrusted(found).line(SHOWN);
            return Err(TrailerError::Differs { name, found, wanted: allowed.join(" or ") });
        }
    }
    Ok(())
}

fn last_paragraph(message: &str) -> Vec<&str> {
    let lines: Vec<&str> = message.trim_end().lines().collect();
    let start = lines.iter().rposition(|line| line.trim().is_empty()).map_or(0, |place| place + 1);
    lines.into_iter().skip(start).collect()
}

/// The value of a trailer, whose name is read as git reads it.
fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.trim_end().eq_ignore_ascii_case(name).then(|| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "Saraphina-Proposal";

    fn checked(message: &str) -> Result<(), TrailerError> {
        check(message.as_bytes(), &[(NAME, &["proposal_1".to_owned()])])
    }

    #[test]
    fn trailers_point_at_the_decision_or_are_not_there() {
        assert_eq!(checked("Mend it\n"), Ok(()));
        assert_eq!(checked(&format!("Mend it\n\n{NAME}: proposal_1\nOther: x\n\n")), Ok(()));
        assert_eq!(checked(&format!("Mend it\n\n{NAME}: proposal_2\n\nthe end\n")), Ok(()));
        let doubled = format!("Mend it\n\n{NAME}: proposal_1\nsaraphina-PROPOSAL : proposal_1\n");
        assert_eq!(checked(&doubled), Err(TrailerError::Doubled(NAME)));
        let (found, wanted) = ("proposal_2".to_owned(), "proposal_1".to_owned());
        assert_eq!(
            checked(&format!("Mend it\n\n{NAME}: proposal_2\n")),
            Err(TrailerError::Differs { name: NAME, found, wanted })
        );
    }
}
