//! What a durable write costs beside a flush.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use foundation::store::sqlite::sqlite_store::SqliteStore;
use foundation::store::store::Store as _;
use record::domain::act::ActKind;
use record::domain::change::Change;
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;
use tokio::runtime::Runtime;

use crate::{pick, sample, timed};

const ROUNDS: u64 = 300;
/// The flush that the store's figures are held against writes as much as this, always to the same place.
const OVERWRITTEN: usize = 16 << 10;
/// Length of the file that is written from its beginning to its end, as the write-ahead log is.
const RING_BYTES: usize = 4 << 20;
/// A flush takes a tenth of a millisecond, or several where it waits for others; this tells the two apart.
const SLOW: Duration = Duration::from_millis(1);
/// What one write brings into memory, here as in the store's own log.
const PIECE: usize = 16 << 10;

/// A store with what its changes need to know.
pub(crate) struct Subject<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) store: &'a SqliteStore,
    pub(crate) size: u64,
    pub(crate) now: Timestamp,
}

/// A file of blocks that exist, which is overwritten and flushed.
struct Flush {
    file: File,
    offset: usize,
}

impl Flush {
    fn new(path: &Path, length: usize) -> Self {
        let file = OpenOptions::new().write(true).create_new(true).open(path).unwrap();
        for offset in (0..length).step_by(PIECE) {
            file.write_all_at(&[1; PIECE], offset as u64).unwrap();
        }
        file.sync_all().unwrap();
        std::fs::remove_file(path).unwrap();
        Self { file, offset: 0 }
    }

    fn here(&self, bytes: usize, round: u64) {
        let content = vec![round.to_le_bytes()[0]; bytes];
        self.file.write_all_at(&content, self.offset as u64).unwrap();
        self.file.sync_data().unwrap();
    }

    fn onward(&mut self, bytes: usize, round: u64) {
        self.here(bytes, round);
        self.offset = if self.offset + 2 * bytes > RING_BYTES { 0 } else { self.offset + bytes };
    }
}

/// Bytes and calls with which this process wrote.
fn written() -> [u64; 2] {
    let text = std::fs::read_to_string("/proc/self/io").unwrap();
    ["wchar: ", "syscw: "]
        .map(|name| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse().unwrap())
}

/// One kind of write, with a flush of as many bytes after each.
#[derive(Default)]
struct Series {
    times: Vec<Duration>,
    same_bytes: Vec<Duration>,
    bytes: Vec<u64>,
    calls: Vec<u64>,
}

impl Series {
    fn commit(&mut self, subject: &Subject<'_>, ring: &mut Flush, change: Change) {
        let Subject { runtime, store, .. } = subject;
        let before = written();
        self.times.push(timed(|| runtime.block_on(store.commit(change)).unwrap()));
        let [bytes, calls] = written();
        self.bytes.push(bytes - before[0]);
        self.calls.push(calls - before[1]);
        let bytes = usize::try_from(bytes - before[0]).unwrap().min(RING_BYTES / 2);
        let round = self.times.len() as u64;
        self.same_bytes.push(timed(|| ring.onward(bytes, round)));
    }

    fn print(self, name: &str, flushed: Duration) {
        let Self { times, same_bytes, bytes, calls } = self;
        let [time, same] = [at(&times, 50), at(&same_bytes, 50)];
        println!(
            "  {name:<18} {:>7.1} µs  p95 {:>7.1} µs  slow {:>2} %  {:>5.2} × flush of 16 KiB  {:>5.2} \
             × flush of its {} bytes ({:.1} µs)  in {} writes",
            micros(time),
            micros(at(&times, 95)),
            slow_percent(&times),
            time.as_secs_f64() / flushed.as_secs_f64(),
            time.as_secs_f64() / same.as_secs_f64(),
            at(&bytes, 50),
            micros(same),
            at(&calls, 50),
        );
    }
}

/// The value that this many percent do not exceed.
fn at<T: Ord + Copy>(values: &[T], percent: usize) -> T {
    let mut values = values.to_vec();
    values.sort_unstable();
    values[(values.len() * percent / 100).min(values.len() - 1)]
}

fn slow_percent(times: &[Duration]) -> usize {
    times.iter().filter(|time| **time > SLOW).count() * 100 / times.len()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Interleaves flushes with changes of three kinds, so that all of them see the same disk.
pub(crate) fn measure(subject: &Subject<'_>, home: &Path) {
    let place = Flush::new(&home.join("flush"), OVERWRITTEN);
    let mut ring = Flush::new(&home.join("ring"), RING_BYTES);
    let Subject { runtime, store, size, now } = *subject;
    // A writer that has been idle for a moment, as that of a session is before its owner acts.
    runtime.block_on(store.commit(crate::created(size + 9_999, now))).unwrap();
    runtime.block_on(async { tokio::time::sleep(Duration::from_millis(500)).await });
    let mut flushed = Vec::new();
    let [mut record, mut execution, mut decision] = <[Series; 3]>::default();
    for round in 0..ROUNDS {
        // Only odd proposals are still undecided.
        let n = (pick(round, size / 2) * 2 + 1) % size;
        let attempt = 2 + u32::try_from(round).unwrap();
        let run = sample::execution(n, 1, attempt, VerdictWord::Passed, now);
        flushed.push(timed(|| place.here(OVERWRITTEN, round)));
        let denied = sample::system(ActKind::AuthDenied);
        record.commit(
            subject,
            &mut ring,
            sample::change(denied, vec![], format!("denied {round}"), now),
        );
        let audited = crate::executed(n, run.clone(), now);
        execution.commit(subject, &mut ring, audited);
        let proposal = runtime.block_on(store.proposal(&sample::proposal_id(n))).unwrap().unwrap();
        if proposal.status == Status::Tested {
            let log = runtime.block_on(store.log_state()).unwrap();
            decision.commit(subject, &mut ring, sample::approved(&proposal, &run, &log, now));
        }
    }
    let (middle, late) = (at(&flushed, 50), at(&flushed, 95));
    println!(
        "  flush of 16 KiB    {:>7.1} µs  p95 {:>7.1} µs  slow {:>2} %",
        micros(middle),
        micros(late),
        slow_percent(&flushed)
    );
    record.print("one record", middle);
    execution.print("execution", middle);
    decision.print("decision", middle);
    measure_groups(subject);
}

fn measure_groups(subject: &Subject<'_>) {
    let Subject { runtime, store, size, now } = *subject;
    let singly = timed(|| {
        for n in size..size + 256 {
            runtime.block_on(store.commit(crate::created(n, now))).unwrap();
        }
    });
    let since = Instant::now();
    let commits = (size + 256..size + 2_304).map(|n| store.commit(crate::created(n, now)));
    for outcome in runtime.block_on(futures::future::join_all(commits)) {
        outcome.unwrap();
    }
    let (singly, together) =
        (256.0 / singly.as_secs_f64(), 2_048.0 / since.elapsed().as_secs_f64());
    println!(
        "  new proposals: {singly:.0}/s one by one, {together:.0}/s in groups ({:.1} ×)",
        together / singly
    );
}
