//! The command line of `saraphina sign`: answers requests for a signature that a page made.
//!
//! It shows what is signed and the same phrase as the page, asks, and signs as a decision typed here is signed: by the key of the owner, in
//! this process. The engine gets the signature over the Unix socket and never the key.

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, ArgMatches, Command};
use hyper::Method;
use serde_json::{Value, json};

use crate::commands::registry;
use crate::surfaces::confirm;
use crate::surfaces::envelope;
use crate::surfaces::http::signing::view::{ForSigning, RequestList, RequestState, RequestView};
use crate::surfaces::owner_key::Signer;
use crate::surfaces::render::page;
use crate::surfaces::signing_question::question;
use crate::surfaces::subcommand;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::writer::lifecycle;
use crate::surfaces::writer::socket::Socket;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::confirmation::Wanted;
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::outcome::Answer;
use work::contract::signature::Signing;

/// The name of the subcommand.
pub const NAME: &str = "sign";
/// Digits of a hash that are enough to mean it.
const EXPECTED_DIGITS: usize = 12;

/// Declares the subcommand for the command line; `--json` is the program's own option.
pub fn command() -> Command {
    Command::new(NAME)
        .about("Answer requests for your signature that a page made")
        .arg(
            Arg::new("phrase")
                .value_name("PHRASE")
                .num_args(0..=2)
                .help("The six digits that the page shows; else every request that waits"),
        )
        .arg(
            Arg::new("watch")
                .long("watch")
                .action(ArgAction::SetTrue)
                .help("Go on and ask about each request as it comes in; Ctrl-C ends it"),
        )
        .arg(
            Arg::new("yes")
                .long("yes")
                .action(ArgAction::SetTrue)
                .requires("expect")
                .help("Do not ask; needs --expect"),
        )
        .arg(
            Arg::new("expect")
                .long("expect")
                .value_name("HASH")
                .help("The content hash you looked at, at least its first 12 digits"),
        )
        .arg(
            Arg::new("sentence")
                .long("phrase")
                .value_name("SENTENCE")
                .help("The sentence that a sensitive or critical change of a repository asks for"),
        )
        .after_help("Examples:\n  saraphina sign 418 203\n  saraphina sign --watch")
}

/// Answers what was asked for, and shows what came of it.
pub fn carry_out(words: &[String], wish: Wish, terminal: &mut Terminal, visit: Visit) -> Exit {
    let (matches, wish) = match subcommand::read((command(), words), wish, terminal) {
        Ok(Some(read)) => read,
        Ok(None) => return Exit::Done,
        Err(exit) => return exit,
    };
    let mut desk = SigningDesk { visit, wish, seen: BTreeSet::new() };
    let done = desk.work(&matches, terminal);
    let closed = desk.visit.close();
    match done.and_then(|exit| closed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(error) => turn::refuse(terminal, NAME, wish, &error),
    }
}

/// Refuses what is no phrase before anybody is asked for it.
fn check_phrase(phrase: &str) -> Result<(), CommandError> {
    if phrase.bytes().all(|symbol| symbol.is_ascii_alphanumeric() || symbol == b'_') {
        return Ok(());
    }
    Err(CommandError::usage("that is no phrase")
        .hint("Type the six digits that the page shows, such as `saraphina sign 418 203`."))
}

/// One stay at a terminal to sign.
struct SigningDesk {
    visit: Visit,
    wish: Wish,
    /// Requests that were asked about already.
    seen: BTreeSet<String>,
}

