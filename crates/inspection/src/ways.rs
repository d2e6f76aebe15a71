//! What the grammars call a function, what it lies in, and a further way through it.
//!
//! Ways are counted as the known tools of each language count them: radon for Python, eslint for scripts, gocyclo for Go. For Rust an
//! arm of a `match` counts where it is a block: a table of plain values is long, and nobody loses the way in it.

use crate::language::Language;

/// The words of one grammar.
pub(crate) struct Ways {
    /// Nodes that are functions under a name of their own, in their field `name`.
    pub(crate) functions: &'static [&'static str],
    /// Nodes that are functions where what they are given to names them; others belong to the function around them.
    pub(crate) values: &'static [&'static str],
    /// Nodes that are left out of the function around them.
    pub(crate) apart: &'static [&'static str],
    /// Nodes that functions belong to, with the field of their name.
    pub(crate) holders: &'static [(&'static str, &'static str)],
    /// Nodes that are one more way.
    pub(crate) branches: &'static [&'static str],
    /// Nodes that are one more way with one of these operators.
    pub(crate) operators: &'static [&'static str],
}

const PYTHON: Ways = Ways {
    functions: &["function_definition"],
    values: &[],
    apart: &["lambda"],
    holders: &[("class_definition", "name")],
    branches: &[
        "if_statement",
        "elif_clause",
        "for_statement",
        "while_statement",
        "except_clause",
        "conditional_expression",
        "boolean_operator",
        "if_clause",
        "for_in_clause",
        "case_clause",
    ],
    operators: &[],
};
const SCRIPT: Ways = Ways {
    functions: &["function_declaration", "generator_function_declaration", "method_definition"],
    values: &["arrow_function", "function_expression", "generator_function"],
    apart: &[],
    holders: &[
        ("class_declaration", "name"),
        ("abstract_class_declaration", "name"),
        ("class", "name"),
    ],
    branches: &[
        "if_statement",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "do_statement",
        "catch_clause",
        "ternary_expression",
        "switch_case",
    ],
    operators: &["&&", "||", "??"],
};
const GO: Ways = Ways {
    functions: &["function_declaration", "method_declaration"],
    values: &[],
    apart: &[],
    holders: &[],
    branches: &[
        "if_statement",
        "for_statement",
        "expression_case",
        "type_case",
        "communication_case",
    ],
    operators: &["&&", "||"],
};
const RUST: Ways = Ways {
    functions: &["function_item"],
    values: &[],
    apart: &["macro_definition"],
    holders: &[("impl_item", "type"), ("trait_item", "name")],
    branches: &["if_expression", "while_expression", "for_expression", "loop_expression"],
    operators: &["&&", "||"],
};

/// The words of a language.
pub(crate) const fn of(language: Language) -> &'static Ways {
    match language {
        Language::Python => &PYTHON,
        Language::JavaScript | Language::TypeScript => &SCRIPT,
        Language::Go => &GO,
        Language::Rust => &RUST,
    }
}
