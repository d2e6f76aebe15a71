//! The file layer below SQLite.

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
