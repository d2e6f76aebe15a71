//! A running fork server, from the engine's side.
//!
//! It prepares an interpreter once and forks it for every job; the engine orders boxes of it over one socket, and hears
//! when it is ready (it can fork) and rehearsed (it has done all that makes its boxes faster). It is given up when it
//! is silent for too long and replaced when it is old, used up or grown.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::sockopt::ReceiveTimeout;
use nix::sys::socket::{Shutdown, setsockopt, shutdown};
use nix::sys::time::{TimeVal, TimeValLike as _};

use crate::guest::scripts::{SERVER, laid_out};
use crate::linux::boundary::handles::{receive_with, send_with};
use crate::linux::boundary::plan::{Entry, Identity, Made, Plan, Work, send_whole};
use crate::linux::boundary::slot;
use crate::linux::inside::walls::filter::{self, Sockets};
use crate::linux::inside::walls::guard;
use crate::linux::outside::ground::{Ground, Lodging};
use crate::linux::outside::reaper::Reaper;
use crate::linux::outside::supervise::{Wires, spawn, wire};
use crate::linux::servers::warm::Warm;
use crate::linux::stage::{Stage, guest_command, variables};
use record::domain::limits::Limits;

/// Seconds that a fork server may take to rehearse, and to fork.
const PATIENCE_SECONDS: u32 = 30;
/// Time that it may take until it can fork; a run waits no longer for one that is only just starting.
const PATIENCE: Duration = Duration::from_secs(10);
/// Milliseconds between two looks at what it says.
const PAUSE_MS: u16 = 4;
/// Boxes after which a fork server is replaced: a new one has other hash seeds and addresses.
const MOST_BOXES: u32 = 500;
/// Age at which it is replaced.
const MOST_AGE: Duration = Duration::from_hours(1);
/// Growth of its memory, as a multiple of what it held at first, at which it is replaced.
const MOST_GROWTH: u64 = 2;
/// Tells a server that it makes many boxes, so that what takes a while and makes each cheaper is worth it.
const LASTING: &str = "lasting";
/// Largest word of a fork server.
const WORD_BYTES: usize = 4096;

/// Bounds beyond which a fork server is given up, or replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) patience: Duration,
    pub(crate) boxes: u32,
    pub(crate) age: Duration,
    pub(crate) growth: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { patience: PATIENCE, boxes: MOST_BOXES, age: MOST_AGE, growth: MOST_GROWTH }
    }
}

/// Number of boxes that a fork server is expected to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prospect {
    /// Those of one command.
    Few,
    /// Those of an engine that lasts.
    Many,
}

/// Everything with which a fork server starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) warm: &'a Warm,
    pub(crate) bounds: Bounds,
    pub(crate) prospect: Prospect,
}

/// A running fork server.
#[derive(Debug)]
pub(crate) struct ForkServer {
    bounds: Bounds,
    link: Mutex<OwnedFd>,
    is_ready: AtomicBool,
    is_rehearsed: AtomicBool,
    is_dead: AtomicBool,
    boxes: AtomicU32,
    first_resident: AtomicU64,
    last_resident: AtomicU64,
    born: Instant,
}

/// A box that waits for its job; single use.
#[derive(Debug)]
pub(crate) struct Standby {
    pub(crate) wires: Wires,
    pub(crate) reaper: Reaper,
    pub(crate) lodging: Lodging,
    /// The box dies with its server.
    pub(crate) server: Arc<ForkServer>,
}

impl ForkServer {
    /// Starts a server on a thread that lives as long as it: the kernel kills a jail with the thread that made it.
    pub(crate) fn start(start: &Start<'_>) -> io::Result<Arc<Self>> {
        let (plan, contents) = server_plan(start)?;
        let link = keep_alive(&start.ground.executable, plan, contents)?;
        setsockopt(&link, ReceiveTimeout, &TimeVal::seconds(PATIENCE_SECONDS.into()))?;
        Ok(Arc::new(Self {
            bounds: start.bounds,
            link: Mutex::new(link),
            is_ready: AtomicBool::new(false),
            is_rehearsed: AtomicBool::new(false),
            is_dead: AtomicBool::new(false),
            boxes: AtomicU32::new(0),
            first_resident: AtomicU64::new(0),
            last_resident: AtomicU64::new(0),
            born: Instant::now(),
        }))
    }

