//! Plans: everything that the engine tells a jail.
//!
//! A plan and the contents of its files go over one socket, cut into messages that keep their borders. The jail starts from
//! a plan alone and from no argument or variable, so that nothing of the engine's surroundings leaks in.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd};
use std::path::PathBuf;

use nix::sys::socket::{MsgFlags, recv, send};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::frame::Changed;
use record::domain::limits::Limits;

/// Largest message on the channel, origin byte included.
pub(crate) const MESSAGE_BYTES: usize = 128 << 10;
/// Largest piece of a plan in one message.
const PIECE_BYTES: usize = 60 << 10;
/// Largest plan: the largest tree, its header and the guest's own files.
const PLAN_BYTES: usize = 96 << 20;

/// Everything a jail needs to know; file contents follow the header.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Names the run in host names and cgroups.
    pub(crate) name: String,
    /// The worker's work.
    pub(crate) work: Work,
    /// The files of the revision, below the source folder.
    pub(crate) sources: Vec<Entry>,
    /// Whether the worker may write beside them, and over them.
    pub(crate) is_writable: bool,
    /// The harness's own files, below the guest folder.
    pub(crate) guest: Vec<Entry>,
    /// Host folders shown read-only at the same path.
    pub(crate) binds: Vec<PathBuf>,
    /// The whole environment of the worker.
    pub(crate) env: BTreeMap<String, String>,
    /// Its limits.
    pub(crate) limits: Limits,
    /// The user whose rights the worker has.
    pub(crate) identity: Identity,
    /// Which network it sees.
    pub(crate) reach: Reach,
    /// Cgroups to join.
    pub(crate) cgroups: Vec<PathBuf>,
    /// The one who bounds the memory of the tree.
    pub(crate) memory: MemoryBound,
    /// The folder to which the scratch folder is copied after the run.
    pub(crate) keep: Option<PathBuf>,
}

impl Plan {
    /// Plans work that needs no files.
    pub(crate) fn bare(work: Work, limits: Limits) -> Self {
        Self {
            name: format!("bare-{}", std::process::id()),
            work,
            sources: Vec::new(),
            is_writable: false,
            guest: Vec::new(),
            binds: Vec::new(),
            env: BTreeMap::new(),
            limits,
            identity: Identity::Mapped,
            reach: Reach::Loopback,
            cgroups: Vec::new(),
            memory: MemoryBound::Sampling,
            keep: None,
        }
    }
}

/// A file: its path and how many bytes of the contents are its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) bytes: usize,
}

/// Work of a worker once it is confined.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Replaces itself by this program.
    Program(Vec<String>),
    /// Attacks the walls around it.
    Attack(Targets),
    /// Becomes a fork server: this program is the parent of the workers of many boxes.
    Serve(Vec<String>),
    /// Is forked from a server, and waits in its box until the job comes.
    Await,
    /// Becomes the program that comes with the job, by itself; until then nobody is in the box.
    AwaitProgram,
}

/// Targets of attacks outside of the jail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Targets {
    /// A file that it must not read.
    pub(crate) secret: PathBuf,
    /// A loopback port of the host that it must not reach.
    pub(crate) port: u16,
}

/// The user whose rights a worker has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Identity {
    /// A user id that nobody else uses; the engine is root.
    Slot(u32),
    /// The engine's own user, seen from a user namespace.
    Mapped,
}

impl Identity {
    /// The user to whom the files of a box belong; in a user namespace there is only one, so it need not be said.
    pub(crate) fn user(self) -> Option<u32> {
        match self {
            Self::Slot(id) => Some(id),
            Self::Mapped => None,
        }
    }
}

/// Which network the worker sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reach {
    /// A loopback of its own.
    Loopback,
    /// The host's.
    Host,
}

/// The one who bounds the memory of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MemoryBound {
    /// The kernel, by a cgroup.
    Cgroup,
    /// The jail's init, by sampling.
    Sampling,
}

/// The last word of a jail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct JailReport {
    /// The step that failed before the worker ran.
    pub(crate) failure: Option<String>,
    /// Exit status of the worker.
    pub(crate) status: Option<i32>,
    /// Signal that ended the worker.
    pub(crate) signal: Option<i32>,
    /// Whether sampling found the tree over its memory.
    pub(crate) is_over_memory: bool,
    /// What was done to the files where the worker may write.
    pub(crate) changed: Changed,
    /// The failure to copy what was to be kept.
    pub(crate) keep_failure: Option<String>,
}

impl JailReport {
    /// Reports a jail whose worker never ran, because of this step.
    pub(crate) fn failed(failure: String) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }
}

/// A program that works without an interpreter and tells what it found on its output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Program {
    /// Its path and arguments.
    pub(crate) arguments: Vec<String>,
    /// Every variable that it has.
    pub(crate) env: BTreeMap<String, String>,
}

/// The warden's word on a box that it has forked.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Made {
    /// Memory that the fork server holds, in KiB.
    pub(crate) resident_kib: u64,
}

/// The job of a box that waits; the contents of the description and of its files follow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// The program to run, where no worker waits for the description.
    pub(crate) program: Option<Program>,
    /// Bytes of the description for the worker.
    pub(crate) description: usize,
    /// The files of the revision, below the source folder.
    pub(crate) sources: Vec<Entry>,
    /// Whether the worker may write beside them, and over them.
    pub(crate) is_writable: bool,
}

/// Sends a header and the contents that it announces.
pub(crate) fn send_whole(
    channel: BorrowedFd<'_>,
    header: &impl Serialize,
    contents: &[&[u8]],
) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    let mut whole = Vec::with_capacity(header.len());
    whole.extend_from_slice(&u64::try_from(header.len()).unwrap_or(u64::MAX).to_be_bytes());
    whole.extend_from_slice(&header);
    for content in contents {
        whole.extend_from_slice(content);
    }
    let total = u64::try_from(whole.len()).unwrap_or(u64::MAX).to_be_bytes();
    send_piece(channel, &total)?;
    whole.chunks(PIECE_BYTES).try_for_each(|piece| send_piece(channel, piece))
}

fn send_piece(channel: BorrowedFd<'_>, piece: &[u8]) -> io::Result<()> {
    send(channel.as_raw_fd(), piece, MsgFlags::MSG_NOSIGNAL)?;
    Ok(())
}

/// Receives what `send_whole` sent.
pub(crate) fn receive_whole<Header: DeserializeOwned>(
    channel: &impl AsFd,
) -> io::Result<(Header, Vec<u8>)> {
    let channel = channel.as_fd().as_raw_fd();
    let mut piece = vec![0; PIECE_BYTES];
    let size = recv(channel, &mut piece, MsgFlags::empty())?;
    let total = number(piece.get(..size).unwrap_or_default())?;
    let mut whole = Vec::with_capacity(total);
    while whole.len() < total {
        let size = recv(channel, &mut piece, MsgFlags::empty())?;
        if size == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        whole.extend_from_slice(piece.get(..size).unwrap_or_default());
    }
    let (length, rest) = whole.split_at_checked(8).ok_or(io::ErrorKind::InvalidData)?;
    let header = number(length)?;
    let (header, contents) = rest.split_at_checked(header).ok_or(io::ErrorKind::InvalidData)?;
    Ok((serde_json::from_slice(header)?, contents.to_vec()))
}

fn number(bytes: &[u8]) -> io::Result<usize> {
    let bytes: [u8; 8] = bytes.try_into().map_err(|_| io::ErrorKind::InvalidData)?;
    let number = usize::try_from(u64::from_be_bytes(bytes)).unwrap_or(usize::MAX);
    if number > PLAN_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(number)
}
