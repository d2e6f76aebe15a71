//! System calls that need unsafe code.
//!
//! This is the only file of the workspace with `unsafe` in it. Each function wraps one call for which no safe wrapper exists,
//! with the reason why it is sound.
#![expect(unsafe_code, reason = "the kernel interfaces below have no safe wrapper")]

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd as _, OwnedFd, RawFd};
use std::path::Path;

use nix::libc;
use nix::sched::CloneFlags;
use nix::unistd::{ForkResult, Pid};

/// Highest capability number that is dropped; unknown ones answer with an error that is ignored.
const CAPABILITIES: libc::c_ulong = 63;
/// `_LINUX_CAPABILITY_VERSION_3`.
const CAPABILITY_VERSION: u32 = 0x2008_0522;

/// Forks; the caller must be single-threaded, as the jail is until its init samples memory.
pub(crate) fn fork() -> io::Result<ForkResult> {
    // SAFETY: the jail runs no second thread when it forks, so the child may run any code.
    unsafe { nix::unistd::fork() }.map_err(io::Error::from)
}

/// Forks into new namespaces, of which the child is the first process; the same is asked of the caller.
pub(crate) fn fork_into(namespaces: CloneFlags) -> io::Result<ForkResult> {
    let flags = namespaces.bits() | libc::SIGCHLD;
    // SAFETY: as a fork does, without a stack and without shared memory; the jail runs no second thread when it forks.
    let child = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    check(child)?;
    let child = i32::try_from(child).map_err(io::Error::other)?;
    Ok(if child == 0 {
        ForkResult::Child
    } else {
        ForkResult::Parent { child: Pid::from_raw(child) }
    })
}

/// Takes ownership of an inherited descriptor.
pub(crate) fn inherited(descriptor: RawFd) -> OwnedFd {
    // SAFETY: called once for each descriptor that the parent handed over at exec; nothing else owns it.
    unsafe { OwnedFd::from_raw_fd(descriptor) }
}

/// Makes `descriptor` a copy of `source` that survives exec.
pub(crate) fn place(source: &impl AsRawFd, descriptor: RawFd) -> io::Result<()> {
    // SAFETY: `dup2` takes two integers and touches no memory of ours.
    check(unsafe { libc::dup2(source.as_raw_fd(), descriptor) })
}

/// Keeps a descriptor back from the program that this process becomes.
pub(crate) fn close_on_exec(descriptor: RawFd) -> io::Result<()> {
    // SAFETY: `fcntl` with these arguments takes integers and touches no memory of ours.
    check(unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) })
}

/// Closes every descriptor from `first` on.
pub(crate) fn close_from(first: u32) -> io::Result<()> {
    // SAFETY: called directly before exec or an attack, when no Rust value uses a descriptor any more.
    check(unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) })
}

/// Closes a descriptor of a copied process that never returns to its owner.
pub(crate) fn close(handle: &impl AsRawFd) {
    // SAFETY: the copy leaves by `_exit` and never uses the handle again; its owner is the original.
    unsafe { libc::close(handle.as_raw_fd()) };
}

/// Empties the bounding set, for which the caller must still hold its capabilities.
pub(crate) fn empty_bounding_set() {
    for capability in 0..=CAPABILITIES {
        // SAFETY: `prctl` with these arguments reads no memory.
        let answer = unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
        if answer != 0 && io::Error::last_os_error().raw_os_error() == Some(libc::EPERM) {
            break;
        }
    }
}

/// Empties the effective, permitted and inheritable sets of the calling thread.
pub(crate) fn drop_capabilities() -> io::Result<()> {
    let header = [CAPABILITY_VERSION, 0];
    let data = [0_u32; 6];
    // SAFETY: header and data have the sizes that version 3 of the interface prescribes.
    check(unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), data.as_ptr()) })
}

/// Brings the loopback device of the current network namespace up.
pub(crate) fn raise_loopback() -> io::Result<()> {
    // SAFETY: `socket` takes integers only.
    let raw = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    check(raw)?;
    let socket = inherited(raw);
    // SAFETY: `ifreq` is plain data for which zeros are valid.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (slot, byte) in request.ifr_name.iter_mut().zip(b"lo") {
        *slot = libc::c_char::try_from(*byte).unwrap_or(0);
    }
    request.ifr_ifru.ifru_flags = i16::try_from(libc::IFF_UP | libc::IFF_RUNNING).unwrap_or(0);
    // SAFETY: the request lives across the call and has the type SIOCSIFFLAGS reads.
    check(unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) })
}

/// Makes a mount and all below it read-only, without set-uid programs and devices.
pub(crate) fn seal_mount(path: &Path) -> io::Result<()> {
    set_mount(path, libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV)
}

fn set_mount(path: &Path, attributes: u64) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_encoded_bytes())?;
    let wanted =
        libc::mount_attr { attr_set: attributes, attr_clr: 0, propagation: 0, userns_fd: 0 };
    let flags = libc::AT_RECURSIVE | libc::AT_SYMLINK_NOFOLLOW;
    // SAFETY: path and attributes live across the call; the size is that of the structure.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            &raw const wanted,
            size_of::<libc::mount_attr>(),
        )
    };
    check(answer)
}

/// A handle on a process, by which it can be awaited and joined.
pub(crate) fn process_handle(process: i32) -> io::Result<OwnedFd> {
    // SAFETY: `pidfd_open` takes two integers.
    let raw = unsafe { libc::syscall(libc::SYS_pidfd_open, process, 0) };
    check(raw)?;
    Ok(inherited(RawFd::try_from(raw).unwrap_or(-1)))
}

/// Kills the process of a handle, wherever it is.
pub(crate) fn kill_by(handle: &impl AsRawFd) -> io::Result<()> {
    let nothing = std::ptr::null::<libc::siginfo_t>();
    let (call, handle) = (libc::SYS_pidfd_send_signal, handle.as_raw_fd());
    // SAFETY: without details the kernel reads no memory of ours.
    check(unsafe { libc::syscall(call, handle, libc::SIGKILL, nothing, 0) })
}

/// Calls the system with up to three integers; only to try what is refused.
pub(crate) fn try_call(
    number: libc::c_long,
    arguments: [libc::c_long; 3],
) -> io::Result<libc::c_long> {
    let [first, second, third] = arguments;
    // SAFETY: attacks pass integers and null pointers only, so the kernel reads none of our memory.
    let answer = unsafe { libc::syscall(number, first, second, third) };
    check(answer)?;
    Ok(answer)
}

/// Leaves at once, without running destructors of a copied process.
pub(crate) fn leave(code: i32) -> ! {
    // SAFETY: `_exit` does not return and runs no handler.
    unsafe { libc::_exit(code) }
}

fn check(answer: impl Into<i64>) -> io::Result<()> {
    if answer.into() < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
