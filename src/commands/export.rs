//! `/export`: packs a proposal with code, evidence, decisions and proofs into one file.
//!
//! The bundle is verified as a reader would before it is given out. Its bytes are laid down under a temporary name, the
//! export is recorded, and only then the file gets its name, so no bundle leaves without a record.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::bundling::bundle::{BundleError, MAX_BUNDLE_BYTES};
use crate::commands::bundling::read::verify;
use crate::commands::bundling::write::{Bundle, bundle};
use record::domain::act::{ActKind, Subject};
use record::domain::change::Change;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;
use record::domain::principal::{Authority, PrincipalKind};
use work::contract::blocking::beside;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone, counted};
use work::contract::reserved::Reserved;
use work::contract::step::word;

/// Where bundles go for which no other place is named.
const FOLDER: &str = "exports";
/// Most bundles of one proposal that programs may have made.
const MOST_BUNDLES: usize = 8;

/// `/export`
pub enum Export {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// New file, or folder for it; without it, the folder `exports` of the home (owner only)
    #[arg(long, value_name = "PATH")]
    pub to: Option<PathBuf>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// The new file.
    pub file: String,
    /// The digest of its bytes.
    pub file_digest: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Revisions in it.
    pub revisions: u64,
    /// Executions in it.
    pub executions: u64,
    /// Decisions in it.
    pub decisions: u64,
    /// Records in it.
    pub records: u64,
    /// The state of the log that its proofs lead to.
    pub checkpoint: Head,
    /// The record of the export itself, which is not in it.
    pub audit: Recorded,
}

/// A state of the log.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// Its entries.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// The key that signed it.
    pub signed_by: String,
}

/// A record.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Recorded {
    /// Its place.
    pub seq: u64,
    /// Its leaf hash.
    pub hash: String,
}

impl Command for Export {
    const SPEC: Spec = Spec {
        name: "export",
        aliases: &[],
        summary: "Pack a proposal with code, evidence, decisions and proofs into one file",
        group: Group::Operate,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: None,
        examples: &["/export 7c2e", "/export 7c2e --to review.tar"],
    };
    // A file could be placed where another program trusts it by its place.
    const RESERVED: &'static [Reserved] =
        &[Reserved::argument("to", "only the owner says where a bundle goes")
            .or("Leave `--to` out; the bundle then lies in the folder `exports` of the home.")];
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, _surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        // The engine may run in another working folder.
        if let Some(to) = &mut args.to {
            *to = std::path::absolute(&*to).map_err(|error| {
                CommandError::usage(format!("{} names no file: {error}", to.display()))
            })?;
        }
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        check(&args)?;
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let id = proposal.id;
        check_room(invocation, &id)?;
        let bundle = bundle(invocation, &id).await?;
        let size = bundle.bytes.len() as u64;
        if size > MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLarge { bytes: size }.into());
        }
        let target = target(invocation, &args, &id, &bundle);
        let file = target.clone();
        let (bundle, waiting) = beside(move || {
            // What we write, we can read: a change in between shows here.
            verify(&bundle.bytes)?;
            let waiting = lay_down(&file, &bundle.bytes)?;
            Ok((bundle, waiting))
        })
        .await?;
        // The record comes first: an export without a record is worse than a record without a file.
        let receipt = invocation.store()?.commit(change(invocation, &id, &bundle)).await?;
        let file = target.clone();
        beside(move || put(waiting, &file)).await?;
        tracing::info!(proposal.id = %id, export.bytes = size, "a proposal was exported");
        let manifest = &bundle.manifest;
        Ok(Answer {
            proposal_id: id.to_string(),
            file: target.display().to_string(),
            file_digest: Digest::of(&bundle.bytes).to_string(),
            bytes: size,
            revisions: manifest.revisions.len() as u64,
            executions: manifest.executions.len() as u64,
            decisions: manifest.decisions.len() as u64,
            records: bundle.records as u64,
            checkpoint: Head {
                size: bundle.checkpoint.size,
                root: bundle.checkpoint.root.hex(),
                signed_by: bundle.signed_by.clone(),
            },
            audit: Recorded { seq: receipt.seq, hash: receipt.hash.hex() },
        })
    }
}

