//! Versions and limits that a suite ran with, for its evidence.
//!
//! The digest of these values says whether two executions can be compared: everything that can change a result is among
//! them, from the kernel's build to the names of the variables that the owner gave.

use std::collections::BTreeMap;

use crate::backend::Job;
use crate::evidence::transcript::Transcript;
use crate::guest::scripts::harness_digest;
use crate::toolchain::python::Toolchain;
use record::domain::environment::Environment;

/// Gives what the suite ran with, but for the layers around it.
pub(crate) fn environment(
    job: &Job,
    toolchain: &Toolchain,
    transcript: &Transcript,
) -> Environment {
    let system = nix::sys::utsname::uname();
    let told = |field: fn(&nix::sys::utsname::UtsName) -> &std::ffi::OsStr| {
        system.as_ref().map_or_else(
            |_| "unknown".to_owned(),
            |system| field(system).to_string_lossy().into_owned(),
        )
    };
    let limits = &job.limits;
    let mut values: BTreeMap<String, String> = transcript.versions.clone();
    // The box tells of its versions, and of nothing that only the engine knows.
    values.remove("packages");
    values.extend(
        [
            ("saraphina", env!("CARGO_PKG_VERSION").to_owned()),
            ("kernel", told(nix::sys::utsname::UtsName::release)),
            ("kernel_build", told(nix::sys::utsname::UtsName::version)),
            ("arch", std::env::consts::ARCH.to_owned()),
            ("toolchain", toolchain.key.clone()),
            ("harness", harness_digest().to_string()),
            ("limit_tests_ms", limits.tests_ms.to_string()),
            ("limit_lint_ms", limits.lint_ms.to_string()),
            ("limit_memory_bytes", limits.memory_bytes.to_string()),
            ("limit_processes", limits.processes.to_string()),
            ("limit_disk_bytes", limits.disk_bytes.to_string()),
            ("limit_disk_files", limits.disk_files.to_string()),
            ("limit_output_bytes", limits.output_bytes.to_string()),
            ("limit_handles", limits.handles.to_string()),
            ("variables", job.env.keys().cloned().collect::<Vec<_>>().join(",")),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if let Some(layer) = &job.layer {
        values.insert("packages".to_owned(), layer.digest.to_string());
        let versions = layer.packages.iter();
        values.extend(versions.map(|one| (format!("package_{}", one.name), one.version.clone())));
    }
    Environment(values)
}