impl SigningDesk {
    fn work(
        &mut self,
        matches: &ArgMatches,
        terminal: &mut Terminal,
    ) -> Result<Exit, CommandError> {
        let phrase: String = matches
            .get_many::<String>("phrase")
            .into_iter()
            .flatten()
            .flat_map(|word| word.chars())
            .filter(|symbol| !symbol.is_whitespace())
            .collect();
        if !phrase.is_empty() {
            check_phrase(&phrase)?;
            let request = self.get(&format!("/v1/signing-requests/{phrase}"))?;
            return self.answer(&read(request)?, matches, terminal);
        }
        let is_watching = matches.get_flag("watch");
        let mut waiting = self.waiting("/v1/signing-requests")?;
        if waiting.is_empty() && !is_watching {
            return Err(CommandError::new(ErrorKind::NotFound, "no signing request waits")
                .hint("Make one on the page of a proposal; `--watch` waits for it."));
        }
        loop {
            let done = self.each(waiting, matches, terminal);
            if !is_watching {
                return done;
            }
            self.told(done, terminal)?;
            waiting = self.waiting("/v1/signing-requests?wait=8")?;
        }
    }

    /// Asks about each of them, the next one also where one was refused.
    fn each(
        &mut self,
        waiting: Vec<RequestView>,
        matches: &ArgMatches,
        terminal: &mut Terminal,
    ) -> Result<Exit, CommandError> {
        let mut done = Ok(Exit::Done);
        for request in waiting {
            self.told(done, terminal)?;
            done = self.answer(&request, matches, terminal);
        }
        done
    }

    /// Tells a refusal and goes on; whoever interrupts wants to leave.
    fn told(
        &self,
        done: Result<Exit, CommandError>,
        terminal: &mut Terminal,
    ) -> Result<Exit, CommandError> {
        done.or_else(|error| match error.kind {
            ErrorKind::Interrupted => Err(error),
            _ => Ok(turn::refuse(terminal, NAME, self.wish, &error)),
        })
    }

    /// Lists what waits and was not asked about yet.
    fn waiting(&mut self, path: &str) -> Result<Vec<RequestView>, CommandError> {
        let list: RequestList = serde_json::from_value(self.get(path)?)
            .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
        let is_new = |one: &RequestView| {
            one.state == RequestState::Waiting && !self.seen.contains(&one.request_id)
        };
        Ok(list.requests.into_iter().filter(is_new).collect())
    }

    fn answer(
        &mut self,
        request: &RequestView,
        matches: &ArgMatches,
        terminal: &mut Terminal,
    ) -> Result<Exit, CommandError> {
        self.seen.insert(request.request_id.clone());
        check_state(request)?;
        let signing = request.signing.as_ref().ok_or_else(|| {
            CommandError::new(ErrorKind::Internal, "the request came without what is signed")
        })?;
        let question = question(request, signing);
        let expected = matches.get_one::<String>("expect").filter(|_| matches.get_flag("yes"));
        match expected {
            Some(expected) => {
                check_expected(expected, &request.content_hash)?;
                let sentence = matches.get_one::<String>("sentence");
                if !is_said(&question.wanted, sentence.map(String::as_str)) {
                    return Err(nobody_to_ask(request, &question.wanted));
                }
            }
            None if terminal.can_ask() => {
                if confirm::ask(terminal, &question)? == confirm::Answer::No {
                    return Err(confirm::declined());
                }
            }
            None => return Err(nobody_to_ask(request, &question.wanted)),
        }
        let data = self.signed(request, signing, terminal)?;
        Ok(self.show(request, data, terminal))
    }

    /// Signs and sends the signature.
    fn signed(
        &mut self,
        request: &RequestView,
        signing: &ForSigning,
        terminal: &mut Terminal,
    ) -> Result<Value, CommandError> {
        let entry = entry(&request.command)?;
        let signed = turn::sign(&mut self.visit, terminal, entry, &signing.to_sign)?;
        let own = Signer::find(&self.visit.settings)?;
        let answer = Signing {
            key: own.as_ref().map(Signer::fingerprint),
            kept: own.map(|own| own.assurance()),
            signed: Some(signed),
        };
        let path = format!("/v1/signing-requests/{}/signature", request.request_id);
        self.ask((Method::PUT, &path), &json!(answer))
    }

