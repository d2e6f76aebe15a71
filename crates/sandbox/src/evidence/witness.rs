//! Assertions replayed without their test, and compared.
//!
//! A replay calls the code in a process that knows no expectation, so the code cannot answer to please its test. What
//! comes back is compared here, outside of Python.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::evidence::value::canonical;

/// Exceptions that say more about the box than about the subject.
const OF_THE_BOX: [&str; 5] =
    ["OSError", "ImportError", "MemoryError", "RecursionError", "KeyboardInterrupt"];

/// An assertion whose call needs nothing but literals.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Witness {
    /// The test that makes it.
    pub(crate) test: String,
    /// Where.
    pub(crate) line: u32,
    /// What the test expects; the replay never sees it.
    pub(crate) expected: Expected,
    /// What is called.
    pub(crate) call: Call,
    /// Whether the module may answer differently the second time.
    pub(crate) stateful: bool,
}

/// A call with its result that no test makes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Example {
    /// `request`, or the file whose docstring has it.
    pub(crate) place: String,
    /// The line there.
    pub(crate) line: u32,
    /// Whether it is of the request.
    pub(crate) is_asked: bool,
    /// What is said to come of it; the replay never sees it.
    pub(crate) expected: Expected,
    /// What is called.
    pub(crate) call: Call,
    /// Whether the module may answer differently the second time.
    pub(crate) stateful: bool,
}

/// A call as the replay gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// The module of the subject.
    pub(crate) module: String,
    /// Its function.
    pub(crate) function: String,
    /// Positional arguments.
    pub(crate) args: Vec<Json>,
    /// Named arguments.
    pub(crate) named: BTreeMap<String, Json>,
}

/// What a test expects of a call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expected {
    /// This value.
    Value(Json),
    /// One of these exceptions.
    Raises(Vec<String>),
}

/// What a replay says about one assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Replayed {
    /// The call gives something else.
    Refuted,
    /// Nothing that could be compared came back.
    Open,
    /// The call gives what the test expects.
    Confirmed,
}

/// Compares one answer with what the test expects.
pub(crate) fn compare(expected: &Expected, answer: Option<&Json>) -> Replayed {
    let Some(answer) = answer else { return Replayed::Open };
    let raised = raised(answer);
    let is_of_the_box =
        raised.as_ref().is_some_and(|names| names.iter().any(|name| OF_THE_BOX.contains(name)));
    let agrees = match (expected, &raised) {
        (Expected::Raises(names), Some(raised)) => {
            Some(names.iter().any(|name| raised.contains(&name.as_str())))
        }
        (Expected::Raises(_), None) if is_kind(answer, "absent") => None,
        (Expected::Raises(_), None) | (Expected::Value(_), Some(_)) => Some(false),
        (Expected::Value(expected), None) => canonical(answer)
            .and_then(|answer| canonical(expected).map(|expected| answer == expected)),
    };
    match agrees {
        Some(true) => Replayed::Confirmed,
        Some(false) if !is_of_the_box => Replayed::Refuted,
        Some(false) | None => Replayed::Open,
    }
}

fn is_kind(answer: &Json, kind: &str) -> bool {
    answer.get(0).and_then(Json::as_str) == Some(kind)
}

/// The names of the exception and its bases, where the call raised.
fn raised(answer: &Json) -> Option<Vec<&str>> {
    let names = is_kind(answer, "raised").then(|| answer.get(1)?.as_array()).flatten()?;
    Some(names.iter().filter_map(Json::as_str).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn against(expected: &Expected, answer: &Json) -> Replayed {
        compare(expected, Some(answer))
    }

    #[test]
    fn an_answer_confirms_refutes_or_leaves_an_assertion_open() {
        let three = Expected::Value(json!(["int", "0x3"]));

        assert_eq!(against(&three, &json!(["float", "0x3"])), Replayed::Confirmed);
        assert_eq!(against(&three, &json!(["int", "0x4"])), Replayed::Refuted);
        assert_eq!(against(&three, &json!(["raised", ["ValueError"]])), Replayed::Refuted);
        assert_eq!(against(&three, &json!(["other", "subject.AlwaysEqual"])), Replayed::Open);
        assert_eq!(
            against(&three, &json!(["raised", ["IsADirectoryError", "OSError"]])),
            Replayed::Open
        );
        assert_eq!(against(&three, &json!("no answer at all")), Replayed::Open);
        assert_eq!(compare(&three, None), Replayed::Open);
    }

    #[test]
    fn an_exception_is_expected_by_the_name_of_it_or_of_a_base() {
        let lookup = Expected::Raises(vec!["LookupError".to_owned(), "OSError".to_owned()]);
        let raised = |names: &[&str]| against(&lookup, &json!(["raised", names]));

        assert_eq!(raised(&["KeyError", "LookupError"]), Replayed::Confirmed);
        assert_eq!(raised(&["OSError"]), Replayed::Confirmed);
        assert_eq!(raised(&["ValueError"]), Replayed::Refuted);
        assert_eq!(against(&lookup, &json!(["none"])), Replayed::Refuted);
        assert_eq!(against(&lookup, &json!(["absent", "ImportError"])), Replayed::Open);
    }
}
