//! One typed command, from words to output.

use serde_json::{Value, json};

use crate::commands::registry;
use crate::contract::catalogue;
use crate::contract::command::Entry;
use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::contract::signature::{Signed, ToSign};
use crate::surfaces::confirm::{self, Answer};
use crate::surfaces::envelope;
use crate::surfaces::files::{Files, StandardInput};
use crate::surfaces::grammar::{self, Grammar, Wish, Words};
use crate::surfaces::owner_key::{self, Signer};
use crate::surfaces::progress::Progress;
use crate::surfaces::render::{error, page};
use crate::surfaces::terminal::Terminal;
use crate::surfaces::visit::Visit;
use record::domain::principal::Surface;

/// The command that enrols keys.
const KEYS: &str = "keys";
/// How often a command may ask: for the owner's word, and for a signature.
const MAX_ANSWERS: usize = 4;

/// Carries out a command and shows what came of it.
pub fn carry_out(
    visit: &mut Visit,
    terminal: &mut Terminal,
    entry: &'static Entry,
    words: &Words,
) -> Exit {
    if words.wish == Wish::Help {
        let prefix = if visit.surface() == Surface::Shell { "saraphina " } else { "/" };
        terminal.page(&grammar::help(entry, prefix));
        return Exit::Done;
    }
    let answer = call(visit, terminal, entry, words);
    show(terminal, entry, words.wish, &answer)
}

fn call(
    visit: &mut Visit,
    terminal: &mut Terminal,
    entry: &'static Entry,
    words: &Words,
) -> Result<Value, CommandError> {
    let args = Grammar::of(entry).understand(entry, words)?;
    let input = match visit.surface() {
        Surface::Shell => StandardInput::Free,
        _ => StandardInput::Taken,
    };
    let mut args = (entry.prepare)(args, &Files { input })?;
    if owner_key::takes_signature(&args) {
        let key = Signer::find(&visit.settings)?.map(|signer| signer.fingerprint());
        args["signing"]["key"] = json!(key);
    }
    for _ in 0..MAX_ANSWERS {
        let error = match attempt(visit, terminal, entry, args.clone(), words.wish) {
            Err(error) => error,
            answer => return answer,
        };
        if let Some(confirmation) = error.confirmation.as_deref().filter(|_| terminal.can_ask()) {
            match confirm::ask(terminal, confirmation)? {
                Answer::Yes => args = confirm::confirmed(args, confirmation),
                Answer::No => return Err(confirm::declined()),
            }
        } else if let Some(wanted) = &error.signing {
            let signed = sign(visit, terminal, entry, wanted)?;
            args = owner_key::with_signature(args, &signed);
        } else {
            return Err(error);
        }
    }
    Err(CommandError::new(ErrorKind::Internal, "the command asks without end"))
}

/// Signs with the owner's key; where no key is enrolled yet, enrols it first.
fn sign(
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
    let args = signer.enrolment(visit.settings.get("SARAPHINA_OWNER"));
    let asked = attempt(visit, terminal, keys, args.clone(), Wish::Json);
    let Err(error) = asked else { return Ok(()) };
    let Some(wanted) = &error.signing else { return Err(error) };
    let args = owner_key::with_signature(args, &signer.sign(wanted)?);
    attempt(visit, terminal, keys, args, Wish::Json)?;
    let words = format!(
        "Enrolled your key {} ({}); see `/keys`.\n",
        signer.fingerprint(),
        signer.assurance().meaning()
    );
    terminal.complain(&words);
    Ok(())
}

fn attempt(
    visit: &mut Visit,
    terminal: &Terminal,
    entry: &'static Entry,
    args: Value,
    wish: Wish,
) -> Result<Value, CommandError> {
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
    answer: &Result<Value, CommandError>,
) -> Exit {
    match answer {
        Ok(data) => {
            if wish == Wish::Json {
                terminal.print(&format!("{}\n", envelope::line(entry.spec.name, Ok(data))));
            } else {
                let text = page::draw(&(entry.page)(data), &terminal.look());
                terminal.page(&text);
            }
            (entry.exit)(data)
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
    terminal.complain(&error::draw(error, &look));
    Exit::Error(error.kind)
}
