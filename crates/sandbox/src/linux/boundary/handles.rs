//! Messages that carry descriptors.
//!
//! A box of a fork server inherits nothing, so its channel, streams and cgroups travel to it over a Unix socket
//! (`SCM_RIGHTS`), and the handle on its first process travels back.

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd, RawFd};

use nix::cmsg_space;
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};

use crate::linux::sys;

/// Most descriptors of one message.
const MOST: usize = 16;

/// Sends a message and copies of descriptors with it.
pub(crate) fn send_with(channel: &impl AsFd, body: &[u8], handles: &[impl AsFd]) -> io::Result<()> {
    let handles: Vec<RawFd> = handles.iter().map(|handle| handle.as_fd().as_raw_fd()).collect();
    let parts = [IoSlice::new(body)];
    let channel = channel.as_fd().as_raw_fd();
    let rights = [ControlMessage::ScmRights(&handles)];
    let rights = if handles.is_empty() { &[][..] } else { &rights[..] };
    sendmsg::<()>(channel, &parts, rights, MsgFlags::MSG_NOSIGNAL, None)?;
    Ok(())
}

/// Receives a message and the descriptors that came with it; no bytes are the end.
pub(crate) fn receive_with(
    channel: &impl AsFd,
    buffer: &mut [u8],
) -> io::Result<(usize, Vec<OwnedFd>)> {
    let channel = channel.as_fd().as_raw_fd();
    let mut space = cmsg_space!([RawFd; MOST]);
    let mut parts = [IoSliceMut::new(buffer)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(channel, &mut parts, Some(&mut space), flags)?;
    let mut handles = Vec::new();
    for rights in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(raw) = rights {
            handles.extend(raw.into_iter().map(sys::inherited));
        }
    }
    Ok((message.bytes, handles))
}
