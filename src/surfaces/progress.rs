//! Draws a spinner while a command takes long.
//!
//! The command sends events and knows no terminal; the spinner takes them and waits a second before it appears, so that
//! quick commands leave the screen alone. It draws on standard error only.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::surfaces::render::ink::{Look, fit};
use crate::surfaces::render::wrap::wrap;
use record::domain::text::Untrusted;
use work::contract::event::{Event, Events};

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two turns of the spinner.
const TICK: Duration = Duration::from_millis(120);
/// Columns that spinner and elapsed time take.
const MARGIN: usize = 16;

/// Progress of one command.
pub enum Progress {
    /// Nobody watches.
    Silent,
    /// A spinner on standard error once the command has taken a while.
    Drawn(Arc<Spinner>),
}

/// A spinner that waits before it shows itself.
pub struct Spinner {
    bar: ProgressBar,
    width: usize,
    /// Columns of the screen; `None` where they are not known.
    screen: Option<usize>,
    received: AtomicUsize,
    finished: (Mutex<bool>, Condvar),
}

impl Progress {
    /// Makes progress that nobody watches.
    pub const fn silent() -> Self {
        Self::Silent
    }

    /// Makes progress on a terminal.
    pub fn drawn(look: Look) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        let width = look.width.unwrap_or(80).saturating_sub(MARGIN);
        let spinner = Arc::new(Spinner {
            bar,
            width,
            screen: look.width,
            received: AtomicUsize::new(0),
            finished: (Mutex::new(false), Condvar::new()),
        });
        let shown = Arc::clone(&spinner);
        std::thread::spawn(move || shown.show_after(PATIENCE));
        Self::Drawn(spinner)
    }

    /// Returns the receiver of a command's events.
    pub fn events(&self) -> Events {
        match self {
            Self::Silent => Arc::new(|_| ()),
            Self::Drawn(spinner) => {
                let spinner = Arc::clone(spinner);
                Arc::new(move |event| spinner.take(&event))
            }
        }
    }

    /// Takes the spinner off the screen.
    pub fn finish(self) {
        if let Self::Drawn(spinner) = self {
            spinner.finish();
        }
    }
}

impl Spinner {
    fn take(&self, event: &Event) {
        match event {
            Event::Stage(words) => {
                self.received.store(0, Ordering::Relaxed);
                self.bar.set_message(self.fitted(words));
            }
            Event::Provisional(line) => {
                let line = format!("provisional: {}", self.fitted(line));
                // The bar is hidden at first, and a hidden bar prints nothing.
                self.reveal();
                self.bar.println(line);
            }
            Event::Notice(words) => {
                let words = format!("note: {}", Untrusted(words).line(usize::MAX));
                self.reveal();
                self.bar.println(wrap(&words, self.screen, "  "));
            }
            Event::Reply(piece) => {
                let more = piece.chars().count();
                let received = self.received.fetch_add(more, Ordering::Relaxed) + more;
                self.bar.set_message(format!("receiving a reply: {received} characters"));
            }
        }
    }

    fn fitted(&self, words: &str) -> String {
        fit(&Untrusted(words).line(usize::MAX), self.width)
    }

    fn show_after(&self, patience: Duration) {
        let (finished, changed) = &self.finished;
        let guard = finished.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(guard, patience, |finished| !*finished);
        let (guard, _) = waited.unwrap_or_else(PoisonError::into_inner);
        // Still under the lock: a spinner shown after `finish` would stay on the screen.
        if !*guard {
            self.reveal();
        }
        drop(guard);
    }

    fn reveal(&self) {
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(TICK);
        }
    }

    fn finish(&self) {
        let (finished, changed) = &self.finished;
        *finished.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
        self.bar.finish_and_clear();
    }
}
