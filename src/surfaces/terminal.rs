//! The streams of the process, and how output looks on them.
//!
//! Everything printed passes here, but for spinner and line editor. A reader that leaves early (`| head`) is no failure;
//! any other failed write is kept and makes the exit an error at the end.

use std::io::{self, IsTerminal as _, Write};

use crate::surfaces::keyboard;
use crate::surfaces::pager::{self, Stream};
use crate::surfaces::render::ink::{Icons, Ink, Look, Typing};
use crate::surfaces::render::wrap::wrap;
use foundation::config::read::variable;
use foundation::config::settings::Settings;

/// Narrower terminals are treated as if they had this many columns.
const LEAST_WIDTH: usize = 40;

/// The one at the other end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// A person at a terminal.
    Person,
    /// A terminal that a script writes to: nobody is asked, and lines fit.
    Screen,
    /// A file or a pipe.
    Nobody,
}

impl Seat {
    fn of(is_terminal: bool) -> Self {
        if is_terminal { Self::Person } else { Self::Nobody }
    }
}

/// The streams of this process; the only writer of standard output and standard error but for spinner and line editor.
pub struct Terminal {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    out_seat: Seat,
    err_seat: Seat,
    in_seat: Seat,
    is_dumb: bool,
    ink: Ink,
    pager: String,
    /// Whether a question was asked since somebody looked.
    has_asked: bool,
    /// The place in a script.
    place: Option<String>,
    typing: Typing,
    failure: Option<io::Error>,
}

impl Terminal {
    /// Takes the streams as the process was started.
    pub fn of_process() -> Self {
        let is_dumb = variable("TERM").is_some_and(|kind| kind == "dumb");
        let no_colour = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            out_seat: Seat::of(io::stdout().is_terminal()),
            err_seat: Seat::of(io::stderr().is_terminal()),
            in_seat: Seat::of(io::stdin().is_terminal()),
            is_dumb,
            ink: if is_dumb || no_colour { Ink::Plain } else { Ink::Colour },
            pager: pager::PAGER.to_owned(),
            has_asked: false,
            place: None,
            typing: Typing::Session,
            failure: None,
        }
    }

    /// Takes two writers with nobody behind them, for tests.
    pub fn to(out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        Self {
            out,
            err,
            out_seat: Seat::Nobody,
            err_seat: Seat::Nobody,
            in_seat: Seat::Nobody,
            is_dumb: false,
            ink: Ink::Plain,
            pager: pager::PAGER.to_owned(),
            has_asked: false,
            place: None,
            typing: Typing::Session,
            failure: None,
        }
    }

    /// Takes pager and colours from the settings.
    pub fn heed(&mut self, settings: &Settings) {
        if let Some(pager) = settings.get("PAGER") {
            pager.clone_into(&mut self.pager);
        }
        if settings.get("NO_COLOR").is_some() {
            self.ink = Ink::Plain;
        }
    }

    /// Sets the output up for a script: no colour, no pager, nobody to ask.
    pub fn for_script(&mut self) {
        let unasked = |seat| if seat == Seat::Nobody { Seat::Nobody } else { Seat::Screen };
        self.out_seat = unasked(self.out_seat);
        self.err_seat = unasked(self.err_seat);
        self.in_seat = Seat::Nobody;
    }

    /// Sets the output up for one command of a shell: the next one is typed there.
    pub const fn for_shell(&mut self) {
        self.typing = Typing::Shell;
    }

    /// Notes the place in a script, which errors name.
    pub fn at(&mut self, place: Option<String>) {
        self.place = place;
    }

    /// Returns the place in a script.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// Tells whether somebody can be asked.
    pub fn can_ask(&self) -> bool {
        self.in_seat == Seat::Person && self.err_seat == Seat::Person
    }

    /// Tells whether commands can be typed.
    pub fn can_type(&self) -> bool {
        self.in_seat == Seat::Person
    }

    /// Tells whether progress may be drawn.
    pub fn can_draw_progress(&self) -> bool {
        self.err_seat == Seat::Person && !self.is_dumb
    }

    /// Returns the look of standard output.
    pub fn look(&self) -> Look {
        self.look_of(self.out_seat)
    }

    /// Returns the look of standard error.
    pub fn error_look(&self) -> Look {
        self.look_of(self.err_seat)
    }

    fn look_of(&self, seat: Seat) -> Look {
        match seat {
            Seat::Person => Look {
                width: Some(size().0),
                ink: self.ink,
                icons: Icons::Shown,
                typing: self.typing,
            },
            Seat::Screen => Look { width: Some(size().0), typing: self.typing, ..Look::PLAIN },
            Seat::Nobody => Look { typing: self.typing, ..Look::PLAIN },
        }
    }

    /// Writes to standard output.
    pub fn print(&mut self, text: &str) {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        self.note(written);
    }

    /// Writes to standard error.
    pub fn complain(&mut self, text: &str) {
        // Most is wrapped where it was drawn; what is said in passing is not.
        let text = wrap(text, self.error_look().width, "  ");
        let written = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
        self.note(written);
    }

    /// Writes to standard output, through the pager where it is longer than the screen.
    pub fn page(&mut self, text: &str) {
        if !self.show_in_pager(text, Stream::Out) {
            self.print(text);
        }
    }

    /// Shows what is to be confirmed on standard error, through the pager where it is longer than the screen; what was typed
    /// before it could be read is dropped.
    ///
    /// True means that a pager showed it, which can be left before its end.
    pub fn show_before_question(&mut self, text: &str) -> bool {
        self.has_asked = true;
        let is_paged = self.show_in_pager(text, Stream::Err);
        if !is_paged {
            self.complain(text);
        }
        keyboard::discard_pending();
        is_paged
    }

    /// Tells whether a question was asked since the last time this was asked for: what was typed ahead is void then.
    pub fn take_asked(&mut self) -> bool {
        std::mem::take(&mut self.has_asked)
    }

    /// Shows a text that is longer than the screen; a false answer means that it is still to be written.
    fn show_in_pager(&mut self, text: &str, stream: Stream) -> bool {
        let seat = match stream {
            Stream::Out => self.out_seat,
            Stream::Err => self.err_seat,
        };
        let rows = size().1;
        let is_long = seat == Seat::Person && text.lines().count() >= rows;
        let is_wanted = !self.is_dumb && self.in_seat == Seat::Person && self.pager != pager::NONE;
        if !(is_long && is_wanted) {
            return false;
        }
        if pager::show(&self.pager, text, stream).is_err() {
            let out = match stream {
                Stream::Out => &mut self.out,
                Stream::Err => &mut self.err,
            };
            let written = pager::show_by_screens(text, rows, out);
            self.note(written);
        }
        true
    }

    /// Takes the first failure to write, other than a reader who has left.
    pub fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    fn note(&mut self, written: io::Result<()>) {
        let Err(error) = written else { return };
        if error.kind() != io::ErrorKind::BrokenPipe && self.failure.is_none() {
            self.failure = Some(error);
        }
    }
}

/// Measures columns and rows of the terminal; some terminals do not tell theirs.
fn size() -> (usize, usize) {
    let told = terminal_size::terminal_size();
    let told = told.map_or((0, 0), |(width, height)| (width.0, height.0));
    let known = |told: u16, usual: usize| if told > 0 { usize::from(told) } else { usual };
    let (width, height) = (known(told.0, 80), known(told.1, 24));
    (width.max(LEAST_WIDTH), height)
}
