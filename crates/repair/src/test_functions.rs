//! Test functions of a file, each with its text, and what stands around them.
//!
//! A change of a repository edits tests in place, renames and removes them. What a test asks now is compared with what it asked by
//! these texts; where nothing around the functions changed, those that did not change need not be run again.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::suite::{Asked, read as asked_by};
use super::tree::{named, parse, text_of, words_of};

/// Parts of the names of helpers that ask something themselves.
const ASKING: [&str; 7] = ["assert", "check", "expect", "verify", "raises", "should", "validate"];

/// The test functions of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestFile {
    /// By name, that of the classes before it: `TestCart::test_total`.
    pub functions: BTreeMap<String, TestFunction>,
    /// Everything else in the file, with single blanks.
    pub surroundings: String,
}

/// One test function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestFunction {
    /// Its text with its decorators and with single blanks.
    pub text: String,
    /// Whether it is skipped whatever the circumstances.
    pub is_left_out: bool,
    /// What it asks.
    pub asks: Asks,
}

/// What a test asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Something.
    Something,
    /// Something, and something that always holds.
    Partly,
    /// Only what always holds.
    Nothing,
    /// Nothing that can be seen: it passes where nothing is raised.
    NoError,
}

/// Reads a file of tests; nothing where it does not parse.
pub fn test_functions(text: &str) -> Option<TestFile> {
    let tree = parse(text).filter(|tree| !tree.root_node().has_error())?;
    let asked = asked_by(text)?.tests;
    let mut reader = Reader { text, asked: &asked, file: TestFile::default(), from: 0 };
    let is_all_out = named(tree.root_node()).iter().any(|node| reader.leaves_all_out(*node));
    let outer = Outer { name: String::new(), is_left_out: is_all_out };
    reader.read(tree.root_node(), &outer);
    reader.surround(text.len());
    let mut file = reader.file;
    file.surroundings = plain(&file.surroundings);
    Some(file)
}

/// How alike two texts are, from 0 to 1, by the words that they have in common.
pub fn likeness(one: &str, other: &str) -> f64 {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    let mut all = 0_i64;
    for word in words_of(one) {
        *counts.entry(word).or_default() += 1;
        all += 1;
    }
    let mut common = 0_i64;
    for word in words_of(other) {
        all += 1;
        let left = counts.entry(word).or_default();
        if *left > 0 {
            *left -= 1;
            common += 1;
        }
    }
    let number = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
    if all == 0 { 1.0 } else { 2.0 * number(common) / number(all) }
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is known around a function.
struct Outer {
    name: String,
    is_left_out: bool,
}

struct Reader<'a> {
    text: &'a str,
    asked: &'a BTreeMap<String, Asked>,
    file: TestFile,
    from: usize,
}

impl<'a> Reader<'a> {
    /// Reads the functions and classes of a block.
    fn read(&mut self, block: Node<'a>, outer: &Outer) {
        for node in named(block) {
            let definition = match node.kind() {
                "decorated_definition" => node.child_by_field_name("definition"),
                "function_definition" | "class_definition" => Some(node),
                _ => None,
            };
            let Some(definition) = definition else { continue };
            let Some(name) = definition.child_by_field_name("name") else { continue };
            let name = text_of(self.text, name);
            let is_left_out = outer.is_left_out || self.is_skipped(node);
            let body = definition.child_by_field_name("body");
            if definition.kind() == "class_definition" {
                let inner = Outer { name: format!("{}{name}::", outer.name), is_left_out };
                self.read_body(body, &inner);
            } else if name.starts_with("test") {
                let skips = body.is_some_and(|body| self.skips_itself(body));
                self.add(node, format!("{}{name}", outer.name), is_left_out || skips);
            }
        }
    }

    fn read_body(&mut self, body: Option<Node<'a>>, outer: &Outer) {
        if let Some(body) = body {
            self.read(body, outer);
        }
    }

    fn add(&mut self, node: Node<'a>, name: String, is_left_out: bool) {
        self.surround(node.start_byte());
        self.from = node.end_byte();
        let text = plain(text_of(self.text, node));
        let asks = self.asks(&name, &text);
        self.file.functions.insert(name, TestFunction { text, is_left_out, asks });
    }

