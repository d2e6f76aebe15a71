//! Parts of commands that are for the owner alone.
//!
//! They are declared beside the command, so that a surface can tell of them before it looks at anything else that was given, and
//! the engine refuses them in one place. What they are is read from the fields of the arguments as JSON.

use serde_json::{Map, Value};

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::relations::is_given;

/// An argument, or a value of one, that only the owner may give.
#[derive(Clone, Copy, Debug)]
pub struct Reserved {
    /// The argument.
    pub argument: &'static str,
    /// Which use of it.
    pub when: When,
    /// What is told to whoever gives it all the same.
    pub why: &'static str,
    /// What can be done instead; none where only the owner can help.
    pub instead: Option<&'static str>,
}

/// Which use of an argument is the owner's.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// Any.
    Given,
    /// This value of it.
    Is(&'static str),
    /// Any, unless another argument has this value.
    Unless(&'static str, &'static str),
}

impl Reserved {
    /// Reserves an argument.
    pub const fn argument(argument: &'static str, why: &'static str) -> Self {
        Self { argument, when: When::Given, why, instead: None }
    }

    /// Reserves a value of an argument.
    pub const fn value(argument: &'static str, value: &'static str, why: &'static str) -> Self {
        Self { argument, when: When::Is(value), why, instead: None }
    }

    /// Says what to do instead.
    #[must_use]
    pub const fn or(self, instead: &'static str) -> Self {
        Self { instead: Some(instead), ..self }
    }

    /// Leaves it to everybody where another argument has a value.
    #[must_use]
    pub const fn unless(self, argument: &'static str, value: &'static str) -> Self {
        Self { when: When::Unless(argument, value), ..self }
    }

    fn is_in(&self, fields: &Map<String, Value>) -> bool {
        let Some(value) = fields.get(self.argument).filter(|value| is_given(value)) else {
            return false;
        };
        match self.when {
            When::Given => true,
            When::Is(word) => value == word,
            When::Unless(other, word) => fields.get(other).is_none_or(|value| value != word),
        }
    }

    /// Says why it is refused.
    pub fn refusal(&self) -> CommandError {
        let hint =
            self.instead.unwrap_or("Ask the owner to type the command in a session of their own.");
        CommandError::new(ErrorKind::Forbidden, self.why).hint(hint)
    }
}

/// Finds the first part of a call that only the owner may give.
pub fn first<'a>(reserved: &'a [Reserved], fields: &Map<String, Value>) -> Option<&'a Reserved> {
    reserved.iter().find(|part| part.is_in(fields))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_is_the_owners_by_argument_value_and_company() {
        let all = [
            Reserved::argument("to", "to"),
            Reserved::value("what", "export", "export"),
            Reserved::argument("path", "path").unless("what", "prove"),
        ];
        let cases = [
            (json!({}), None),
            (json!({ "to": null, "what": "log" }), None),
            (json!({ "to": "/x" }), Some("to")),
            (json!({ "what": "export" }), Some("export")),
            (json!({ "path": "7" }), Some("path")),
            (json!({ "path": "7", "what": "prove" }), None),
        ];
        for (fields, expected) in cases {
            let found = first(&all, fields.as_object().unwrap());
            assert_eq!(found.map(|part| part.why), expected, "{fields}");
        }
    }
}
