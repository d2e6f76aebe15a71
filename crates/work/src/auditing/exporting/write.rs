//! Writes an export: all of it, or nothing.
//!
//! Everything is written into a passing folder beside the target, which then takes its name; a tar file is packed from that
//! folder. Only what the record holds enters, so equal logs give equal exports.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::auditing::exporting::guide::{Facts, Named, verify_md};
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::lookup;
use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;
use record::audit::log_proof::InclusionText;
use record::audit::merkle::leaf_hash;
use record::audit::quick::glance;
use record::audit::quorum::OwnerQuorum;
use record::audit::record::Record;
use record::audit::signers::{Signed, Signers};
use record::audit::tiles::{TileFile, Tiling};
use record::domain::digest::Digest;
use record::domain::id::ExecutionId;
use verifier::detached::Detached;
use verifier::source::Source;
use verifier::{archive, layout};

/// Bytes of the line buffer.
const BUFFER: usize = 1 << 20;
/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A folder.
    Folder,
    /// One tar file.
    Tar,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The entries in it.
    pub entries: u64,
    /// The root over them.
    pub root: Digest,
    /// Decisions with an owner's signature.
    pub signed: u64,
    /// Decisions without one.
    pub unsigned: u64,
    /// Pages that decisions name and the home no longer has.
    pub pages_missing: u64,
    /// Evidence that decisions name and the home no longer has as it was.
    pub evidence_missing: u64,
}

/// A log on its way out of a store; works outside the runtime.
pub struct Export {
    /// Where the log is.
    pub store: Arc<dyn Store>,
    /// The runtime that answers.
    pub handle: Handle,
    /// Stops it.
    pub cancel: CancellationToken,
}

impl Export {
    /// Writes the log under a passing name beside `target`, then moves it there; never over anything.
    pub fn write(&self, form: Form, target: &Path) -> Result<Written, CommandError> {
        refuse_existing(target)?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        let failed = |error: std::io::Error| unwritable(target, &error);
        let builder = tempfile::Builder::new().prefix(".saraphina-export-").to_owned();
        let passing = builder.tempdir_in(parent).map_err(failed)?;
        let folder = passing.path().join("export");
        make_folder(&folder)?;
        let written = Writing::begin(self, &folder)?.write_all()?;
        match form {
            Form::Folder => {
                refuse_existing(target)?;
                std::fs::rename(&folder, target).map_err(failed)?;
            }
            Form::Tar => {
                let file = tempfile::NamedTempFile::new_in(parent).map_err(failed)?;
                pack(&folder, file.as_file()).map_err(failed)?;
                file.as_file().sync_all().map_err(failed)?;
                file.persist_noclobber(target).map_err(|error| failed(error.error))?;
            }
        }
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(written)
    }
}

/// Refuses a target that is there already.
pub fn refuse_existing(target: &Path) -> Result<(), CommandError> {
    if target.symlink_metadata().is_err() {
        return Ok(());
    }
    let message = format!("{} is there already", target.display());
    Err(CommandError::new(ErrorKind::State, message)
        .hint("Name a path that is free; an export never writes over anything."))
}

/// Says that a path cannot be written, and what to do.
pub fn unwritable(path: &Path, error: &std::io::Error) -> CommandError {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        std::io::ErrorKind::AlreadyExists => ErrorKind::State,
        _ => ErrorKind::Unavailable,
    };
    CommandError::new(kind, format!("{} cannot be written: {error}", path.display()))
        .hint("Name a path in a folder that exists, can be written and has room; nothing was left behind.")
}

fn broken(words: impl Into<String>) -> CommandError {
    CommandError::new(ErrorKind::Integrity, words)
        .hint("Run `/audit verify`; a record that does not hold is not exported.")
}

/// Packs the files of a folder in the order of their names.
fn pack(folder: &Path, file: &File) -> std::io::Result<()> {
    let mut names = [
        layout::CHECKPOINT,
        layout::RECORDS,
        layout::VKEY,
        layout::ALLOWED_SIGNERS,
        layout::SCRIPT,
        layout::GUIDE,
    ]
    .map(str::to_owned)
    .to_vec();
    let source = Source::Folder(folder.to_path_buf());
    for part in [layout::DECISIONS, layout::PROOFS, layout::TILES] {
        source
            .names(part, &mut |name| names.push(format!("{part}/{name}")))
            .map_err(std::io::Error::other)?;
    }
    names.sort_unstable();
    let mut out = tar::Builder::new(BufWriter::with_capacity(BUFFER, file));
    for name in &names {
        let mut content = File::open(folder.join(name))?;
        archive::append(&mut out, name, content.metadata()?.len(), &mut content)?;
    }
    out.into_inner()?.flush()
}

