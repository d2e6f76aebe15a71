//! What a build found, beside what it stored row by row.
//!
//! Whoever answers from a memory says how far it goes: which commit it stands for, whether history or contents are missing, and on how
//! many commits its chances rest.

use serde::{Deserialize, Serialize};

use crate::contract::page::counted;
use crate::memory::calibration::Curve;
use crate::memory::outline::READING;

/// What is known of a memory as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// When it was built, in words of the record.
    pub built_at: String,
    /// How many commits it has.
    pub commits: u32,
    /// How many files the commit has that it stands for.
    pub files: u32,
    /// How many of them are sources in a language that is looked into.
    pub sources: u32,
    /// Sources that their grammar could not take whole.
    pub broken: u32,
    /// Sources that were not looked into, because they are missing, altered or too large.
    pub unread: u32,
    /// Whether history is missing: a shallow clone.
    pub is_shallow: bool,
    /// Whether files that moved were found by equal bytes alone, because contents are missing.
    pub is_exact_only: bool,
    /// Files beyond the most that are told apart.
    pub passed_over: u32,
    /// The chances, and the number of the newest commit when they were counted.
    pub curve: Curve,
    /// The number of the newest commit when the chances were counted.
    pub counted_at: u32,
    /// The commit of the notes that were read.
    pub notes_at: Option<String>,
    /// Notes that cannot be read, or are beyond the most.
    pub notes_unread: u32,
    /// The way of reading by which the sources were looked into.
    pub reading: u32,
    /// The newest execution that was looked into.
    pub covered_to: i64,
}

impl Facts {
    /// Reads what a build wrote; of another version nothing is known.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Whether nothing of the history and of the sources is missing.
    pub const fn is_complete(&self) -> bool {
        let unread = self.unread + self.broken + self.passed_over;
        !self.is_shallow && !self.is_exact_only && unread == 0 && self.reading == READING
    }

    /// What is missing, in words.
    pub fn missing(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.is_shallow {
            words.push("the clone is shallow: older history is not in it".to_owned());
        }
        if self.is_exact_only {
            words.push("contents are missing: renames are found by equal bytes alone".to_owned());
        }
        if self.unread > 0 {
            let sources = counted(self.unread, "source");
            words.push(format!("{sources} cannot be read: missing, altered or too large"));
        }
        if self.broken > 0 {
            let sources = counted(self.broken, "source");
            words.push(format!("{sources} read in part: the grammar cannot take all of it"));
        }
        if self.passed_over > 0 {
            let files = counted(self.passed_over, "file");
            words.push(format!("{files} beyond the most that are told apart"));
        }
        if self.reading != READING {
            let told = "sources were read by another version of this program; /build-graph reads them anew";
            words.push(told.to_owned());
        }
        if self.notes_unread > 0 {
            words.push(format!("{} cannot be read", counted(self.notes_unread, "note")));
        }
        words
    }
}
