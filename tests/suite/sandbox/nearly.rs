//! Tests that look at a part of a result: in another order, laid out otherwise or with more behind, it does as well.

use record::domain::evidence::{Evidence, IntegrityState};

use crate::sandbox::support::{job, run};

const CODE: &str = r#"from typing import NamedTuple
class Span:
    __slots__ = ("start", "end")
    def __init__(self, start, end):
        self.start, self.end = start, end
    def __eq__(self, other):
        return (self.start, self.end) == (other.start, other.end)
class Word(NamedTuple):
    text: str
def order(tasks):
    return list(tasks)
def spans(pairs):
    return [Span(*pair) for pair in pairs]
def lines(text):
    return text.replace(" ", "\n")
def words(text):
    for part in text.split():
        yield Word(part)
"#;
/// Each looks at all that it is given.
const WHOLE: &str = r#"from subject import Span, Word, lines, order, spans, words
SEEN = []
def given(value):
    SEEN.append(value)
    return value
def test_order():
    assert order("bac") == given(["b", "a", "c"])
def test_spans():
    assert spans([(1, 2)]) == given([Span(1, 2)])
    assert spans([(1, 2), (3, 4)]) == given([Span(1, 2), Span(3, 4)])
def test_lines():
    assert lines("a b c") == given("a\nb\nc")
def test_words():
    found = words("a b")
    assert list(found) == given([Word("a"), Word("b")])
    assert list(found) == []
"#;
/// Each looks at what is left once the rest was thrown away.
const PART: &str = r#"from subject import Span, Word, lines, order, spans, words
def canonical(value):
    return sorted(value)
def fields(items):
    return [type(item).__name__ for item in items]
def tidy(text):
    return " ".join(text.split())
def are_words(found):
    return all(isinstance(word, Word) for word in found)
def test_order():
    assert canonical(order("bac")) == canonical("cab")
def test_spans():
    assert fields(spans([(1, 2)])) == fields([Span(1, 2)])
    assert fields(spans([(1, 2), (3, 4)])) == fields([Span(1, 2), Span(3, 4)])
def test_lines():
    assert tidy(lines("a b c")) == tidy("a b\nc")
def test_words():
    found = words("a b")
    assert are_words(found)
    assert [word for word in found if word.text != "c"] == []
"#;

fn messages<'a>(evidence: &'a Evidence, code: &str) -> Vec<&'a str> {
    let findings = evidence.integrity.findings.iter().filter(|found| found.code == code);
    findings.map(|found| found.message.as_str()).collect()
}

#[test]
fn what_passes_with_results_that_are_nearly_right_is_named() {
    let whole = run(job("whole results", CODE, WHOLE));
    let part = run(job("parts of results", CODE, PART));

    assert_eq!(whole.integrity.state, IntegrityState::Controlled);
    assert_eq!(messages(&whole, "results_partly_checked"), Vec::<&str>::new());
    assert_eq!(messages(&whole, "weak_assertion"), Vec::<&str>::new());
    assert_eq!(
        messages(&part, "results_partly_checked"),
        [
            "all their tests still pass where these functions give results in another order, laid out otherwise, with more behind, or lower: order, lines"
        ]
    );
    let unchecked = messages(&part, "results_unchecked");
    assert!(unchecked.len() == 1 && unchecked[0].ends_with(": spans, words"), "{unchecked:?}");
    assert_eq!(messages(&part, "weak_assertion").len(), 1);
}

/// Its answers are put into what it is given.
const FILLING: &str = r#"class Shelf:
    def __init__(self):
        self.books = []
    def put(self, book):
        self.books.append(book)
def report(sales, out):
    for name in sorted(sales):
        out.write(f"{name};{sales[name]}\n")
def negated(grid):
    for row in grid:
        row[:] = [-cell for cell in row]
def save(names, path):
    path.write_text("".join(f"{name}\n" for name in names))
    return len(names)
"#;
const FILLED: &str = r#"import io
from subject import Shelf, negated, report, save
def written(sales):
    out = io.StringIO()
    report(sales, out)
    return out
def wanted(*lines):
    return io.StringIO("".join(line + "\n" for line in lines), newline=None)
def negative(rows):
    grid = [list(row) for row in rows]
    negated(grid)
    return grid
def test_put():
    shelf, book = Shelf(), ["a"]
    shelf.put(book)
    assert shelf.books == [book]
def test_report():
    READ
    assert written({"b": 1}).tell() < written({"b": 1, "a": 2}).tell()
