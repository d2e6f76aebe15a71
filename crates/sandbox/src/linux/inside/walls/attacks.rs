//! Attacks on every wall, made from inside.
//!
//! The self-test of the backend (`self_test.rs`) has a jail do this instead of a job: each attack is what hostile code
//! would try first, and a wall counts as a guarantee only where its attack failed. They have nothing to do with probes,
//! which are quick questions about candidates.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use nix::libc;
use nix::mount::{MsFlags, mount};
use nix::poll::{PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{MsgFlags, send};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, Uid, setuid};
use serde::{Deserialize, Serialize};

use crate::linux::boundary::paths::{GUEST, SOURCES, WORK};
use crate::linux::boundary::plan::Targets;
use crate::linux::inside::worker::WORKER_CHANNEL;
use crate::linux::sys;
use record::domain::limits::Limits;

/// `PTRACE_SEIZE`, which does not stop its target.
const SEIZE: libc::c_long = 0x4206;
/// `TIOCSETD`, which would load a driver for a terminal.
const LINE_DISCIPLINE: libc::c_long = 0x5423;
/// Time for which a connection is tried.
const PATIENCE: Duration = Duration::from_millis(200);
/// Milliseconds for which a child holds memory over the limit: longer than sampling looks away.
const HOLD_MS: u16 = 400;

/// The outcome of one attack, told as `{"t":"attack", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attack {
    /// Tells the frame from others.
    pub(crate) t: String,
    /// The wall.
    pub(crate) wall: String,
    /// Whether it held.
    pub(crate) held: bool,
}

/// Tries each wall and says whether it held; memory last, because that may end the process.
pub(crate) fn attack(targets: &Targets, limits: &Limits) {
    let status = status_lines();
    let line = |name: &str| status.get(name).map(String::as_str).unwrap_or_default();
    say(
        "privileges",
        line("NoNewPrivs") == "1" && is_zero(line("CapEff")) && is_zero(line("CapBnd")),
    );
    say("seccomp", line("Seccomp") == "2" && holds_calls());
    say("uid", !Uid::current().is_root() && setuid(Uid::from_raw(0)).is_err());
    say("root", holds_writes());
    say("secret", fs::read(&targets.secret).is_err() && fs::read("/etc/shadow").is_err());
    say("network", !connects(targets.port));
    say("loopback", TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).is_ok());
    say("processes_hidden", process_count() < 8);
    say("init", kill(Pid::from_raw(1), Signal::SIGKILL).is_err());
    say("disk", holds_bytes(limits));
    say("files", holds_files(limits));
    say("processes", holds_processes(limits));
    say("memory", holds_memory(limits));
}

fn say(wall: &str, held: bool) {
    let attack = Attack { t: "attack".to_owned(), wall: wall.to_owned(), held };
    let body = serde_json::to_vec(&attack).unwrap_or_default();
    let frame = [b"P".as_slice(), &body].concat();
    send(WORKER_CHANNEL, &frame, MsgFlags::MSG_NOSIGNAL).ok();
}

fn status_lines() -> BTreeMap<String, String> {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let pair = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    };
    text.lines().filter_map(pair).collect()
}

fn is_zero(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|digit| digit == b'0')
}

fn holds_calls() -> bool {
    let nothing = None::<&str>;
    let mounts = mount(Some("tmpfs"), WORK, Some("tmpfs"), MsFlags::empty(), nothing).is_err();
    let parent = libc::c_long::from(nix::unistd::getppid().as_raw());
    let user = libc::c_long::from(libc::CLONE_NEWUSER);
    let calls = [
        (libc::SYS_ptrace, [SEIZE, parent, 0]),
        (libc::SYS_unshare, [user, 0, 0]),
        (libc::SYS_bpf, [0, 0, 0]),
        (libc::SYS_io_uring_setup, [1, 0, 0]),
        (libc::SYS_ioctl, [0, LINE_DISCIPLINE, 0]),
    ];
    let refused = |number, arguments, errno| {
        sys::try_call(number, arguments).is_err_and(|error| error.raw_os_error() == Some(errno))
    };
    let netlink = [libc::c_long::from(libc::AF_NETLINK), 3, 0];
    mounts
        && calls.into_iter().all(|(number, arguments)| refused(number, arguments, libc::EPERM))
        && refused(libc::SYS_socket, netlink, libc::EOPNOTSUPP)
}

fn holds_writes() -> bool {
    let outside = ["/", "/usr", "/etc", "/proc/sys/kernel", GUEST, SOURCES];
    let refused = |folder: &str| fs::write(Path::new(folder).join("attack"), "x").is_err();
    let inside = Path::new(WORK).join("attack");
    outside.into_iter().all(refused)
        && fs::write(&inside, "x").is_ok()
        && fs::remove_file(inside).is_ok()
}

fn connects(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, PATIENCE).is_ok()
}

fn process_count() -> usize {
    let Ok(entries) = fs::read_dir("/proc") else { return usize::MAX };
    entries.filter_map(Result::ok).filter(is_process_name).count()
}

fn is_process_name(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit())
}

fn holds_bytes(limits: &Limits) -> bool {
    let piece = vec![1; 64 << 10];
    let folder = Path::new(WORK).join("bytes");
    let pieces = limits.disk_bytes / (64 << 10) + 1;
    let held = fs::create_dir(&folder).is_ok()
        && (0..pieces).any(|number| fs::write(folder.join(number.to_string()), &piece).is_err());
    fs::remove_dir_all(folder).ok();
    held
}

fn holds_files(limits: &Limits) -> bool {
    let folder = Path::new(WORK).join("files");
    let most = limits.disk_files + 1000;
    let held = fs::create_dir(&folder).is_ok()
        && (0..most).any(|number| fs::write(folder.join(number.to_string()), "").is_err());
    fs::remove_dir_all(folder).ok();
    held
}

fn holds_processes(limits: &Limits) -> bool {
    let mut children = Vec::new();
    let mut held = false;
    for _ in 0..limits.processes * 2 {
        match sys::fork() {
            Ok(ForkResult::Child) => {
                poll(&mut [], PollTimeout::NONE).ok();
                sys::leave(0);
            }
            Ok(ForkResult::Parent { child }) => children.push(child),
            Err(_) => {
                held = true;
                break;
            }
        }
    }
    for child in children {
        kill(child, Signal::SIGKILL).ok();
        waitpid(child, None).ok();
    }
    held
}

fn holds_memory(limits: &Limits) -> bool {
    let most = usize::try_from(limits.memory_bytes).unwrap_or(usize::MAX / 2) * 2;
    match sys::fork() {
        Ok(ForkResult::Child) => {
            let block = vec![1_u8; most];
            poll(&mut [], PollTimeout::from(HOLD_MS)).ok();
            sys::leave(i32::from(block.first().copied().unwrap_or(0)));
        }
        Ok(ForkResult::Parent { child }) => {
            matches!(waitpid(child, None), Ok(WaitStatus::Signaled(_, Signal::SIGKILL, _)))
        }
        Err(_) => false,
    }
}
