//! What the grammars call the things that are looked for.
//!
//! One table for each language: a new one is a new table. Names of nodes and fields are those of the grammar, so a newer grammar that
//! renames one is seen by the tests of `outline.rs`.

use inspection::language::Language;

/// The words of one grammar.
pub(super) struct Grammar {
    /// Nodes that define something under their field `name`, with the word for what it is.
    pub(super) definitions: &'static [(&'static str, &'static str)],
    /// Nodes that define something at the top of a file only, with the field of the name.
    pub(super) constants: &'static [(&'static str, &'static str)],
    /// Nodes that only hold definitions, with the field of what they belong to.
    pub(super) holders: &'static [(&'static str, &'static str)],
    /// Nodes that call, with the field of what is called.
    pub(super) calls: &'static [(&'static str, &'static str)],
    /// Nodes that import.
    pub(super) imports: &'static [&'static str],
}

const PYTHON: &[(&str, &str)] =
    &[("function_definition", "function"), ("class_definition", "class")];
const SCRIPT: &[(&str, &str)] = &[
    ("function_declaration", "function"),
    ("generator_function_declaration", "function"),
    ("method_definition", "method"),
    ("class_declaration", "class"),
    ("abstract_class_declaration", "class"),
    ("interface_declaration", "interface"),
    ("type_alias_declaration", "type"),
    ("enum_declaration", "enum"),
];
const GO: &[(&str, &str)] = &[
    ("function_declaration", "function"),
    ("method_declaration", "method"),
    ("type_spec", "type"),
];
const RUST: &[(&str, &str)] = &[
    ("function_item", "function"),
    ("function_signature_item", "function"),
    ("struct_item", "struct"),
    ("union_item", "struct"),
    ("enum_item", "enum"),
    ("trait_item", "trait"),
    ("type_item", "type"),
    ("const_item", "constant"),
    ("static_item", "constant"),
    ("macro_definition", "macro"),
];

/// The grammar of a source.
pub(super) const fn of(language: Language) -> Grammar {
    match language {
        Language::Python => Grammar {
            definitions: PYTHON,
            constants: &[("assignment", "left")],
            holders: &[],
            calls: &[("call", "function")],
            imports: &["import_statement", "import_from_statement", "future_import_statement"],
        },
        Language::JavaScript | Language::TypeScript => SCRIPTS,
        Language::Go => Grammar {
            definitions: GO,
            constants: &[("const_spec", "name"), ("var_spec", "name")],
            holders: &[],
            calls: &[("call_expression", "function")],
            imports: &["import_spec"],
        },
        Language::Rust => Grammar {
            definitions: RUST,
            constants: &[],
            holders: &[("impl_item", "type"), ("mod_item", "name")],
            calls: &[("call_expression", "function"), ("macro_invocation", "macro")],
            imports: &["use_declaration", "mod_item"],
        },
    }
}

const SCRIPTS: Grammar = Grammar {
    definitions: SCRIPT,
    constants: &[("variable_declarator", "name")],
    holders: &[],
    calls: &[("call_expression", "function"), ("new_expression", "constructor")],
    imports: &["import_statement", "export_statement", "call_expression"],
};
