//! `/backup`: copies the database while it is in use, and checks the copy.
//!
//! The store makes the copy and verifies pages, records and signature, for a backup that cannot be restored is worse than
//! none. It replaces no file and holds no private key: whoever finds it can read the record but not continue it.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::store::query::BackupFacts;
use record::domain::principal::Authority;
use work::auditing::rows::check;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::disk;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone};
use work::contract::step::word;

/// `/backup`
pub enum Backup {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The file to make; it must not be there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The file.
    pub path: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file; what a restore records.
    pub digest: String,
    /// Schema of the database in it.
    pub schema: i64,
    /// Records of its log, all of them checked.
    pub entries: u64,
    /// The signed root over them.
    pub root: String,
    /// The public key of its log, which is in it; private keys are not.
    pub vkey: String,
    /// Whether private keys are in it: never.
    pub private_keys: bool,
}

impl Command for Backup {
    const SPEC: Spec = Spec {
        name: "backup",
        aliases: &[],
        summary: "Copy the database while it is in use, and check the copy",
        group: Group::Operate,
        authority: Authority::Own,
        access: Access::Read,
        free_text: None,
        examples: &["/backup /mnt/backups/saraphina-monday.db"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, _: &dyn Surroundings) -> Result<(), CommandError> {
        args.file = std::path::absolute(&args.file).map_err(|error| {
            CommandError::usage(format!("no file of this name can be made: {error}"))
        })?;
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let file = &args.file;
        let folder = file.parent().filter(|folder| folder.is_dir());
        if folder.is_none() {
            let message = format!("there is no folder for {}", file.display());
            return Err(CommandError::new(ErrorKind::NotFound, message).hint("Make it first."));
        }
        // A link counts as there even where it points to nothing: the copy must not land somewhere else.
        if file.symlink_metadata().is_ok() {
            let message = format!("{} is there already", file.display());
            return Err(CommandError::new(ErrorKind::State, message)
                .hint("Give a new name; a backup never replaces a file."));
        }
        let store = invocation.store()?;
        if store.log_state().await?.size == 0 {
            return Err(CommandError::new(ErrorKind::State, "there is nothing to back up yet")
                .hint("The first writing command, such as `/setup`, makes the database."));
        }
        invocation.stage("holding every row against the record");
        let misfit = check::first_of_home(invocation, invocation.cancel.clone()).await?;
        if let Some(misfit) = misfit {
            return Err(CommandError::new(ErrorKind::Integrity, misfit.problem)
                .hint("Nothing was copied. Run `/audit verify`; keep the file as it is."));
        }
        invocation.stage("copying and checking the copy");
        let facts = store.backup(file).await?;
        Ok(answer(file.display().to_string(), facts))
    }
}

fn answer(path: String, facts: BackupFacts) -> Answer {
    Answer {
        path,
        bytes: facts.bytes,
        digest: facts.digest.hex(),
        schema: facts.schema,
        entries: facts.entries,
        root: facts.root.hex(),
        vkey: facts.vkey,
        private_keys: false,
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let checked = format!("{} records, pages, records and signature checked", self.entries);
        Page::new()
            .text(Cell::toned(format!("Backed up to {}", self.path), Tone::Good))
            .fields([
                ("Size", Cell::from(disk::words(self.bytes))),
                ("Digest", Cell::toned(self.digest.as_str(), Tone::Dim)),
                ("Log", Cell::from(checked)),
                ("Key of the log", Cell::from(self.vkey.as_str())),
            ])
            .text(Cell::toned(
                "Private keys are not in it: keep a copy of the folder `keys` of the home elsewhere. Without the log key \
                 the backup can be read and verified, but not restored into use.",
                Tone::Warn,
            ))
            .next([format!("/restore {}  puts it in the place of the database", word(&self.path))])
    }
}
