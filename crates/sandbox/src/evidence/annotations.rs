//! Names in annotations that Python never evaluates.
//!
//! With `from __future__ import annotations` (PEP 563) an annotation is text until somebody asks for it, so a name in it that nothing
//! binds is no error of the program. Text is read without a syntax tree, because a linter says no more than a line and a column.

/// What a place in the head of a function belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    Annotation,
    Default,
    /// After the arrow, up to the colon that ends the head.
    Returns,
}

/// Tells whether a place (a line from 1, a column from 0) is in an annotation of a file that leaves them unevaluated: of a parameter,
/// of what a function returns, or of a variable. `is_statement` says that a statement is known to begin in that line; else a line
/// that may be an entry of a dictionary is taken for one.
pub(crate) fn is_unevaluated(text: &str, (line, column): (u32, u32), is_statement: bool) -> bool {
    let is_future = |line: &str| {
        let names = line.strip_prefix("from __future__ import ");
        names.is_some_and(|names| names.contains("annotations"))
    };
    if !text.lines().any(is_future) {
        return false;
    }
    let place = |number: u32| usize::try_from(number).ok();
    let (Some(at), Some(column)) = (place(line).and_then(|at| at.checked_sub(1)), place(column))
    else {
        return false;
    };
    let lines: Vec<&str> = text.lines().take(at + 1).collect();
    let Some(last) = lines.get(at) else { return false };
    let is_head = |line: &&str| {
        let line = line.trim_start();
        line.strip_prefix("async ").unwrap_or(line).starts_with("def ")
    };
    let head = lines.iter().rposition(is_head).and_then(|head| lines.get(head..));
    let is_declared = is_statement || !(last.contains('=') || last.trim_end().ends_with(','));
    head.is_some_and(|head| is_in_head(head, column))
        || (is_declared && is_of_variable(last, column))
}

/// The head of a function as far as it was read.
struct Head {
    depth: u32,
    part: Part,
    quote: Option<char>,
    before: char,
}

/// How the reading of a head goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Symbol,
    Line,
    Nothing,
}

impl Head {
    fn take(&mut self, symbol: char) -> Next {
        let before = std::mem::replace(&mut self.before, symbol);
        if let Some(open) = self.quote {
            self.quote = (open != symbol).then_some(open);
            return Next::Symbol;
        }
        let is_result = self.part == Part::Returns;
        match symbol {
            '#' => return Next::Line,
            '"' | '\'' => self.quote = Some(symbol),
            '(' | '[' | '{' => self.depth += 1,
            ')' | ']' | '}' => {
                self.depth = self.depth.saturating_sub(1);
                self.part = if self.depth == 0 && !is_result { Part::Name } else { self.part };
            }
            ':' if self.depth == 0 => return Next::Nothing,
            _ if is_result => {}
            ',' if self.depth == 1 => self.part = Part::Name,
            '=' if self.depth == 1 => self.part = Part::Default,
            ':' if self.depth == 1 && self.part == Part::Name => self.part = Part::Annotation,
            '>' if self.depth == 0 && before == '-' => self.part = Part::Returns,
            _ => {}
        }
        Next::Symbol
    }
}

/// Whether a column of the last line of these, which begin with the head of a function, is in an annotation of that.
fn is_in_head(lines: &[&str], column: usize) -> bool {
    let mut head = Head { depth: 0, part: Part::Name, quote: None, before: ' ' };
    let Some((last, above)) = lines.split_last() else { return false };
    for line in above {
        let is_over =
            line.chars().map(|symbol| head.take(symbol)).find(|next| *next != Next::Symbol);
        if is_over == Some(Next::Nothing) {
            return false;
        }
    }
    let is_reached = last.chars().take(column).all(|symbol| head.take(symbol) == Next::Symbol);
    let is_annotation = matches!(head.part, Part::Annotation | Part::Returns);
    is_reached && last.chars().count() > column && is_annotation
}

/// Whether a column is in the annotation of a variable: `name: here` or `name.part: here = value`.
fn is_of_variable(line: &str, column: usize) -> bool {
    let Some((target, rest)) = line.split_once(':') else { return false };
    let target = target.trim_start();
    let is_name = |symbol: char| symbol == '_' || symbol == '.' || symbol.is_alphanumeric();
    let is_word = ["else", "try", "finally"].contains(&target);
    if target.is_empty() || is_word || !target.chars().all(is_name) {
        return false;
    }
    let begins = line.chars().count() - rest.chars().count();
    let ends = rest.find('=').map_or(usize::MAX, |at| begins + rest[..at].chars().count());
    (begins..ends).contains(&column)
}

#[cfg(test)]
mod tests {
    use super::is_unevaluated;

    const FUTURE: &str = "from __future__ import annotations\n";

    /// Whether the name `here` of a text is in an annotation.
    fn is(text: &str) -> bool {
        let text = format!("{FUTURE}{text}");
        let found = |(number, line): (usize, &str)| Some((number, line.find("here")?));
        let (line, column) = text.lines().enumerate().find_map(found).unwrap();
        let place = (u32::try_from(line + 1).unwrap(), u32::try_from(column).unwrap());
        is_unevaluated(&text, place, !text.contains(",\n"))
    }

    #[test]
    fn what_stands_after_a_colon_or_an_arrow_of_a_head_is_an_annotation() {
        assert!(is("def f(a: here): pass\n"));
        assert!(is("def f(a: int = 1, b: dict[str, here] = None):\n    pass\n"));
        assert!(is("async def f(\n    a,  # a: (\n    b: here,\n) -> int:\n    pass\n"));
        assert!(is("class A:\n    def f(self, text=':') -> here:\n        pass\n"));
        assert!(is("def f(a=1) -> dict[str, here]: pass\n"));
        assert!(is("def f() -> (\n    tuple[int, list[here]]\n):\n    pass\n"));
        assert!(is("kind: list[here] = []\n"));
        assert!(is("def f(self):\n    self.kind: here\n"));
    }

    #[test]
    fn what_runs_is_none() {
        assert!(!is("def f(a=here): pass\n"));
        assert!(!is("def f(a: int = here): pass\n"));
        assert!(!is("def f(a=lambda b: here): pass\n"));
        assert!(!is("def f(a: int): return here\n"));
        assert!(!is("def f() -> dict[str, int]: return here\n"));
        assert!(!is("def f(a: int):\n    return {a: here}\n"));
        assert!(!is("try: here\nexcept: pass\n"));
        assert!(!is("kind: int = here\n"));
        assert!(!is("kinds = {\n    key: here,\n}\n"));
        assert!(!is("@mark(here)\ndef f(): pass\n"));
    }

    #[test]
    fn without_the_import_all_of_it_runs() {
        assert!(!is_unevaluated("def f(a: here): pass\n", (1, 9), true));
        assert!(!is_unevaluated(FUTURE, (9, 9), true));
    }
}
