//! Reads exception, message and places out of a failure's text.
//!
//! The text is that of short tracebacks of pytest, and the code under test can write anything into it: it guides a repair
//! and is never evidence. Addresses in memory are cut away, so that the same failure has the same text in every run.

use record::domain::healing::FailureClass;

/// Longest text of it, in characters.
const MAX_TEXT: usize = 300;

/// An exception as pytest's short tracebacks show it; the text is hostile and never trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raised {
    /// The name of the exception, without its module; `AssertionError` for a bare assert.
    pub kind: String,
    /// Its message, first line.
    pub message: String,
    /// The innermost place that the traceback names.
    pub place: Option<(String, u32)>,
}

impl Raised {
    /// Reads the text of a failure.
    pub fn read(text: &str) -> Self {
        let told = text.lines().find_map(|line| line.strip_prefix("E "));
        let line = told.or_else(|| text.lines().find(|line| !line.trim().is_empty()));
        let line = line.unwrap_or_default().trim();
        let (kind, message) = parts(line);
        let place = places(text).next_back().map(|(path, line)| (path.to_owned(), line));
        Self { kind: kind.to_owned(), message: bounded(message), place }
    }

    /// Classifies the failure by its exception.
    pub fn class(&self) -> FailureClass {
        class_of(&self.kind)
    }

    /// Writes kind and message in one line.
    pub fn text(&self) -> String {
        if self.message.is_empty() {
            return self.kind.clone();
        }
        format!("{}: {}", self.kind, self.message)
    }

    /// Tells whether a value was compared with an expected one: nothing was raised, and the result is wrong.
    pub fn is_wrong_result(&self) -> bool {
        let compared = [" == ", " is ", " in ", " < ", " > ", " <= ", " >= ", " != "];
        self.class() == FailureClass::Assertion
            && compared.iter().any(|operator| self.message.contains(operator))
    }
}

fn parts(line: &str) -> (&str, &str) {
    let (head, rest) = line.split_once(':').unwrap_or((line, ""));
    let name = head.rsplit('.').next().unwrap_or(head);
    let is_word = |symbol: char| symbol == '_' || symbol == '.' || symbol.is_alphanumeric();
    // Names of exceptions begin with a capital letter.
    if head.chars().all(is_word) && name.starts_with(|symbol: char| symbol.is_uppercase()) {
        return (name, rest.trim());
    }
    // A bare assert, or a word of pytest itself.
    let kind = if line.starts_with("fixture ") { "LookupError" } else { "AssertionError" };
    (kind, line)
}

/// Finds the places that a short traceback names, the innermost last.
pub fn places(text: &str) -> impl DoubleEndedIterator<Item = (&str, u32)> {
    text.lines().filter_map(place)
}

/// Reads `path:line: in name` or `path:line: Kind` at the start of a line.
fn place(line: &str) -> Option<(&str, u32)> {
    let mut parts = line.splitn(3, ':');
    let (path, number, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let is_place = rest.starts_with(' ') && std::path::Path::new(path).extension().is_some();
    if !is_place || path.starts_with(' ') {
        return None;
    }
    Some((path, number.parse().ok()?))
}

fn bounded(text: &str) -> String {
    without_addresses(text).chars().take(MAX_TEXT).collect()
}

/// Cuts addresses in memory out of a line: they differ from run to run.
pub fn without_addresses(line: &str) -> String {
    let words = line.split(' ').map(|word| match word.find("0x") {
        Some(at) => word.get(..at).unwrap_or_default(),
        None => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Names the class of a kind of exception.
pub fn class_of(kind: &str) -> FailureClass {
    match kind {
        "SyntaxError" | "IndentationError" | "TabError" => FailureClass::Syntax,
        "ImportError" | "ModuleNotFoundError" => FailureClass::Import,
        "NameError" | "UnboundLocalError" => FailureClass::Name,
        "TypeError" => FailureClass::Type,
        "AttributeError" => FailureClass::Attribute,
        "KeyError" | "IndexError" | "LookupError" => FailureClass::KeyOrIndex,
        "ValueError" | "UnicodeDecodeError" | "UnicodeEncodeError" | "JSONDecodeError"
        | "OverflowError" => FailureClass::Value,
        "ZeroDivisionError" => FailureClass::ZeroDivision,
        "AssertionError" | "Failed" => FailureClass::Assertion,
        "FileNotFoundError" => FailureClass::FileMissing,
        "Timeout" | "TimeoutError" => FailureClass::Timeout,
        "MemoryError" => FailureClass::Memory,
        _ => FailureClass::Exception,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_traceback_tells_kind_message_and_innermost_place() {
        let text = "test_a.py:5: in test_f\n    assert f(1) == 2\na.py:2: in f\n    return 1 / 0\n\
            E   ZeroDivisionError: division by zero\n";

        assert_eq!(
            Raised::read(text),
            Raised {
                kind: "ZeroDivisionError".to_owned(),
                message: "division by zero".to_owned(),
                place: Some(("a.py".to_owned(), 2)),
            }
        );
    }

    #[test]
    fn classes_follow_from_what_was_raised() {
        let classes = [
            "E   assert -1 == 3\nE    +  where -1 = add(1, 2)",
            "E   json.decoder.JSONDecodeError: Expecting value",
            "E   ModuleNotFoundError: No module named 'x'",
            "E   KeyError: 'a'",
            "E   Failed: DID NOT RAISE <class 'ValueError'>",
            "E       fixture 'spam' not found",
            "E   my.own.Trouble: no",
            "",
        ]
        .map(|text| Raised::read(text).class());

        assert_eq!(
            classes,
            [
                FailureClass::Assertion,
                FailureClass::Value,
                FailureClass::Import,
                FailureClass::KeyOrIndex,
                FailureClass::Assertion,
                FailureClass::KeyOrIndex,
                FailureClass::Exception,
                FailureClass::Assertion,
            ]
        );
    }

    #[test]
    fn addresses_do_not_enter() {
        let message = |address: &str| {
            Raised::read(&format!("E   assert <a.B object at {address}> == 3")).message
        };

        assert_eq!(message("0x7f01>"), message("0x7f99>"));
    }
}