    /// Whether it died, was given up, or cannot fork though it had its time.
    pub(crate) fn has_failed(&self) -> bool {
        let is_late = self.born.elapsed() >= self.bounds.patience;
        self.is_dead.load(Ordering::Relaxed) || (is_late && !self.is_ready())
    }

    /// Whether it should be replaced: old, used up or grown.
    pub(crate) fn is_spent(&self) -> bool {
        let first = self.first_resident.load(Ordering::Relaxed);
        let most_resident = first.saturating_mul(self.bounds.growth);
        self.boxes.load(Ordering::Relaxed) >= self.bounds.boxes
            || self.born.elapsed() >= self.bounds.age
            || (first > 0 && self.last_resident.load(Ordering::Relaxed) > most_resident)
    }

    /// Marks it as not to be asked again.
    pub(crate) fn give_up(&self) {
        self.is_dead.store(true, Ordering::Relaxed);
    }

    /// Waits until it can fork.
    pub(crate) fn wait_ready(&self) -> io::Result<()> {
        self.wait_for(&self.is_ready)
    }

    /// Waits until it has done all that makes its boxes faster.
    pub(crate) fn wait_rehearsed(&self) -> io::Result<()> {
        self.wait_for(&self.is_rehearsed)
    }

    /// Whether it can fork at once.
    pub(crate) fn is_ready(&self) -> bool {
        self.listen();
        self.is_ready.load(Ordering::Relaxed)
    }

    /// Whether it has done all that makes its boxes faster.
    pub(crate) fn is_rehearsed(&self) -> bool {
        self.listen();
        self.is_rehearsed.load(Ordering::Relaxed)
    }

