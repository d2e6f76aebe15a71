//! Colours the lines of a unified diff.
//!
//! Where a line stands decides, and then its first character: inside of a hunk, whose head says how long it is, no line is the
//! name of a file, however it looks. Code could name files that are not there otherwise.

use crate::surfaces::render::ink::{Hue, Look};
use record::domain::text::Untrusted;

/// Draws a unified diff, its lines coloured by their kind.
pub fn draw(text: &str, look: &Look) -> String {
    let text = Untrusted(text).terminal();
    let mut place = Place::default();
    let lines = text.split('\n').map(|line| look.ink.paint(line, place.hue(line)));
    lines.collect::<Vec<_>>().join("\n")
}

/// How many lines of both sides are left of a hunk.
#[derive(Debug, Default)]
struct Place {
    old: usize,
    new: usize,
}

impl Place {
    fn hue(&mut self, line: &str) -> Option<Hue> {
        let sign = line.chars().next();
        if self.old > 0 || self.new > 0 {
            match sign {
                Some('+') => self.new = self.new.saturating_sub(1),
                Some('-') => self.old = self.old.saturating_sub(1),
                Some(' ') | None => {
                    (self.old, self.new) = (self.old.saturating_sub(1), self.new.saturating_sub(1));
                }
                Some('\\') => {}
                // What was cut off: the next head is that of a file or of a hunk again.
                Some(_) => *self = Self::default(),
            }
        } else if let Some(hunk) = line.strip_prefix("@@ ") {
            let mut sides = hunk.split(' ').map(length);
            (self.old, self.new) = (sides.next().unwrap_or(0), sides.next().unwrap_or(0));
        } else if ["+++", "---", "diff "].iter().any(|head| line.starts_with(head)) {
            return Some(Hue::Bold);
        }
        match sign {
            Some('+') => Some(Hue::Green),
            Some('-') => Some(Hue::Red),
            Some('@') => Some(Hue::Cyan),
            Some('\\') => Some(Hue::Faint),
            _ => None,
        }
    }
}

/// The lines of one side, as the head of a hunk has it: `-3,4`, or `-3` for a single one.
fn length(side: &str) -> usize {
    side.split_once(',').map_or(1, |(_, length)| length.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_hunk_is_drawn_as_the_name_of_a_file() {
        let text = "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n x\n--- a/b.py\n+++ b/b.py\n--- a/c.py\n+++ b/c.py\n@@ -1 +1 @@\n-1\n\\ no newline\n+2";
        let mut place = Place::default();

        let hues: Vec<Option<Hue>> = text.lines().map(|line| place.hue(line)).collect();

        let (head, hunk) = (Some(Hue::Bold), Some(Hue::Cyan));
        let (gone, new) = (Some(Hue::Red), Some(Hue::Green));
        let wanted =
            [head, head, hunk, None, gone, new, head, head, hunk, gone, Some(Hue::Faint), new];
        assert_eq!(hues, wanted);
    }
}
