//! An export, held against its own signatures.
//!
//! The records are verified first, in one pass; then every other file is compared with what the records say it must be, and
//! files that no record accounts for are named. The earliest thing wrong is the answer, because a later one often follows from it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::ops::ControlFlow;
use std::path::Path;

use record::audit::checkpoint::Checkpoint;
use record::audit::examined::Examined;
use record::audit::key::VerifierKey;
use record::audit::log_proof::InclusionText;
use record::audit::record::MAX_RECORD_BYTES;
use record::audit::tiles::{TileFile, Tiling, file_count, node};
use record::audit::verify::Verifier;

use crate::detached::Detached;
use crate::error::VerifyError;
use crate::examining::{Feed, examine};
use crate::given::Trusted;
use crate::layout;
use crate::source::{NoSource, Source};
use crate::strangers;
use crate::verified::{Flaw, Verified};

/// Longest checkpoint, key, statement, signature or proof that is read.
const MAX_SHORT_BYTES: usize = 16_384;
/// Longest list of keys that is read.
const MAX_SIGNERS_BYTES: usize = 4 << 20;
/// Longest tile: 256 entries of 16 KiB with their lengths.
const MAX_TILE_BYTES: usize = 256 * (MAX_RECORD_BYTES + 2);
/// Bytes read at once.
const BUFFER: usize = 1 << 20;

/// Asks whether the work is still wanted; called from the thread that reads, too.
pub type IsCancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// Verifies the export at a path; a path that holds something else than an export is an answer, one that holds nothing an error.
pub fn verify(
    path: &Path,
    trusted: Trusted,
    is_cancelled: IsCancelled<'_>,
) -> Result<Verified, VerifyError> {
    match Source::open(path) {
        Ok(source) => check(&source, trusted, is_cancelled),
        Err(NoSource::Unfit(problem)) => Ok(Verified::unreadable(problem, "export")),
        Err(NoSource::Missing(problem)) => {
            Err(VerifyError::Missing { path: path.to_path_buf(), problem })
        }
    }
}

/// Verifies an export; nothing is written, and nothing outside it is read.
pub fn check(
    source: &Source,
    trusted: Trusted,
    is_cancelled: IsCancelled<'_>,
) -> Result<Verified, VerifyError> {
    let (own, mut flaw) = match own_key(source) {
        Ok(own) => (own, None),
        Err(problem) => (None, Some(Flaw { seq: None, problem })),
    };
    let word = match (&trusted.key, &own) {
        (Some(_), _) => "given",
        (None, Some(_)) => "export",
        (None, None) => "genesis",
    };
    let key = trusted.key.or(own);
    let note = match source.text(layout::CHECKPOINT, MAX_SHORT_BYTES) {
        Ok(note) => note,
        Err(problem) => {
            flaw.get_or_insert(Flaw { seq: None, problem });
            None
        }
    };
    let parts = Parts::of(source);
    let mut check = Check {
        source,
        parts,
        verifier: Verifier::new(key),
        tiling: Tiling::default(),
        statements: Vec::new(),
        flaw,
        broken_at: None,
        is_unread: false,
    };
    let is_whole = check.read_records(is_cancelled)?;
    let head = note.as_deref().and_then(|note| Checkpoint::parse_unverified(note).ok());
    if let (true, Some(note), Some(head)) = (is_whole, &note, head)
        && head.size == check.verifier.tree().size()
    {
        check.compare_rest(note, &head);
    }
    Ok(check.answer(note.as_deref(), trusted.since.as_deref(), word))
}

