//! Supervision of one jail: start it, listen to it, end it.
//!
//! The thread waits for messages, output, the owner's word and the deadline in one `poll`. Everything that a jail sends is
//! bounded here, in bytes and in number, before anybody reads it. A jail that does not die in time is killed from outside.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read as _, pipe};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::sockopt::SendTimeout;
use nix::sys::socket::{
    AddressFamily, MsgFlags, Shutdown, SockFlag, SockType, recv, send, setsockopt, shutdown,
    socketpair,
};
use nix::sys::time::{TimeVal, TimeValLike as _};

use crate::linux::boundary::plan::{Delivery, MESSAGE_BYTES, Plan, send_whole};
use crate::linux::outside::output::Kept;
use crate::linux::outside::reaper::Reaper;

/// Most bytes of frames of one run.
const FRAMES_BYTES: usize = 32 << 20;
/// Most frames of one run.
const FRAMES: usize = 200_000;
/// Reads from one stream before the clock is looked at again.
const READS: u32 = 16;
/// Time that a jail may take to die when told to, before it is killed from outside.
const GRACE: Duration = Duration::from_millis(300);
/// Time that a jail may take to read what it is told.
const PATIENCE_SECONDS: i64 = 10;
/// Time that output may stay open after the jail is gone.
const DRAIN: Duration = Duration::from_millis(500);

/// The cause that ended the wait for a jail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It ended by itself.
    Itself,
    /// Its time ran out.
    Deadline,
    /// The owner stopped it.
    Cancelled,
    /// It said more than it may.
    Flood,
    /// It had shown all that was asked.
    Enough,
}

/// A reply to a message of a jail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Nothing.
    Nothing,
    /// The jail hears this.
    Say(Vec<u8>),
    /// The jail is stopped.
    Stop,
}

/// Whether more may come of a jail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum More {
    Maybe,
    No(Cause),
}

/// A message of a jail: whose word it is, and the JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// `J` the jail, `W` the worker before it is confined, `P` the harness, `C` the suite.
    pub(crate) origin: u8,
    /// The JSON.
    pub(crate) body: Vec<u8>,
}

/// Everything the outside observed.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) cause: Cause,
    pub(crate) messages: Vec<Message>,
    pub(crate) stdout: Kept,
    pub(crate) stderr: Kept,
    /// Whether somebody still held the output open when everything should have been dead.
    pub(crate) is_held_open: bool,
    /// From the start to the first message.
    pub(crate) spawn: Duration,
    /// From the start to the end.
    pub(crate) total: Duration,
}

/// Terms of a run: its bounds, and who is told of it.
pub(crate) struct Terms<'a> {
    /// Time after which it must be over.
    pub(crate) deadline: Duration,
    /// Time without a message after which it is over too.
    pub(crate) patience: Option<Duration>,
    /// Bytes kept of each stream.
    pub(crate) output_bytes: u64,
    /// Becomes readable when the owner stops the run.
    pub(crate) stop: &'a OwnedFd,
    /// Called for every message.
    pub(crate) on_message: &'a mut dyn FnMut(&Message) -> Reply,
}

/// Runs a jail to its end on the calling thread, which must not end before: the kernel kills the jail with it.
pub(crate) fn run_jail(
    executable: &Path,
    plan: &Plan,
    contents: &[&[u8]],
    terms: &mut Terms<'_>,
) -> io::Result<Observed> {
    let started = Instant::now();
    let (wires, child) = spawn(executable)?;
    let reaper = Reaper::Child(child);
    unless_gone(send_whole(wires.channel.as_fd(), plan, contents))?;
    attend(Jail::new(wires, terms)?, reaper, started, terms)
}

/// Runs a job in a box that waits for it.
pub(crate) fn run_box(
    wires: Wires,
    reaper: Reaper,
    delivery: &Delivery,
    contents: &[&[u8]],
    terms: &mut Terms<'_>,
) -> io::Result<Observed> {
    let started = Instant::now();
    unless_gone(send_whole(wires.channel.as_fd(), delivery, contents))?;
    attend(Jail::new(wires, terms)?, reaper, started, terms)
}

