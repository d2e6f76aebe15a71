//! A store of one file of lines.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use saraphina::domain::change::{Change, Freshness, Receipt};
use saraphina::domain::concept::Concept;
use saraphina::domain::digest::Digest;
use saraphina::domain::execution::Execution;
use saraphina::domain::id::{ExecutionId, IdPattern, JobId, ProposalId};
use saraphina::domain::job::Job;
use saraphina::domain::proposal::{Latest, Proposal};
use saraphina::domain::review::PastReview;
use saraphina::domain::revision::Revision;
use saraphina::domain::stats::Stats;
use saraphina::domain::time::Timestamp;
use saraphina::store::error::StoreError;
use saraphina::store::query::{
    ListQuery, LogQuery, LogRow, LogState, Page, Resolved, StatsQuery, StoreUsage,
};
use saraphina::store::store::Store;

/// One line an act, so that a test can see in the file what any process wrote.
pub(super) struct Ledger {
    path: PathBuf,
    closed: AtomicBool,
    writing: Mutex<()>,
}

impl Ledger {
    pub(super) fn open(path: PathBuf) -> Self {
        Self { path, closed: AtomicBool::new(false), writing: Mutex::new(()) }
    }

    pub(super) fn lines(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[async_trait]
impl Store for Ledger {
    async fn commit(&self, change: Change) -> Result<Receipt, StoreError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        let _writing = self.writing.lock().unwrap();
        let lines = self.lines();
        let known = lines.iter().position(|line| line["idem"] == change.idempotency.as_str());
        let seq = known.unwrap_or(lines.len());
        if known.is_none() {
            let act = change.act;
            let line = serde_json::json!({
                "idem": change.idempotency, "kind": act.kind, "actor": act.actor,
                "via": act.via, "data": act.data,
            });
            let mut file = OpenOptions::new().create(true).append(true).open(&self.path).unwrap();
            file.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        let hash = Digest::of(change.idempotency.as_bytes());
        let freshness = known.map_or(Freshness::Fresh, |_| Freshness::Replayed);
        Ok(Receipt { seq: u64::try_from(seq).unwrap(), hash, freshness })
    }

    async fn log(&self, _: &LogQuery) -> Result<Vec<LogRow>, StoreError> {
        let lines = self.lines().into_iter().enumerate();
        let row = |(seq, line): (usize, serde_json::Value)| LogRow {
            seq: u64::try_from(seq).unwrap(),
            bytes: line.to_string().into_bytes(),
        };
        Ok(lines.map(row).collect())
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.closed.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn resolve(&self, _: &IdPattern) -> Result<Resolved<ProposalId>, StoreError> {
        unimplemented!()
    }
    async fn proposal(&self, _: &ProposalId) -> Result<Option<Proposal>, StoreError> {
        unimplemented!()
    }
    async fn revision(&self, _: &ProposalId, _: u32) -> Result<Option<Revision>, StoreError> {
        unimplemented!()
    }
    async fn resolve_execution(&self, _: &IdPattern) -> Result<Resolved<ExecutionId>, StoreError> {
        unimplemented!()
    }
    async fn execution(&self, _: &ExecutionId) -> Result<Option<Execution>, StoreError> {
        unimplemented!()
    }
    async fn newest_execution(&self, _: &ProposalId) -> Result<Option<Execution>, StoreError> {
        unimplemented!()
    }
    async fn verdicts(&self, _: &ProposalId, _: u32) -> Result<Vec<Latest>, StoreError> {
        unimplemented!()
    }
    async fn reviews(&self, _: &ProposalId) -> Result<Vec<PastReview>, StoreError> {
        unimplemented!()
    }
    async fn list(&self, _: &ListQuery) -> Result<Page, StoreError> {
        unimplemented!()
    }
    async fn stats(&self, _: &StatsQuery) -> Result<Stats, StoreError> {
        unimplemented!()
    }
    async fn log_state(&self) -> Result<LogState, StoreError> {
        unimplemented!()
    }
    async fn log_from(&self, _: u64, _: u32) -> Result<Vec<LogRow>, StoreError> {
        unimplemented!()
    }
    async fn open_jobs(&self) -> Result<Vec<Job>, StoreError> {
        unimplemented!()
    }
    async fn heartbeat(&self, _: &JobId, _: u64, _: Timestamp) -> Result<bool, StoreError> {
        unimplemented!()
    }
    async fn concept(&self, _: &str) -> Result<Option<Concept>, StoreError> {
        unimplemented!()
    }
    async fn concepts(&self) -> Result<Vec<Concept>, StoreError> {
        unimplemented!()
    }
    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        unimplemented!()
    }
    async fn check(&self) -> Result<Vec<String>, StoreError> {
        unimplemented!()
    }
    async fn index(&self) -> Result<u64, StoreError> {
        unimplemented!()
    }
}
