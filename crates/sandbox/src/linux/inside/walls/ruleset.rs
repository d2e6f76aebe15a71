//! Files that a worker may touch, by Landlock.
//!
//! The read-only mounts of `root.rs` hold already; this is a second wall behind them. It is installed as far as the kernel
//! knows it, and the self-test says how far that is. Signals and abstract sockets stay within the jail too.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, CompatLevel, Compatible as _, PathBeneath, PathFd, Ruleset,
    RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope,
};

use crate::linux::boundary::paths::GUEST;

/// Newest interface that the rules below know.
const KNOWN: ABI = ABI::V6;
/// Folders of the jail that are readable.
const READABLE: [&str; 9] =
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/proc", GUEST];
/// Folders of the jail that are writable, as far as their mounts and owners allow.
const WRITABLE: [&str; 3] = ["/box", "/tmp", "/dev"];

/// Restricts the calling process and all its children, for good.
pub(crate) fn restrict(binds: &[PathBuf]) -> Result<(), String> {
    let apply = || make(binds)?.restrict_self();
    apply().map(drop).map_err(|error| format!("restrict by Landlock: {error}"))
}

/// The same rules as a handle, for another process that restricts itself; none where the kernel has no Landlock.
pub(crate) fn handle(binds: &[PathBuf]) -> Result<Option<OwnedFd>, String> {
    make(binds).map(Into::into).map_err(|error| format!("make Landlock rules: {error}"))
}

fn make(binds: &[PathBuf]) -> Result<RulesetCreated, RulesetError> {
    let read = AccessFs::from_read(KNOWN);
    let readable = READABLE.iter().map(Path::new).chain(binds.iter().map(PathBuf::as_path));
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN))?
        .scope(Scope::AbstractUnixSocket)?
        .scope(Scope::Signal)?
        .create()?;
    if let Ok(root) = PathFd::new("/") {
        ruleset = ruleset.add_rule(PathBeneath::new(root, AccessFs::ReadDir))?;
    }
    for path in readable {
        if let Ok(folder) = PathFd::new(path) {
            ruleset = ruleset.add_rule(PathBeneath::new(folder, read))?;
        }
    }
    for path in WRITABLE {
        if let Ok(folder) = PathFd::new(path) {
            ruleset = ruleset.add_rule(PathBeneath::new(folder, AccessFs::from_all(KNOWN)))?;
        }
    }
    Ok(ruleset)
}

/// Tells how far this kernel enforces such rules, found on a thread of its own by restricting it.
pub(crate) fn enforcement() -> &'static str {
    let restrict = || -> Option<RulesetStatus> {
        let ruleset = Ruleset::default()
            .handle_access(AccessFs::from_all(KNOWN))
            .ok()?
            .scope(Scope::Signal)
            .ok()?
            .create()
            .ok()?;
        Some(ruleset.restrict_self().ok()?.ruleset)
    };
    match std::thread::spawn(restrict).join() {
        Ok(Some(RulesetStatus::FullyEnforced)) => "fully enforced",
        Ok(Some(RulesetStatus::PartiallyEnforced)) => "partly enforced",
        Ok(Some(RulesetStatus::NotEnforced) | None) | Err(_) => "absent",
    }
}
