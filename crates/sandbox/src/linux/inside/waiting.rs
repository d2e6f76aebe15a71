//! First process of a box in which a worker waits.
//!
//! It asks the fork server for a worker, forked into this box, and tells the engine that it is ready. When the job comes
//! it delivers the sources, hands the description to the worker, and sees the worker to its end. The worker is no child
//! of its own, so how it ended is the fork server's word.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::CloneFlags;
use nix::sys::signalfd::SignalFd;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, socketpair};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use serde_json::json;

use crate::linux::boundary::handles::send_with;
use crate::linux::boundary::paths::WORK;
use crate::linux::boundary::plan::{Delivery, Identity, JailReport, Plan, receive_whole};
use crate::linux::inside::deaths::{bury, watch_deaths};
use crate::linux::inside::ends::{Ends, announce};
use crate::linux::inside::walls::confine::rlimits;
use crate::linux::inside::walls::memory;
use crate::linux::inside::walls::namespaces;
use crate::linux::inside::walls::root;
use crate::linux::inside::walls::ruleset;
use crate::linux::inside::worker::kill_all;
use crate::linux::sys;

/// This process, as it sees itself.
const OWN: i32 = 1;

/// Has a worker forked into this box, gives it the job when it comes, and sees it to its end.
pub(crate) fn attend(plan: &Plan, ends: &Ends, server: &OwnedFd) -> Result<JailReport, String> {
    let deaths = watch_deaths().map_err(|error| format!("watch for deaths: {error}"))?;
    let (mut worker, life) = invite(plan, ends, server)?;
    let mut ready = [0];
    if worker.read_exact(&mut ready).is_err() {
        return Ok(last_word(&life));
    }
    announce(ends)?;
    let (delivery, contents): (Delivery, _) =
        receive_whole(&ends.channel).map_err(|error| format!("read the job: {error}"))?;
    let (description, files) =
        contents.split_at_checked(delivery.description).ok_or("the job is short")?;
    let laid = root::deliver(plan, &delivery, files)?;
    hand_over(&mut worker, description).map_err(|error| format!("hand the job over: {error}"))?;
    drop(worker);
    let report = clear(plan, || match follow(ends, &life, &deaths) {
        Ended::Worker => last_word(&life),
        Ended::Engine => JailReport::default(),
    });
    Ok(JailReport { changed: laid.changed(), ..report })
}

/// Asks the fork server for a worker; gives the way to it and the way on which its end is told.
fn invite(plan: &Plan, ends: &Ends, server: &OwnedFd) -> Result<(UnixStream, OwnedFd), String> {
    let told = |step: &'static str| move |error: io::Error| format!("{step}: {error}");
    let (worker, theirs) = UnixStream::pair().map_err(told("make a way to the worker"))?;
    let kind = SockType::SeqPacket;
    let life = socketpair(AddressFamily::Unix, kind, None, SockFlag::SOCK_CLOEXEC);
    let (life, life_theirs) = life.map_err(|error| format!("make a way for the end: {error}"))?;
    let own = sys::process_handle(OWN).map_err(told("open this process"))?;
    let ruleset = ruleset::handle(&plan.binds)?;
    let mut named: Vec<(String, BorrowedFd<'_>)> = vec![
        ("box".to_owned(), own.as_fd()),
        ("channel".to_owned(), ends.channel.as_fd()),
        ("stdout".to_owned(), ends.stdout.as_fd()),
        ("stderr".to_owned(), ends.stderr.as_fd()),
        ("job".to_owned(), theirs.as_fd()),
        ("life".to_owned(), life_theirs.as_fd()),
    ];
    named.extend(ruleset.iter().map(|ruleset| ("ruleset".to_owned(), ruleset.as_fd())));
    let groups = ends.groups.iter().enumerate();
    named.extend(groups.map(|(number, group)| (format!("group{number}"), group.as_fd())));
    let (words, handles): (Vec<String>, Vec<BorrowedFd<'_>>) = named.into_iter().unzip();
    let body = serde_json::to_vec(&order(plan, &words)).unwrap_or_default();
    send_with(server, &body, &handles).map_err(told("ask for a worker"))?;
    Ok((worker, life))
}

fn order(plan: &Plan, handles: &[String]) -> serde_json::Value {
    let (user, others) = match plan.identity {
        Identity::Slot(id) => (Some(id), CloneFlags::empty()),
        Identity::Mapped => (None, CloneFlags::CLONE_NEWUSER),
    };
    let limits: serde_json::Map<String, serde_json::Value> =
        rlimits(plan).into_iter().map(|(name, _, most)| (name.to_owned(), json!(most))).collect();
    json!({
        "handles": handles,
        "namespaces": (namespaces::of_a_box(plan) | others).bits(),
        "user": user,
        "rlimits": limits,
        "env": plan.env,
        "work": WORK,
    })
}

fn hand_over(worker: &mut UnixStream, description: &[u8]) -> io::Result<()> {
    let size = u64::try_from(description.len()).unwrap_or(u64::MAX);
    worker.write_all(&size.to_be_bytes())?;
    worker.write_all(description)
}

/// Follows who works here to the end, kills what is left, and reaps what was left to this process.
pub(crate) fn clear(plan: &Plan, follow: impl FnOnce() -> JailReport) -> JailReport {
    let is_over_memory = Arc::new(AtomicBool::new(false));
    memory::guard(plan, &is_over_memory);
    let report = follow();
    kill_all();
    while !matches!(waitpid(None::<Pid>, None), Err(Errno::ECHILD)) {}
    JailReport { is_over_memory: is_over_memory.load(Ordering::SeqCst), ..report }
}

/// The side that ended first.
enum Ended {
    Worker,
    Engine,
}

fn follow(ends: &Ends, life: &OwnedFd, deaths: &SignalFd) -> Ended {
    loop {
        let mut watched = [
            PollFd::new(life.as_fd(), PollFlags::POLLIN),
            PollFd::new(deaths.as_fd(), PollFlags::POLLIN),
            // Only the end of the engine's side counts; what it says is for the worker.
            PollFd::new(ends.channel.as_fd(), PollFlags::empty()),
        ];
        match poll(&mut watched, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            Err(_) => return Ended::Engine,
            Ok(_) => {}
        }
        let [worker, orphans, engine] = watched.map(|watched| watched.any().unwrap_or(true));
        if orphans {
            bury(deaths, None);
        }
        if worker {
            return Ended::Worker;
        }
        if engine {
            return Ended::Engine;
        }
    }
}

/// Reads how the worker ended, after the fork server's word; silence means that the server ended first.
fn last_word(life: &OwnedFd) -> JailReport {
    let mut word = [0; 1024];
    let size = recv(life.as_raw_fd(), &mut word, MsgFlags::empty()).unwrap_or(0);
    let word = word.get(..size).filter(|word| !word.is_empty());
    word.and_then(|word| serde_json::from_slice(word).ok()).unwrap_or_default()
}
