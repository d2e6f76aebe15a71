//! The page that waits for a signature.
//!
//! A form makes the request and decides nothing. The terminal that answers shows the same phrase and the same text, so that an owner
//! sees that both speak of one thing. The page is drawn again when anything changes, by event or by itself.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use axum::http::Uri;

use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::{Look, encoded};
use crate::surfaces::console::marks::{Mark, Tone};
use crate::surfaces::http::body::Whole;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::signing::asking::{self, Wanted, Wish};
use crate::surfaces::http::signing::view::{Reader, RequestState, RequestView, Vote, spaced, view};
use crate::surfaces::http::visitor::Visitor;
use record::domain::id::ProposalId;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};

/// The page.
#[derive(Template)]
#[template(path = "sign.html")]
pub struct SignPage {
    frame: Frame,
    heading: String,
    request: String,
    phrase: String,
    command: String,
    mark: Mark,
    is_waiting: bool,
    reason: String,
    proposal: String,
    revision: u32,
    content_hash: String,
    execution: String,
    expires: String,
    shown: String,
    statement: String,
    votes: Vec<Vote>,
}

/// Makes a request from the fields of a form; its name.
pub async fn ask(served: &Served, visitor: &Visitor, body: &Whole) -> Result<String, CommandError> {
    let nobody = || CommandError::new(ErrorKind::Forbidden, "nobody is signed in");
    let owner = visitor.admitted().ok_or_else(nobody)?.who.id;
    let wish = wish(&fields(body)?)?;
    Ok(asking::ask(served, &owner, &wish).await.map_err(in_form)?.id)
}

/// Where the form of a body stands, with what was typed into it, so that an error leads back there and nothing is lost.
pub fn form_of(body: &Whole) -> Option<String> {
    let fields = fields(body).ok()?;
    let proposal: ProposalId = fields.get("proposal")?.parse().ok()?;
    let asked = ["decision", "words"].map(|name| {
        let value = fields.get(name).map(String::as_str).unwrap_or_default();
        format!("{name}={}", encoded(value))
    });
    Some(format!("/proposals/{proposal}?{}#decision", asked.join("&")))
}

/// Says what is missing by the fields of the form, where hints speak of options of a command.
fn in_form(error: CommandError) -> CommandError {
    let told = |hint: String| {
        if hint.contains("--allow-hidden") {
            "Look at the files, then tick the box “I saw what the files hide” above the button."
                .to_owned()
        } else if hint.contains("--despite") {
            "Say in the form why you approve it all the same.".to_owned()
        } else {
            hint
        }
    };
    let hints = error.hints.into_iter().map(told).collect();
    CommandError { hints, ..error }
}

fn fields(body: &Whole) -> Result<BTreeMap<String, String>, CommandError> {
    let unreadable = || CommandError::usage("the form cannot be read");
    let Whole::Bytes(bytes) = body else { return Err(unreadable()) };
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
    // A form is written as the query of an address is.
    let uri: Uri = format!("/?{text}").parse().map_err(|_| unreadable())?;
    let Query(pairs) =
        Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| unreadable())?;
    Ok(pairs.into_iter().collect())
}

