//! Bounds on tokens, money and time, reserved before each call.
//!
//! A call is refused when the most it could use does not fit into what is left: after the call it would be too late. What a
//! server does not tell is counted as the whole reserve. Money that cannot be computed is bounded by tokens, or else the
//! call is refused.

use record::domain::healing::{Bounds, Turn};
use record::domain::usage::Usage;

/// Tokens that may be used where nothing bounds them: neither a bound nor a known price.
pub const DEFAULT_TOKENS: u64 = 60_000;
/// Seconds that one run of the loop may take where nothing is said.
pub const DEFAULT_SECONDS: u64 = 600;
/// Bytes of text that make a token at least, to be on the safe side.
const BYTES_PER_TOKEN: u64 = 3;

/// The most that a call may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reserve {
    /// Tokens sent.
    pub input_tokens: u64,
    /// Tokens received.
    pub output_tokens: u64,
    /// Its price in millionths of a dollar, where that is known.
    pub cost_microusd: Option<u64>,
}

impl Reserve {
    /// Computes the most that a prompt of so many bytes, and its reply, can use; `price` tells what tokens cost.
    pub fn of(
        prompt_bytes: usize,
        max_tokens: u32,
        price: impl Fn(u64, u64) -> Option<u64>,
    ) -> Self {
        let bytes = u64::try_from(prompt_bytes).unwrap_or(u64::MAX);
        let (input, output) = (bytes.div_ceil(BYTES_PER_TOKEN), u64::from(max_tokens));
        Self { input_tokens: input, output_tokens: output, cost_microusd: price(input, output) }
    }

    /// Adds up tokens of both directions.
    pub const fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// A bound that a call would exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// The bound on tokens; the number is what is left.
    Tokens(u64),
    /// The bound on money; the number is what is left, in millionths of a dollar.
    Money(u64),
    /// The price is not known, and money is bounded.
    UnknownPrice,
}

/// The spending so far, under its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    bounds: Bounds,
    tokens: u64,
    cost_microusd: u64,
    calls: u32,
}

impl Budget {
    /// Makes a budget of which nothing is spent yet.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, ..Self::default() }
    }

    /// Checks before a call that it fits into what is left.
    pub fn reserve(&self, reserve: &Reserve) -> Result<(), Breach> {
        let is_open = self.bounds.tokens.is_none() && reserve.cost_microusd.is_none();
        let tokens = self.bounds.tokens.or(is_open.then_some(DEFAULT_TOKENS));
        if let Some(bound) = tokens {
            let left = bound.saturating_sub(self.tokens);
            if reserve.tokens() > left {
                return Err(Breach::Tokens(left));
            }
        }
        let Some(bound) = self.bounds.cost_microusd else { return Ok(()) };
        let left = bound.saturating_sub(self.cost_microusd);
        match reserve.cost_microusd {
            Some(cost) if cost > left => Err(Breach::Money(left)),
            Some(_) => Ok(()),
            // Tokens bound what has no price; without that bound nobody could keep the promise.
            None if self.bounds.tokens.is_some() => Ok(()),
            None => Err(Breach::UnknownPrice),
        }
    }

    /// Counts what a call used; what it did not tell counts as what was set aside for it, tokens and money.
    fn settle(&mut self, usage: &Usage, tokens: u64, cost: Option<u64>) {
        let told = usage.input_tokens.zip(usage.output_tokens);
        let tokens = told.map_or(tokens, |(input, output)| input.saturating_add(output));
        self.tokens = self.tokens.saturating_add(tokens);
        let cost = usage.cost_microusd.or(cost).unwrap_or(0);
        self.cost_microusd = self.cost_microusd.saturating_add(cost);
        self.calls += 1;
    }

    /// Counts what a step used, where it stands for a call.
    pub fn count(&mut self, turn: &Turn) {
        let detail = &turn.detail;
        if turn.is_call() {
            self.settle(&detail.usage, detail.reserved_tokens, detail.reserved_microusd);
        }
    }

    /// Returns the tokens so far.
    pub const fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Returns the millionths of a dollar so far, as far as prices are known.
    pub const fn cost_microusd(&self) -> u64 {
        self.cost_microusd
    }

    /// Returns the calls so far.
    pub const fn calls(&self) -> u32 {
        self.calls
    }
}

impl Breach {
    /// Tells what stopped the loop, and how to go on.
    pub fn note(&self) -> String {
        match self {
            Self::Tokens(left) => {
                format!("the next call may use more than the {left} tokens left; raise --budget-tokens")
            }
            Self::Money(left) => format!(
                "the next call may cost more than the {left} millionths of a dollar left; raise --budget-usd"
            ),
            Self::UnknownPrice => {
                "the price of this model is not known, so --budget-usd cannot be kept; give --budget-tokens".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(tokens: Option<u64>, cost_microusd: Option<u64>) -> Budget {
        Budget::new(Bounds { tokens, cost_microusd, ..Bounds::default() })
    }

    fn used(input: u64, output: u64, cost: Option<u64>) -> Usage {
        Usage {
            input_tokens: Some(input),
            output_tokens: Some(output),
            cost_microusd: cost,
            latency_ms: None,
        }
    }

    #[test]
    fn a_call_is_refused_before_it_could_exceed_a_bound() {
        let mut budget = bounds(Some(1_000), Some(500));
        let call = Reserve { input_tokens: 300, output_tokens: 300, cost_microusd: Some(300) };

        assert_eq!(budget.reserve(&call), Ok(()));
        budget.settle(&used(300, 200, Some(250)), call.tokens(), call.cost_microusd);

        assert_eq!(budget.reserve(&call), Err(Breach::Tokens(500)));
        let small = Reserve { input_tokens: 1, ..call };
        assert_eq!(budget.reserve(&small), Err(Breach::Money(250)));
    }

    #[test]
    fn what_is_not_told_counts_as_what_was_set_aside() {
        let mut budget = bounds(Some(1_000), None);

        budget.settle(&Usage::default(), 900, Some(70));

        assert_eq!((budget.tokens(), budget.cost_microusd(), budget.calls()), (900, 70, 1));
    }

    #[test]
    fn without_a_price_tokens_are_bounded_and_money_cannot_be() {
        let call = Reserve::of(3 * 59_000, 2_000, |_, _| None);

        assert_eq!(bounds(None, None).reserve(&call), Err(Breach::Tokens(DEFAULT_TOKENS)));
        let small = Reserve::of(300, 2_000, |_, _| None);
        assert_eq!(bounds(None, None).reserve(&small), Ok(()));
        assert_eq!(bounds(None, Some(1)).reserve(&small), Err(Breach::UnknownPrice));
        assert_eq!(bounds(Some(9_000), Some(1)).reserve(&small), Ok(()));
    }

    #[test]
    fn a_known_price_alone_leaves_tokens_free() {
        let call = Reserve::of(3_000_000, 2_000, |input, output| Some(input + output));

        assert_eq!(call.cost_microusd, Some(1_002_000));
        assert_eq!(bounds(None, None).reserve(&call), Ok(()));
    }
}
