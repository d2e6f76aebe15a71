//! Limits and options of one execution.
//!
//! They lie apart from `trial.rs` because commands and healing fill them in before anything runs.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use crate::contract::error::CommandError;
use crate::contract::ground::Ground;
use crate::executing::dependencies::Install;
use foundation::config::settings::Settings;
use record::domain::limits::Limits;
use record::domain::policy::Policy;
use record::domain::role::Role;
use record::domain::source::Source;
use sandbox::backend::{Keep, Network};

/// The limits and options of one execution.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The limits of what it may use.
    pub limits: Limits,
    /// The number of runs.
    pub repeat: u32,
    /// Variables it gets.
    pub env: BTreeMap<String, String>,
    /// The network that it reaches.
    pub network: Network,
    /// The parts of the box that stay afterwards.
    pub keep: Keep,
    /// The backend; the default one where absent.
    pub backend: Option<String>,
    /// What is said of packages that the proposal declares.
    pub install: Install,
    /// The policy that judges the evidence.
    pub policy: Policy,
    /// The base of a change; absent for everything else.
    pub ground: Option<Arc<Ground>>,
}

/// Code for which the usual time of lint is meant, in bytes; each KiB more gets a tenth of a second more.
const USUAL_CODE: usize = 64 << 10;
const LINT_MS_PER_KIB: u64 = 100;
/// Longest time of lint, whatever there is to read.
const MOST_LINT_MS: u64 = 300_000;

/// The range of a limit that owners may move.
#[derive(Clone, Copy, Debug)]
pub struct Range<Number> {
    least: Number,
    most: Number,
}

/// Processes and threads of a suite at once.
pub const PROCESSES: Range<u32> = Range { least: 8, most: 1_024 };
/// MiB of memory of all processes of a suite.
pub const MEMORY_MIB: Range<u64> = Range { least: 64, most: 65_536 };
/// Files and folders in a box.
pub const BOX_FILES: Range<u64> = Range { least: 100, most: 200_000 };

impl<Number: Copy + PartialOrd + Display + FromStr> Range<Number> {
    /// Refuses a number outside of it, by the name of what sets it.
    pub fn check(&self, name: &str, number: Number) -> Result<Number, CommandError> {
        let Self { least, most } = *self;
        if (least..=most).contains(&number) {
            return Ok(number);
        }
        Err(CommandError::usage(format!("{name} takes {least} to {most}, not {number}")))
    }

    /// Reads it from a setting, where that is set.
    fn set(&self, settings: &Settings, name: &str) -> Result<Option<Number>, CommandError> {
        let Some(text) = settings.get(name) else { return Ok(None) };
        let Self { least, most } = *self;
        let Ok(number) = text.parse() else {
            let message = format!("{name} takes {least} to {most}, not {text:?}");
            return Err(CommandError::usage(message));
        };
        self.check(name, number).map(Some)
    }
}

/// Gives limits as the settings have them, where the limits are the usual ones; lint of much code gets more time.
pub fn limits(
    given: &Limits,
    settings: &Settings,
    source: &Source,
) -> Result<Limits, CommandError> {
    let usual = Limits::default();
    let mut limits = given.clone();
    if limits.lint_ms == usual.lint_ms {
        let bytes: usize = source.of_role(Role::Code).map(|file| file.content.len()).sum();
        let much = u64::try_from(bytes.saturating_sub(USUAL_CODE)).unwrap_or(u64::MAX);
        limits.lint_ms = usual
            .lint_ms
            .saturating_add((much >> 10).saturating_mul(LINT_MS_PER_KIB))
            .min(MOST_LINT_MS);
    }
    if limits.processes == usual.processes {
        let set = PROCESSES.set(settings, "SARAPHINA_MAX_PROCESSES")?;
        limits.processes = set.unwrap_or(usual.processes);
    }
    if limits.memory_bytes == usual.memory_bytes {
        let set = MEMORY_MIB.set(settings, "SARAPHINA_MAX_MEMORY_MIB")?;
        limits.memory_bytes = set.map_or(usual.memory_bytes, |mib| mib << 20);
    }
    if limits.disk_files == usual.disk_files {
        let set = BOX_FILES.set(settings, "SARAPHINA_MAX_BOX_FILES")?;
        limits.disk_files = set.unwrap_or(usual.disk_files);
    }
    Ok(limits)
}

/// Gives a suite of a repository the time and memory that its owner confirmed, where nobody asks for others now, and room for its
/// files.
pub fn of_repository(limits: &Limits, ground: &Ground) -> Limits {
    let usual = Limits::default();
    let mut limits = limits.clone();
    if limits.tests_ms == usual.tests_ms && ground.seconds > 0 {
        limits.tests_ms = u64::from(ground.seconds).saturating_mul(1_000);
    }
    if limits.memory_bytes == usual.memory_bytes && ground.memory_mib > 0 {
        limits.memory_bytes = u64::from(ground.memory_mib) << 20;
    }
    if limits.disk_files == usual.disk_files {
        // The scratch folder holds a link for each file of the tree.
        let files = u64::try_from(ground.files.len()).unwrap_or(u64::MAX);
        limits.disk_files = usual.disk_files.saturating_add(files.saturating_mul(2));
    }
    limits
}

/// The folder in which boxes are kept.
pub fn boxes(settings: &Settings) -> PathBuf {
    let set = settings.get("SARAPHINA_SANDBOX_ROOT").map(PathBuf::from);
    set.unwrap_or_else(|| settings.home().join("boxes"))
}

impl Trial {
    /// Asks for one run within limits, in the usual box.
    pub fn usual(limits: Limits, policy: Policy) -> Self {
        Self {
            limits,
            repeat: 1,
            env: BTreeMap::new(),
            network: Network::Loopback,
            keep: Keep::Nothing,
            backend: None,
            install: Install::AsSet,
            policy,
            ground: None,
        }
    }
}
