//! System calls by which a suite could touch its harness, or speak with other boxes.
//!
//! Harness and suite are one user in one process namespace, so the kernel would let one signal, limit or slow down the
//! other. This filter is for the suite's process alone: it refuses what names the harness, or the first process, and lets
//! a suite do with itself and with its children what it likes. Only in the box is it known which number the harness has;
//! the guest puts it in the place of [`WATCHED`] (`guest/server/confine.py`).

use nix::libc;
use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

use crate::linux::inside::walls::filter::{Rules, compile, encode, rule};

/// The file of the guest folder that holds the filter.
pub(crate) const FILE: &str = "guard";
/// Stands for the harness; no process has such a number.
const WATCHED: u32 = 0x7A7A_7A7A;
/// The first process of the box.
const FIRST: u32 = 1;
/// Everybody, as the number of a process.
const EVERYBODY: u32 = u32::MAX;
/// `PRIO_USER` and `IOPRIO_WHO_USER`: all processes of a user.
const PRIO_USER: u32 = 2;
const IOPRIO_WHO_USER: u32 = 3;
/// `FIOSETOWN` and `SIOCSPGRP`, which name who is signalled behind a pointer.
const SET_OWNER: [u32; 2] = [0x8901, 0x8902];
/// `F_SETOWN_EX`, which does too.
const F_SETOWN_EX: u32 = 15;

/// `F_SETLEASE` and `F_NOTIFY`: who opens a file, and what happens in a folder, of the host too.
const WATCHING: [u32; 2] = [1024, 1026];

/// Calls of which an argument, by its place, names a process that they act on.
const NAMING: &[(libc::c_long, &[u8])] = &[
    (libc::SYS_kill, &[0]),
    (libc::SYS_tkill, &[0]),
    (libc::SYS_tgkill, &[0, 1]),
    (libc::SYS_rt_sigqueueinfo, &[0]),
    (libc::SYS_rt_tgsigqueueinfo, &[0, 1]),
    (libc::SYS_pidfd_open, &[0]),
    (libc::SYS_prlimit64, &[0]),
    (libc::SYS_sched_setaffinity, &[0]),
    (libc::SYS_sched_setattr, &[0]),
    (libc::SYS_sched_setparam, &[0]),
    (libc::SYS_sched_setscheduler, &[0]),
    (libc::SYS_setpriority, &[1]),
    (libc::SYS_ioprio_set, &[1]),
    (libc::SYS_migrate_pages, &[0]),
    (libc::SYS_move_pages, &[0]),
    (libc::SYS_setpgid, &[0, 1]),
];

/// The filter in the kernel's own form, with [`WATCHED`] where the harness's number belongs.
pub(crate) fn encoded() -> Result<Vec<u8>, String> {
    let mut rules = Rules::new();
    for (call, places) in NAMING {
        let all = places.iter().flat_map(|place| named().map(move |process| (*place, process)));
        let all = all.map(|(place, process)| rule(vec![is(place, process)]));
        rules.insert(*call, all.collect::<Result<_, _>>()?);
    }
    for (call, conditions) in more() {
        let refused = rule(conditions)?;
        rules.entry(call).or_default().push(refused);
    }
    // A folder of `/proc` serves as a handle on its process too, so no handle at all may be signalled.
    rules.insert(libc::SYS_pidfd_send_signal, Vec::<SeccompRule>::new());
    compile(rules, libc::EPERM).map(|program| encode(&program))
}

/// Harness and first process, each alone and as a group.
fn named() -> impl Iterator<Item = u32> {
    [WATCHED, WATCHED.wrapping_neg(), FIRST].into_iter()
}

type Condition = Result<SeccompCondition, seccompiler::BackendError>;

fn more() -> Vec<(libc::c_long, Vec<Condition>)> {
    let set_owner = libc::F_SETOWN.unsigned_abs();
    let mut more = vec![
        (libc::SYS_kill, vec![is(0, EVERYBODY)]),
        (libc::SYS_setpriority, vec![is(0, PRIO_USER)]),
        (libc::SYS_ioprio_set, vec![is(0, IOPRIO_WHO_USER)]),
        (libc::SYS_fcntl, vec![is(1, F_SETOWN_EX)]),
    ];
    more.extend(named().map(|process| (libc::SYS_fcntl, vec![is(1, set_owner), is(2, process)])));
    more.extend(WATCHING.map(|command| (libc::SYS_fcntl, vec![is(1, command)])));
    more.extend(SET_OWNER.map(|request| (libc::SYS_ioctl, vec![is(1, request)])));
    more
}

fn is(place: u8, value: u32) -> Condition {
    SeccompCondition::new(place, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value.into())
}

#[cfg(test)]
mod tests {
    use super::{WATCHED, encoded};

    #[test]
    fn the_filter_fits_the_kernel_and_names_the_harness_by_a_number_that_can_be_replaced() {
        let program = encoded().unwrap();

        let steps: Vec<&[u8]> = program.chunks(8).collect();
        let naming =
            |number: u32| steps.iter().filter(|step| step[4..] == number.to_ne_bytes()).count();
        assert!(steps.len() < 4096, "{} steps", steps.len());
        assert_eq!(naming(WATCHED), 20);
        assert_eq!(naming(WATCHED.wrapping_neg()), 20);
    }
}