fn own_key(source: &Source) -> Result<Option<VerifierKey>, String> {
    for name in [layout::VKEY, layout::OLD_VKEY] {
        if let Some(text) = source.text(name, MAX_SHORT_BYTES)? {
            let key = VerifierKey::parse(&text).map_err(|error| format!("{name}: {error}"))?;
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// The parts that an export has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parts {
    /// Records and checkpoint alone, as older exports had them.
    Bare,
    /// Everything.
    All,
}

impl Parts {
    fn of(source: &Source) -> Self {
        let mut has_folder = false;
        for folder in [layout::DECISIONS, layout::PROOFS, layout::TILES] {
            let listed = source.names(folder, &mut |_| has_folder = true);
            has_folder |= listed.is_err();
        }
        let has = |name| !matches!(source.read(name), Ok(None));
        let is_all =
            has_folder || has(layout::ALLOWED_SIGNERS) || has(layout::GUIDE) || has(layout::SCRIPT);
        if is_all { Self::All } else { Self::Bare }
    }
}

/// The end of the records of an export.
enum End {
    /// With a line feed.
    Whole,
    /// Without one, behind so many lines.
    Torn(u64),
    /// Before their end, for this reason.
    Unreadable(String),
}

/// Hands the lines on until nobody wants more; a line that is too long for a record is handed on in part, and so refused.
fn feed_lines(source: &Source, feed: &mut Feed, is_cancelled: IsCancelled<'_>) -> End {
    let reader = match source.read(layout::RECORDS) {
        Ok(Some(reader)) => reader,
        Ok(None) => return End::Unreadable(format!("{} is missing", layout::RECORDS)),
        Err(problem) => return End::Unreadable(problem),
    };
    // One byte more than a record with its line feed, so that a longer line is seen to be too long without reading it all.
    let limit = u64::try_from(MAX_RECORD_BYTES).unwrap_or(u64::MAX).saturating_add(2);
    let mut reader = BufReader::with_capacity(BUFFER, reader);
    let (mut line, mut whole) = (Vec::new(), 0);
    loop {
        line.clear();
        match reader.by_ref().take(limit).read_until(b'\n', &mut line) {
            Ok(0) => return End::Whole,
            Ok(_) => {}
            Err(error) => return End::Unreadable(format!("{}: {error}", layout::RECORDS)),
        }
        let record = line.strip_suffix(b"\n").unwrap_or(&line);
        if feed.push(record).is_break() || is_cancelled() {
            return End::Whole;
        }
        if record.len() == line.len() {
            // A line that is too long for a record is refused for that.
            let is_long = record.len() > MAX_RECORD_BYTES;
            return if is_long { End::Whole } else { End::Torn(whole) };
        }
        whole += 1;
    }
}

fn torn() -> String {
    format!("the last line of {} is cut off", layout::RECORDS)
}

struct Check<'a> {
    source: &'a Source,
    parts: Parts,
    verifier: Verifier,
    tiling: Tiling,
    /// The entries that hold a statement.
    statements: Vec<u64>,
    flaw: Option<Flaw>,
    /// The entry that the verifier stopped at.
    broken_at: Option<u64>,
    /// Whether the records could not be read to their end.
    is_unread: bool,
}

impl Check<'_> {
    /// Reads the records; whether all of them fit each other.
    fn read_records(&mut self, is_cancelled: IsCancelled<'_>) -> Result<bool, VerifyError> {
        let source = self.source;
        let mut is_whole = true;
        let read = examine(
            |feed| feed_lines(source, feed, is_cancelled),
            |record, examined| {
                is_whole = self.take(record, examined).is_continue();
                if is_whole { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        );
        if is_cancelled() {
            return Err(VerifyError::Interrupted);
        }
        match read {
            Some(End::Whole) => Ok(is_whole),
            Some(End::Torn(place)) if is_whole => {
                self.note(Some(place), torn());
                Ok(true)
            }
            // What is left of the line is no record: it is cut off, whatever else may be said of it.
            Some(End::Torn(place)) if self.broken_at == Some(place) => {
                self.flaw = Some(Flaw { seq: Some(place), problem: torn() });
                self.is_unread = true;
                Ok(false)
            }
            Some(End::Unreadable(problem)) if is_whole => Ok(self.stop(problem)),
            Some(End::Torn(_) | End::Unreadable(_)) => Ok(false),
            None => Err(VerifyError::Reader),
        }
    }

    /// The records end here for another reason than that they are cut off.
    fn stop(&mut self, problem: String) -> bool {
        self.flaw = Some(Flaw { seq: Some(self.verifier.tree().size()), problem });
        self.is_unread = true;
        false
    }

    fn take(&mut self, bytes: &[u8], examined: Examined) -> ControlFlow<()> {
        let seq = self.verifier.tree().size();
        // Kept before the verifier takes it: the files of a statement are compared only once the record is accepted.
        let record = examined.record().filter(|_| self.parts == Parts::All).cloned();
        if let Err(found) = self.verifier.push_examined(examined) {
            self.broken_at = Some(found.seq);
            return ControlFlow::Break(());
        }
        let Some(leaf) = self.verifier.last().filter(|_| self.parts == Parts::All) else {
            return ControlFlow::Continue(());
        };
        for file in self.tiling.push(bytes, leaf) {
            self.compare_tile(&file);
        }
        if let Some(record) = record.filter(|record| record.stmt.is_some()) {
            self.statements.push(seq);
            self.compare(&layout::statement(seq), seq, record.stmt.as_deref());
            self.compare(&layout::signature(seq), seq, record.sig.as_deref());
            let named = Detached::of(record.stmt.as_deref().unwrap_or_default());
            if let Some(problem) = named.flaw(self.source, seq) {
                self.note(Some(seq), problem);
            }
        }
        ControlFlow::Continue(())
    }

    fn compare_tile(&mut self, file: &TileFile) {
        let first = file.first_difference(&[]);
        match self.source.bytes(&file.path, MAX_TILE_BYTES) {
            Ok(Some(found)) => {
                if let Some(seq) = file.first_difference(&found) {
                    self.note(Some(seq), format!("{} does not fit the records", file.path));
                }
            }
            Ok(None) => self.note(first, format!("{} is missing", file.path)),
            Err(problem) => self.note(first, problem),
        }
    }

    /// Holds a short file against what the record says, which may be that there is none.
    fn compare(&mut self, name: &str, seq: u64, wanted: Option<&str>) {
        let problem = match self.source.bytes(name, MAX_SHORT_BYTES) {
            Ok(found) if found.as_deref() == wanted.map(str::as_bytes) => return,
            Ok(None) => format!("{name} is missing"),
            Ok(Some(_)) if wanted.is_none() => format!("{name} was never recorded"),
            Ok(Some(_)) => format!("{name} is not what was recorded"),
            Err(problem) => problem,
        };
        self.note(Some(seq), problem);
    }

    /// Proofs, the last tiles, the keys, and files that no record accounts for.
    ///
    /// Records that are not those of the checkpoint spoil every proof: the record at fault is named then, not a proof.
    fn compare_rest(&mut self, note: &str, head: &Checkpoint) {
        if self.parts == Parts::Bare {
            return;
        }
        for file in std::mem::take(&mut self.tiling).finish() {
            self.compare_tile(&file);
        }
        let is_of_head = self.verifier.tree().root_at(head.size) == Ok(head.root);
        for seq in self.statements.clone().into_iter().filter(|_| is_of_head) {
            let tree = self.verifier.tree();
            let proof = InclusionText::build(seq, note, &|place| tree.node(place));
            let text = proof.map(|proof| proof.text()).unwrap_or_default();
            self.compare(&layout::proof(seq), seq, Some(&text));
        }
        self.compare_keys();
        self.find_strangers(head.size);
    }

    fn compare_keys(&mut self) {
        let vkey = self.verifier.key().map(|key| key.vkey() + "\n").unwrap_or_default();
        let files = [
            (layout::ALLOWED_SIGNERS, self.verifier.signers().allowed_signers()),
            (layout::VKEY, vkey),
        ];
        for (name, wanted) in files {
            match self.source.bytes(name, MAX_SIGNERS_BYTES) {
                Ok(Some(found)) if found == wanted.as_bytes() => {}
                Ok(Some(_)) => self.note(None, format!("{name} does not fit the records")),
                Ok(None) => self.note(None, format!("{name} is missing")),
                Err(problem) => self.note(None, problem),
            }
        }
    }

    fn find_strangers(&mut self, size: u64) {
        let ends = [layout::STATEMENT, layout::SIGNATURE, layout::PAGE, layout::EVIDENCE];
        let named = [(layout::DECISIONS, ends.as_slice()), (layout::PROOFS, &["tlog-proof"])];
        for (folder, extensions) in named {
            if let Some(flaw) = self.stranger(folder, extensions) {
                self.note(flaw.seq, flaw.problem);
            }
        }
        let mut tiles = 0;
        match self.source.names(layout::TILES, &mut |_| tiles += 1) {
            Err(problem) => self.note(None, problem),
            Ok(()) if tiles > file_count(size) => {
                self.note(None, "tile has files that are not part of the log".to_owned());
            }
            Ok(()) => {}
        }
    }

    /// A file that no record accounts for.
    fn stranger(&self, folder: &str, extensions: &[&str]) -> Option<Flaw> {
        let mut found = None;
        let listed = self.source.names(folder, &mut |name| {
            let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
            let seq = stem.parse().ok().filter(|seq: &u64| seq.to_string() == stem);
            let is_known = seq.is_some_and(|seq| self.statements.binary_search(&seq).is_ok());
            if found.is_none() && !(is_known && extensions.contains(&extension)) {
                found = Some(Flaw { seq, problem: format!("{folder}/{name} was never recorded") });
            }
        });
        found.or_else(|| Some(Flaw { seq: None, problem: listed.err()? }))
    }

    /// Keeps the flaw with the earliest place.
    fn note(&mut self, seq: Option<u64>, problem: String) {
        let place = |seq: Option<u64>| seq.unwrap_or(u64::MAX);
        let is_first = self.flaw.as_ref().is_none_or(|flaw| place(seq) < place(flaw.seq));
        if is_first {
            self.flaw = Some(Flaw { seq, problem });
        }
    }

    fn answer(self, note: Option<&str>, since: Option<&str>, word: &str) -> Verified {
        let kept = since.and_then(|since| self.verifier.compare_kept(since));
        let left = since.and_then(|since| self.verifier.explains(since));
        let size = note.and_then(|note| Some(Checkpoint::parse_unverified(note).ok()?.size));
        let read = |path: &str| self.source.bytes(path, MAX_TILE_BYTES).ok().flatten();
        let nodes = |place| node(place, size?, &read);
        let found = self.verifier.finish_with(note, None, &nodes);
        let mut answer = Verified::of(found, word);
        if let Some(flaw) = self.flaw {
            answer = if self.is_unread { answer.with_flaw(flaw) } else { answer.or_flaw(flaw) };
        }
        if let Some((seq, problem)) = kept.filter(|_| answer.ok) {
            answer = answer.or_flaw(Flaw { seq, problem: problem.to_string() });
        }
        let since = since.and_then(|since| Checkpoint::parse_unverified(since).ok());
        answer.since = since.map(|since| since.size);
        answer = answer.explained(left);
        answer.notes.extend(strangers::notes(self.source));
        if self.parts == Parts::Bare {
            answer.notes.push("The export holds records and checkpoint alone.".to_owned());
        } else if read(layout::SCRIPT).as_deref() != Some(layout::SCRIPT_TEXT.as_bytes()) {
            answer.notes.push(
                "verify.py is not the one that this version of saraphina writes: do not run it unseen.".to_owned(),
            );
        }
        answer
    }
}
