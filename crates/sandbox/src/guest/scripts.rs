//! The embedded scripts and their digest.

use record::domain::digest::Digest;

/// A file laid beside the others in the jail's read-only guest folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    /// Its name there.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

/// Does one job in a fresh interpreter.
pub(crate) const COLD: Script = Script { name: "cold.py", text: include_str!("cold.py") };
/// Prepares a worker once and forks it for every job.
pub(crate) const SERVER: Script = Script { name: "server.py", text: include_str!("server.py") };
/// What they need beside them.
pub(crate) const PARTS: [Script; 39] = [
    Script { name: "_saraphina_channel.py", text: include_str!("channel.py") },
    Script { name: "_saraphina_confine.py", text: include_str!("confine.py") },
    Script { name: "_saraphina_huge.py", text: include_str!("huge.py") },
    Script { name: "_saraphina_immortal.py", text: include_str!("immortal.py") },
    Script { name: "_saraphina_observe.py", text: include_str!("observe.py") },
    Script { name: "_saraphina_lint.py", text: include_str!("lint.py") },
    Script { name: "_saraphina_replay.py", text: include_str!("replay.py") },
    Script { name: "_saraphina_syntax.py", text: include_str!("syntax.py") },
    Script { name: "_saraphina_suite.py", text: include_str!("suite.py") },
    Script { name: "_saraphina_child.py", text: include_str!("child.py") },
    Script { name: "_saraphina_shortcuts.py", text: include_str!("shortcuts.py") },
    Script { name: "_saraphina_focus.py", text: include_str!("focus.py") },
    Script { name: "_saraphina_measure.py", text: include_str!("measure.py") },
    Script { name: "_saraphina_returns.py", text: include_str!("returns.py") },
    Script { name: "_saraphina_controls.py", text: include_str!("controls.py") },
    Script { name: "_saraphina_mutants.py", text: include_str!("mutants.py") },
    Script { name: "_saraphina_stubs.py", text: include_str!("stubs.py") },
    Script { name: "_saraphina_values.py", text: include_str!("values.py") },
    Script { name: "_saraphina_witness.py", text: include_str!("witness.py") },
    Script { name: "_saraphina_imports.py", text: include_str!("imports.py") },
    Script { name: "_saraphina_probe.py", text: include_str!("probe.py") },
    Script { name: "_saraphina_probe_baseline.py", text: include_str!("probe_baseline.py") },
    Script { name: "_saraphina_probe_box.py", text: include_str!("probe_box.py") },
    Script { name: "_saraphina_probe_cases.py", text: include_str!("probe_cases.py") },
    Script { name: "_saraphina_probe_compare.py", text: include_str!("probe_compare.py") },
    Script { name: "_saraphina_probe_files.py", text: include_str!("probe_files.py") },
    Script { name: "_saraphina_probe_fixtures.py", text: include_str!("probe_fixtures.py") },
    Script { name: "_saraphina_probe_fuel.py", text: include_str!("probe_fuel.py") },
    Script { name: "_saraphina_probe_infect.py", text: include_str!("probe_infect.py") },
    Script { name: "_saraphina_probe_inserts.py", text: include_str!("probe_inserts.py") },
    Script { name: "_saraphina_probe_oracle.py", text: include_str!("probe_oracle.py") },
    Script { name: "_saraphina_probe_properties.py", text: include_str!("probe_properties.py") },
    Script { name: "_saraphina_probe_pure.py", text: include_str!("probe_pure.py") },
    Script { name: "_saraphina_probe_pytest.py", text: include_str!("probe_pytest.py") },
    Script { name: "_saraphina_probe_sites.py", text: include_str!("probe_sites.py") },
    Script { name: "_saraphina_probe_trace.py", text: include_str!("probe_trace.py") },
    Script { name: "_saraphina_probe_try.py", text: include_str!("probe_try.py") },
    Script { name: "_saraphina_probe_vary.py", text: include_str!("probe_vary.py") },
    Script { name: "empty.ini", text: "[pytest]\n" },
];

/// The digest over all scripts: two executions with the same one were observed the same way.
pub(crate) fn harness_digest() -> Digest {
    let texts: Vec<&[u8]> =
        [COLD, SERVER].iter().chain(&PARTS).map(|script| script.text.as_bytes()).collect();
    Digest::of_parts(&texts)
}
