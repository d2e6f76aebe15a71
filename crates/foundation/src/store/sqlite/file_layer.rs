//! Names the file layer below SQLite for this process.
//!
//! SQLite takes files from a registered layer of functions. The tests of power cuts register one that forgets what was
//! not flushed; nothing in the product chooses one, and a connection must be told by name, so the choice has to live
//! here.

use std::sync::OnceLock;

static CHOSEN: OnceLock<String> = OnceLock::new();

/// From now on this process opens databases through the registered file layer of this name, so that a test can put one
/// of its own below; only the first call counts.
#[doc(hidden)]
pub fn choose(name: &str) {
    CHOSEN.get_or_init(|| name.to_owned());
}

/// The one to open databases through; absent where SQLite's own is used.
pub(super) fn chosen() -> Option<&'static str> {
    CHOSEN.get().map(String::as_str)
}