    fn wait_for(&self, wanted: &AtomicBool) -> io::Result<()> {
        let ends = Instant::now() + Duration::from_secs(PATIENCE_SECONDS.into());
        while !wanted.load(Ordering::Relaxed) {
            if self.has_failed() || Instant::now() > ends {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.listen();
            poll(&mut [], PollTimeout::from(PAUSE_MS)).ok();
        }
        Ok(())
    }

    /// Takes what the server has said, without waiting for more.
    fn listen(&self) {
        let Ok(link) = self.link.try_lock() else { return };
        let mut watched = [PollFd::new(link.as_fd(), PollFlags::POLLIN)];
        while poll(&mut watched, PollTimeout::ZERO).is_ok_and(|ready| ready > 0) {
            if self.hear(link.as_fd()).is_err() {
                return;
            }
        }
    }

    /// Takes one word of the server; the handle of a box where it told of one.
    fn hear(&self, link: BorrowedFd<'_>) -> io::Result<Option<OwnedFd>> {
        let mut word = [0; WORD_BYTES];
        let heard = receive_with(&link, &mut word);
        let (size, mut handles) = heard.inspect_err(|_| self.give_up())?;
        match word.get(..size).and_then(<[u8]>::split_first) {
            Some((b'Z', b"ready")) => self.is_ready.store(true, Ordering::Relaxed),
            Some((b'Z', b"rehearsed")) => self.is_rehearsed.store(true, Ordering::Relaxed),
            Some((b'B', made)) => {
                self.count(serde_json::from_slice(made).unwrap_or_default());
                return Ok(handles.pop());
            }
            Some(_) => {}
            None => {
                self.give_up();
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the fork server died"));
            }
        }
        Ok(None)
    }

    fn count(&self, made: Made) {
        self.boxes.fetch_add(1, Ordering::Relaxed);
        let first = &self.first_resident;
        first.compare_exchange(0, made.resident_kib, Ordering::Relaxed, Ordering::Relaxed).ok();
        self.last_resident.store(made.resident_kib, Ordering::Relaxed);
    }

    /// Has a box made.
    pub(crate) fn make(self: &Arc<Self>, lodging: Lodging) -> io::Result<Standby> {
        let (wires, far) = wire()?;
        let mut handles: Vec<OwnedFd> = vec![far.channel, far.stdout.into(), far.stderr.into()];
        handles.extend(lodging.groups.open()?.into_iter().map(OwnedFd::from));
        let body = serde_json::to_vec(&lodging.plan)?;
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        send_with(&*link, &body, &handles).inspect_err(|_| self.give_up())?;
        drop(handles);
        let outermost = loop {
            if let Some(handle) = self.hear(link.as_fd())? {
                break handle;
            }
        };
        drop(link);
        let server = Arc::clone(self);
        Ok(Standby { wires, reaper: Reaper::Handle(outermost), lodging, server })
    }
}

impl Drop for ForkServer {
    fn drop(&mut self) {
        let link = self.link.get_mut().unwrap_or_else(PoisonError::into_inner);
        // The server takes this as the word to end, and all its boxes with it.
        shutdown(link.as_raw_fd(), Shutdown::Both).ok();
    }
}

/// Keeps a server's outermost process on a thread of its own; gives the way to its first process.
fn keep_alive(executable: &Path, plan: Plan, contents: Vec<Vec<u8>>) -> io::Result<OwnedFd> {
    let (told, started) = std::sync::mpsc::channel();
    let executable = executable.to_path_buf();
    let keep = move || {
        let began = spawn(&executable).and_then(|(wires, child)| {
            let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
            send_whole(wires.channel.as_fd(), &plan, &contents)?;
            Ok((wires, child))
        });
        let (wires, mut child) = match began {
            Ok((wires, child)) => (wires, child),
            Err(error) => {
                // The starter waits for exactly this.
                told.send(Err(error)).ok();
                return;
            }
        };
        let Wires { channel, stdout, stderr } = wires;
        told.send(Ok(channel)).ok();
        // A server says nothing on its streams; they stay open so that a stray word does not end it.
        let streams = (stdout, stderr);
        child.wait().ok();
        drop(streams);
    };
    std::thread::Builder::new().name("fork-server".to_owned()).spawn(keep)?;
    started.recv().map_err(io::Error::other)?
}

fn server_plan(start: &Start<'_>) -> io::Result<(Plan, Vec<Vec<u8>>)> {
    let (ground, warm) = (start.ground, start.warm);
    let mut guest: Vec<(String, Vec<u8>)> = laid_out(SERVER)
        .map(|script| (script.name.to_owned(), script.text.as_bytes().to_vec()))
        .collect();
    guest.extend(warm.toolchain.compiled().iter().cloned());
    let filters = filter::encoded(Sockets::Internet).map_err(io::Error::other)?;
    let filters = filters.into_iter().enumerate();
    guest.extend(filters.map(|(number, program)| (format!("filter.{number}"), program)));
    guest.push((guard::FILE.to_owned(), guard::encoded().map_err(io::Error::other)?));
    let mut command = guest_command(&warm.toolchain, SERVER, (warm.stage, &BTreeMap::new()));
    command.extend((start.prospect == Prospect::Many).then(|| LASTING.to_owned()));
    let plan = Plan {
        name: format!("server-{}-{}", warm.stage.worker(), std::process::id()),
        guest: guest
            .iter()
            .map(|(path, bytes)| Entry { path: path.clone(), bytes: bytes.len() })
            .collect(),
        binds: warm.toolchain.folders.clone(),
        env: variables(&BTreeMap::new(), Stage::Tests),
        identity: if ground.is_root { Identity::Slot(slot::FIRST) } else { Identity::Mapped },
        ..Plan::bare(Work::Serve(command), Limits::default())
    };
    Ok((plan, guest.into_iter().map(|(_, content)| content).collect()))
}
