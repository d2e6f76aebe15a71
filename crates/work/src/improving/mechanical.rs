//! Improvements that need no model: what a linter mends by itself, and exceptions that are exact.
//!
//! Only edits that ruff calls safe are made, and a bare `except` becomes one that lets an interrupt through. What is made here passes
//! the same gate as what a model writes.

use record::domain::patch::Edit;
use sandbox::study::Remark;

/// What a mechanical improvement may do; later tries do less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every safe edit, and exact exceptions.
    All,
    /// Every safe edit.
    Safe,
    /// What nobody can miss: unused imports and names, and formats without a field.
    Least,
}

impl Reach {
    /// The reach of a try, the first one being 1.
    pub const fn of(turn: u32) -> Self {
        match turn {
            0 | 1 => Self::All,
            2 => Self::Safe,
            _ => Self::Least,
        }
    }
}

/// A text as it became, and what was done, a sentence each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// What was done.
    pub done: Vec<String>,
}

/// Mends a text by what is said of it.
pub fn mend(text: &str, remarks: &[Remark], reach: Reach) -> Mended {
    let is_meant = |remark: &&Remark| reach != Reach::Least || remark.code.starts_with('F');
    let mut edits: Vec<Edit> = Vec::new();
    let mut done = Vec::new();
    for remark in remarks.iter().filter(|remark| !remark.fix.is_empty()).filter(is_meant) {
        let clashes = |edit: &Edit| edits.iter().any(|other| overlaps(edit, other));
        if remark.fix.iter().any(clashes) {
            // The same edit may mend several things at once.
            continue;
        }
        edits.extend(remark.fix.iter().cloned());
        done.push(format!("line {}: {} ({})", remark.line, remark.message, remark.code));
    }
    let mut text = applied(text, edits);
    if reach == Reach::All {
        let (exact, count) = exact_exceptions(&text);
        text = exact;
        if count > 0 {
            done.push(format!("{count} bare `except` let an interrupt through"));
        }
    }
    Mended { text, done }
}

fn overlaps(one: &Edit, other: &Edit) -> bool {
    one.start < other.end && other.start < one.end || one.start == other.start
}

fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
    let mut text = text.to_owned();
    for edit in edits {
        if text.is_char_boundary(edit.start) && text.is_char_boundary(edit.end) {
            text.replace_range(edit.start..edit.end, &edit.text);
        }
    }
    text
}

/// Turns `except:` into `except Exception:` where what is caught is not raised again.
fn exact_exceptions(text: &str) -> (String, usize) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut count = 0;
    let mut out = String::with_capacity(text.len());
    for (number, line) in lines.iter().enumerate() {
        let is_bare = line.trim_end() == format!("{}except:", indentation(line));
        let body = lines.get(number + 1..).unwrap_or_default();
        if is_bare && !raises_again(body, indentation(line)) {
            out.push_str(&line.replacen("except:", "except Exception:", 1));
            count += 1;
        } else {
            out.push_str(line);
        }
    }
    (out, count)
}

fn indentation(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len()).unwrap_or("")
}

fn raises_again(body: &[&str], outer: &str) -> bool {
    let inside = body
        .iter()
        .take_while(|line| line.trim().is_empty() || indentation(line).len() > outer.len());
    inside.into_iter().any(|line| line.trim() == "raise")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(code: &str, start: usize, end: usize, text: &str) -> Remark {
        let path: record::domain::source_path::SourcePath = "a.py".parse().unwrap();
        let fix = vec![Edit { path: path.clone(), start, end, text: text.to_owned() }];
        Remark { path, line: 1, code: code.to_owned(), message: "said".to_owned(), fix }
    }

    #[test]
    fn edits_that_clash_are_made_once_and_later_tries_do_less() {
        let text = "import os\nx = 1\n";
        let remarks =
            [remark("F401", 0, 10, ""), remark("F811", 4, 10, "y"), remark("B006", 10, 11, "z")];

        let all = mend(text, &remarks, Reach::of(1));
        let least = mend(text, &remarks, Reach::of(3));

        assert_eq!((all.text.as_str(), all.done.len()), ("z = 1\n", 2));
        assert_eq!((least.text.as_str(), least.done.len()), ("x = 1\n", 1));
    }

    #[test]
    fn a_bare_except_lets_an_interrupt_through_unless_it_raises_again() {
        let text = "try:\n    f()\nexcept:\n    pass\ntry:\n    g()\nexcept:\n    h()\n    raise\n";

        let mended = mend(text, &[], Reach::All);

        assert_eq!(mended.text, text.replacen("except:", "except Exception:", 1));
        assert_eq!(mended.done, ["1 bare `except` let an interrupt through"]);
        assert_eq!(mend(text, &[], Reach::Safe).text, text);
    }
}
