//! Kinds of work in a jail, and the commands and variables that start them.
//!
//! Each kind is a module of the guest, started in a fresh interpreter or kept ready by a fork server. Both ways use the
//! commands and variables below, so that a suite cannot tell which of the two it runs in.

use std::collections::BTreeMap;

use crate::guest::scripts::Script;
use crate::linux::boundary::paths::{GUEST, WORK};
use crate::toolchain::python::Toolchain;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The suite.
    Tests,
    /// Static analysis.
    Lint,
    /// Calls of the subject without any test.
    Replay,
    /// Quick questions about candidates.
    Probe,
    /// Observations of files.
    Study,
}

impl Stage {
    /// The module of the guest that does the work.
    pub(crate) const fn worker(self) -> &'static str {
        match self {
            Self::Tests => "_saraphina_suite_observe",
            Self::Lint => "_saraphina_lint_linters",
            Self::Replay => "_saraphina_controls_replay",
            Self::Probe => "_saraphina_probe_answer",
            Self::Study => "_saraphina_study_work",
        }
    }
}

/// Gives the command that starts a script of the guest as a stage's worker.
pub(crate) fn guest_command(toolchain: &Toolchain, script: Script, stage: Stage) -> Vec<String> {
    let python = toolchain.python.display().to_string();
    let script = format!("{GUEST}/{}", script.name);
    let words = ["-I", "-B", &script, stage.worker()].map(str::to_owned);
    [python].into_iter().chain(words).collect()
}

/// Gives every variable of a worker.
pub(crate) fn variables(
    given: &BTreeMap<String, String>,
    stage: Stage,
) -> BTreeMap<String, String> {
    let fixed = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", WORK),
        ("TMPDIR", "/tmp"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),
    ];
    let mut variables = if stage == Stage::Lint { BTreeMap::new() } else { given.clone() };
    variables.extend(fixed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    variables.entry("LANG".to_owned()).or_insert_with(|| "C.UTF-8".to_owned());
    variables
}
