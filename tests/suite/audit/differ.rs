//! Three readings of one log, held against each other on random manipulations.
//!
//! The verifier of this house, the script that every export carries, and published crates for the parts that they know (tree,
//! checkpoint). They must agree on every log, whether it holds or not.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{Hash, HashReader, record_hash, stored_hash_index, stored_hashes, tree_hash};
use verifier::check::verify;
use verifier::given::Trusted;
use verifier::layout;

use super::bound::bound;
use super::forge::Log;
use super::golden::all;
use super::grounds::odd_entries;
use super::mutate::{Chance, Draft, Seal};

/// Reads a folder's name from each line and answers with the exit code and the words of the script.
const DRIVER: &str = r"
import contextlib, functools, importlib.util, io, sys
spec = importlib.util.spec_from_file_location('verify', sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
verify.signed = functools.lru_cache(100_000)(verify.signed)
for line in sys.stdin:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = verify.main([line.rstrip('\n')])
    print(code, out.getvalue().replace('\n', ' '), flush=True)
";

/// The script, in one process that judges many exports.
struct Script {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl Script {
    #[expect(clippy::disallowed_methods, reason = "the script is what is tested")]
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("verify.py");
        fs::write(&path, layout::SCRIPT_TEXT).unwrap();
        let mut child = Command::new("python3")
            .args(["-B", "-c", DRIVER])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output), _folder: folder }
    }

    /// The exit code and the words.
    fn judge(&mut self, folder: &Path) -> (u8, String) {
        writeln!(self.input, "{}", folder.display()).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let (code, words) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        (code.parse().unwrap_or_else(|_| panic!("{line:?}")), words.to_owned())
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The hashes of a log, as the published crate asks for them.
struct Hashes(Vec<Hash>);

impl HashReader for Hashes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

/// Whether published crates find that the records lead to a checkpoint signed by this key.
fn is_signed(records: &[Vec<u8>], note: &str, vkey: &str) -> bool {
    let verifiers = VerifierList::new(vec![Box::new(StandardVerifier::new(vkey).unwrap())]);
    let Ok(note) = Note::from_bytes(note.as_bytes()) else { return false };
    if note.verify(&verifiers).is_err() {
        return false;
    }
    let Ok(head) = tlog_tiles::Checkpoint::from_bytes(note.text()) else { return false };
    let mut hashes = Hashes(Vec::new());
    for (seq, record) in (0_u64..).zip(records) {
        assert_eq!(stored_hash_index(0, seq), u64::try_from(hashes.0.len()).unwrap());
        let stored = stored_hashes(seq, record, &hashes).unwrap();
        assert_eq!(stored.first(), Some(&record_hash(record)));
        hashes.0.extend(stored);
    }
    let size = u64::try_from(records.len()).unwrap();
    head.size() == size && tree_hash(size, &hashes).is_ok_and(|root| root == *head.hash())
}

struct Bench {
    script: Script,
    folder: tempfile::TempDir,
    holding: usize,
    broken: usize,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { script: Script::start(), folder, holding: 0, broken: 0 }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().to_path_buf()
    }

    /// Whether both of our readings find that it holds; they must agree.
    fn agreed(&mut self, said: &str) -> bool {
        let path = self.path();
        let own = verify(&path, Trusted::default(), &|| false).unwrap();
        let (code, words) = self.script.judge(&path);
        let wanted = if own.ok { 0 } else { 7 };
        let at = own.first_bad;
        assert_eq!(code, wanted, "{said}\nours: {at:?} {:?}\nscript: {words}", own.problem);
        assert!(!words.contains("Traceback"), "{said}: {words}");
        let count = if own.ok { &mut self.holding } else { &mut self.broken };
        *count += 1;
        own.ok
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn put_log(&self, records: &[Vec<u8>], note: &str, vkey: &str) {
        let lines: Vec<u8> =
            records.iter().flat_map(|record| [record.as_slice(), b"\n"].concat()).collect();
        self.put(layout::RECORDS, &lines);
        self.put(layout::CHECKPOINT, note.as_bytes());
        self.put(layout::VKEY, format!("{vkey}\n").as_bytes());
    }
}

/// Manipulates logs so often, and holds the readings against each other each time.
fn differ(seed: u64, count: usize) -> (usize, usize) {
    let logs: Vec<Log> = all().into_iter().map(|(_, log)| log).chain([bound(), bound()]).collect();
    let mut chance = Chance(seed);
    let mut bench = Bench::new();
    for number in 0..count {
        let log = &logs[chance.below(logs.len())];
        let vkey = log.key.verifier().vkey();
        let mut draft = Draft::of(&log.records);
        let mut said = draft.change(&mut chance);
        while chance.one_in(4) {
            said = format!("{said}; {}", draft.change(&mut chance));
        }
        let seal = if chance.one_in(3) { Seal::Log } else { Seal::Owners };
        let (mut records, mut note) = draft.sealed(&log.key, seal);
        if chance.one_in(10) {
            said = format!("{said}; bytes: {}", bend_bytes(&mut records, &mut note, &mut chance));
        }
        bench.put_log(&records, &note, &vkey);
        let holds = bench.agreed(&format!("seed {seed}, case {number}: {said}"));
        let third = is_signed(&records, &note, &vkey);
        assert!(
            third || !holds,
            "seed {seed}, case {number}: {said}: not signed, and yet it holds"
        );
    }
    (bench.holding, bench.broken)
}

/// Changes bytes after everything was signed.
fn bend_bytes(records: &mut [Vec<u8>], note: &mut String, chance: &mut Chance) -> &'static str {
    let changed = match chance.below(4) {
        0 => note.replace('\n', "\r\n"),
        1 => note.replacen('\n', "\n\n", 1),
        2 => format!("{note}\n"),
        _ => {
            let at = chance.below(records.len());
            if let Some(record) = records.get_mut(at) {
                let place = chance.below(record.len());
                record[place] ^= 1 << chance.below(8);
            }
            return "a bit of an entry";
        }
    };
    *note = changed;
    "the checkpoint"
}

#[test]
fn three_readings_agree_on_manipulated_logs() {
    let (holding, broken) = differ(1, 1_500);

    assert!(holding > 50 && broken > 50, "{holding} hold, {broken} are broken");
}

#[test]
#[ignore = "takes minutes, as the script does its arithmetic in plain Python; docs/measurements.md has the figures"]
fn three_readings_agree_on_twenty_thousand_manipulated_logs() {
    let (holding, broken) = differ(2, 20_000);

    println!("{holding} hold, {broken} are broken");
}

#[test]
fn three_readings_agree_on_every_frozen_log() {
    let mut bench = Bench::new();
    for (name, log) in all() {
        bench.put_log(&log.records, &log.checkpoint(), &log.key.verifier().vkey());

        assert!(bench.agreed(name), "{name}");
        assert!(is_signed(&log.records, &log.checkpoint(), &log.key.verifier().vkey()), "{name}");
    }
}

#[test]
fn both_readings_refuse_entries_that_no_honest_program_writes() {
    let mut bench = Bench::new();
    let log = bound();
    for (number, (change, seq, _)) in odd_entries().into_iter().enumerate() {
        let mut draft = Draft::of(&log.records);
        change(&mut draft.entries);
        let (records, note) = draft.sealed(&log.key, Seal::Log);
        bench.put_log(&records, &note, &log.key.verifier().vkey());

        assert!(!bench.agreed(&format!("case {number}")), "case {number}");
        let path = bench.path();
        let (_, words) = bench.script.judge(&path);
        assert!(words.contains(&format!("BROKEN: entry {seq}: ")), "case {number}: {words}");
    }
}
