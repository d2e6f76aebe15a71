//! The stylesheet, the script and the icon, by the hash of what they hold.
//!
//! An address with the hash can be kept for ever: another version has another address. The stand-alone verifier is put together here
//! from the same check that the console's own page runs.

use std::sync::LazyLock;

use record::domain::digest::Digest;

/// A file that pages refer to.
pub struct Asset {
    /// Its address.
    pub path: String,
    /// What it is.
    pub mime: &'static str,
    /// What it holds.
    pub text: &'static str,
}

impl Asset {
    fn new(name: &str, end: &str, mime: &'static str, text: &'static str) -> Self {
        let hash: String = Digest::of(text.as_bytes()).hex().chars().take(HASH_DIGITS).collect();
        Self { path: format!("/assets/{name}-{hash}.{end}"), mime, text }
    }
}

/// All of them.
pub struct Assets {
    /// The stylesheet.
    pub style: Asset,
    /// The script of every page.
    pub script: Asset,
    /// The script of the record's page.
    pub check: Asset,
    /// The check itself, which that script and the stand-alone page share.
    pub verify: Asset,
    /// The icon.
    pub icon: Asset,
}

/// Digits of a hash in an address.
const HASH_DIGITS: usize = 12;

const VERIFY: &str = include_str!("assets/verify.js");
const MODULE: &str = "text/javascript; charset=utf-8";

/// The assets; hashed once.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new("style", "css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    script: Asset::new("console", "js", MODULE, include_str!("assets/console.js")),
    check: Asset::new("check", "js", MODULE, include_str!("assets/check.js")),
    verify: Asset::new("verify", "js", MODULE, VERIFY),
    icon: Asset::new("icon", "svg", "image/svg+xml", include_str!("assets/icon.svg")),
});

impl Assets {
    /// Finds an asset by its address.
    pub fn find(&self, path: &str) -> Option<&Asset> {
        let all = [&self.style, &self.script, &self.check, &self.verify, &self.icon];
        all.into_iter().find(|asset| asset.path == path)
    }
}

/// The page that verifies an export without this program: one file, no address in it.
pub static VERIFIER_PAGE: LazyLock<String> = LazyLock::new(|| {
    let check = VERIFY.replace("export ", "");
    include_str!("assets/verify.html").replace("/* the check */", &check)
});
