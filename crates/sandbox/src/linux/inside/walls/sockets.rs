//! A bound on what the sockets of a box hold.
//!
//! Data that nobody has read yet belongs to no process, and cgroups of version 1 do not count it. A thread of the first
//! process looks how much lies in the network namespace of the box and kills everybody when that is too much. It asks for a
//! sum of sockets first, which costs nothing, and reads their queues only where there are more than a few.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::poll::{PollTimeout, poll};

use crate::linux::boundary::plan::{Plan, Reach};
use crate::linux::inside::walls::confine::sockets;
use crate::linux::inside::walls::filter::Sockets;
use crate::linux::inside::worker::kill_all;

/// Milliseconds between two looks.
const INTERVAL_MS: u16 = 40;
/// Sockets whose buffers together are not worth a look: the kernel bounds each of them.
const FEW: u64 = 4;
/// The state of a socket that listens, whose queue counts visitors and no bytes.
const LISTENS: &str = "0A";

/// Whether the sockets that a box sees are its own, so that what they hold is too.
pub(crate) fn are_own(plan: &Plan) -> bool {
    plan.reach == Reach::Loopback && sockets(plan) == Sockets::Internet
}

/// Looks at the sockets of this namespace from a thread of its own and kills everybody when they hold too much.
pub(crate) fn watch(most_bytes: u64, is_over: Arc<AtomicBool>) {
    let look = move || {
        while held() <= most_bytes {
            poll(&mut [], PollTimeout::from(INTERVAL_MS)).ok();
        }
        is_over.store(true, Ordering::SeqCst);
        kill_all();
    };
    // The thread ends with this process; without it every socket alone is still bounded.
    thread::Builder::new().name("sockets".to_owned()).spawn(look).ok();
}

/// Bytes that lie in the queues of this namespace's sockets; nothing where there are few of them.
pub(crate) fn held() -> u64 {
    let read = |name: &str| fs::read_to_string(format!("/proc/net/{name}")).unwrap_or_default();
    let in_use = ["sockstat", "sockstat6"].map(|name| in_use(&read(name)));
    if in_use.iter().sum::<u64>() <= FEW {
        return 0;
    }
    ["tcp", "tcp6", "udp", "udp6"].map(|name| queued(&read(name))).iter().sum()
}

/// Sockets that are in use, after the kernel's own sum.
fn in_use(text: &str) -> u64 {
    let counted = text.lines().filter(|line| line.starts_with("TCP") || line.starts_with("UDP"));
    let number = |line: &str| line.split_whitespace().nth(2)?.parse::<u64>().ok();
    counted.filter_map(number).sum()
}

/// Bytes in both queues of every socket of a table.
fn queued(text: &str) -> u64 {
    let of_line = |line: &str| {
        let mut fields = line.split_whitespace().skip(3);
        let state = fields.next()?;
        let (sent, received) = fields.next()?.split_once(':')?;
        let bytes = |digits| u64::from_str_radix(digits, 16).unwrap_or(0);
        Some(if state == LISTENS { 0 } else { bytes(sent) + bytes(received) })
    };
    text.lines().skip(1).filter_map(of_line).sum()
}

#[cfg(test)]
mod tests {
    use super::{in_use, queued};

    #[test]
    fn queues_are_added_up_but_not_those_of_listeners() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n   \
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 00000000\n   \
            1: 0100007F:1F90 0100007F:9C40 01 00000010:00100000 00:00000000 00000000\n   \
            2: 0100007F:9C40 0100007F:1F90 01 00000400:00000000 00:00000000 00000000\n";
        let sums = "sockets: used 9\nTCP: inuse 3 orphan 0 tw 0 alloc 4 mem 1\nUDP: inuse 2 mem 0\nRAW: inuse 0\n";

        assert_eq!(queued(table), 16 + (1 << 20) + 1024);
        assert_eq!(in_use(sums), 5);
        assert_eq!((queued(""), in_use("")), (0, 0));
    }
}
