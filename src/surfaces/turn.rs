//! Carries out one typed command, from its words to its output.
//!
//! Prompt, script and shell all use it. A command that wants the owner's word answers with a question (a confirmation, a signature);
//! the turn asks, puts the reply into the arguments and runs the command again, so that commands need no dialogue of their
//! own.

use crate::commands::{help, registry};
use crate::surfaces::confirm;
use crate::surfaces::envelope;
use crate::surfaces::files::{Files, StandardInput};
use crate::surfaces::lacking;
use crate::surfaces::owner_key::Signer;
use crate::surfaces::progress::Progress;
use crate::surfaces::render::{error, page};
use crate::surfaces::terminal::Terminal;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::{Grammar, Wish, Words};
use record::domain::principal::Surface;
use work::contract::arguments::Arguments;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::outcome::Answer;
use work::contract::signature::{Signed, ToSign};

/// The command that enrols keys.
const KEYS: &str = "keys";
/// Most questions one command may ask: for the owner's word, and for a signature.
const MAX_ANSWERS: usize = 4;

/// Carries out a command and shows what came of it.
pub fn carry_out(
    visit: &mut Visit,
    terminal: &mut Terminal,
    entry: &'static Entry,
    words: &Words,
) -> Exit {
    if words.wish == Wish::Help {
        let help = help::command_page(&help::explain(entry));
        terminal.page(&page::draw(&help, &terminal.look()));
        return Exit::Done;
    }
    let mut answer = call(visit, terminal, entry, words);
    let is_lacking = answer.as_ref().is_err_and(|error| error.kind == ErrorKind::Usage);
    if is_lacking
        && visit.surface() == Surface::Repl
        && let Some(words) = lacking::ask(terminal, entry, words)
    {
        answer = call(visit, terminal, entry, &words);
    }
    show(terminal, entry, words.wish, &answer)
}

fn call(
    visit: &mut Visit,
    terminal: &mut Terminal,
    entry: &'static Entry,
    words: &Words,
) -> Result<Answer, CommandError> {
    let args = Grammar::of(entry).understand(entry, words)?;
    let input = match visit.surface() {
        Surface::Shell => StandardInput::Free,
        _ => StandardInput::Taken,
    };
    let mut args = args;
    (entry.prepare)(&mut args, &Files { input })?;
    if let Some(signing) = (entry.signing)(&mut args)? {
        let signer = Signer::find(&visit.settings)?;
        signing.key = signer.as_ref().map(Signer::fingerprint);
        signing.kept = signer.map(|signer| signer.assurance());
    }
    for _ in 0..MAX_ANSWERS {
        let error = match attempt(visit, terminal, entry, args.clone(), words.wish) {
            Err(error) => error,
            answer => return answer,
        };
        if let Some(confirmation) = error.confirmation.as_deref().filter(|_| terminal.can_ask()) {
            match confirm::ask(terminal, confirmation)? {
                confirm::Answer::Yes => (entry.confirm)(&mut args, confirmation)?,
                confirm::Answer::No => return Err(confirm::declined()),
            }
            if let Some(wanted) = &error.signing {
                let signed = sign(visit, terminal, entry, wanted)?;
                put_signature(entry, &mut args, signed)?;
            }
        } else if let Some(wanted) = error.signing.as_ref().filter(|_| error.confirmation.is_none())
        {
            let signed = sign(visit, terminal, entry, wanted)?;
            put_signature(entry, &mut args, signed)?;
        } else {
            // Nobody can be asked here; what a yes would be about is shown all the same.
            let page = error.confirmation.as_ref().map(|asked| &asked.page);
            if let Some(page) = page.filter(|_| words.wish == Wish::Page) {
                let look = terminal.error_look();
                terminal.complain(&page::draw(page, &look));
            }
            return Err(error);
        }
    }
    Err(CommandError::new(ErrorKind::Internal, "the command asked too many times"))
}

