//! Roles that a model plays in a repair.
//!
//! A role is a text in front of the prompt. The kind of failure chooses one, unless a plan names another.

use record::domain::healing::FailureClass;

/// Names and texts of the roles that are built in.
pub const PERSONAS: [(&str, &str); 4] = [
    (DEBUGGER, include_str!("prompts/persona_debugger.md")),
    (MINIMALIST, include_str!("prompts/persona_minimalist.md")),
    (REVIEWER, include_str!("prompts/persona_reviewer.md")),
    (TESTER, include_str!("prompts/persona_tester.md")),
];

const DEBUGGER: &str = "debugger";
const MINIMALIST: &str = "minimalist";
const REVIEWER: &str = "reviewer";
const TESTER: &str = "tester";

/// The text of a role that is built in.
pub fn built_in(name: &str) -> Option<&'static str> {
    PERSONAS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The role for a kind of failure, when nothing else is said.
pub const fn fitting(class: FailureClass) -> &'static str {
    match class {
        FailureClass::Syntax
        | FailureClass::Import
        | FailureClass::Name
        | FailureClass::Type
        | FailureClass::Attribute
        | FailureClass::Warnings => MINIMALIST,
        FailureClass::KeyOrIndex
        | FailureClass::Value
        | FailureClass::ZeroDivision
        | FailureClass::FileMissing
        | FailureClass::Exception
        | FailureClass::Infrastructure => DEBUGGER,
        FailureClass::Timeout | FailureClass::Memory => REVIEWER,
        FailureClass::Assertion | FailureClass::Logic | FailureClass::TestsSuspect => TESTER,
    }
}