/// One export in progress.
struct Writing<'a> {
    export: &'a Export,
    folder: &'a Path,
    /// The folder made last, so that it is not made for each file in it.
    made: PathBuf,
    note: String,
    head: Checkpoint,
    key: VerifierKey,
    records: BufWriter<File>,
    tiling: Tiling,
    signers: Signers,
    quorum: OwnerQuorum,
    signed: Vec<Named>,
    unsigned: Vec<u64>,
    /// What statements name by digest, with the execution of the entry.
    detached: Vec<(u64, Option<ExecutionId>, Detached)>,
}

impl<'a> Writing<'a> {
    fn begin(export: &'a Export, folder: &'a Path) -> Result<Self, CommandError> {
        let note = export.handle.block_on(export.store.log_state())?.checkpoint;
        let head =
            Checkpoint::parse_unverified(&note).map_err(|error| broken(error.to_string()))?;
        let key = export.handle.block_on(lookup::log_key(export.store.as_ref()))?;
        key.open(&note).map_err(|error| broken(error.to_string()))?;
        let records = create_file(&folder.join(layout::RECORDS))?;
        let mut writing = Self {
            export,
            folder,
            made: folder.to_path_buf(),
            note,
            head,
            key,
            records: BufWriter::with_capacity(BUFFER, records),
            tiling: Tiling::default(),
            signers: Signers::default(),
            quorum: OwnerQuorum::default(),
            signed: Vec::new(),
            unsigned: Vec::new(),
            detached: Vec::new(),
        };
        for part in [layout::DECISIONS, layout::PROOFS] {
            writing.make(&folder.join(part))?;
        }
        Ok(writing)
    }

