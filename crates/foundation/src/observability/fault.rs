//! Named points at which tests end a process.
//!
//! A kill between two steps can only be tried where it can be aimed, so the product passes these points; each costs one
//! load of an atomic, and nothing but a test arms them.

use std::sync::OnceLock;

/// A moment between two steps that must not come apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A model is about to be asked, and the call is marked.
    ModelAsked,
    /// A model answered; nothing of it is stored.
    AnswerReceived,
    /// The answer is stored; nothing was made of it.
    AnswerStored,
    /// An execution is about to be leased.
    LeaseBegins,
    /// The lease is stored; nothing runs.
    LeaseStored,
    /// The evidence is judged; the verdict is not stored.
    VerdictComputed,
    /// A transaction is written and not committed.
    CommitBegins,
    /// A transaction is committed; the head outside does not know.
    CommitDone,
    /// The head outside is written; nobody has been told.
    HeadWritten,
    /// The head outside is flushed for a decision; nobody has been told.
    HeadFlushed,
    /// A file or folder of a target is about to be touched.
    FileTouched,
    /// A job of a dead engine is about to be ended.
    Reconciling,
}

impl Point {
    /// All of them, in the order of an execution.
    pub const ALL: [Self; 12] = [
        Self::ModelAsked,
        Self::AnswerReceived,
        Self::AnswerStored,
        Self::LeaseBegins,
        Self::LeaseStored,
        Self::VerdictComputed,
        Self::CommitBegins,
        Self::CommitDone,
        Self::HeadWritten,
        Self::HeadFlushed,
        Self::FileTouched,
        Self::Reconciling,
    ];
}

type Hook = Box<dyn Fn(Point) + Send + Sync>;

static HOOK: OnceLock<Hook> = OnceLock::new();

/// From now on every point calls this, in this process; only the first call counts.
#[doc(hidden)]
pub fn arm(hook: impl Fn(Point) + Send + Sync + 'static) {
    HOOK.get_or_init(|| Box::new(hook));
}

/// Passes a point: nothing happens unless a test armed this process.
#[inline]
pub fn pass(point: Point) {
    if let Some(hook) = HOOK.get() {
        hook(point);
    }
}
