//! Examines the layers that hold tested code in.
//!
//! Each backend attacks its own layers and names those that are absent on this system. What a missing layer lets through is
//! said here in plain words, because its name alone tells an owner little.

use std::collections::BTreeMap;

use crate::commands::examination::part::{Health, Part};
use work::contract::context::Context;
use work::contract::error::CommandError;

/// Layers by name, with what comes through where one is missing.
const LETS_THROUGH: &[(&str, &str)] = &[
    ("landlock", "a bug in the kernel's mounts could show files outside the box"),
    ("seccomp", "tested code could try every system call of the kernel"),
    ("cgroup_memory", "memory is sampled, so a short burst over the limit may go unseen"),
    ("cgroup_processes", "processes are counted for the whole user, not for the box alone"),
    ("namespaces", "tested code could see processes and files of the machine"),
    ("network", "tested code could reach the network"),
    ("uid", "tested code runs under the engine's own user"),
    ("disk", "tested code could fill the disk"),
    ("memory", "tested code could use up the memory"),
    ("processes", "tested code could start processes without end"),
];

/// Examines each backend: the layers it proved by attacking them; nothing is installed for it.
pub async fn sandbox(context: &Context) -> Vec<Part> {
    if context.backends.is_empty() {
        let remedy = "Unset SARAPHINA_BACKEND, or use Linux, where there is a backend of our own.";
        return vec![Part::new("sandbox", Health::Missing, "no backend").remedy(remedy)];
    }
    let mut parts = Vec::new();
    for backend in &context.backends {
        let name = format!("sandbox {}", backend.name());
        parts.push(match backend.self_test().await {
            Ok(guarantees) => proved(&name, guarantees.0),
            Err(error) => {
                let error = CommandError::from(error);
                Part::new(&name, Health::Missing, error.chain()).remedy(error.hints.join(" "))
            }
        });
    }
    parts
}

fn proved(name: &str, layers: BTreeMap<String, String>) -> Part {
    let absent: Vec<String> = layers
        .iter()
        .filter(|(_, value)| value.starts_with("absent"))
        .map(|(layer, _)| format!("{layer}: {}", lets_through(layer)))
        .collect();
    let held = layers.len() - absent.len();
    if absent.is_empty() {
        return Part::new(name, Health::Good, format!("all {held} layers hold")).details(layers);
    }
    let words = format!("{held} layers hold; without {}", absent.join("; without "));
    Part::new(name, Health::Warn, words)
        .remedy("These layers are a second line of defence; a newer kernel or cgroups add them.")
        .details(layers)
}

fn lets_through(layer: &str) -> &'static str {
    let known = LETS_THROUGH.iter().find(|(name, _)| *name == layer);
    known.map_or("one line of defence fewer", |(_, words)| *words)
}