    fn show(&self, request: &RequestView, data: Value, terminal: &mut Terminal) -> Exit {
        if self.wish == Wish::Json {
            let line = envelope::line(NAME, Ok(&data));
            terminal.print(&format!("{line}\n"));
            return Exit::Done;
        }
        match entry(&request.command) {
            Ok(entry) => {
                let answer: Answer = (entry.answer)(data);
                terminal.page(&page::draw(&answer.page(), &terminal.look()));
                answer.exit()
            }
            Err(error) => turn::refuse(terminal, NAME, self.wish, &error),
        }
    }

    fn get(&mut self, path: &str) -> Result<Value, CommandError> {
        self.ask((Method::GET, path), &Value::Null)
    }

    fn ask(&mut self, what: (Method, &str), body: &Value) -> Result<Value, CommandError> {
        let socket = Socket::of(self.visit.settings.home())?;
        let told = self.visit.wait(lifecycle::ask(&socket, what, body))?;
        let told = told.ok_or_else(|| CommandError::new(ErrorKind::Interrupted, "interrupted"))?;
        told?.ok_or_else(|| {
            CommandError::new(
                ErrorKind::Unavailable,
                "no engine is at work, so that no request waits and nothing was decided",
            )
            .hint("Run `saraphina open`, then ask on the page.")
        })?
    }
}

fn read(request: Value) -> Result<RequestView, CommandError> {
    serde_json::from_value(request)
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))
}

fn entry(command: &str) -> Result<&'static Entry, CommandError> {
    catalogue::find_in(registry::ENTRIES, command).ok_or_else(|| {
        CommandError::new(ErrorKind::Unavailable, format!("this version has no command {command}"))
            .hint("The engine at work is of another version; restart it.")
    })
}

fn check_state(request: &RequestView) -> Result<(), CommandError> {
    let message = match request.state {
        RequestState::Waiting => return Ok(()),
        RequestState::Signed => {
            let message = "the signing request was answered already, and its decision is on record";
            return Err(CommandError::new(ErrorKind::State, message)
                .hint(format!("`saraphina report-code {}` shows it.", request.proposal_id)));
        }
        RequestState::Expired => "the signing request has expired".to_owned(),
        RequestState::Stale => {
            let why = request.reason.as_deref().unwrap_or("something changed");
            format!("the signing request is stale: {why}")
        }
    };
    Err(CommandError::new(ErrorKind::State, message).hint("Ask again on the page."))
}

fn check_expected(expected: &str, hash: &str) -> Result<(), CommandError> {
    if expected.len() >= EXPECTED_DIGITS && hash.starts_with(expected) {
        return Ok(());
    }
    let message = format!("the request is about content {hash}, not about {expected}");
    Err(CommandError::new(ErrorKind::State, message).hint("Look again, then decide."))
}

/// Tells whether the sentence of a risky change was given; the hash stands for all else that is typed at a terminal.
fn is_said(wanted: &Wanted, given: Option<&str>) -> bool {
    match wanted {
        Wanted::Phrase(sentence) => given == Some(sentence),
        Wanted::Yes | Wanted::Digits(_) => true,
    }
}

fn nobody_to_ask(request: &RequestView, wanted: &Wanted) -> CommandError {
    let hash = &request.content_hash;
    let also = match wanted {
        Wanted::Phrase(sentence) => format!(" --phrase \"{sentence}\""),
        Wanted::Yes | Wanted::Digits(_) => String::new(),
    };
    CommandError::new(ErrorKind::NeedsOwner, "a signature needs the owner's word").hint(format!(
        "Without a terminal, give `--yes --expect {hash}{also}` after you looked at `saraphina report-code {}`.",
        request.proposal_id
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_stands_for_digits_and_never_for_a_sentence() {
        let sentence = Wanted::Phrase("I have read what this touches".to_owned());

        let asked = [
            is_said(&Wanted::Yes, None),
            is_said(&Wanted::Digits("12345678".to_owned()), None),
            is_said(&sentence, None),
            is_said(&sentence, Some("I have read it")),
            is_said(&sentence, Some("I have read what this touches")),
        ];

        assert_eq!(asked, [true, true, false, false, true]);
    }
}
