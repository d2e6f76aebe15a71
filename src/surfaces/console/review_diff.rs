//! The difference on a review: what it is held against, and how it is laid out.
//!
//! Every choice is a link, so that a difference has an address that can be kept and sent.

use crate::surfaces::console::diff_view::{self, DiffFile};
use crate::surfaces::console::inbox_page::Tab;
use crate::surfaces::console::marks::{counted, grouped};
use record::domain::revision::Revision;
use record::domain::weakening::Weakening;
use work::reporting::difference;

/// Files up to which a difference needs no list of them.
const LISTED_FROM: usize = 3;
/// Most revisions that are named.
const MOST_NAMED: u32 = 12;

/// The difference.
#[derive(Clone, Debug)]
pub struct DiffPart {
    /// What it is held against, in words.
    pub compared: String,
    /// Whether both sides stand side by side.
    pub is_split: bool,
    /// One column, or two.
    pub ways: Vec<Tab>,
    /// What else it can be held against.
    pub olders: Vec<Tab>,
    /// The files.
    pub files: Vec<DiffFile>,
    /// Where everything is shown as new; empty where something is held against something.
    pub whole: String,
    /// Signs that the tests ask less.
    pub ledger: Vec<Weakening>,
}

/// How a difference is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Both sides beside each other.
    pub is_split: bool,
    /// Also where everything is new.
    pub is_whole: bool,
}

impl DiffPart {
    /// Holds a revision against an older one, or against nothing.
    ///
    /// A first revision is new in every line, and shown as code below; as a difference only where that is asked for.
    pub fn of(older: Option<&Revision>, newer: &Revision, asked: Asked) -> Self {
        let is_split = asked.is_split;
        let is_all_new = older.is_none() && newer.source.change().is_none() && !asked.is_whole;
        let from = older.map_or(0, |older| older.number);
        let address = |from: u32, is_split: bool| {
            let view = if is_split { "split" } else { "unified" };
            let (id, number) = (&newer.proposal, newer.number);
            format!("/proposals/{id}?revision={number}&from={from}&view={view}#diff")
        };
        let way = |label: &str, split: bool| Tab {
            label: label.to_owned(),
            href: address(from, split),
            count: String::new(),
            is_chosen: split == is_split,
        };
        let older_tab = |number: u32| Tab {
            label: if number == 0 { origin(newer).to_owned() } else { format!("r{number}") },
            href: address(number, is_split),
            count: String::new(),
            is_chosen: number == from,
        };
        let first = newer.number.saturating_sub(MOST_NAMED).max(1);
        let numbers = std::iter::once(0).chain(first..newer.number);
        Self {
            compared: compared(older, newer),
            is_split,
            ways: vec![way("Unified", false), way("Side by side", true)],
            // With nothing to choose from there is no choice.
            olders: if newer.number > 1 { numbers.map(older_tab).collect() } else { Vec::new() },
            whole: if is_all_new { address(0, is_split) } else { String::new() },
            files: if is_all_new { Vec::new() } else { files(older, newer) },
            ledger: older.map_or_else(Vec::new, |older| difference::weakened(older, newer)),
        }
    }
}

impl DiffPart {
    /// Whether there are so many files that a list of them leads to each.
    pub fn is_long(&self) -> bool {
        self.files.len() > LISTED_FROM
    }

    /// How much there is to read, in words.
    pub fn extent(&self) -> String {
        let sum = |part: fn(&DiffFile) -> usize| self.files.iter().map(part).sum::<usize>();
        let (added, removed) = (sum(|file| file.added), sum(|file| file.removed));
        let (added, removed) = (grouped(added as u64), grouped(removed as u64));
        format!("{}, +{added} −{removed}", counted(self.files.len(), "file"))
    }
}

fn files(older: Option<&Revision>, newer: &Revision) -> Vec<DiffFile> {
    diff_view::files(&difference::diff(older, newer))
}

const fn origin(newer: &Revision) -> &'static str {
    if newer.source.change().is_some() { "base" } else { "nothing" }
}

fn compared(older: Option<&Revision>, newer: &Revision) -> String {
    match (older, newer.source.change()) {
        (Some(older), _) => format!("What changed since revision {}", older.number),
        (None, Some(change)) => {
            let commit = change.base.commit.as_str();
            let short = commit.get(..12).unwrap_or(commit);
            format!("What changes in {}, against {short}", change.repository)
        }
        (None, None) => "Difference".to_owned(),
    }
}
