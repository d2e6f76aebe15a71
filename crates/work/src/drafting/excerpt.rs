//! The parts of a long file that matter for a request.
//!
//! The beginning is always there, for imports stand in it; then come the lines with the rarest words of the request, each with what
//! stands around it, in the order of the file. What is left out is said with its lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use crate::drafting::name_words::words;

/// Lines of the beginning.
const HEAD: usize = 25;
/// Lines before and after one that matters.
const AROUND: (usize, usize) = (12, 25);

/// The parts of a text that have these words, of at most so many bytes; nothing where no line has any.
pub fn excerpt(text: &str, rarity: &BTreeMap<&str, f64>, budget: usize) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let weight = |line: &&str| -> f64 {
        words(line).iter().filter_map(|word| rarity.get(word.as_str())).sum()
    };
    let mut ranked: Vec<(f64, usize)> = lines.iter().map(weight).zip(0..).collect();
    ranked.retain(|(weight, _)| *weight > 0.0);
    ranked.sort_by(|(left, one), (right, other)| right.total_cmp(left).then(one.cmp(other)));
    if ranked.is_empty() {
        return None;
    }
    let mut parts = Parts { kept: vec![false; lines.len()], lines, left: budget };
    parts.keep(0..HEAD);
    for (_, line) in ranked {
        if !parts.keep(line.saturating_sub(AROUND.0)..line + AROUND.1) {
            break;
        }
    }
    parts.kept.contains(&true).then(|| parts.told())
}

/// The lines of a text, with those that are kept.
struct Parts<'a> {
    lines: Vec<&'a str>,
    kept: Vec<bool>,
    left: usize,
}

impl Parts<'_> {
    /// Keeps some lines, all of them or none; tells whether they fit.
    fn keep(&mut self, range: Range<usize>) -> bool {
        let range = range.start..range.end.min(self.lines.len());
        let new = range.clone().filter(|at| self.kept.get(*at) == Some(&false));
        let bytes: usize = new.filter_map(|at| self.lines.get(at)).map(|line| line.len()).sum();
        if bytes > self.left {
            return false;
        }
        self.left -= bytes;
        self.kept.get_mut(range).unwrap_or_default().fill(true);
        true
    }

    fn told(&self) -> String {
        let mut told = String::new();
        let mut at = 0;
        for run in self.kept.chunk_by(|one, other| one == other) {
            let (from, to) = (at, at + run.len());
            at = to;
            if run.contains(&true) {
                told.push_str(&self.lines.get(from..to).unwrap_or_default().concat());
            } else {
                // Writing to a `String` cannot fail.
                writeln!(told, "[lines {} to {to} are not shown]", from + 1).ok();
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_lines_that_matter_are_told_with_what_is_left_out() {
        let mut lines: Vec<String> = (1..=500).map(|line| format!("line_{line} = 1\n")).collect();
        *lines.get_mut(299).unwrap() = "def wait_exponential(): ...\n".to_owned();
        let rarity = [("exponential", 2.0), ("wait", 1.0)].into();

        let told = excerpt(&lines.concat(), &rarity, 10_000).unwrap();

        assert!(told.starts_with("line_1 = 1\n"), "{told}");
        assert!(told.contains("line_25 = 1\n[lines 26 to 287 are not shown]\nline_288"), "{told}");
        assert!(told.contains("def wait_exponential(): ...\n"), "{told}");
        assert!(told.ends_with("line_324 = 1\n[lines 325 to 500 are not shown]\n"), "{told}");
    }

    #[test]
    fn nothing_is_told_of_what_has_no_such_word_or_no_room() {
        let rarity = [("exponential", 2.0)].into();

        assert_eq!(excerpt("a = 1\n", &rarity, 100), None);
        assert_eq!(excerpt(&"exponential ".repeat(100), &rarity, 100), None);
    }
}
