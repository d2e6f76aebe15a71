//! Finds tests that contradict each other, which no code can pass.
//!
//! Asking a model again would only cost money there, so the loop ends and tells the owner. The search is narrow on purpose
//! (same function, literal arguments, plainly different literals): a false alarm would stop a healing that could succeed.

use std::collections::BTreeMap;

use tree_sitter::{Node, Parser};

use inspection::language::Language;

use record::domain::role::Role;

use record::domain::source::Source;

/// Largest test file that is looked at, in bytes.
const MAX_BYTES: usize = 256 << 10;
/// Most contradictions that are told.
const MAX_TOLD: usize = 5;
/// Deepest nesting of a literal.
const MAX_DEPTH: usize = 8;

/// Finds asserts of different tests that want different results of the same call, one sentence each.
///
/// Only functions that the tests import count, with literal arguments, and literals that are plainly different: what has a
/// state may well answer differently, and so does what a test makes itself.
pub fn contradictions(source: &Source) -> Vec<String> {
    let mut wanted: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    let mut found = Vec::new();
    for file in source.of_role(Role::Test) {
        for claim in claims(&file.text()) {
            let key = (claim.module, claim.call.clone());
            match wanted.get(&key) {
                Some((test, expected)) if *expected != claim.expected && *test != claim.test => {
                    found.push(format!(
                        "{test} wants {} to be {expected}, {} wants {}",
                        claim.call, claim.test, claim.expected
                    ));
                }
                Some(_) => {}
                None => {
                    wanted.insert(key, (claim.test, claim.expected));
                }
            }
        }
    }
    found.truncate(MAX_TOLD);
    found
}

/// An `assert call == expected` in a test.
struct Claim {
    test: String,
    call: String,
    /// Where the function comes from.
    module: String,
    expected: String,
}

fn claims(text: &str) -> Vec<Claim> {
    if text.len() > MAX_BYTES {
        return Vec::new();
    }
    let mut parser = Parser::new();
    if parser.set_language(&Language::Python.grammar(b"")).is_err() {
        return Vec::new();
    }
    let Some(tree) = parser.parse(text, None) else { return Vec::new() };
    let mut found = Vec::new();
    let root = tree.root_node();
    let mut cursor = root.walk();
    let imported = imported(text, root);
    for test in root.named_children(&mut cursor).filter(|node| node.kind() == "function_definition")
    {
        let name = test.child_by_field_name("name").map(|name| part(text, name));
        let field = |field| test.child_by_field_name(field);
        let (Some(body), Some(given)) = (field("body"), field("parameters")) else { continue };
        if given.named_child_count() > 0 {
            continue;
        }
        let mut inner = body.walk();
        // Any other statement may give a name another meaning, or the code another state.
        let is_plain = |statement: &Node<'_>| {
            let is_text = || statement.named_child(0).is_some_and(|node| node.kind() == "string");
            statement.kind() == "assert_statement"
                || statement.kind() == "expression_statement" && is_text()
        };
        for statement in body.named_children(&mut inner).take_while(is_plain) {
            found.extend(claim(text, name.unwrap_or_default(), statement, &imported));
        }
    }
    found
}

/// The names that a module of tests takes from elsewhere, with where that is.
fn imported<'t>(text: &'t str, root: Node<'_>) -> BTreeMap<&'t str, &'t str> {
    let mut found = BTreeMap::new();
    let mut cursor = root.walk();
    let imports = root.named_children(&mut cursor);
    for import in imports.filter(|node| node.kind() == "import_from_statement") {
        let Some(module) = import.child_by_field_name("module_name") else { continue };
        let mut inner = import.walk();
        for name in import.children_by_field_name("name", &mut inner) {
            let known = name.child_by_field_name("alias").unwrap_or(name);
            found.insert(part(text, known), part(text, module));
        }
    }
    found
}

