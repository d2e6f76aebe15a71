//! Answers questions about the memory of repositories, and writes its steps.
//!
//! A question is answered on one connection as of one moment. Steps go to the one writer's thread, which writes them without a flush:
//! what a power cut takes is built again.

use async_trait::async_trait;
use rusqlite::Connection;

use crate::store::beside::{Beside, DecidedRule, Deed, Executed, KeptCover, KeptIssue, KeptNote};
use crate::store::error::StoreError;
use crate::store::memory::{
    KeptCall, KeptChange, KeptCommit, KeptFile, KeptHunk, KeptImport, KeptLink, KeptSource,
    KeptSymbol, KeptUse, MemoryStore, Proposed, Recall, RecallWork, Remembered, Step, Touch, Words,
};
use crate::store::sqlite::sqlite_store::SqliteStore;
use crate::store::sqlite::tables::memory::{beside, blames, deeds, history, repositories, sources};
use crate::store::sqlite::writing::unflushed::Unflushed;
use record::domain::changeset::GitId;
use record::domain::id::ProposalId;

/// What is remembered, on one connection.
struct Recalled<'a>(&'a Connection);

#[async_trait]
impl MemoryStore for SqliteStore {
    async fn remember(&self, name: &str) -> Result<Remembered, StoreError> {
        let name = name.to_owned();
        self.writer()?.aside(move |unflushed| unflushed.remember(&name)).await
    }

    async fn rename(&self, from: &str, to: &str) -> Result<bool, StoreError> {
        let (from, to) = (from.to_owned(), to.to_owned());
        let work = move |unflushed: &mut Unflushed| {
            unflushed.write(|connection| repositories::rename(connection, &from, &to))
        };
        self.writer()?.aside(work).await
    }

    async fn memorise(&self, repository: i64, version: u64, step: Step) -> Result<u64, StoreError> {
        let work = move |unflushed: &mut Unflushed| unflushed.memorise(repository, version, &step);
        self.writer()?.aside(work).await
    }

    fn recall(&self, work: &mut RecallWork<'_>) -> Result<(), StoreError> {
        self.read(|connection| work(&Recalled(connection)))
    }
}

impl Beside for Recalled<'_> {
    fn notes_on(&self, repository: i64, commit: &GitId) -> Result<Vec<KeptNote>, StoreError> {
        beside::notes_on(self.0, repository, commit)
    }

    fn issues(&self, repository: i64, number: u64) -> Result<Vec<KeptIssue>, StoreError> {
        beside::issues(self.0, repository, number)
    }

    fn pulls_of(&self, repository: i64, commit: &GitId) -> Result<Vec<KeptIssue>, StoreError> {
        beside::pulls_of(self.0, repository, commit)
    }

    fn covers(&self, repository: i64, path: &str) -> Result<Vec<KeptCover>, StoreError> {
        beside::covers(self.0, repository, path)
    }

    fn counts(&self, repository: i64) -> Result<(u64, u64), StoreError> {
        beside::counts(self.0, repository)
    }

    fn executed(&self, name: &str, after: i64, limit: u32) -> Result<Vec<Executed>, StoreError> {
        deeds::executed(self.0, name, after, limit)
    }

    fn unlearnt(
        &self,
        repository: i64,
        name: &str,
        limit: u32,
    ) -> Result<Vec<(ProposalId, u32)>, StoreError> {
        deeds::unlearnt(self.0, repository, name, limit)
    }

    fn decided_rules(&self, name: &str) -> Result<Vec<DecidedRule>, StoreError> {
        deeds::decided_rules(self.0, name)
    }

    fn learnt(&self) -> Result<Vec<String>, StoreError> {
        deeds::learnt(self.0)
    }

    fn deeds(&self, proposal: &ProposalId, limit: u32) -> Result<Vec<Deed>, StoreError> {
        deeds::deeds(self.0, proposal, limit)
    }
}

