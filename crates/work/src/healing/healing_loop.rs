//! The healing loop, from the first run to the end.
//!
//! It asks `course.rs` for the next step, takes it, and reads back from the store what was written. A repeated invocation
//! therefore goes on where the first one broke off: steps that are stored are taken up, not made again.

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::lookup::{self, Newest};
use crate::healing::acts;
use crate::healing::contradiction;
use crate::healing::course::Step;
use crate::healing::edits;
use crate::healing::ending;
use crate::healing::healed::Healed;
use crate::healing::model;
use crate::healing::stored::{answer, newest};
use crate::healing::work::{RAISED_MS, Work};
use record::domain::digest::Digest;
use record::domain::healing::{Part, Plan, Stop, Strategy};
use record::domain::proposal::Proposal;

/// Heals the newest revision of a proposal; a repeated invocation goes on where it was.
pub async fn heal(
    invocation: &Invocation,
    proposal: &Proposal,
    plan: Plan,
) -> Result<Healed, CommandError> {
    let key = Digest::of(invocation.caller.idempotency.as_bytes());
    let healing = match invocation.store()?.healing(key).await? {
        Some(ended) if ended.end.is_some() => return answer(invocation, &ended).await,
        Some(open) => open,
        None => acts::start(invocation, proposal, plan, key).await?,
    };
    let entered = invocation.enter(&proposal.id);
    let mut work = Work::new(invocation, healing);
    let stop = match work.go().await {
        Err(error) if error.kind == ErrorKind::Interrupted => Stop::Cancelled,
        ended => ended?,
    };
    ending::finish(&mut work, stop).await?;
    drop(entered);
    let ended = invocation.store()?.healing(key).await?;
    answer(invocation, &ended.unwrap_or(work.healing)).await
}

/// Heals what another command has just stored, under a key of its own.
pub async fn heal_further(
    invocation: &Invocation,
    proposal: &str,
    plan: Plan,
) -> Result<Healed, CommandError> {
    let proposal = lookup::proposal(invocation, proposal, Newest::OwnNewest).await?;
    heal(&invocation.under("healing"), &proposal, plan).await
}

impl Work<'_> {
    async fn go(&mut self) -> Result<Stop, CommandError> {
        self.begin().await?;
        self.take_up().await?;
        loop {
            if self.invocation.cancel.is_cancelled() {
                return Ok(Stop::Cancelled);
            }
            self.course.is_late = self.left().is_zero();
            let ended = match self.course.next() {
                Step::Stop(stop) => Some(stop),
                Step::Try(Strategy::Model, on) => model::ask(self, on).await?,
                Step::Try(strategy, on) => {
                    edits::edit(self, strategy, on).await?;
                    None
                }
            };
            if let Some(stop) = ended {
                return Ok(stop);
            }
            self.take_up().await?;
        }
    }

    /// Finds the evidence that the healing starts from, else makes a first run.
    async fn begin(&mut self) -> Result<(), CommandError> {
        let proposal = acts::proposal(self.invocation, &self.healing.proposal).await?;
        let base = lookup::revision(self.invocation, &proposal, Some(self.healing.base)).await?;
        let known = newest(self.invocation, &proposal, base.number).await?;
        // A run with variables of the environment set is no measure: the healing runs without them.
        let usable = known.filter(|known| known.verdict.is_tested() && known.env_names.is_empty());
        match usable {
            Some(known) if !known.wants_time() || known.limits.tests_ms >= RAISED_MS => {
                self.note_run(base.clone(), None, &known);
            }
            Some(_) | None => self.run(base.clone(), None).await?,
        }
        if self.course.has_failed() {
            if base.source.change().is_none() {
                self.course.doubts.extend(contradiction::contradictions(&base.source));
            }
            if let Some(first) = self.tested.first().cloned() {
                self.course.doubts.extend(first.diagnosis.doubts);
                first.diagnosis.outside.missing.into_iter().for_each(|missing| self.note(missing));
            }
            self.red_before_green = edits::red_before_green(self, &base).await?;
        }
        Ok(())
    }

    /// Takes up the steps that are stored and not yet looked at: executes their revisions, or finds the verdicts.
    async fn take_up(&mut self) -> Result<(), CommandError> {
        let stored = self.invocation.store()?.healing(self.healing.key).await?;
        let turns = stored.map(|stored| stored.turns).unwrap_or_default();
        let known = self.healing.turns.len();
        let mut beside = Vec::new();
        for turn in turns.into_iter().skip(known) {
            self.healing.turns.push(turn.clone());
            self.count(&turn);
            match (turn.part, turn.revision) {
                (Part::Plausible, Some(number)) => beside.push(number),
                (Part::Attempt, Some(number)) => {
                    let beside = std::mem::take(&mut beside);
                    self.run_attempt(number, beside, turn.strategy).await?;
                }
                (Part::Plausible | Part::Attempt, None)
                | (Part::ChangesTests | Part::Restored | Part::Unusable, _) => {}
            }
        }
        Ok(())
    }

    /// Executes an attempt, and where it fails the patches beside it, the better ones first.
    async fn run_attempt(
        &mut self,
        number: u32,
        beside: Vec<u32>,
        strategy: Strategy,
    ) -> Result<(), CommandError> {
        self.run_number(number, Some(strategy)).await?;
        for number in beside.into_iter().rev() {
            if !self.course.has_failed() {
                break;
            }
            self.run_number(number, Some(strategy)).await?;
        }
        Ok(())
    }
}
