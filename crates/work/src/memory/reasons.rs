//! What is said of files that a change reaches, each with its reasons.
//!
//! A reason names what can be looked up: commits, names, ways of imports, executions.

use record::domain::changeset::GitId;

use crate::memory::covered::Covered;

/// What is said of some files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Impact {
    /// Files among tests that were left off because the list is full; some of them may hold no test.
    pub left_off: usize,
    /// Sources that will likely change too, best first.
    pub likely: Vec<Likely>,
    /// Other files that usually change along.
    pub companions: Vec<Likely>,
    /// Files of tests in the order in which they should fail first.
    pub tests: Vec<Likely>,
}

/// A file that will likely change.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// The file.
    pub file: u32,
    /// Its path, escaped.
    pub path: String,
    /// How high it stands.
    pub score: f64,
    /// The chance that goes with it in this repository; none with too little history.
    pub chance: Option<f64>,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Something that can be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Both changed in the same commits.
    Together {
        /// The file that was asked about.
        with: String,
        /// How many commits.
        times: usize,
        /// Of how many that changed the file asked about.
        of: usize,
        /// The newest of them.
        newest: GitId,
        /// When it was written, in seconds.
        at: i64,
    },
    /// It mentions names that the file asked about defines.
    Mentions {
        /// That file.
        of: String,
        /// The names.
        names: Vec<String>,
    },
    /// It defines names that the file asked about mentions.
    Defines {
        /// That file.
        of: String,
        /// The names.
        names: Vec<String>,
    },
    /// Imports lead from one to the other.
    Imports {
        /// The files on the way, from the one that imports.
        way: Vec<String>,
    },
    /// It tests the file asked about, by its name.
    TestOf {
        /// That file.
        of: String,
    },
    /// Both are called alike.
    Alike {
        /// The file asked about.
        of: String,
    },
    /// It changed in many of the last commits.
    Lately {
        /// In how many.
        times: usize,
        /// Of how many.
        of: u32,
    },
    /// The change that is asked about brings or alters it.
    Own,
    /// It calls a name that is asked about.
    Calls {
        /// The name.
        name: String,
    },
    /// A test of it ran lines that are asked about.
    Ran(Covered),
    /// A test of it failed without a change of the file.
    Noticed(Covered),
}

impl Reason {
    /// What a test was seen to do.
    pub fn seen(covered: &Covered) -> Self {
        let covered = covered.clone();
        if covered.is_noticed { Self::Noticed(covered) } else { Self::Ran(covered) }
    }
}
