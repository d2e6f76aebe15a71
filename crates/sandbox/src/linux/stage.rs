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
pub(crate) fn guest_command(
    toolchain: &Toolchain,
    script: Script,
    (stage, given): (Stage, &BTreeMap<String, String>),
) -> Vec<String> {
    let python = toolchain.python.display().to_string();
    let script = format!("{GUEST}/{}", script.name);
    let words = options(&toolchain.key, given).iter().copied().chain([&*script, stage.worker()]);
    [python].into_iter().chain(words.map(str::to_owned)).collect()
}

/// The options of an interpreter that nothing but its script steers.
///
/// It reads our variables, so that sets have the same order in every run: names of tests may depend on it, and a change is held
/// against its base by names. Variables of others for Python are for the programs that tests start, so none is read then.
fn options(toolchain: &str, given: &BTreeMap<String, String>) -> &'static [&'static str] {
    let is_given = given.keys().any(|name| name.starts_with("PYTHON"));
    // Python 3.10 has no other way to leave the folder of the script out.
    if is_given || toolchain.starts_with("py310-") { &["-I", "-B"] } else { &["-s", "-P", "-B"] }
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
    for (name, value) in [("LANG", "C.UTF-8"), ("PYTHONHASHSEED", "0")] {
        variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    variables
}
