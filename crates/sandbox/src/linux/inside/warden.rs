//! First process of a fork server's jail.
//!
//! It starts the fork server and stands between it and the engine: when the engine orders a box, it forks the first
//! process of the box (`nested.rs`) and sends the engine a handle on it; that process asks the fork server for a worker.
//! When engine or server ends, so does the warden, and every box with it.

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::SigSet;
use nix::sys::signalfd::SignalFd;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use nix::unistd::{ForkResult, Pid};

use crate::linux::boundary::handles::{receive_with, send_with};
use crate::linux::boundary::plan::{JailReport, MESSAGE_BYTES, Made, Plan};
use crate::linux::inside::deaths::{bury, watch_deaths};
use crate::linux::inside::ends::Ends;
use crate::linux::inside::nested;
use crate::linux::inside::walls::namespaces;
use crate::linux::inside::worker::{execute, take_descriptors};
use crate::linux::sys;

/// Exit status of a fork server that could not be started.
const UNSTARTED: i32 = 125;
/// KiB of a page, in which the kernel counts memory here.
const PAGE_KIB: u64 = 4;

/// Starts the fork server and makes boxes for the engine until one of the two ends.
pub(crate) fn serve(
    plan: &Plan,
    arguments: &[String],
    channel: &OwnedFd,
) -> Result<JailReport, String> {
    let pair = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC);
    let (link, theirs) = pair.map_err(|error| format!("make a channel: {error}"))?;
    let server = match sys::fork().map_err(|error| format!("fork: {error}"))? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => start_server(plan, arguments, &theirs),
    };
    drop(theirs);
    let deaths = watch_deaths().map_err(|error| format!("watch for deaths: {error}"))?;
    let warden = Warden { channel, link, deaths, server };
    warden.attend().map_err(|error| format!("serve: {error}"))
}

fn start_server(plan: &Plan, arguments: &[String], link: &OwnedFd) -> ! {
    let started = take_descriptors(link)
        .map_err(|error| error.to_string())
        .and_then(|()| execute(&plan.env, arguments));
    match started {
        Ok(never) => match never {},
        Err(_) => sys::leave(UNSTARTED),
    }
}

struct Warden<'a> {
    channel: &'a OwnedFd,
    /// The way to the fork server.
    link: OwnedFd,
    deaths: SignalFd,
    server: Pid,
}

impl Warden<'_> {
    fn attend(&self) -> io::Result<JailReport> {
        loop {
            let [engine, server, deaths] = self.listen()?;
            if deaths && let Some(report) = bury(&self.deaths, Some(self.server)) {
                return Ok(report);
            }
            if server && !self.pass_on() {
                return Ok(JailReport::default());
            }
            if engine && !self.make()? {
                return Ok(JailReport::default());
            }
        }
    }

    fn listen(&self) -> io::Result<[bool; 3]> {
        let watch = |handle| PollFd::new(handle, PollFlags::POLLIN);
        let mut watched = [self.channel.as_fd(), self.link.as_fd(), self.deaths.as_fd()].map(watch);
        match poll(&mut watched, PollTimeout::NONE) {
            Err(Errno::EINTR) => Ok([false; 3]),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(watched.map(|watched| watched.any().unwrap_or(true))),
        }
    }

    /// Passes a word of the fork server on to the engine; whether both still listen.
    fn pass_on(&self) -> bool {
        let mut word = [0; 256];
        match recv(self.link.as_raw_fd(), &mut word, MsgFlags::MSG_DONTWAIT) {
            Ok(0) => false,
            Ok(size) => {
                let message = [b"Z", word.get(..size).unwrap_or_default()].concat();
                send(self.channel.as_raw_fd(), &message, MsgFlags::MSG_NOSIGNAL).is_ok()
            }
            Err(_) => true,
        }
    }

    /// Forks a box; whether the engine is still there.
    fn make(&self) -> io::Result<bool> {
        let mut message = vec![0; MESSAGE_BYTES];
        let (size, handles) = receive_with(self.channel, &mut message)?;
        if size == 0 {
            return Ok(false);
        }
        let plan: Plan = serde_json::from_slice(message.get(..size).unwrap_or_default())?;
        let mut handles = handles.into_iter();
        let mut next = || handles.next().ok_or(io::ErrorKind::InvalidData);
        let (channel, stdout, stderr) = (next()?, next()?, next()?);
        let ends = Ends { channel, stdout, stderr, groups: handles.collect() };
        match sys::fork_into(namespaces::of_processes(&plan))? {
            ForkResult::Child => self.become_box(&plan, &ends),
            ForkResult::Parent { child } => {
                let handle = sys::process_handle(child.as_raw())?;
                let made = serde_json::to_vec(&Made { resident_kib: self.resident_kib() })?;
                send_with(self.channel, &[b"B".as_slice(), &made].concat(), &[handle])?;
                Ok(true)
            }
        }
    }

    fn become_box(&self, plan: &Plan, ends: &Ends) -> ! {
        // The engine must see the end of its link to the server when the server ends.
        sys::close(self.channel);
        sys::close(&self.deaths);
        SigSet::all().thread_unblock().ok();
        nested::wait(plan, ends, &self.link);
        sys::leave(0)
    }

    fn resident_kib(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/statm", self.server)).unwrap_or_default();
        let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
        pages.unwrap_or(0) * PAGE_KIB
    }
}
