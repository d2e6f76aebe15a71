//! The embedded scripts and their digest.

use crate::domain::digest::Digest;

/// A file laid beside the others in the jail's read-only guest folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    /// Its name there.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

/// Runs the suite.
pub(crate) const HARNESS: Script = Script { name: "harness.py", text: include_str!("harness.py") };
/// Lints the code files.
pub(crate) const LINT: Script = Script { name: "lint.py", text: include_str!("lint.py") };
/// What the two need beside them.
pub(crate) const PARTS: [Script; 3] = [
    Script { name: "_saraphina_syntax.py", text: include_str!("syntax.py") },
    Script { name: "_saraphina_suite.py", text: include_str!("suite.py") },
    Script { name: "empty.ini", text: "[pytest]\n" },
];

/// The digest over all scripts: two executions with the same one were observed the same way.
pub(crate) fn harness_digest() -> Digest {
    let texts: Vec<&[u8]> =
        [HARNESS, LINT].iter().chain(&PARTS).map(|script| script.text.as_bytes()).collect();
    Digest::of_parts(&texts)
}