impl Recall for Recalled<'_> {
    fn remembered(&self, name: &str) -> Result<Option<Remembered>, StoreError> {
        repositories::read(self.0, name)
    }

    fn commit_ids(&self, repository: i64) -> Result<Vec<(u32, GitId)>, StoreError> {
        history::ids(self.0, repository)
    }

    fn newest(&self, repository: i64) -> Result<(u32, u32), StoreError> {
        history::newest(self.0, repository)
    }

    fn commit(&self, repository: i64, number: u32) -> Result<Option<KeptCommit>, StoreError> {
        history::numbered(self.0, repository, number)
    }

    fn commits_named(&self, repository: i64, digits: &str) -> Result<Vec<KeptCommit>, StoreError> {
        history::named(self.0, repository, digits)
    }

    fn commits_of(
        &self,
        repository: i64,
        file: u32,
        limit: u32,
    ) -> Result<Vec<KeptCommit>, StoreError> {
        history::of_file(self.0, repository, file, limit)
    }

    fn taken_back(
        &self,
        repository: i64,
        file: u32,
        limit: u32,
    ) -> Result<Vec<(KeptCommit, KeptCommit)>, StoreError> {
        history::taken_back(self.0, repository, file, limit)
    }

    fn reverts(&self, repository: i64, id: &GitId) -> Result<Vec<KeptCommit>, StoreError> {
        history::reverts(self.0, repository, id)
    }

    fn sizes(&self, repository: i64, from: u32) -> Result<Vec<(u32, u32)>, StoreError> {
        history::sizes(self.0, repository, from)
    }

    fn changes(&self, repository: i64, from: u32) -> Result<Vec<KeptChange>, StoreError> {
        history::changes(self.0, repository, from)
    }

    fn touches(&self, repository: i64, file: u32, most: u32) -> Result<Vec<Touch>, StoreError> {
        history::touches(self.0, repository, file, most)
    }

    fn files(&self, repository: i64) -> Result<Vec<KeptFile>, StoreError> {
        history::files(self.0, repository)
    }

    fn parsed(&self, blobs: &[GitId], reading: u32) -> Result<Vec<bool>, StoreError> {
        sources::parsed(self.0, blobs, reading)
    }

    fn words(&self, repository: i64) -> Result<Vec<Words>, StoreError> {
        sources::words(self.0, repository)
    }

    fn source(&self, blob: &GitId) -> Result<Option<KeptSource>, StoreError> {
        sources::read(self.0, blob)
    }

    fn symbols(&self, blob: &GitId) -> Result<Vec<String>, StoreError> {
        sources::symbols(self.0, blob)
    }

    fn imports(&self, repository: i64) -> Result<Vec<(u32, KeptImport)>, StoreError> {
        sources::imports(self.0, repository)
    }

    fn defining(&self, repository: i64, name: &str) -> Result<Vec<(u32, KeptSymbol)>, StoreError> {
        sources::defining(self.0, repository, name)
    }

    fn calling(&self, repository: i64, name: &str) -> Result<Vec<(u32, KeptCall)>, StoreError> {
        sources::calling(self.0, repository, name)
    }

    fn using(&self, repository: i64, name: &str) -> Result<Vec<(u32, KeptUse)>, StoreError> {
        sources::using(self.0, repository, name)
    }

    fn links(&self, repository: i64) -> Result<Vec<KeptLink>, StoreError> {
        sources::links(self.0, repository)
    }

    fn hunk(
        &self,
        repository: i64,
        path: &[u8],
        blob: &GitId,
        line: u32,
    ) -> Result<Option<KeptHunk>, StoreError> {
        blames::hunk(self.0, repository, (path, blob), line)
    }

    fn hunks(
        &self,
        repository: i64,
        path: &[u8],
        blob: &GitId,
    ) -> Result<Option<Vec<KeptHunk>>, StoreError> {
        blames::hunks(self.0, repository, (path, blob))
    }

    fn proposed(&self, name: &str, path: &str, limit: u32) -> Result<Vec<Proposed>, StoreError> {
        repositories::proposed(self.0, name, path, limit)
    }
}
