//! Output kept by head and tail, within a bound.
//!
//! A suite may print for ever. The beginning says what ran and the end says why it stopped; the middle is counted.

use std::collections::VecDeque;

/// A stream of which half the bound is kept from either end; the rest is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    half: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: u64,
}

impl Kept {
    /// Keeps at most `most` bytes.
    pub(crate) fn new(most: u64) -> Self {
        let half = usize::try_from(most / 2).unwrap_or(usize::MAX / 2);
        Self { half, head: Vec::new(), tail: VecDeque::new(), dropped: 0 }
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = self.half - self.head.len();
        let (head, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(head);
        let (skipped, rest) = rest.split_at(rest.len().saturating_sub(self.half));
        self.tail.extend(rest);
        let surplus = self.tail.len().saturating_sub(self.half);
        self.tail.drain(..surplus);
        self.dropped += u64::try_from(surplus + skipped.len()).unwrap_or(u64::MAX);
    }

    /// Bytes left out of the middle.
    pub(crate) const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Gives what was kept as text, bytes that are not UTF-8 replaced, the gap told.
    pub(crate) fn text(&self) -> String {
        let tail: Vec<u8> = self.tail.iter().copied().collect();
        if self.dropped == 0 {
            return String::from_utf8_lossy(&[self.head.as_slice(), &tail].concat()).into_owned();
        }
        let (head, tail) = (String::from_utf8_lossy(&self.head), String::from_utf8_lossy(&tail));
        format!("{head}\n[... {} bytes left out ...]\n{tail}", self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    fn kept(pieces: &[&[u8]]) -> Kept {
        let mut kept = Kept::new(8);
        for piece in pieces {
            kept.push(piece);
        }
        kept
    }

    #[test]
    fn output_within_the_bound_is_kept_whole() {
        assert_eq!(kept(&[b"abc", b"defgh"]).text(), "abcdefgh");
    }

    #[test]
    fn head_and_tail_of_a_flood_are_kept_and_the_rest_is_counted() {
        let long = kept(&[b"abcdef", b"ghijkl", b"m", b"nopqrstuvwxyz"]);

        assert_eq!(long.text(), "abcd\n[... 18 bytes left out ...]\nwxyz");
        assert_eq!(long.dropped(), 18);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(kept(&[b"a\xff\0b"]).text(), "a\u{fffd}\0b");
    }
}
