//! Turns errors of the wings into errors of commands.
//!
//! Each wing has an error enum of its own and knows nothing of commands. Here every variant gets the kind (hence exit code
//! and status) and the hint that names the next step. All of it stands in one file, without wildcards, so a new variant
//! cannot be forgotten.

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::remedies::remedy;
use foundation::knowledge::error::KnowledgeError;
use foundation::providers::error::ProviderError;
use foundation::repository::error::RepositoryError;
use foundation::store::error::StoreError;
use foundation::store::original::error::OriginalError;
use record::domain::changeset::ChangesetError;
use record::domain::proposal::RequestError;
use record::domain::review_error::ReviewError;
use record::domain::shown::ShownError;
use record::domain::source::SourceError;
use record::domain::source_path::PathError;
use sandbox::error::SandboxError;

/// The remedy where database and head outside are of different logs.
const APART: &str =
    "Put back the database and the `log.head` that belong together; `/audit verify` tells more.";

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let (kind, hint) = match &error {
            StoreError::Conflict { .. } => {
                (ErrorKind::State, "Look at the newest state with `/report-code` and decide again.")
            }
            StoreError::Superseded => {
                (ErrorKind::State, "Look at `/keys` and `/policy`, then decide again.")
            }
            StoreError::StaleFence => (ErrorKind::State, "See `/jobs` for who works on it now."),
            StoreError::Occupied { .. } => (ErrorKind::State, "Wait until it is done."),
            StoreError::Needed => {
                (ErrorKind::State, "Nothing was taken out; run `/prune` again to see what can go.")
            }
            StoreError::DiskFull => (
                ErrorKind::Unavailable,
                "Free some space; nothing was written, so the same command can be run again.",
            ),
            StoreError::ReadOnly { .. } => (
                ErrorKind::Unavailable,
                "Make the home writable, or set SARAPHINA_HOME to a folder that is; reading commands still work.",
            ),
            StoreError::NewerSchema { .. } => {
                (ErrorKind::State, "Upgrade saraphina, or set SARAPHINA_HOME to another home.")
            }
            StoreError::OlderSchema { .. } => (
                ErrorKind::State,
                "Run any writing command once, such as `/setup`; it migrates after a backup.",
            ),
            StoreError::Foreign { .. } => (
                ErrorKind::Integrity,
                "Set SARAPHINA_HOME to another folder; this file was not touched.",
            ),
            StoreError::Corrupt { .. } => (
                ErrorKind::Integrity,
                "Keep the file as it is, and put a backup in its place; `/doctor` tells more.",
            ),
            StoreError::OtherHistory { .. } => (ErrorKind::Integrity, APART),
            StoreError::RolledBack { .. } => (
                ErrorKind::Integrity,
                "The database is older than the record outside it: put the newer database back.",
            ),
            StoreError::LogKey { .. } => {
                (ErrorKind::Integrity, "Put the log key of this home back from its backup.")
            }
            StoreError::Busy => (
                ErrorKind::Unavailable,
                "Wait for the other process, or see `saraphina daemon status`.",
            ),
            StoreError::LongPath { .. } => {
                (ErrorKind::Unavailable, "Set SARAPHINA_HOME to a folder with a shorter path.")
            }
            StoreError::File { .. } => {
                (ErrorKind::Unavailable, "Check the file and its permissions.")
            }
            StoreError::Closed | StoreError::Record(_) | StoreError::Database(_) => {
                (ErrorKind::Internal, "This is a bug; the log in the home tells more.")
            }
        };
        Self::from_source(kind, &error).hint(hint)
    }
}

impl From<OriginalError> for CommandError {
    fn from(error: OriginalError) -> Self {
        let (kind, hint) = match &error {
            OriginalError::Missing { .. } => (ErrorKind::NotFound, "Check the path."),
            OriginalError::NotAFile { .. }
            | OriginalError::NotADatabase { .. }
            | OriginalError::Foreign { .. }
            | OriginalError::Column { .. } => (
                ErrorKind::Usage,
                "Give an original's database, such as its knowledge.db or ai_data/saraphina.db.",
            ),
            OriginalError::OwnHome { .. } => (
                ErrorKind::Usage,
                "Take a proposal along with `/export <id>` there, and import that.",
            ),
            OriginalError::TooMuch { .. } => {
                (ErrorKind::Usage, "Nothing was written; split the database.")
            }
            OriginalError::Damaged { .. } => (
                ErrorKind::Integrity,
                "Nothing was written; repair a copy of it, such as with `sqlite3 copy.db .recover`.",
            ),
            OriginalError::Changing { .. } => {
                (ErrorKind::Unavailable, "End the program that writes to it, and import again.")
            }
            OriginalError::Busy => (ErrorKind::Unavailable, "Wait until it is done."),
            OriginalError::File { .. } => {
                (ErrorKind::Unavailable, "Check the file, its permissions and the free space.")
            }
        };
        Self::from_source(kind, &error).hint(hint)
    }
}

