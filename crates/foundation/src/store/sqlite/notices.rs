//! Answers what is kept of channels, and of requests under keys, and writes it.
//!
//! Both go to the one writer's thread and its connection that does not flush: what comes after in the database's log flushes them too,
//! in order.

use async_trait::async_trait;

use crate::store::error::StoreError;
use crate::store::kept_answers::{Claimed, KeptAnswer, KeptAnswerStore, KeyedRequest};
use crate::store::notices::{ChannelState, NoticeStore, Undelivered};
use crate::store::sqlite::sqlite_store::SqliteStore;
use crate::store::sqlite::tables::{kept_answers, notices};
use record::domain::id::JobId;
use record::domain::time::Timestamp;

#[async_trait]
impl NoticeStore for SqliteStore {
    async fn channels(&self) -> Result<Vec<ChannelState>, StoreError> {
        self.read(notices::all)
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<Undelivered>, StoreError> {
        self.read(|connection| notices::undelivered(connection, limit))
    }

    async fn note_channel(
        &self,
        state: &ChannelState,
        given_up: Option<&Undelivered>,
    ) -> Result<(), StoreError> {
        let (state, given_up) = (state.clone(), given_up.cloned());
        let work = move |connection: &rusqlite::Connection| {
            notices::note(connection, &state)?;
            given_up.iter().try_for_each(|failure| notices::give_up(connection, failure))
        };
        self.beside_the_record(work).await
    }

    async fn keep_channels(&self, names: &[String]) -> Result<(), StoreError> {
        let names = names.to_vec();
        self.beside_the_record(move |connection| notices::keep(connection, &names)).await
    }

    async fn forget_undelivered(&self) -> Result<u64, StoreError> {
        self.beside_the_record(notices::forget).await
    }
}

#[async_trait]
impl KeptAnswerStore for SqliteStore {
    async fn claim(&self, request: &KeyedRequest, since: Timestamp) -> Result<Claimed, StoreError> {
        let request = request.clone();
        self.beside_the_record(move |connection| kept_answers::claim(connection, &request, since))
            .await
    }

    async fn keep_answer(&self, holder: &str, key: &str, answer: &str) -> Result<(), StoreError> {
        let (holder, key, answer) = (holder.to_owned(), key.to_owned(), answer.to_owned());
        let work = move |connection: &rusqlite::Connection| {
            kept_answers::keep(connection, (&holder, &key), &answer)
        };
        self.beside_the_record(work).await
    }

    async fn kept_answer(
        &self,
        holder: &str,
        job: &JobId,
    ) -> Result<Option<KeptAnswer>, StoreError> {
        self.read(|connection| kept_answers::find(connection, holder, job))
    }
}
