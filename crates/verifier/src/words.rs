//! The answer of a verification in words, without ink.
//!
//! `saraphina` lays these words out on a page with colours, `saraphina-verify` prints them plainly; both say the same because
//! neither has words of its own. What comes from the log is escaped where it is printed.

use record::domain::text::Untrusted;

use crate::verified::{Decisions, EmergencyView, OutsideHead, RestoreView, Verified};

/// Restores that are named, newest first; programs get all of them.
const SHOWN_RESTORES: usize = 10;

/// The meaning of a text for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As it is.
    Plain,
    /// It speaks for the record.
    Good,
    /// It speaks against it.
    Bad,
    /// Somebody should look.
    Warn,
    /// Of little weight.
    Dim,
}

/// A text, escaped by nobody yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// How it is meant.
    pub weight: Weight,
}

/// Everything a person is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Whether the record holds, in one sentence.
    pub summary: Said,
    /// Names and values.
    pub fields: Vec<(&'static str, Said)>,
    /// Sentences that follow.
    pub remarks: Vec<Said>,
}

impl Said {
    fn new(text: impl Into<String>, weight: Weight) -> Self {
        Self { text: text.into(), weight }
    }
}

impl Words {
    /// Puts an answer into words.
    pub fn of(verified: &Verified) -> Self {
        Self { summary: summary(verified), fields: fields(verified), remarks: remarks(verified) }
    }

    /// Writes them as plain text that ends with a newline.
    pub fn plain(&self) -> String {
        let widest = self.fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut text = format!("{}\n\n", escaped(&self.summary));
        for (name, value) in &self.fields {
            let line = format!("{name:widest$}  {}", escaped(value));
            text.push_str(line.trim_end());
            text.push('\n');
        }
        if !self.remarks.is_empty() {
            text.push('\n');
        }
        for remark in &self.remarks {
            text.push_str(&escaped(remark));
            text.push('\n');
        }
        text
    }
}

/// The key and problem in an answer may come from a hostile export.
fn escaped(said: &Said) -> String {
    Untrusted(&said.text).terminal()
}

fn holding(entries: u64) -> String {
    match entries {
        0 => "There are no entries.".to_owned(),
        1 => "The only entry holds.".to_owned(),
        _ => format!("All {entries} entries hold."),
    }
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn summary(verified: &Verified) -> Said {
    match (&verified.problem, verified.first_bad) {
        (None, _) => Said::new(holding(verified.entries), Weight::Good),
        (Some(problem), Some(seq)) => {
            Said::new(format!("BROKEN at entry {seq}: {problem}"), Weight::Bad)
        }
        (Some(problem), None) => Said::new(format!("BROKEN: {problem}"), Weight::Bad),
    }
}

fn fields(verified: &Verified) -> Vec<(&'static str, Said)> {
    let plain = |text: String| Said::new(text, Weight::Plain);
    let mut fields = vec![("Entries", plain(verified.entries.to_string()))];
    if let Some(hash) = &verified.head_hash {
        fields.push(("Head", Said::new(hash.as_str(), Weight::Dim)));
    }
    if let Some(signed) = &verified.checkpoint {
        let words = format!("{}, signed by {}", entries(signed.size), signed.signed_by);
        fields.push(("Checkpoint", plain(words)));
    }
    if let Some(size) = verified.since {
        fields.push(("Kept checkpoint", plain(entries(size))));
    }
    fields.push(("Decisions", decisions(&verified.decisions)));
    fields
}

/// Says how many decisions are signed, and which are not.
fn decisions(decisions: &Decisions) -> Said {
    let Decisions { signed, unsigned, first_unsigned } = decisions;
    if *unsigned == 0 {
        return Said::new(format!("{signed} signed"), Weight::Plain);
    }
    let named: Vec<String> = first_unsigned.iter().map(u64::to_string).collect();
    let more = if *unsigned > first_unsigned.len() as u64 { ", …" } else { "" };
    let entries = named.join(", ");
    let words = format!("{signed} signed, {unsigned} UNSIGNED (entries {entries}{more})");
    Said::new(words, Weight::Warn)
}

fn remarks(verified: &Verified) -> Vec<Said> {
    let mut remarks = Vec::new();
    if verified.outside_head == OutsideHead::Missing {
        remarks.push(
            "The head outside the database (log.head) is missing: nothing shows that no entries were cut off at the \
             end. Compare the checkpoint with one you kept; the next writing command makes a new head."
                .to_owned(),
        );
    }
    remarks.extend(verified.emergencies.iter().map(EmergencyView::words));
    remarks.extend(verified.restores.iter().rev().take(SHOWN_RESTORES).map(restored));
    remarks.extend(verified.notes.iter().cloned());
    // Of a broken log it would say that it fits itself.
    if verified.ok && matches!(verified.key.as_str(), "genesis" | "export") {
        remarks.push(
            "The key came with the log: this shows that the log fits itself, not whose it is."
                .to_owned(),
        );
    }
    remarks.into_iter().map(|text| Said::new(text, Weight::Warn)).collect()
}

fn restored(restore: &RestoreView) -> String {
    let signed = match &restore.signed_by {
        Some(key) => format!("signed by {key}"),
        None => "UNSIGNED".to_owned(),
    };
    let left = match restore.left.iter().map(|head| head.size).max() {
        Some(size) => format!("it left a history of {size} entries behind"),
        None => "what it left behind was not known".to_owned(),
    };
    format!("Entry {} puts a restore on record, {signed}: {left}.", restore.seq)
}
