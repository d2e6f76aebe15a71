//! System calls that are refused, by seccomp.
//!
//! The list names what is refused, and everything else is allowed: interpreters and libraries use too many calls for a list
//! of what they may. Filters stay for good and pass on to every child. They are also given in the kernel's own form, for the
//! workers of a fork server, which install them by themselves.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

/// Calls by their numbers, each with the cases in which it is refused; none means always.
pub(crate) type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Calls that change the world around a process or look into others.
const REFUSED: &[libc::c_long] = &[
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_mount_setattr,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_settimeofday,
    libc::SYS_adjtimex,
    libc::SYS_open_by_handle_at,
    libc::SYS_syslog,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    QUOTACTL_FD,
    // Folders of the host are seen by every box: what is opened in them is nobody's business here.
    libc::SYS_fanotify_init,
    libc::SYS_inotify_init1,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_inotify_init,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    libc::SYS_lookup_dcookie,
    libc::SYS_nfsservctl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
];

/// `quotactl_fd`, which has no name in the library on every architecture.
const QUOTACTL_FD: libc::c_long = 443;
/// The first call that nobody has looked at: newer ones answer as on a kernel that has not got them.
///
/// It is `open_tree_attr`, a way to mount. The numbers are the same on every architecture that is supported.
const FIRST_UNKNOWN: u32 = 467;

/// Flags of `clone` that make a namespace.
const NAMESPACE_FLAGS: [libc::c_int; 8] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWCGROUP,
    // CLONE_NEWTIME lies in the bits of the exit signal of `clone`; only `clone3` and `unshare` take it.
    libc::CLONE_NEWNS,
];

/// Address families that stay within the namespace.
const FAMILIES: [libc::c_int; 3] = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6];

/// What may not be asked of a terminal: input in another's name, the console's own commands, other line disciplines.
///
/// Line disciplines are drivers that the kernel loads when asked to; no suite needs one.
const TERMINAL_CALLS: [libc::Ioctl; 4] =
    [libc::TIOCSTI, libc::TIOCLINUX, libc::TIOCCONS, libc::TIOCSETD];

/// Which sockets may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sockets {
    /// Local and internet ones; the network namespace bounds what they reach.
    Internet,
    /// None at all.
    Nothing,
}

/// Installs the filters for the calling process and all its children, for good.
pub(crate) fn install(sockets: Sockets) -> Result<(), String> {
    programs(sockets)?.iter().try_for_each(|program| {
        apply_filter(program).map_err(|error| format!("filter system calls: {error}"))
    })
}

/// The filters in the kernel's own form, in the order in which another process must install them.
pub(crate) fn encoded(sockets: Sockets) -> Result<Vec<Vec<u8>>, String> {
    Ok(programs(sockets)?.iter().map(encode).collect())
}

/// One filter in the kernel's own form.
pub(crate) fn encode(program: &BpfProgram) -> Vec<u8> {
    let instruction = |step: &seccompiler::sock_filter| {
        let [low, high] = step.code.to_ne_bytes();
        let [first, second, third, fourth] = step.k.to_ne_bytes();
        [low, high, step.jt, step.jf, first, second, third, fourth]
    };
    program.iter().flat_map(instruction).collect()
}

fn programs(sockets: Sockets) -> Result<Vec<BpfProgram>, String> {
    Ok(vec![unknown_calls(), absent_calls()?, refused_calls()?, refused_sockets(sockets)?])
}

/// Calls that do not exist here, so that libraries take the older way.
///
/// `clone3` hides its flags behind a pointer. A lock of `flock` would be seen in other boxes, because files of the system are
/// one for all; where there are no such locks, libraries like HDF5 go on without (`guest/suite/locks.py`). The others make
/// memory that no process need map: where memory is counted process by process, it would not be seen, and everywhere it
/// would outgrow the bound of the disk.
const ABSENT: [libc::c_long; 5] = [
    libc::SYS_clone3,
    libc::SYS_flock,
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
];

fn absent_calls() -> Result<BpfProgram, String> {
    compile(ABSENT.map(|call| (call, Vec::new())).into(), libc::ENOSYS)
}

fn refused_calls() -> Result<BpfProgram, String> {
    let mut rules: Rules = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let namespaces =
        NAMESPACE_FLAGS.iter().map(|flag| when_bits(*flag)).collect::<Result<_, _>>()?;
    rules.insert(libc::SYS_clone, namespaces);
    let terminals = TERMINAL_CALLS.iter().map(|call| rule(vec![second_is(*call)]));
    rules.insert(libc::SYS_ioctl, terminals.collect::<Result<_, _>>()?);
    compile(rules, libc::EPERM)
}

/// A family that is not among ours answers as where it does not exist: `ZeroMQ` asks for the names of interfaces by netlink, goes on
/// without them after that answer, and aborts the process after any other.
fn refused_sockets(sockets: Sockets) -> Result<BpfProgram, String> {
    let (cases, errno) = match sockets {
        Sockets::Internet => (vec![other_families()?], libc::EOPNOTSUPP),
        Sockets::Nothing => (Vec::new(), libc::EPERM),
    };
    compile([(libc::SYS_socket, cases)].into(), errno)
}

fn when_bits(flag: libc::c_int) -> Result<SeccompRule, String> {
    let bits = u64::from(flag.unsigned_abs());
    let condition =
        SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(bits), bits);
    rule(vec![condition])
}

fn second_is(call: libc::Ioctl) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, call)
}

fn other_families() -> Result<SeccompRule, String> {
    let conditions = FAMILIES.iter().map(|family| {
        let family = u64::from(family.unsigned_abs());
        SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, family)
    });
    rule(conditions.collect())
}

/// A case: all of these conditions hold.
pub(crate) fn rule(
    conditions: Vec<Result<SeccompCondition, seccompiler::BackendError>>,
) -> Result<SeccompRule, String> {
    let conditions = conditions.into_iter().collect::<Result<_, _>>();
    conditions.and_then(SeccompRule::new).map_err(|error| error.to_string())
}

/// Makes a filter that refuses these calls with an error, and allows all others.
pub(crate) fn compile(rules: Rules, errno: libc::c_int) -> Result<BpfProgram, String> {
    let arch = TargetArch::try_from(ARCH).map_err(|error| error.to_string())?;
    let answer = SeccompAction::Errno(errno.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, answer, arch)
        .and_then(BpfProgram::try_from)
        .map_err(|error| error.to_string())
}

/// Refuses calls that came after this list, and the x32 calls, which have the same architecture and higher numbers.
fn unknown_calls() -> BpfProgram {
    const LOAD_NUMBER: u16 = 0x20;
    const JUMP_AT_LEAST: u16 = 0x35;
    const RETURN: u16 = 0x06;
    let step = |code, jt, jf, k| seccompiler::sock_filter { code, jt, jf, k };
    vec![
        step(LOAD_NUMBER, 0, 0, 0),
        step(JUMP_AT_LEAST, 0, 1, FIRST_UNKNOWN),
        step(RETURN, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs()),
        step(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}