/// Puts the owner's signature into the arguments.
fn put_signature(entry: &Entry, args: &mut Arguments, signed: Signed) -> Result<(), CommandError> {
    let missing = || CommandError::new(ErrorKind::Internal, "the command takes no signature");
    (entry.signing)(args)?.ok_or_else(missing)?.signed = Some(signed);
    Ok(())
}

/// Signs with the owner's key; where no key is enrolled yet, enrols it first.
pub fn sign(
    visit: &mut Visit,
    terminal: &mut Terminal,
    entry: &Entry,
    wanted: &ToSign,
) -> Result<Signed, CommandError> {
    let signer = Signer::find_or_make(&visit.settings)?;
    if wanted.enrolled.is_empty() && entry.spec.name != KEYS {
        enrol(visit, terminal, &signer)?;
    }
    signer.sign(wanted)
}

fn enrol(visit: &mut Visit, terminal: &mut Terminal, signer: &Signer) -> Result<(), CommandError> {
    let missing = || CommandError::new(ErrorKind::Internal, "there is no command that enrols keys");
    let keys = catalogue::find_in(registry::ENTRIES, KEYS).ok_or_else(missing)?;
    let mut args = (keys.read)(signer.enrolment(visit.settings.get("SARAPHINA_OWNER")))?;
    let asked = attempt(visit, terminal, keys, args.clone(), Wish::Json);
    let Err(error) = asked else { return Ok(()) };
    let Some(wanted) = &error.signing else { return unless_overtaken(error) };
    put_signature(keys, &mut args, signer.sign(wanted)?)?;
    if let Err(error) = attempt(visit, terminal, keys, args, Wish::Json) {
        return unless_overtaken(error);
    }
    let words = format!(
        "Enrolled your key {} ({}); see `/keys`.\n",
        signer.fingerprint(),
        signer.assurance().meaning()
    );
    terminal.complain(&words);
    Ok(())
}

/// Passes over an error that says that another process enrolled the first key in the meantime.
///
/// Whether that was the same key shows when the decision comes, which names the key if it was not.
fn unless_overtaken(error: CommandError) -> Result<(), CommandError> {
    let is_overtaken =
        matches!(error.kind, ErrorKind::State | ErrorKind::NeedsOwner | ErrorKind::Forbidden);
    if is_overtaken { Ok(()) } else { Err(error) }
}

fn attempt(
    visit: &mut Visit,
    terminal: &Terminal,
    entry: &'static Entry,
    args: Arguments,
    wish: Wish,
) -> Result<Answer, CommandError> {
    let is_drawn = wish == Wish::Page && terminal.can_draw_progress();
    let progress =
        if is_drawn { Progress::drawn(terminal.error_look()) } else { Progress::silent() };
    let answer = visit.run(entry, args, progress.events());
    progress.finish();
    answer
}

fn show(
    terminal: &mut Terminal,
    entry: &Entry,
    wish: Wish,
    answer: &Result<Answer, CommandError>,
) -> Exit {
    match answer {
        Ok(answer) => {
            if wish == Wish::Json {
                let line = envelope::line(entry.spec.name, Ok(&answer.data));
                terminal.print(&format!("{line}\n"));
            } else {
                terminal.page(&page::draw(&answer.page(), &terminal.look()));
            }
            answer.exit()
        }
        Err(error) => refuse(terminal, entry.spec.name, wish, error),
    }
}

/// Shows why a command was not carried out.
pub fn refuse(terminal: &mut Terminal, name: &str, wish: Wish, error: &CommandError) -> Exit {
    if wish == Wish::Json {
        terminal.print(&format!("{}\n", envelope::line(name, Err(error))));
    }
    let look = terminal.error_look();
    let mut error = error.clone();
    if let Some(place) = terminal.place() {
        error.message = format!("{place}: {}", error.message);
    }
    terminal.complain(&error::draw(&error, &look));
    Exit::Error(error.kind)
}
