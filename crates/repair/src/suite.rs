//! Assertions, skips, tolerances and expected values of a test file, test by test.
//!
//! `weakening.rs` compares two of these; they are read from the syntax tree, so that comments and strings do not count.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::tree::{named, parse, text_of, walk};

/// Names that leave a test out or let it fail.
const SKIPS: &[&str] = &[
    "skip",
    "skipif",
    "skipIf",
    "skipUnless",
    "xfail",
    "importorskip",
    "SkipTest",
    "skipTest",
    "expectedFailure",
];
/// Calls that take what is only near.
const TOLERANCES: &[&str] = &["approx", "isclose", "allclose", "assertAlmostEqual", "round"];
/// Exceptions that are nearly every exception.
const BROAD: &[&str] = &["Exception", "BaseException"];

/// Demands of the tests of a file, test by test; what stands outside of tests is under the empty name.
#[derive(Debug, Default)]
pub(super) struct Suite {
    pub(super) tests: BTreeMap<String, Asked>,
}

/// Demands of one test.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Assertions of any kind.
    pub(super) assertions: usize,
    /// Assertions that always hold.
    pub(super) vacuous: usize,
    /// Marks and calls that leave it out.
    pub(super) skips: usize,
    /// Calls that take what is only near.
    pub(super) tolerances: usize,
    /// How far off a value may be: larger is laxer.
    pub(super) laxness: Vec<f64>,
    /// What each compared value is compared with: `== 3` by `f(1)`.
    pub(super) expected: BTreeMap<String, Vec<String>>,
    /// Rows of its tables.
    pub(super) rows: usize,
    /// Handlers and expectations of nearly every exception.
    pub(super) broad: usize,
    /// Places at which it ends before its end.
    pub(super) returns: usize,
}

impl Asked {
    /// Counts the comparisons of values.
    pub(super) fn comparisons(&self) -> usize {
        self.expected.values().map(Vec::len).sum()
    }
}

/// Reads a test file; nothing where it does not parse.
pub(super) fn read(text: &str) -> Option<Suite> {
    let tree = parse(text).filter(|tree| !tree.root_node().has_error())?;
    let mut suite = Suite::default();
    // The test around each node; the empty name outside of tests.
    walk(tree.root_node(), String::new(), |cursor, outer| {
        let node = cursor.node();
        let name = entered(text, node, outer).unwrap_or_else(|| outer.clone());
        note(text, node, suite.tests.entry(name.clone()).or_default());
        Some(name)
    });
    Some(suite)
}

/// The name of the test that begins with a node, its decorators included.
fn entered(text: &str, node: Node<'_>, outer: &str) -> Option<String> {
    let definition = match node.kind() {
        "decorated_definition" => node.child_by_field_name("definition")?,
        "function_definition" | "class_definition" => node,
        _ => return None,
    };
    let name = text_of(text, definition.child_by_field_name("name")?);
    let own =
        if definition.kind() == "class_definition" { format!("{name}.") } else { name.to_owned() };
    let is_named = outer == own || outer.ends_with(&format!(".{own}"));
    let is_test = name.starts_with("test") || definition.kind() == "class_definition";
    let is_inside = !outer.is_empty() && !outer.ends_with('.');
    (is_test && !is_named && !is_inside).then(|| format!("{outer}{own}"))
}

fn note(text: &str, node: Node<'_>, asked: &mut Asked) {
    match node.kind() {
        "assert_statement" => assertion(text, node, asked),
        "call" => called(text, node, asked),
        "identifier" if SKIPS.contains(&text_of(text, node)) => asked.skips += 1,
        "except_clause" => {
            let is_bare = named(node).first().is_none_or(|first| first.kind() == "block");
            asked.broad += usize::from(is_bare || names_broad(text, node));
        }
        "return_statement" => asked.returns += 1,
        _ => {}
    }
}

/// Tells whether the first words of a node name nearly every exception.
fn names_broad(text: &str, node: Node<'_>) -> bool {
    let head = text_of(text, node).split(':').next().unwrap_or("");
    head.split(|symbol: char| !symbol.is_alphanumeric()).any(|word| BROAD.contains(&word))
}

fn assertion(text: &str, node: Node<'_>, asked: &mut Asked) {
    asked.assertions += 1;
    let Some(claim) = named(node).first().copied() else { return };
    let is_joined = claim.kind() == "boolean_operator"
        && text_of(text, claim).contains(" or ")
        && named(claim).iter().any(|side| side.kind() == "true");
    let is_constant = matches!(claim.kind(), "true" | "integer" | "string" | "tuple");
    asked.vacuous += usize::from(is_joined || is_constant);
    if claim.kind() == "comparison_operator" {
        compared(text, claim, asked);
    }
}

fn compared(text: &str, claim: Node<'_>, asked: &mut Asked) {
    let Some(left) = claim.named_child(0) else { return };
    let value = plain(text_of(text, left));
    let rest = plain(text.get(left.end_byte()..claim.end_byte()).unwrap_or(""));
    let bound = rest.trim_start_matches(['<', '=']).trim().parse::<f64>();
    if let (true, Ok(bound)) = (value.starts_with("abs(") && rest.starts_with('<'), bound) {
        asked.laxness.push(bound);
    } else {
        asked.expected.entry(value).or_default().push(rest);
    }
}

/// A text with single blanks.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn called(text: &str, node: Node<'_>, asked: &mut Asked) {
    let Some(function) = node.child_by_field_name("function") else { return };
    let word = text_of(text, function.child_by_field_name("attribute").unwrap_or(function));
    let arguments = node.child_by_field_name("arguments").map(named).unwrap_or_default();
    if word.starts_with("assert") || matches!(word, "raises" | "warns") {
        asked.assertions += 1;
    }
    if matches!(word, "raises" | "suppress" | "assertRaises") {
        asked.broad += usize::from(
            arguments.first().is_some_and(|first| BROAD.contains(&text_of(text, *first))),
        );
    }
    if let ("assertEqual" | "assertEquals" | "assertIs" | "assertIn", [value, expected, ..]) =
        (word, &arguments[..])
    {
        let rest = format!("{word} {}", plain(text_of(text, *expected)));
        asked.expected.entry(plain(text_of(text, *value))).or_default().push(rest);
    }
    if word == "parametrize" {
        let table =
            arguments.iter().skip(1).find(|argument| matches!(argument.kind(), "list" | "tuple"));
        asked.rows += table.map_or(0, |table| named(*table).len());
    }
    if TOLERANCES.contains(&word) {
        asked.tolerances += 1;
        laxness(text, word, &arguments, asked);
    }
}

/// Tells how far off the values of a call may be.
fn laxness(text: &str, word: &str, arguments: &[Node<'_>], asked: &mut Asked) {
    for argument in arguments.iter().filter(|argument| argument.kind() == "keyword_argument") {
        let (Some(name), Some(value)) =
            (argument.child_by_field_name("name"), argument.child_by_field_name("value"))
        else {
            continue;
        };
        let Ok(value) = text_of(text, value).parse::<f64>() else { continue };
        match text_of(text, name) {
            "places" | "ndigits" => asked.laxness.push(-value),
            "rel" | "abs" | "rel_tol" | "abs_tol" | "delta" | "rtol" | "atol" => {
                asked.laxness.push(value);
            }
            _ => {}
        }
    }
    let places = match word {
        "round" => arguments.get(1),
        "assertAlmostEqual" => arguments.get(2),
        _ => None,
    };
    if let Some(Ok(places)) = places.map(|places| text_of(text, *places).parse::<f64>()) {
        asked.laxness.push(-places);
    }
}
