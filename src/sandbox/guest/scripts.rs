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
/// Replays calls.
pub(crate) const REPLAY: Script = Script { name: "replay.py", text: include_str!("replay.py") };
/// What they need beside them.
pub(crate) const PARTS: [Script; 8] = [
    Script { name: "_saraphina_syntax.py", text: include_str!("syntax.py") },
    Script { name: "_saraphina_suite.py", text: include_str!("suite.py") },
    Script { name: "_saraphina_controls.py", text: include_str!("controls.py") },
    Script { name: "_saraphina_mutants.py", text: include_str!("mutants.py") },
    Script { name: "_saraphina_stubs.py", text: include_str!("stubs.py") },
    Script { name: "_saraphina_values.py", text: include_str!("values.py") },
    Script { name: "_saraphina_witness.py", text: include_str!("witness.py") },
    Script { name: "empty.ini", text: "[pytest]\n" },
];

/// The digest over all scripts: two executions with the same one were observed the same way.
pub(crate) fn harness_digest() -> Digest {
    let texts: Vec<&[u8]> =
        [HARNESS, LINT, REPLAY].iter().chain(&PARTS).map(|script| script.text.as_bytes()).collect();
    Digest::of_parts(&texts)
}
