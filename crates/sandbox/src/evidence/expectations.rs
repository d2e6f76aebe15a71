//! Expectations of tests, and the edits that take each out of its file.
//!
//! The harness finds them when the suite is dead (`guest/controls/plan.py`). Which test of a control tells its values, which
//! has another expectation and which stays is chosen here (`scripts.rs`), and the edits are laid into the bytes that
//! the owner gave.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

/// A piece of a file by bytes, and what stands there instead.
pub(crate) type Edit = (usize, usize, String);
/// What a run told of each comparison: the row of its table, and the value that the box has.
pub(crate) type Told = BTreeMap<u32, Vec<(i64, Json)>>;

/// How surely a passed test has reached an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reach {
    /// The test itself may catch its failure.
    Caught,
    /// Where a loop or a branch leads there.
    Perhaps,
    /// In every run that passes.
    Surely,
}

/// The origin of the value that an assertion looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Root {
    /// The code under test.
    Subject,
    /// A helper of the tests that has nothing to do with it.
    Own,
    /// Nobody can tell from the syntax.
    Other,
    /// A literal.
    Constant,
}

/// What an assertion asks of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// That it equals another one.
    Equal,
    /// That it is another one.
    Same,
    /// That it is true.
    True,
    /// That it is false.
    False,
    /// That a condition holds.
    Holds,
    /// That an exception is raised.
    Raises,
}

/// One expectation of a test.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Expectation {
    pub(crate) test: String,
    /// The number by which a box speaks of it.
    pub(crate) number: u32,
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) reach: Reach,
    pub(crate) origin: Root,
    pub(crate) kind: Kind,
    /// Whether `change` changes a literal of it.
    pub(crate) literal: bool,
    /// Whether its values are the rows of a loop, all in one case of the test.
    #[serde(rename = "loop")]
    pub(crate) is_loop: bool,
    /// What is expected, for each row of a table; no box that tells a value knows it.
    pub(crate) expected: Vec<Json>,
    /// Edits by which the box tells what it has.
    pub(crate) ask: Vec<Edit>,
    /// Edits after which the test must fail.
    pub(crate) change: Vec<Edit>,
    /// Cases of the test that must then fail.
    pub(crate) cases: u32,
    /// Edits to what nothing equals, where the first change may rightly have gone unnoticed.
    pub(crate) last: Vec<Edit>,
}

impl Expectation {
    /// Whether a box can be asked for its value.
    pub(crate) const fn is_asked(&self) -> bool {
        !self.ask.is_empty()
    }
}

/// An assertion outside of tests.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Helper {
    pub(crate) path: String,
    /// The number by which a box speaks of it.
    pub(crate) number: u32,
    pub(crate) line: u32,
    /// The edit after which it fails.
    pub(crate) edit: Edit,
}

/// Lays edits into a file; nothing where one does not fit, or two overlap that both put something in.
pub(crate) fn lay(content: &[u8], mut edits: Vec<&Edit>) -> Option<Vec<u8>> {
    edits.sort_by_key(|(start, end, _)| (*start, *end));
    let mut laid = Vec::with_capacity(content.len());
    let mut at = 0;
    for (start, end, text) in edits {
        // A comment within what is replaced goes with it.
        if *start < at && *end <= at && text.is_empty() {
            continue;
        }
        laid.extend_from_slice(content.get(at..*start)?);
        laid.extend_from_slice(text.as_bytes());
        at = *end;
        (start <= end && *end <= content.len()).then_some(())?;
    }
    laid.extend_from_slice(content.get(at..)?);
    Some(laid)
}

/// A function of the subject, and the tests that surely call it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Body {
    /// Its file.
    pub(crate) path: String,
    /// Its name.
    pub(crate) name: String,
    /// The line of its definition.
    pub(crate) line: u32,
    /// The first line of its body.
    pub(crate) first: u32,
    /// The last one.
    pub(crate) last: u32,
    /// Whether a call surely runs it, and no decorator may answer in its place.
    pub(crate) plain: bool,
    /// Whether it gives nothing back and may put its answer into what its caller passed.
    pub(crate) fills: bool,
    /// The tests that call it.
    pub(crate) tests: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::{Edit, lay};

    #[test]
    fn a_comment_goes_with_what_is_replaced_around_it() {
        let content = b"a == [1, # one\n2]";
        let comment = edit(9, 14, "");
        let whole = edit(5, 17, "[0]");
        let other = edit(9, 14, "x");

        assert_eq!(lay(content, vec![&comment, &whole]), Some(b"a == [0]".to_vec()));
        assert_eq!(lay(content, vec![&other, &whole]), None);
    }

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        (start, end, text.to_owned())
    }

    #[test]
    fn edits_are_laid_into_a_file_in_any_order() {
        let edits = [edit(10, 11, "tell(0)"), edit(0, 0, "# "), edit(4, 6, "")];

        let laid = lay(b"one == two 3", edits.iter().collect());

        assert_eq!(laid.unwrap(), b"# one  twotell(0)3");
    }

    #[test]
    fn edits_that_do_not_fit_change_nothing() {
        let over = [edit(0, 4, ""), edit(2, 5, "")];
        let wild = [edit(3, 99, "")];
        let turned = [edit(3, 1, "")];

        for edits in [&over[..], &wild, &turned] {
            assert_eq!(lay(b"one two", edits.iter().collect()), None);
        }
    }
}