fn check(args: &Args) -> Result<(), CommandError> {
    let Some(to) = &args.to else { return Ok(()) };
    if !to.is_absolute() {
        return Err(CommandError::usage("the path of the bundle is not absolute")
            .hint("Give the whole path, beginning with `/`."));
    }
    Ok(())
}

/// Refuses a program more bundles of a proposal than anybody takes: each is a new file in the owner's home.
fn check_room(invocation: &Invocation, id: &ProposalId) -> Result<(), CommandError> {
    if invocation.caller.who.kind != PrincipalKind::Agent {
        return Ok(());
    }
    let folder = invocation.settings.home().join(FOLDER);
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let is_of_it = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(id.as_str());
    let count = files.map(|file| file.file_name()).filter(is_of_it).count();
    if count < MOST_BUNDLES {
        return Ok(());
    }
    let message = format!("{} has {count} bundles of {id} already", folder.display());
    Err(CommandError::new(ErrorKind::State, message)
        .hint("Take one of those, or have the owner remove them."))
}

fn target(context: &Context, args: &Args, id: &ProposalId, bundle: &Bundle) -> PathBuf {
    let name = format!("{id}-{}.tar", bundle.checkpoint.size);
    match &args.to {
        None => context.settings.home().join(FOLDER).join(name),
        Some(folder) if folder.is_dir() => folder.join(name),
        Some(file) => file.clone(),
    }
}

/// Writes a file beside its place, under a temporary name.
fn lay_down(target: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile, CommandError> {
    if target.symlink_metadata().is_ok() {
        return Err(exists(target));
    }
    let folder = target.parent().unwrap_or(Path::new("/"));
    let failed = |error: std::io::Error| unwritable(target, &error);
    if folder.ends_with(FOLDER) && !folder.is_dir() {
        std::fs::create_dir(folder).map_err(failed)?;
    }
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    Ok(file)
}

/// Gives the file its name, unless something has it.
fn put(file: tempfile::NamedTempFile, target: &Path) -> Result<(), CommandError> {
    match file.persist_noclobber(target) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(exists(target))
        }
        Err(error) => Err(unwritable(target, &error.error)),
    }
}

fn exists(target: &Path) -> CommandError {
    let message = format!("{} exists already", target.display());
    CommandError::new(ErrorKind::State, message).hint("Nothing was overwritten; give another name.")
}

fn unwritable(target: &Path, error: &std::io::Error) -> CommandError {
    let message = format!("{} cannot be written: {error}", target.display());
    CommandError::new(ErrorKind::Unavailable, message).hint("Check the folder and the free space.")
}

fn change(invocation: &Invocation, id: &ProposalId, bundle: &Bundle) -> Change {
    let act = invocation
        .act(ActKind::ExportCreated)
        .about(Subject { proposal: Some(id.clone()), ..Subject::default() })
        .with("entries", bundle.records)
        .with("root", bundle.checkpoint.root.to_string())
        .with("target", "bundle");
    Change {
        act,
        consequences: Vec::new(),
        writes: Vec::new(),
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let counts = format!(
            "{}, {}, {}, {}",
            counted(self.revisions, "revision"),
            counted(self.executions, "execution"),
            counted(self.decisions, "decision"),
            counted(self.records, "record")
        );
        Page::new()
            .title(format!("Bundle of {}", self.proposal_id))
            .fields([
                ("File", Cell::from(self.file.as_str())),
                ("Size", Cell::from(format!("{} bytes", self.bytes))),
                ("Digest", Cell::toned(self.file_digest.as_str(), Tone::Dim)),
                ("Holds", Cell::from(counts)),
                (
                    "Proved to",
                    Cell::from(format!(
                        "entry {} of {}",
                        self.checkpoint.size, self.checkpoint.signed_by
                    )),
                ),
                ("Record", Cell::from(format!("{} ({})", self.audit.seq, self.audit.hash))),
            ])
            .next([format!(
                "/import --dry-run {}  checks all of it, in any home",
                word(&self.file)
            )])
    }
}
