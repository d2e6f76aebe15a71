//! Colours of texts that were shown lately.
//!
//! Finding out what is a word and what a remark takes most of the time of a page with code on it, and the same code is drawn again
//! whenever something happens to it or somebody looks twice. The newest texts are kept, within a bound.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::surfaces::render::code::{Pieces, coloured};
use record::domain::digest::Digest;

/// Texts that are kept.
const KEPT: usize = 64;
/// Bytes of all texts that are kept; their pieces take several times as much.
const KEPT_BYTES: usize = 512 << 10;

/// A text taken apart into lines.
pub type Coloured = Arc<Vec<Pieces>>;

#[derive(Default)]
struct Shelf {
    texts: VecDeque<Kept>,
}

struct Kept {
    key: Digest,
    bytes: usize,
    lines: Coloured,
}

static SHELF: LazyLock<Mutex<Shelf>> = LazyLock::new(Mutex::default);

/// Takes a text apart, or finds that it was lately; `None` for a language that nobody knows.
pub fn of(language: &str, text: &str) -> Option<Coloured> {
    let key = Digest::of(format!("{language}\0{text}").as_bytes());
    // What a thread left that panicked is a list of finished texts all the same.
    let lock = || SHELF.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(lines) = lock().find(&key) {
        return Some(lines);
    }
    let lines = Arc::new(coloured(language, text)?);
    lock().keep(Kept { key, bytes: text.len(), lines: Arc::clone(&lines) });
    Some(lines)
}

impl Shelf {
    /// Finds a text and makes it the newest.
    fn find(&mut self, key: &Digest) -> Option<Coloured> {
        let at = self.texts.iter().position(|kept| kept.key == *key)?;
        let kept = self.texts.remove(at)?;
        let lines = Arc::clone(&kept.lines);
        self.texts.push_back(kept);
        Some(lines)
    }

    /// Keeps a text, and lets go of the oldest ones beyond the bounds.
    fn keep(&mut self, kept: Kept) {
        self.texts.push_back(kept);
        while self.texts.len() > KEPT || self.bytes() > KEPT_BYTES {
            self.texts.pop_front();
        }
    }

    fn bytes(&self) -> usize {
        self.texts.iter().map(|kept| kept.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, bytes: usize) -> Kept {
        Kept { key: Digest::of(text.as_bytes()), bytes, lines: Arc::default() }
    }

    #[test]
    fn a_text_is_found_again_with_the_same_colours() {
        let first = of("python", "def kept(): pass\n").unwrap();
        let second = of("python", "def kept(): pass\n").unwrap();

        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(*first, coloured("python", "def kept(): pass\n").unwrap());
        assert_eq!(of("no-language", "def kept(): pass\n"), None);
    }

    #[test]
    fn the_oldest_texts_go_first_and_a_look_makes_one_new() {
        let mut shelf = Shelf::default();
        (0..KEPT).for_each(|n| shelf.keep(kept(&n.to_string(), 1)));
        shelf.find(&kept("0", 1).key);

        shelf.keep(kept("further", 1));
        let held =
            |shelf: &Shelf, text: &str| shelf.texts.iter().any(|one| one.key == kept(text, 1).key);

        assert_eq!((held(&shelf, "0"), held(&shelf, "1")), (true, false));
        shelf.keep(kept("large", KEPT_BYTES));
        assert_eq!((shelf.texts.len(), shelf.bytes()), (1, KEPT_BYTES));
    }
}