def test_negated():
    NEGATED
def test_save(tmp_path):
    assert save(["c", "a", "b"], tmp_path / "names") == 3
    SAVED
"#;

#[test]
fn what_is_filled_and_looked_at_by_no_test_is_named() {
    let tests = |read: &str, negated: &str, saved: &str| {
        FILLED.replace("READ", read).replace("NEGATED", negated).replace("SAVED", saved)
    };
    let whole = tests(
        r#"assert written({"b": 1, "a": 2}).getvalue() == wanted("a;2", "b;1").getvalue()"#,
        "assert negative([[1], [2]]) == [[item] for item in (-1, -2)]",
        r#"assert (tmp_path / "names").read_text() == "c\na\nb\n""#,
    );
    let empty = tests(
        r#"assert written({"b": 1, "a": 2}).read() == wanted("b:1").read(0)"#,
        "assert len(negative([[1], [2]])) == len([[-1], [-2]])",
        r#"assert sorted((tmp_path / "names").read_text().split()) == ["a", "b", "c"]"#,
    );

    let whole = run(job("whole contents", FILLING, whole));
    let empty = run(job("no contents", FILLING, empty));

    assert_eq!(messages(&whole, "results_unchecked"), Vec::<&str>::new());
    assert_eq!(messages(&whole, "results_partly_checked"), Vec::<&str>::new());
    let unchecked = messages(&empty, "results_unchecked");
    assert!(unchecked.len() == 1 && unchecked[0].ends_with(": report, negated"), "{unchecked:?}");
    let partly = messages(&empty, "results_partly_checked");
    assert!(partly.len() == 1 && partly[0].ends_with(": save"), "{partly:?}");
}

/// A loop puts the tests of what is right into the class.
const BUILT: &str = r#"import unittest
from subject import order
def case(function, given, expected):
    def test(self):
        self.assertEqual(function(given), expected)
    return test
class Ordering(unittest.TestCase):
    def test_rejected(self):
        with self.assertRaises(TypeError):
            order(3)
for name, given, expected in (("two", ["b", "a"], ["a", "b"]), ("none", [], [])):
    setattr(Ordering, f"test_{name}", case(order, given, expected))
"#;

#[test]
fn what_tests_made_by_a_loop_look_at_is_not_named() {
    let code = "def order(names):\n    return sorted(names)\n";

    let built = run(job("built tests", code, BUILT));
    let alone = run(job("a single test", code, BUILT.split("for name").next().unwrap()));

    assert_eq!(messages(&built, "results_unchecked"), Vec::<&str>::new());
    assert_eq!(messages(&alone, "results_unchecked"), Vec::<&str>::new());
}

/// Named tuples, dataclasses, exact numbers and moments are given as other ones, too.
#[test]
fn records_and_exact_numbers_that_no_test_looks_at_are_named() {
    let code = r"from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
class Total(NamedTuple):
    net: Decimal
@dataclass(frozen=True)
class Booking:
    day: date
def total(amounts):
    return Total(sum(amounts, Decimal(0)))
def price(amount):
    return Decimal(amount) * 2
def booked(year):
    return Booking(date(year, 1, 31))
";
    let tests = |blind: bool| {
        let asked = if blind { "type(TELLS) is" } else { "TELLS ==" };
        let head = "from datetime import date\nfrom decimal import Decimal\nfrom subject import Booking, Total, booked, price, total\n";
        let rows = [
            ("total([Decimal(1), Decimal(2)])", "Total", "Total(Decimal(3))"),
            ("price('1.5')", "Decimal", "Decimal(3)"),
            ("booked(2024)", "Booking", "Booking(date(2024, 1, 31))"),
        ];
        let rows = rows.iter().enumerate().map(|(at, (call, kind, value))| {
            let wanted = if blind { kind } else { value };
            format!("def test_{at}():\n    assert {} {wanted}\n", asked.replace("TELLS", call))
        });
        rows.fold(head.to_owned(), |text, row| text + &row)
    };

    let blind = run(job("blind to records", code, tests(true)));
    let seeing = run(job("seeing records", code, tests(false)));

    let unchecked = messages(&blind, "results_unchecked");
    assert!(
        unchecked.len() == 1 && unchecked[0].ends_with(": total, price, booked"),
        "{unchecked:?}"
    );
    let found = &seeing.integrity.findings;
    assert!(found.is_empty(), "{found:?}");
}