impl From<SandboxError> for CommandError {
    fn from(error: SandboxError) -> Self {
        let (kind, hint) = match &error {
            SandboxError::BelowFloor { remedy, .. }
            | SandboxError::Toolchain { remedy, .. }
            | SandboxError::Packages { remedy, .. } => (ErrorKind::Unavailable, remedy.clone()),
            SandboxError::NoPython { looked } => {
                let looked =
                    if looked.is_empty() { "nothing".to_owned() } else { looked.join(", ") };
                let hint = format!(
                    "Install Python 3.10 or newer, or set SARAPHINA_PYTHON to one (looked at: {looked})."
                );
                (ErrorKind::Unavailable, hint)
            }
            SandboxError::Unavailable { .. }
            | SandboxError::System { .. }
            | SandboxError::File { .. } => {
                (ErrorKind::Unavailable, "Run `/doctor` to see what is missing.".to_owned())
            }
            SandboxError::Cancelled => return Self::new(ErrorKind::Interrupted, "interrupted"),
        };
        Self::from_source(kind, &error).hint(hint)
    }
}

impl From<ProviderError> for CommandError {
    fn from(error: ProviderError) -> Self {
        if matches!(error.cause(), ProviderError::Cancelled) {
            return Self::new(ErrorKind::Interrupted, "interrupted");
        }
        Self::from_source(ErrorKind::Unavailable, &error).hint(remedy(&error))
    }
}

impl From<KnowledgeError> for CommandError {
    fn from(error: KnowledgeError) -> Self {
        match &error {
            KnowledgeError::NoLesson { .. } => Self::from_source(ErrorKind::Unavailable, &error)
                .hint("No lesson was stored; ask again, or try another model with `--model`."),
            KnowledgeError::Missing { .. } | KnowledgeError::Curated { .. } => {
                Self::from_source(ErrorKind::Internal, &error).hint("This is a bug.")
            }
        }
    }
}

impl From<RequestError> for CommandError {
    fn from(error: RequestError) -> Self {
        Self::usage(error.to_string()).hint(
            "Say what to build, such as `/propose-code a CSV parser that handles quoted fields`.",
        )
    }
}

impl From<PathError> for CommandError {
    fn from(error: PathError) -> Self {
        Self::usage(SourceError::from(error).to_string())
            .hint("Give the path as the folder or repository has it: relative, and without `..`.")
    }
}