fn wish(fields: &BTreeMap<String, String>) -> Result<Wish, CommandError> {
    let field = |name: &str| {
        fields.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let decision = match field("decision").as_deref() {
        Some("approve") => Wanted::Approve,
        Some("reject") => Wanted::Reject,
        Some("revoke") => Wanted::Revoke,
        Some("reopen") => Wanted::Reopen,
        Some(_) | None => return Err(CommandError::usage("the form names no decision")),
    };
    let words = field("words");
    let is_comment = decision == Wanted::Approve && field("despite").is_none();
    if !is_comment && words.is_none() {
        return Err(CommandError::usage("this decision needs a reason")
            .hint("Go back, and write why; it goes into the record."));
    }
    let (comment, reason) = if is_comment { (words, None) } else { (None, words) };
    Ok(Wish {
        proposal: field("proposal").unwrap_or_default(),
        decision,
        expect: field("expect").unwrap_or_default(),
        execution: field("execution").filter(|_| decision == Wanted::Approve),
        comment,
        reason,
        allow_hidden: decision == Wanted::Approve && field("allow_hidden").is_some(),
    })
}

/// Reads a request by its name.
pub async fn sign(
    context: &Context,
    look: &Look,
    (served, id): (&Served, &str),
) -> Result<SignPage, CommandError> {
    let request = served.requests.find(id).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, "there is no such request for a signature")
            .hint("Requests end after ten minutes, and with the engine that keeps them; ask again on the page of the proposal.")
    })?;
    let seen = view(context, &request, Reader::Page).await?;
    let frame = Frame::of(context, look, Place::Inbox, "Signature").await;
    let proposal = seen.proposal_id.clone();
    let found = context.store()?.proposal(&request.proposal).await?;
    Ok(SignPage {
        request: found.map(|found| found.request).unwrap_or_default(),
        frame: frame
            .via("/", "Inbox")
            .via(format!("/proposals/{proposal}"), "Review")
            .via("", "Signature"),
        heading: heading(&seen),
        mark: mark(seen.state),
        is_waiting: seen.state == RequestState::Waiting,
        phrase: spaced(&seen.phrase),
        command: seen.command_line,
        reason: seen.reason.unwrap_or_default(),
        proposal,
        revision: seen.revision,
        content_hash: seen.content_hash,
        execution: seen.execution_id.unwrap_or_default(),
        expires: clock_time(&seen.expires_at),
        shown: seen.shown.unwrap_or_default(),
        statement: seen.statement,
        votes: seen.votes,
    })
}

fn heading(seen: &RequestView) -> String {
    let what = match seen.command.as_str() {
        "approve-code" => "Approve",
        "reject-code" => "Reject",
        "revoke-approval" => "Take back the approval of",
        _ => "Reopen",
    };
    format!("{what} revision {}", seen.revision)
}

/// The time of day in a moment of the record.
fn clock_time(moment: &str) -> String {
    let time: String = moment.chars().skip(11).take(8).collect();
    format!("{time} UTC")
}

fn mark(state: RequestState) -> Mark {
    match state {
        RequestState::Waiting => Mark::new(Tone::Wait, "waits for your signature"),
        RequestState::Signed => Mark::new(Tone::Pass, "signed and recorded"),
        RequestState::Stale => Mark::new(Tone::Warn, "stale, nothing was decided"),
        RequestState::Expired => Mark::new(Tone::Warn, "expired, nothing was decided"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Result<Wish, CommandError> {
        wish(&fields(&Whole::Bytes(form.to_owned().into()))?)
    }

    #[test]
    fn the_words_of_a_form_are_a_comment_or_a_reason() {
        let base = "proposal=p&expect=abc&execution=exec_1&words=one+%26+two";

        let plain = read(&format!("{base}&decision=approve")).unwrap();
        let despite = read(&format!("{base}&decision=approve&despite=yes")).unwrap();
        let reject = read(&format!("{base}&decision=reject&allow_hidden=yes")).unwrap();

        let words = Some("one & two".to_owned());
        assert_eq!((plain.comment, plain.reason), (words.clone(), None));
        assert_eq!((despite.comment, despite.reason), (None, words.clone()));
        assert_eq!((reject.comment, reject.reason, reject.execution), (None, words, None));
        assert!(!reject.allow_hidden);
    }

    #[test]
    fn a_form_without_a_decision_or_its_reason_is_refused() {
        for form in
            ["", "decision=apply", "decision=reject&words=+", "decision=approve&despite=yes"]
        {
            assert_eq!(read(form).unwrap_err().kind, ErrorKind::Usage, "{form}");
        }
    }
}
