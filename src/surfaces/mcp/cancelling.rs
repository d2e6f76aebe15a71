//! Ends a call that its client cancels by a message of its own.
//!
//! Over HTTP such a message comes in a request that shares nothing with the call but the token of the client and the id that the client
//! gave the call. Two clients of one token count their calls alike, so that an id which names two calls under way ends neither:
//! a call that goes on costs less than one that somebody else ended.

use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::RequestId;
use tokio_util::sync::CancellationToken;

/// The calls under way of every token.
#[derive(Default)]
pub struct Calls {
    running: Mutex<Vec<Arc<Call>>>,
}

struct Call {
    /// The id of the token.
    token: String,
    id: RequestId,
    cancel: CancellationToken,
}

/// A call that can be cancelled until this is dropped, which cancels it if it has not ended.
pub struct Cancellable {
    calls: Arc<Calls>,
    call: Arc<Call>,
}

impl Calls {
    /// Notes that a call begins.
    pub fn begin(self: Arc<Self>, token: &str, id: RequestId) -> Cancellable {
        let cancel = CancellationToken::new();
        let call = Arc::new(Call { token: token.to_owned(), id, cancel });
        self.running.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&call));
        Cancellable { calls: self, call }
    }

    /// Cancels the one call that a token has under way with an id.
    pub fn cancel(&self, token: &str, id: &RequestId) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut meant = running.iter().filter(|call| call.token == token && call.id == *id);
        if let (Some(call), None) = (meant.next(), meant.next()) {
            call.cancel.cancel();
        }
    }
}

impl Cancellable {
    /// What ends the call.
    pub fn token(&self) -> CancellationToken {
        self.call.cancel.clone()
    }
}

impl Drop for Cancellable {
    fn drop(&mut self) {
        self.call.cancel.cancel();
        let mut running = self.calls.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|call| !Arc::ptr_eq(call, &self.call));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rmcp::model::NumberOrString;

    use super::Calls;

    #[test]
    fn the_one_call_that_a_token_has_under_an_id_is_cancelled() {
        let calls = Arc::<Calls>::default();
        let begin = |token, id| Arc::clone(&calls).begin(token, NumberOrString::Number(id));
        let (first, second, other) = (begin("a", 1), begin("a", 2), begin("b", 1));

        calls.cancel("a", &NumberOrString::Number(1));
        calls.cancel("a", &NumberOrString::String("2".into()));

        assert!(first.token().is_cancelled());
        assert!(!second.token().is_cancelled() && !other.token().is_cancelled());
    }

    #[test]
    fn an_id_that_two_calls_share_ends_neither_until_one_is_over() {
        let calls = Arc::<Calls>::default();
        let begin = || Arc::clone(&calls).begin("a", NumberOrString::Number(1));
        let (first, second) = (begin(), begin());

        calls.cancel("a", &NumberOrString::Number(1));
        assert!(!first.token().is_cancelled() && !second.token().is_cancelled());

        drop(first);
        calls.cancel("a", &NumberOrString::Number(1));
        assert!(second.token().is_cancelled());
    }
}
