//! Asks several providers in turn until one answers.
//!
//! Only failures of a server lead to the next one; a reply that was read and is unusable, or a limit that was reached,
//! would be the same elsewhere and cost twice.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::providers::completion::{Completion, Failed};
use crate::providers::error::ProviderError;
use crate::providers::provider::{CompletionRequest, Provider};

/// The name of the whole; completions carry the name of the one that answered.
const NAME: &str = "auto";

/// One of several providers.
#[derive(Clone)]
pub struct Member {
    /// The provider.
    pub provider: Arc<dyn Provider>,
    /// The tasks it is wanted for, as [`crate::providers::provider::Task::word`] calls them; all of them where empty.
    pub tasks: Vec<String>,
}

/// Asks its members in turn until one answers.
pub struct Fallback {
    members: Vec<Member>,
}

impl Fallback {
    /// Asked in this order, those that are wanted for the very task first.
    pub fn new(members: Vec<Member>) -> Self {
        Self { members }
    }

    /// Those to ask for a task; a member that is wanted for other tasks only is left out while there is another.
    fn route(&self, task: &str) -> Vec<&Member> {
        let is_meant = |member: &&Member| member.tasks.iter().any(|wanted| wanted == task);
        let meant = self.members.iter().filter(is_meant);
        let open = self.members.iter().filter(|member| member.tasks.is_empty());
        let route: Vec<&Member> = meant.chain(open).collect();
        if route.is_empty() { self.members.iter().collect() } else { route }
    }
}

#[async_trait]
impl Provider for Fallback {
    fn name(&self) -> &str {
        NAME
    }

    fn answers_as(&self, provider: &str) -> bool {
        self.members.iter().any(|member| member.provider.answers_as(provider))
    }

    fn is_free(&self) -> bool {
        self.members.iter().all(|member| member.provider.is_free())
    }

    /// The dearest of its members: any of them may answer.
    fn price(&self, model: Option<&str>, input: u64, output: u64) -> Option<u64> {
        let prices = self.members.iter().map(|member| member.provider.price(model, input, output));
        prices.collect::<Option<Vec<u64>>>()?.into_iter().max()
    }

    fn most_tokens(&self, model: Option<&str>, reply: u32) -> u32 {
        let most = self.members.iter().map(|member| member.provider.most_tokens(model, reply));
        most.max().unwrap_or(reply)
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        let mut failures = Vec::new();
        for member in self.route(request.task.word()) {
            let provider = &member.provider;
            match provider.complete(request, on_text, cancel.clone()).await {
                Err(failure) if another_may_answer(&failure) => {
                    tracing::warn!(provider.name = provider.name(), failure = %failure, "a provider did not answer; the next one is asked");
                    failures.push(Missed {
                        provider: provider.as_ref(),
                        model: provider.model_of(request),
                        failure,
                    });
                }
                Ok(completion) => return Ok(Completion { failed: told(&failures), ..completion }),
                Err(ProviderError::Unfinished { failure, arrived }) => {
                    let arrived = Box::new(Completion { failed: told(&failures), ..*arrived });
                    return Err(ProviderError::Unfinished { failure, arrived });
                }
                failure => return failure,
            }
        }
        match failures.len() {
            0 | 1 => Err(failures.pop().map_or_else(none, |missed| missed.failure)),
            _ => Err(ProviderError::AllFailed { failures: told(&failures) }),
        }
    }
}

/// A member that did not answer.
struct Missed<'a> {
    provider: &'a dyn Provider,
    model: Option<String>,
    failure: ProviderError,
}

fn told(failures: &[Missed<'_>]) -> Vec<Failed> {
    let failed = |Missed { provider, model, failure }: &Missed<'_>| Failed {
        provider: provider.name().to_owned(),
        model: model.clone(),
        why: failure.to_string(),
        may_cost: failure.may_cost(),
        arrived: failure.arrived().cloned().map(Box::new),
    };
    failures.iter().map(failed).collect()
}

fn none() -> ProviderError {
    ProviderError::NotConfigured { name: NAME.to_owned(), detail: "it has no members".to_owned() }
}

/// Tells whether a failure is of the server and not of the request.
fn another_may_answer(failure: &ProviderError) -> bool {
    match failure.cause() {
        ProviderError::Unauthorised { .. }
        | ProviderError::Server { .. }
        | ProviderError::Unreachable { .. }
        | ProviderError::Timeout { .. }
        | ProviderError::CutOff
        | ProviderError::Unreadable { .. }
        | ProviderError::Refused { .. }
        | ProviderError::NothingFits { .. }
        | ProviderError::AllFailed { .. }
        | ProviderError::NotConfigured { .. } => true,
        ProviderError::TokenLimit { .. }
        | ProviderError::Unfinished { .. }
        | ProviderError::Incomplete(_)
        | ProviderError::NotOnTape { .. }
        | ProviderError::Tape { .. }
        | ProviderError::Cancelled => false,
    }
}