    fn write_all(mut self) -> Result<Written, CommandError> {
        let mut outcome = Ok(());
        let store = Arc::clone(&self.export.store);
        store.stream_log(0, &mut |seq, bytes| {
            if self.tiling.size() >= self.head.size {
                return ControlFlow::Break(());
            }
            outcome = self.take(seq, bytes);
            if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        outcome?;
        if self.tiling.size() != self.head.size || self.tiling.root() != self.head.root {
            return Err(broken("the entries do not lead to the signed checkpoint"));
        }
        for file in std::mem::take(&mut self.tiling).finish() {
            self.put_tile(&file)?;
        }
        self.records.flush().map_err(|error| unwritable(self.folder, &error))?;
        self.write_proofs()?;
        let (pages_missing, evidence_missing) = self.write_detached()?;
        self.write_rest()?;
        Ok(Written {
            entries: self.head.size,
            root: self.head.root,
            signed: self.signed.iter().filter(|named| named.is_decision).count() as u64,
            unsigned: self.unsigned.len() as u64,
            pages_missing,
            evidence_missing,
        })
    }

    fn take(&mut self, seq: u64, bytes: &[u8]) -> Result<(), CommandError> {
        if self.export.cancel.is_cancelled() {
            return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
        }
        if seq != self.tiling.size() {
            return Err(broken(format!("entry {} is missing", self.tiling.size())));
        }
        let failed = |error: std::io::Error| unwritable(self.folder, &error);
        self.records.write_all(bytes).map_err(failed)?;
        self.records.write_all(b"\n").map_err(failed)?;
        for file in self.tiling.push(bytes, leaf_hash(bytes)) {
            self.put_tile(&file)?;
        }
        // What can be read at a glance holds no statement.
        if glance(bytes).is_none() { self.take_statement(seq, bytes) } else { Ok(()) }
    }

    fn take_statement(&mut self, seq: u64, bytes: &[u8]) -> Result<(), CommandError> {
        let record =
            Record::parse(bytes).map_err(|error| broken(format!("entry {seq}: {error}")))?;
        let Some(statement) = &record.stmt else { return Ok(()) };
        let taken = self.signers.take(&Signed::of(&record));
        taken.map_err(|error| broken(format!("entry {seq}: {error}")))?;
        let taken = self.quorum.take(&record);
        taken.map_err(|error| broken(format!("entry {seq}: {error}")))?;
        self.put(&layout::statement(seq), statement.as_bytes())?;
        self.detached.push((seq, record.subject.execution.clone(), Detached::of(statement)));
        let Some(signature) = &record.sig else {
            self.unsigned.push(seq);
            return Ok(());
        };
        self.put(&layout::signature(seq), signature.as_bytes())?;
        let is_decision = record.kind.is_owner_decision();
        self.signed.push(Named { seq, principal: record.actor.id, at: record.ts, is_decision });
        Ok(())
    }

    fn write_proofs(&mut self) -> Result<(), CommandError> {
        let store = Arc::clone(&self.export.store);
        let nodes = |place| store.node(place).ok().flatten();
        let signed = self.signed.iter().map(|named| named.seq);
        let decisions: Vec<u64> = signed.chain(self.unsigned.iter().copied()).collect();
        for seq in decisions {
            let proof = InclusionText::build(seq, &self.note, &nodes)
                .map_err(|error| broken(format!("entry {seq}: {error}")))?;
            self.put(&layout::proof(seq), proof.text().as_bytes())?;
        }
        Ok(())
    }

    /// Writes the pages and evidence that decisions name, as far as the home still has the very bytes; how many it has not.
    fn write_detached(&mut self) -> Result<(u64, u64), CommandError> {
        let mut missing = (0, 0);
        let (store, handle) = (Arc::clone(&self.export.store), self.export.handle.clone());
        for (seq, execution, named) in std::mem::take(&mut self.detached) {
            let page = match named.page {
                Some(digest) => handle.block_on(store.blob(digest))?.map(String::into_bytes),
                None => None,
            };
            let row = match (named.evidence, &execution) {
                (Some(_), Some(id)) => handle.block_on(store.execution(id))?,
                _ => None,
            };
            let evidence = row.map(|row| row.evidence.bytes());
            let is_there = self.put_named(&layout::page(seq), page, named.page)?;
            missing.0 += u64::from(!is_there);
            let is_there = self.put_named(&layout::evidence(seq), evidence, named.evidence)?;
            missing.1 += u64::from(!is_there);
        }
        Ok(missing)
    }

    /// Writes what has this digest, and nothing else; whether all that was wanted is there.
    fn put_named(
        &mut self,
        name: &str,
        bytes: Option<Vec<u8>>,
        wanted: Option<Digest>,
    ) -> Result<bool, CommandError> {
        let fits = |bytes: &Vec<u8>| {
            bytes.len() <= layout::MAX_DETACHED_BYTES && Some(Digest::of(bytes)) == wanted
        };
        match bytes.filter(fits) {
            Some(bytes) => self.put(name, &bytes).map(|()| true),
            None => Ok(wanted.is_none()),
        }
    }

    fn write_rest(&mut self) -> Result<(), CommandError> {
        let facts = Facts {
            origin: &self.head.origin,
            key: &self.key.label(),
            entries: self.head.size,
            root: &self.head.root.hex(),
            signed: &self.signed,
            unsigned: &self.unsigned,
            emergencies: self.quorum.emergencies(),
        };
        let files = [
            (layout::GUIDE, verify_md(&facts)),
            (layout::SCRIPT, layout::SCRIPT_TEXT.to_owned()),
            (layout::VKEY, self.key.vkey() + "\n"),
            (layout::ALLOWED_SIGNERS, self.signers.allowed_signers()),
            (layout::CHECKPOINT, self.note.clone()),
        ];
        for (name, text) in files {
            self.put(name, text.as_bytes())?;
        }
        Ok(())
    }

    fn put_tile(&mut self, file: &TileFile) -> Result<(), CommandError> {
        self.put(&file.path, &file.bytes)
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), CommandError> {
        let path = self.folder.join(name);
        if let Some(parent) =
            path.parent().filter(|parent| *parent != self.made && *parent != self.folder)
        {
            self.make(parent)?;
        }
        let written = create_file(&path)?.write_all(bytes);
        written.map_err(|error| unwritable(&path, &error))
    }

    fn make(&mut self, folder: &Path) -> Result<(), CommandError> {
        make_folder(folder)?;
        self.made = folder.to_path_buf();
        Ok(())
    }
}

/// Makes a folder that its owner alone can read.
pub fn make_folder(path: &Path) -> Result<(), CommandError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| unwritable(path, &error))
}

/// Makes a new file; never over anything.
pub fn create_file(path: &Path) -> Result<File, CommandError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.map_err(|error| unwritable(path, &error))
}
