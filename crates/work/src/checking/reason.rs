//! Why a commit is not covered by a decision.
//!
//! Each reason has a word for programs and a sentence for people. Those of an altered note are told apart from the rest: they make
//! the check end with the exit code of broken integrity.

use record::domain::changeset::GitId;
use record::domain::time::Timestamp;
use thiserror::Error;

use crate::checking::allowed_signers::Unlisted;
use crate::checking::manifest::Misfit;
use crate::checking::note::NoteError;
use crate::checking::opened::Broken;
use crate::checking::trailers::TrailerError;

/// A reason why a commit is not covered.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Reason {
    /// There is no note on it.
    #[error("it has no note")]
    NoNote,
    /// Its note is none of ours.
    #[error("its note cannot be read: {0}")]
    Note(NoteError),
    /// Its note was altered.
    #[error("its note does not hold: {0}")]
    Broken(Broken),
    /// Its note holds decisions that let nothing in, or none.
    #[error("its note holds no approval, but {0}")]
    NoApproval(String),
    /// It has no parent.
    #[error("it has no parent, so no approved change can lead to it")]
    NoParent,
    /// The change was approved on other content.
    #[error("the approved change starts from the tree {approved}, its parent has {found}")]
    Base {
        /// Where the approved change starts.
        approved: GitId,
        /// What the parent has.
        found: GitId,
    },
    /// It changes something else than was approved.
    #[error("it is not the approved change: {0}")]
    Tree(Misfit),
    /// It changes what no proposal can be about.
    #[error("it changes what cannot be approved: {0}")]
    Unapprovable(String),
    /// The approval was taken back.
    #[error("the approval was revoked by {by} at {at}")]
    Revoked {
        /// Who took it back.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// The signature is by nobody who counts.
    #[error("the approval does not count: {0}")]
    Signer(Unlisted),
    /// The policy is set by nobody who counts.
    #[error("the policy of the approval does not count: {0}")]
    PolicySigner(Unlisted),
    /// The entry lies too far from the moment that was signed.
    #[error("the approval was signed at {signed}, its entry says {recorded}")]
    Moment {
        /// The moment in the statement.
        signed: Timestamp,
        /// The moment of the entry.
        recorded: Timestamp,
    },
    /// The approval had run out before the commit.
    #[error("the approval ran out at {until}, before the commit")]
    Expired {
        /// Its end.
        until: Timestamp,
    },
    /// The note does not hold the policy that the approval names.
    #[error("its note does not hold the policy that the approval names")]
    NoPolicy,
    /// The policy lets somebody else approve.
    #[error("the policy does not let {by} approve")]
    NotApprover {
        /// Who approved.
        by: String,
    },
    /// The policy asks for more.
    #[error("the approval is not complete: {missing}")]
    Incomplete {
        /// What is missing.
        missing: String,
    },
    /// A commit before it is under a later policy.
    #[error("the approval is under an older policy than that of {commit} before it")]
    OlderPolicy {
        /// The commit with the later policy.
        commit: GitId,
    },
    /// A commit before it used the same approval.
    #[error("the same approval covers {commit} before it already")]
    Replayed {
        /// The commit that used it first.
        commit: GitId,
    },
    /// A trailer points elsewhere.
    #[error("{0}")]
    Trailer(TrailerError),
    /// It merges more than two commits.
    #[error("it merges more than two commits, which cannot be followed")]
    ManyParents,
    /// Its parents do not merge by themselves.
    #[error(
        "its parents do not merge without conflict ({paths}), so the merge has content of its own"
    )]
    Conflicts {
        /// The first paths.
        paths: String,
    },
    /// It is not what its parents merge to.
    #[error("it is not what its parents merge to{}", first.as_ref().map_or(String::new(), |path| format!(": {path}")))]
    OwnContent {
        /// The first path that differs.
        first: Option<String>,
    },
}

impl Reason {
    /// The word for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoNote => "no_note",
            Self::Note(_) => "unreadable_note",
            Self::Broken(_) => "broken_note",
            Self::NoApproval(_) => "no_approval",
            Self::NoParent => "no_parent",
            Self::Base { .. } => "other_base",
            Self::Tree(misfit) => match misfit {
                Misfit::Extra(_) => "extra_path",
                Misfit::Missing(_) => "missing_path",
                Misfit::Mode { .. } => "other_mode",
                Misfit::Digest { .. } => "other_bytes",
            },
            Self::Unapprovable(_) => "unapprovable",
            Self::Revoked { .. } => "revoked",
            Self::Signer(unlisted) => match unlisted {
                Unlisted::Key { .. } => "unknown_signer",
                Unlisted::Principal { .. } => "other_principal",
                Unlisted::Time { .. } => "signer_out_of_time",
            },
            Self::PolicySigner(_) => "policy_signer",
            Self::Moment { .. } => "moment",
            Self::Expired { .. } => "expired",
            Self::NoPolicy => "no_policy",
            Self::NotApprover { .. } => "not_approver",
            Self::Incomplete { .. } => "incomplete",
            Self::OlderPolicy { .. } => "older_policy",
            Self::Replayed { .. } => "replayed",
            Self::Trailer(trailer) => match trailer {
                TrailerError::Doubled(_) => "doubled_trailer",
                TrailerError::Differs { .. } => "other_trailer",
            },
            Self::ManyParents => "many_parents",
            Self::Conflicts { .. } => "merge_conflicts",
            Self::OwnContent { .. } => "merge_content",
        }
    }

    /// Tells whether a signature, digest or proof does not fit its bytes.
    pub const fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    /// The path that it is about, if it is about one.
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Tree(misfit) => Some(misfit.path().to_string()),
            Self::OwnContent { first } => first.clone(),
            _ => None,
        }
    }
}
