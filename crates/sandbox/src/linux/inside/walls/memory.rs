//! A bound on the memory of a jail where no cgroup gives one.
//!
//! A thread of the first process samples all processes of the namespace and kills them when they hold too much together.
//! It first adds up what is cheap to read and counts shared pages twice; only where that is too much does it read the dear,
//! exact figure.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::poll::{PollTimeout, poll};

use crate::linux::boundary::plan::{MemoryBound, Plan};
use crate::linux::inside::walls::sockets;
use crate::linux::inside::worker::kill_all;

/// Milliseconds between two looks.
const INTERVAL_MS: u16 = 40;

/// Looks at all processes of the namespace from a thread of its own and kills them when they hold too much.
fn watch(most_bytes: u64, has_sockets: bool, is_over: Arc<AtomicBool>) {
    let look = move || {
        while !is_too_much(most_bytes, has_sockets) {
            poll(&mut [], PollTimeout::from(INTERVAL_MS)).ok();
        }
        is_over.store(true, Ordering::SeqCst);
        kill_all();
    };
    // Without the thread the per-process limit still holds; the thread ends with this process.
    thread::Builder::new().name("memory".to_owned()).spawn(look).ok();
}

/// Watches over a box, by whatever bounds its memory, and over what its sockets hold.
pub(crate) fn guard(plan: &Plan, is_over: &Arc<AtomicBool>) {
    let has_sockets = sockets::are_own(plan);
    let most_bytes = plan.limits.memory_bytes;
    match plan.memory {
        MemoryBound::Sampling => watch(most_bytes, has_sockets, Arc::clone(is_over)),
        MemoryBound::Cgroup if has_sockets => sockets::watch(most_bytes, Arc::clone(is_over)),
        MemoryBound::Cgroup => {}
    }
}

fn is_too_much(most_bytes: u64, has_sockets: bool) -> bool {
    let held = if has_sockets { sockets::held() } else { 0 };
    held + sum(resident) > most_bytes
        && held + sum(|process| proportional(process).or_else(|| resident(process))) > most_bytes
}

fn sum(measure: impl Fn(&str) -> Option<u64>) -> u64 {
    let Ok(entries) = fs::read_dir("/proc") else { return 0 };
    entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|process| measure(&process))
        .sum()
}

/// Anonymous and shared memory, counted in full for every process that maps it.
fn resident(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    Some(kibibytes(&text, "RssAnon:")? + kibibytes(&text, "RssShmem:")?)
}

/// Memory with shared pages divided among those who share them; not readable for every process.
fn proportional(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    Some(kibibytes(&text, "Pss_Anon:")? + kibibytes(&text, "Pss_Shmem:")?)
}

fn kibibytes(text: &str, label: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|number| number << 10)
}
