//! Studies: observations of files that are no evidence.
//!
//! What a linter would mend, how two texts of one module answer the same calls, how long tests take and where the time goes. A study
//! runs untrusted code in a box of its own, and what comes back is what that code's process says: a hint, bounded and checked.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::toolchain::layer::Layer;
use record::domain::limits::Limits;
use record::domain::patch::Edit;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;

/// A study of files.
#[derive(Clone, Debug)]
pub struct Study {
    /// A word that names the box among others at work.
    pub name: String,
    /// The files.
    pub source: Source,
    /// Folders that imports start from, besides those that follow from the code files.
    pub roots: Vec<String>,
    /// Options that pytest is given.
    pub options: Vec<String>,
    /// Packages besides the tools of the box.
    pub layer: Option<Arc<Layer>>,
    /// What the box may use; `tests_ms` bounds all of its work.
    pub limits: Limits,
    /// What is asked.
    pub asked: Asked,
}

/// What a study asks.
#[derive(Clone, Debug)]
pub enum Asked {
    /// What ruff says by some rules.
    Lint(Lint),
    /// How a module answers with its old text and with a new one.
    Replay(Replay),
    /// How long tests take.
    Time(Vec<String>),
    /// Where the time of tests goes.
    Profile(Vec<String>),
}

/// Which files ruff reads, and by which rules.
#[derive(Clone, Debug, Default)]
pub struct Lint {
    /// The files.
    pub paths: BTreeSet<String>,
    /// Rules and beginnings of rules.
    pub rules: Vec<String>,
    /// The oldest minor version of Python 3 that the files are for; ruff's own choice where absent.
    pub minor: Option<u8>,
}

/// A module with another text.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The file; its old text lies in the box.
    pub path: SourcePath,
    /// Its new text.
    pub text: String,
    /// Tests whose calls are recorded.
    pub tests: Vec<String>,
    /// Small changes of the old text, by which the strength of the calls is measured.
    pub mutants: Vec<Mutant>,
}

/// A small change of the old text.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The edit.
    pub edit: Edit,
    /// The line that it changes, from 1.
    pub line: u32,
}

/// What a study came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Studied {
    /// To [`Asked::Lint`].
    Lint(Vec<Remark>),
    /// To [`Asked::Replay`].
    Replay(Replayed),
    /// To [`Asked::Time`].
    Time(Vec<Timed>),
    /// To [`Asked::Profile`].
    Profile(Profiled),
}

/// Something that ruff says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The file.
    pub path: SourcePath,
    /// The line, from 1.
    pub line: u32,
    /// The rule.
    pub code: String,
    /// What is said.
    pub message: String,
    /// Edits that mend it, where ruff knows some that are safe.
    pub fix: Vec<Edit>,
}

/// How two texts of one module answer the same calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Calls that the tests make.
    pub recorded: usize,
    /// Calls that signatures and literals suggest.
    pub generated: usize,
    /// Calls that the old text answers twice alike; only these are compared.
    pub stable: usize,
    /// Calls to which it does not.
    pub unstable: usize,
    /// Calls to which both answer otherwise.
    pub different: usize,
    /// Of the others, calls that print something else.
    pub printed: usize,
    /// Tests that see the same of the old text twice, and were run with the new one too.
    pub watched: usize,
    /// Those of them to which the new text shows something else.
    pub otherwise: usize,
    /// The first of those that differ.
    pub differences: Vec<Told>,
    /// Lines of the new text that ran.
    pub lines: BTreeSet<u32>,
    /// Mutants of the old text that were tried.
    pub tried: usize,
    /// Those of them that a call or a watched test notices.
    pub killed: usize,
    /// Calls of the old text with their answers, as source text, those that notice most mutants first.
    pub answers: Vec<(String, String)>,
    /// Whether the study came to its end.
    pub is_whole: bool,
}

impl Replayed {
    /// The share of mutants that the calls notice; nothing where none was tried.
    pub fn strength(&self) -> Option<f64> {
        let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        (self.tried > 0).then(|| exact(self.killed) / exact(self.tried))
    }
}

/// A call that is answered otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The call, as people read it.
    pub call: String,
    /// What differs: `kind`, `value`, `state` or `files`.
    pub what: String,
    /// The old text's.
    pub old: String,
    /// The new text's.
    pub new: String,
}

/// What a call of one test takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// The test.
    pub name: String,
    /// How often it was called.
    pub calls: u32,
    /// Seconds of the processor, the median of these.
    pub seconds: f64,
}

/// Where the time of tests goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profiled {
    /// Stacks that were seen.
    pub stacks: Vec<Stack>,
    /// Lines with the seconds that each took itself.
    pub lines: Vec<(Frame, f64)>,
}

/// A stack, outermost first, and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Its frames.
    pub frames: Vec<Frame>,
    /// How often.
    pub count: u64,
}

/// A frame of a stack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame {
    /// The file.
    pub path: String,
    /// The function.
    pub function: String,
    /// The line, from 1.
    pub line: u32,
}
