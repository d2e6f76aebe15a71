//! First process of a fork server's jail.

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::SigSet;
use nix::sys::signalfd::SignalFd;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use nix::unistd::{ForkResult, Pid};
use serde::{Deserialize, Serialize};

use crate::linux::handles::{receive_with, send_with};
use crate::linux::inside::deaths::{bury, watch_deaths};
use crate::linux::inside::init::{self, execute, take_descriptors};
use crate::linux::inside::jail::{Ends, namespaces_of_processes};
use crate::linux::plan::{JailReport, MESSAGE_BYTES, Plan};
use crate::linux::sys;

/// Exit status of a fork server that could not be started.
const UNSTARTED: i32 = 125;
/// Bytes of a page, in which the kernel counts memory here.
const PAGE_KIB: u64 = 4;

/// What the warden says of a box that it has forked.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Made {
    /// Memory that the fork server holds, in KiB.
    pub(crate) resident_kib: u64,
}

/// Starts the fork server and makes boxes for the engine until one of the two ends.
pub(crate) fn serve(
    plan: &Plan,
    arguments: &[String],
    channel: &OwnedFd,
) -> Result<JailReport, String> {
    let pair = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC);
    let (control, theirs) = pair.map_err(|error| format!("make a channel: {error}"))?;
    let server = match sys::fork().map_err(|error| format!("fork: {error}"))? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => start_server(plan, arguments, &theirs),
    };
    drop(theirs);
    let deaths = watch_deaths().map_err(|error| format!("watch for deaths: {error}"))?;
    let warden = Warden { channel, control, deaths, server };
    warden.attend().map_err(|error| format!("serve: {error}"))
}

fn start_server(plan: &Plan, arguments: &[String], control: &OwnedFd) -> ! {
    let started = take_descriptors(control)
        .map_err(|error| error.to_string())
        .and_then(|()| execute(&plan.env, arguments));
    match started {
        Ok(never) => match never {},
        Err(_) => sys::leave(UNSTARTED),
    }
}

struct Warden<'a> {
    channel: &'a OwnedFd,
    control: OwnedFd,
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
        let mut watched =
            [self.channel.as_fd(), self.control.as_fd(), self.deaths.as_fd()].map(watch);
        match poll(&mut watched, PollTimeout::NONE) {
            Err(Errno::EINTR) => Ok([false; 3]),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(watched.map(|watched| watched.any().unwrap_or(true))),
        }
    }

    /// Passes a word of the fork server on to the engine; whether both still listen.
    fn pass_on(&self) -> bool {
        let mut word = [0; 256];
        match recv(self.control.as_raw_fd(), &mut word, MsgFlags::MSG_DONTWAIT) {
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
        match sys::fork_into(namespaces_of_processes(&plan))? {
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
        init::wait(plan, ends, &self.control);
        sys::leave(0)
    }

    fn resident_kib(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/statm", self.server)).unwrap_or_default();
        let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
        pages.unwrap_or(0) * PAGE_KIB
    }
}
