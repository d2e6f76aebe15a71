//! First process of a box for a program that needs no interpreter.
//!
//! No worker of the fork server waits in such a box: until the job comes nobody is in it, and then this process forks the
//! program itself. It may make no socket, so its box has no network of its own.

use std::convert::Infallible;
use std::io;
use std::os::fd::AsFd as _;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::SigSet;
use nix::sys::signalfd::SignalFd;
use nix::unistd::{ForkResult, Pid, setsid, write};

use crate::linux::boundary::plan::{Delivery, JailReport, Plan, Program, receive_whole};
use crate::linux::inside::deaths::{bury, watch_deaths};
use crate::linux::inside::ends::{Ends, announce};
use crate::linux::inside::waiting::clear;
use crate::linux::inside::walls::confine;
use crate::linux::inside::walls::root;
use crate::linux::inside::worker::{WORKER_CHANNEL, execute, take_descriptors, unconfined};
use crate::linux::sys;

/// The descriptor on which a program tells what went wrong.
const ERRORS: i32 = 2;
/// Exit status of a program that is not there or is none, as a shell gives it.
const UNSTARTED: i32 = 127;

/// Waits for the job, runs its program, and sees it to its end.
pub(crate) fn attend(plan: &Plan, ends: &Ends) -> Result<JailReport, String> {
    let deaths = watch_deaths().map_err(|error| format!("watch for deaths: {error}"))?;
    announce(ends)?;
    let (delivery, contents): (Delivery, _) =
        receive_whole(&ends.channel).map_err(|error| format!("read the job: {error}"))?;
    let (_, files) = contents.split_at_checked(delivery.description).ok_or("the job is short")?;
    let program = delivery.program.as_ref().ok_or("the job has no program")?;
    root::deliver(plan, &delivery, files)?;
    let running = match sys::fork().map_err(|error| format!("fork: {error}"))? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => start(plan, ends, program),
    };
    Ok(clear(plan, || follow(ends, &deaths, running)))
}

/// The program's end, or nothing when the engine's side ends first.
fn follow(ends: &Ends, deaths: &SignalFd, running: Pid) -> JailReport {
    loop {
        let mut watched = [
            PollFd::new(deaths.as_fd(), PollFlags::POLLIN),
            // Only the end of the engine's side counts; it has said all that it has to say.
            PollFd::new(ends.channel.as_fd(), PollFlags::empty()),
        ];
        match poll(&mut watched, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            Err(_) => return JailReport::default(),
            Ok(_) => {}
        }
        let [died, engine] = watched.map(|watched| watched.any().unwrap_or(true));
        if died && let Some(report) = bury(deaths, Some(running)) {
            return report;
        }
        if engine {
            return JailReport::default();
        }
    }
}

/// Becomes the program; says through the channel why it cannot be confined, and on its errors why it does not start.
fn start(plan: &Plan, ends: &Ends, program: &Program) -> ! {
    if let Err(failure) = enter(plan, ends) {
        unconfined(failure)
    }
    let started: Result<Infallible, String> = execute(&program.env, &program.arguments);
    match started {
        Ok(never) => match never {},
        Err(why) => {
            // Nobody may be listening.
            write(sys::inherited(ERRORS), why.as_bytes()).ok();
            sys::leave(UNSTARTED)
        }
    }
}

/// Leaves the process its streams and no right that a program does not need.
fn enter(plan: &Plan, ends: &Ends) -> Result<(), String> {
    let placed = |error: io::Error| format!("place the descriptors: {error}");
    // No number below the channel's is free, whatever was closed before, so that what is opened for one gets another.
    sys::place(&ends.channel, 0).map_err(placed)?;
    sys::place(&ends.stdout, 1).map_err(placed)?;
    sys::place(&ends.stderr, ERRORS).map_err(placed)?;
    take_descriptors(&ends.channel).map_err(placed)?;
    // Open until the program starts, which never sees it.
    sys::close_on_exec(WORKER_CHANNEL).map_err(placed)?;
    SigSet::all().thread_unblock().map_err(|error| format!("unblock signals: {error}"))?;
    setsid().map_err(|error| format!("start a session: {error}"))?;
    confine::confine(plan)
}
