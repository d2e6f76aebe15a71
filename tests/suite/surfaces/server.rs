//! `saraphina serve` in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::surfaces::process::Home;

/// A server that ends with its test.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(home: &Home, listen: &str) -> Self {
        Self::start_with(home, &["serve", "--listen", listen])
    }

    /// Starts it with words of its own; the address is without its scheme.
    pub(crate) fn start_with(home: &Home, words: &[&str]) -> Self {
        let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
        command.args(words).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (_, address) = line.trim().split_once("://").unwrap();
        Self { child, address: address.to_owned() }
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Holds it up, or lets it go on.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    /// Ends it by a signal that it cannot notice.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that was killed is gone.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