/// A jail that died before it was told everything says why by its end.
fn unless_gone(sent: io::Result<()>) -> io::Result<()> {
    match sent {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn attend(
    mut jail: Jail,
    mut reaper: Reaper,
    started: Instant,
    terms: &mut Terms<'_>,
) -> io::Result<Observed> {
    let cause = jail.listen(started, terms);
    if cause != Cause::Itself {
        // Nobody listens any more; the jail takes this as the word to stop.
        shutdown(jail.channel.as_raw_fd(), Shutdown::Both).ok();
    }
    reaper.reap(GRACE)?;
    jail.drain(Instant::now() + DRAIN);
    Ok(Observed {
        cause,
        messages: jail.messages,
        is_held_open: jail.streams.iter().any(|stream| stream.is_open),
        spawn: jail.first.map_or_else(|| started.elapsed(), |first| first - started),
        total: started.elapsed(),
        stdout: jail.streams[0].kept.clone(),
        stderr: jail.streams[1].kept.clone(),
    })
}

/// Our ends of a jail's channel and streams.
#[derive(Debug)]
pub(crate) struct Wires {
    pub(crate) channel: OwnedFd,
    pub(crate) stdout: PipeReader,
    pub(crate) stderr: PipeReader,
}

/// The jail's ends of the same.
pub(crate) struct FarEnds {
    pub(crate) channel: OwnedFd,
    pub(crate) stdout: PipeWriter,
    pub(crate) stderr: PipeWriter,
}

/// Makes a channel and two streams.
pub(crate) fn wire() -> io::Result<(Wires, FarEnds)> {
    let (ours, theirs) =
        socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
    let patience = TimeVal::seconds(PATIENCE_SECONDS);
    setsockopt(&ours, SendTimeout, &patience)?;
    let (stdout, stdout_end) = pipe()?;
    let (stderr, stderr_end) = pipe()?;
    let far = FarEnds { channel: theirs, stdout: stdout_end, stderr: stderr_end };
    Ok((Wires { channel: ours, stdout, stderr }, far))
}

/// Starts this program again as a jail that waits for its plan.
#[expect(clippy::disallowed_methods, reason = "the sandbox is where processes start")]
pub(crate) fn spawn(executable: &Path) -> io::Result<(Wires, Child)> {
    let (wires, far) = wire()?;
    let child = Command::new(executable)
        .arg("__jail")
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(far.channel))
        .stdout(far.stdout)
        .stderr(far.stderr)
        .spawn()?;
    Ok((wires, child))
}

struct Stream {
    pipe: PipeReader,
    kept: Kept,
    is_open: bool,
}

struct Jail {
    channel: OwnedFd,
    streams: [Stream; 2],
    messages: Vec<Message>,
    message_bytes: usize,
    buffer: Vec<u8>,
    first: Option<Instant>,
}

impl Jail {
    fn new(wires: Wires, terms: &Terms<'_>) -> io::Result<Self> {
        let stream = |pipe: PipeReader| -> io::Result<Stream> {
            fcntl(&pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
            Ok(Stream { pipe, kept: Kept::new(terms.output_bytes), is_open: true })
        };
        Ok(Self {
            channel: wires.channel,
            streams: [stream(wires.stdout)?, stream(wires.stderr)?],
            messages: Vec::new(),
            message_bytes: 0,
            buffer: vec![0; MESSAGE_BYTES],
            first: None,
        })
    }

    fn listen(&mut self, started: Instant, terms: &mut Terms<'_>) -> Cause {
        let deadline = started + terms.deadline;
        let mut heard = started;
        loop {
            let ends = terms.patience.map_or(deadline, |patience| deadline.min(heard + patience));
            let Some(left) = ends.checked_duration_since(Instant::now()) else {
                return Cause::Deadline;
            };
            let [channel, stopped] = self.wait(left, terms.stop);
            if stopped {
                return Cause::Cancelled;
            }
            self.read_streams();
            if !channel {
                continue;
            }
            heard = Instant::now();
            if let More::No(cause) = self.take_messages(terms.on_message) {
                return cause;
            }
        }
    }

    /// Waits for anything to happen; tells whether the channel and the stop handle are ready.
    fn wait(&self, left: Duration, stop: &OwnedFd) -> [bool; 2] {
        let left = u16::try_from(left.as_millis() + 1).unwrap_or(u16::MAX);
        let mut watched = vec![
            PollFd::new(self.channel.as_fd(), PollFlags::POLLIN),
            PollFd::new(stop.as_fd(), PollFlags::POLLIN),
        ];
        let open = self.streams.iter().filter(|stream| stream.is_open);
        watched.extend(open.map(|stream| PollFd::new(stream.pipe.as_fd(), PollFlags::POLLIN)));
        if poll(&mut watched, PollTimeout::from(left)).is_err() {
            return [false, false];
        }
        let mut ready = watched.iter().map(|watched| watched.any().unwrap_or(false));
        [ready.next().unwrap_or(false), ready.next().unwrap_or(false)]
    }

    /// Takes what lies on the channel.
    fn take_messages(&mut self, on_message: &mut dyn FnMut(&Message) -> Reply) -> More {
        loop {
            let size =
                match recv(self.channel.as_raw_fd(), &mut self.buffer, MsgFlags::MSG_DONTWAIT) {
                    Err(Errno::EAGAIN | Errno::EINTR) => return More::Maybe,
                    Ok(0) | Err(_) => return More::No(Cause::Itself),
                    Ok(size) => size,
                };
            self.first.get_or_insert_with(Instant::now);
            let Some((origin, body)) = self.buffer.get(..size).and_then(<[u8]>::split_first) else {
                continue;
            };
            let message = Message { origin: *origin, body: body.to_vec() };
            self.message_bytes += size;
            let reply = on_message(&message);
            self.messages.push(message);
            match reply {
                Reply::Nothing => {}
                // A jail that is gone needs no answer.
                Reply::Say(answer) => {
                    send(self.channel.as_raw_fd(), &answer, MsgFlags::MSG_NOSIGNAL).ok();
                }
                Reply::Stop => return More::No(Cause::Enough),
            }
            if self.message_bytes > FRAMES_BYTES || self.messages.len() > FRAMES {
                return More::No(Cause::Flood);
            }
        }
    }

    fn read_streams(&mut self) {
        for stream in &mut self.streams {
            stream.read(&mut self.buffer);
        }
    }

    fn drain(&mut self, ends: Instant) {
        while self.streams.iter().any(|stream| stream.is_open) && Instant::now() < ends {
            self.read_streams();
            poll(&mut [], PollTimeout::from(1_u8)).ok();
        }
    }
}

impl Stream {
    fn read(&mut self, buffer: &mut [u8]) {
        for _ in 0..READS {
            if !self.is_open {
                return;
            }
            match self.pipe.read(buffer) {
                Ok(0) => self.is_open = false,
                Ok(size) => self.kept.push(buffer.get(..size).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.is_open = false,
            }
        }
    }
}