    /// Takes what stands before a place, from the end of the last function.
    fn surround(&mut self, until: usize) {
        self.file.surroundings.push_str(self.text.get(self.from..until).unwrap_or_default());
        self.file.surroundings.push('\n');
    }

    fn asks(&self, name: &str, text: &str) -> Asks {
        let asked = self.asked.get(&name.replace("::", "."));
        match asked.map(|asked| (asked.assertions, asked.vacuous)) {
            Some((0, _)) | None => {
                let is_asking = |word: &str| ASKING.iter().any(|part| word.contains(part));
                let calls = words_of(text).skip(2).any(|word| is_asking(&word.to_lowercase()));
                if calls { Asks::Something } else { Asks::NoError }
            }
            Some((all, vacuous)) if all <= vacuous => Asks::Nothing,
            Some((_, 1..)) => Asks::Partly,
            Some(_) => Asks::Something,
        }
    }

    /// Whether a decorator leaves it out without a condition.
    fn is_skipped(&self, node: Node<'a>) -> bool {
        let decorators = named(node).into_iter().filter(|child| child.kind() == "decorator");
        decorators.into_iter().any(|decorator| {
            let head = text_of(self.text, decorator).split('(').next().unwrap_or_default();
            words_of(head).last() == Some("skip")
        })
    }

    /// Whether a statement of a body itself leaves the test.
    fn skips_itself(&self, body: Node<'a>) -> bool {
        named(body).iter().any(|statement| match statement.kind() {
            "expression_statement" => {
                let head = text_of(self.text, *statement).split('(').next().unwrap_or_default();
                matches!(words_of(head).last(), Some("skip" | "skipTest"))
            }
            "raise_statement" => text_of(self.text, *statement).contains("SkipTest"),
            _ => false,
        })
    }

    /// Whether a statement of the module leaves all of its tests out.
    fn leaves_all_out(&self, node: Node<'a>) -> bool {
        let text = text_of(self.text, node);
        let is_mark = text.starts_with("pytestmark") && words_of(text).any(|word| word == "skip");
        let is_call = text.starts_with("pytest.skip(");
        node.kind() == "expression_statement" && (is_mark || is_call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TESTS: &str = "import pytest\n\n\ndef helper():\n    return 1\n\n\nclass TestCart:\n    @pytest.mark.skip(reason='no')\n    def test_out(self):\n        assert helper() == 2\n\n    def test_in(self):\n        assert helper() == 1\n\n\ndef test_late():\n    pytest.skip('later')\n\n\n@pytest.mark.skipif(helper() == 1, reason='no')\ndef test_maybe():\n    assert True\n\n\ndef test_runs():\n    helper()\n\n\ndef test_helped():\n    check_all(helper())\n";

    #[test]
    fn functions_have_the_names_of_their_classes_and_what_leaves_them_out() {
        let file = test_functions(TESTS).unwrap();

        let told: Vec<_> = file
            .functions
            .iter()
            .map(|(name, found)| (name.as_str(), found.is_left_out, found.asks))
            .collect();
        assert_eq!(
            told,
            [
                ("TestCart::test_in", false, Asks::Something),
                ("TestCart::test_out", true, Asks::Something),
                ("test_helped", false, Asks::Something),
                ("test_late", true, Asks::NoError),
                ("test_maybe", false, Asks::Nothing),
                ("test_runs", false, Asks::NoError),
            ]
        );
    }

    #[test]
    fn surroundings_are_all_but_the_functions() {
        let before = test_functions(TESTS).unwrap();
        let edited = test_functions(&TESTS.replace("== 2", "== 3")).unwrap();
        let helper = test_functions(&TESTS.replace("return 1", "return 2")).unwrap();

        assert_eq!(before.surroundings, edited.surroundings);
        assert_ne!(before.functions, edited.functions);
        assert_ne!(before.surroundings, helper.surroundings);
        assert_eq!(before.functions, helper.functions);
    }

    #[test]
    fn texts_are_alike_by_their_words() {
        assert!(likeness("def test_a(): assert f(1) == 2", "def test_b(): assert f(1) == 2") > 0.8);
        assert!(likeness("def test_a(): assert f(1) == 2", "class Other: pass") < 0.3);
        assert!((likeness("", "") - 1.0).abs() < f64::EPSILON);
    }
}