impl From<ChangesetError> for CommandError {
    fn from(error: ChangesetError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<SourceError> for CommandError {
    fn from(error: SourceError) -> Self {
        Self::usage(error.to_string())
            .hint("Give code and tests, such as `/propose-code --code parser.py --tests test_parser.py a parser`.")
    }
}

impl From<ShownError> for CommandError {
    fn from(error: ShownError) -> Self {
        let hint = match &error {
            ShownError::Compiled(path) => {
                format!("Leave it out, of a folder with --without {path}: nobody could review it.")
            }
            ShownError::Encoding { path, .. } => format!(
                "Leave it out, of a folder with --without {path}; or, where it is no data of tests, save it as UTF-8 and take the declaration out."
            ),
            ShownError::Double(one, other) => format!(
                "Leave one of them out, of a folder with --without {one} or --without {other}, or give it another name."
            ),
        };
        Self::usage(error.to_string()).hint(hint)
    }
}

impl From<ReviewError> for CommandError {
    fn from(error: ReviewError) -> Self {
        let (kind, hint) = match &error {
            ReviewError::NotTested(id) => {
                (ErrorKind::State, format!("Run `/sandbox-code {id}` first."))
            }
            ReviewError::NoVerdict(id) => {
                (ErrorKind::State, format!("`/report-code {id}` tells why."))
            }
            ReviewError::AlreadyApproved(id) => (
                ErrorKind::State,
                format!("Take the approval back with `/revoke-approval {id} <reason>`."),
            ),
            ReviewError::Rejected(id) => {
                (ErrorKind::State, format!("Run `/reopen-code {id} <reason>` first."))
            }
            ReviewError::NotApproved { proposal, .. }
            | ReviewError::NotRejected { proposal, .. } => {
                (ErrorKind::State, format!("See where it stands with `/show-code {proposal}`."))
            }
            ReviewError::ContentChanged { .. } | ReviewError::StaleEvidence => {
                (ErrorKind::State, "Look again with `/report-code`, then decide.".to_owned())
            }
            ReviewError::NeedsReason(_) => {
                (ErrorKind::State, "Approve it all the same with `--despite <reason>`.".to_owned())
            }
            ReviewError::OldEvidence { .. } | ReviewError::OtherEnvironment { .. } => {
                (ErrorKind::State, "Run `/sandbox-code` again, then decide.".to_owned())
            }
            ReviewError::FutureEvidence { .. } => (
                ErrorKind::State,
                "Set the clock right, then run `/sandbox-code` again.".to_owned(),
            ),
            ReviewError::NotApprover(_) => {
                (ErrorKind::Forbidden, "See `/policy` for who may approve.".to_owned())
            }
            ReviewError::SelfApproval(_) => (
                ErrorKind::Forbidden,
                "Another owner has to approve it; `/policy` shows both settings.".to_owned(),
            ),
            ReviewError::ApprovedByYou(_) => {
                (ErrorKind::State, "See `/policy` for how many have to approve.".to_owned())
            }
            ReviewError::HiddenText { .. } => (
                ErrorKind::State,
                "Look at it with `/show-code`, where it is escaped; `--allow-hidden` approves it all the same."
                    .to_owned(),
            ),
            ReviewError::DespiteTooShort
            | ReviewError::ReasonMissing
            | ReviewError::ReasonTooLong(_)
            | ReviewError::CommentTooLong(_) => {
                (ErrorKind::Usage, "Say in a sentence why.".to_owned())
            }
        };
        Self::new(kind, error.to_string()).hint(hint)
    }
}

impl From<RepositoryError> for CommandError {
    fn from(error: RepositoryError) -> Self {
        Self::from_source(repository_kind(&error), &error).hint(repository_hint(&error))
    }
}

fn repository_kind(error: &RepositoryError) -> ErrorKind {
    use RepositoryError as E;
    match error {
        E::NotARepository { .. } | E::UnknownRevision { .. } | E::NothingThere { .. } => {
            ErrorKind::NotFound
        }
        E::AmbiguousRevision { .. } => ErrorKind::Ambiguous,
        E::NoWorkTree { .. }
        | E::References { .. }
        | E::NotACommit { .. }
        | E::NotARange { .. }
        | E::TooManyCommits { .. }
        | E::Refused { .. }
        | E::TooManyPaths
        | E::TooLarge
        | E::DoesNotApply { .. }
        | E::Displaced { .. }
        | E::RefName { .. }
        | E::Signature { .. } => ErrorKind::Usage,
        E::NoCommitYet { .. }
        | E::NoMergeBase { .. }
        | E::Shallow { .. }
        | E::BaseDiffers { .. }
        | E::TouchesMore { .. }
        | E::Missing { .. }
        | E::NotKept { .. }
        | E::OtherFormat { .. }
        | E::RefMoved { .. }
        | E::IndexHeld { .. }
        | E::Unmerged { .. } => ErrorKind::State,
        E::File { .. }
        | E::NoGit(_)
        | E::OldGit { .. }
        | E::TooSlow { .. }
        | E::TooMuch { .. }
        | E::Git { .. }
        | E::Pipe { .. } => ErrorKind::Unavailable,
        E::Forged { .. } | E::TwoNotes { .. } => ErrorKind::Integrity,
        E::Unreadable { .. } | E::Interrupted(_) => ErrorKind::Internal,
    }
}

fn repository_hint(error: &RepositoryError) -> &'static str {
    use RepositoryError as E;
    match error {
        E::NotARepository { .. } => "Name a folder of a git repository.",
        E::NoWorkTree { .. } => "Name a range of commits, or a folder with a work tree.",
        E::File { .. } => "Check that it is there and may be used.",
        E::References { .. } => "Use a clone that keeps its references as files.",
        E::NoGit(_) | E::OldGit { .. } => "Install git, in a version that is new enough.",
        E::TooSlow { .. } | E::TooMuch { .. } => "Try a smaller range.",
        E::NoCommitYet { .. } => "Make a first commit.",
        E::UnknownRevision { .. } => "See `git branch --all` and `git tag` for what is there.",
        E::AmbiguousRevision { .. } => {
            "Say refs/heads/NAME or refs/tags/NAME, or more digits of the id."
        }
        E::NotACommit { .. } => "Name a commit.",
        E::NotARange { .. } => "Write A..B: what B has that A has not.",
        E::NoMergeBase { .. } => "Name two commits of one history.",
        E::Shallow { .. } => "Fetch the rest with `git fetch --unshallow`.",
        E::TooManyCommits { .. } => "Name a shorter range.",
        E::Refused { .. } => {
            "Take this path out of the change; `--worktree` leaves it out with `--without PATH`."
        }
        E::NothingThere { .. } => "Give the path as it is from the root of the repository.",
        E::TooManyPaths | E::TooLarge => "Propose it in several parts.",
        E::DoesNotApply { .. } | E::Displaced { .. } => {
            "Make the difference against this base, with `git diff --binary` and the usual prefixes a/ and b/ (`--default-prefix`)."
        }
        E::BaseDiffers { .. } | E::TouchesMore { .. } => "Propose the change again on its base.",
        E::Missing { .. } => "Fetch what a partial clone left out, or look with `git fsck`.",
        E::Forged { .. } | E::TwoNotes { .. } | E::Git { .. } | E::Pipe { .. } => {
            "Look at the repository with `git fsck`."
        }
        E::NotKept { .. } | E::OtherFormat { .. } => "Add the repository again.",
        E::RefName { .. } | E::Signature { .. } => "Choose another name.",
        E::IndexHeld { .. } => {
            "End what git does there, such as an open `git commit`; or remove the file where no git runs any more. Then run it again."
        }
        E::Unmerged { .. } => "Finish the merge, or end it with `git merge --abort`.",
        E::RefMoved { .. } => "Look at what came in between, and try again.",
        E::Unreadable { .. } | E::Interrupted(_) => {
            "This is a bug; the log in the home tells more."
        }
    }
}