fn claim(
    text: &str,
    name: &str,
    statement: Node<'_>,
    imported: &BTreeMap<&str, &str>,
) -> Option<Claim> {
    if statement.kind() != "assert_statement" {
        return None;
    }
    let comparison = statement.named_child(0)?;
    if comparison.kind() != "comparison_operator" || comparison.named_child_count() != 2 {
        return None;
    }
    let (call, expected) = (comparison.named_child(0)?, comparison.named_child(1)?);
    let operator = text.get(call.end_byte()..expected.start_byte())?.trim();
    if operator != "==" || call.kind() != "call" {
        return None;
    }
    let function = call.child_by_field_name("function")?;
    let arguments = call.child_by_field_name("arguments")?;
    if function.kind() != "identifier" || arguments.named_child_count() == 0 {
        return None;
    }
    let module = imported.get(part(text, function))?;
    let mut cursor = arguments.walk();
    let values: Option<Vec<String>> =
        arguments.named_children(&mut cursor).map(|node| literal(text, node, 0)).collect();
    Some(Claim {
        test: name.to_owned(),
        call: format!("{}({})", part(text, function), values?.join(", ")),
        module: (*module).to_owned(),
        expected: literal(text, expected, 0)?,
    })
}

/// Spells a literal in one way; `None` for anything else.
fn literal(text: &str, node: Node<'_>, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    match node.kind() {
        "integer" => part(text, node).parse::<i128>().ok().map(|value| value.to_string()),
        "true" | "false" | "none" => Some(part(text, node).to_owned()),
        "string" => string(part(text, node)),
        "unary_operator" => {
            let inner = literal(text, node.named_child(0)?, depth + 1)?;
            part(text, node).starts_with('-').then(|| format!("-{inner}"))
        }
        kind @ ("list" | "tuple") => {
            let mut cursor = node.walk();
            let items: Option<Vec<String>> = node
                .named_children(&mut cursor)
                .map(|item| literal(text, item, depth + 1))
                .collect();
            let items = items?.join(", ");
            Some(if kind == "list" { format!("[{items}]") } else { format!("({items},)") })
        }
        _ => None,
    }
}

/// Spells a string without prefix and escapes in single quotes.
fn string(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_plain = !inner.contains(['\\', '\'', '"', '\n']);
    is_plain.then(|| format!("'{inner}'"))
}

fn part<'t>(text: &'t str, node: Node<'_>) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::source::SourceFile;

    fn found(tests: &str) -> Vec<String> {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        let files = vec![file("a.py", Role::Code, ""), file("test_a.py", Role::Test, tests)];
        contradictions(&Source::new(files).unwrap())
    }

    #[test]
    fn two_results_of_one_call_are_told() {
        let tests = "from a import f\n\ndef test_one():\n    assert f(1, 'a') == [2]\n\n\
            def test_two():\n    assert f(1, \"a\") == [3]\n";

        assert_eq!(found(tests), ["test_one wants f(1, 'a') to be [2], test_two wants [3]"]);
    }

    #[test]
    fn what_may_well_be_right_is_not_told() {
        let honest = [
            ("f(1)", "2", "f(1)", "2"),
            ("f(1)", "[1,2]", "f(1)", "[1, 2]"),
            ("f('a')", "'b'", "f(\"a\")", "\"b\""),
            ("f(1)", "2", "f(2)", "3"),
            ("f()", "1", "f()", "2"),
            ("box.get(1)", "1", "box.get(1)", "2"),
            ("f(x)", "1", "f(x)", "2"),
            ("f(1)", "1", "f(1)", "1.0"),
        ];
        for (one, first, two, second) in honest {
            let tests = format!(
                "from a import f, box\n\ndef test_one():\n    assert {one} == {first}\n\n\
                 def test_two():\n    assert {two} == {second}\n"
            );

            assert_eq!(found(&tests), Vec::<String>::new(), "{tests}");
        }
        for own in ["def f(x):\n        return 3\n    ", "set_up()\n    ", "f = g(f)\n    "] {
            let tests = format!(
                "from a import f\n\ndef test_one():\n    assert f(1) == 2\n\n\
                 def test_two():\n    {own}assert f(1) == 3\n"
            );

            assert_eq!(found(&tests), Vec::<String>::new(), "{tests}");
        }
        let local = "def test_one():\n    assert f(1) == 2\n\n\
            def test_two():\n    assert f(1) == 3\n";
        assert_eq!(found(local), Vec::<String>::new());
        let in_one_test =
            "from a import f\ndef test_one():\n    assert f(1) == 2\n    assert f(1) == 3\n";
        assert_eq!(found(in_one_test), Vec::<String>::new());
        assert_eq!(found("def test_(:\n  assert ("), Vec::<String>::new());
    }
}
