//! Prices of known models.
//!
//! The list is the vendor's as of a date; a model or a host that is not on it has an unknown cost, never a guessed one.

/// The service whose list prices these are; other servers may serve the same names at other prices.
const VENDOR_HOST: &str = "api.openai.com";

/// A model's name, then US dollars per million tokens sent and received, in thousandths of a dollar.
///
/// Written down from the vendor's public price list as it stood in August 2025, for requests without caching or
/// batches. A model that is not here has an unknown cost, never a guessed one.
const PRICES: &[(&str, u64, u64)] = &[
    ("gpt-3.5-turbo", 500, 1_500),
    ("gpt-4.1", 2_000, 8_000),
    ("gpt-4.1-mini", 400, 1_600),
    ("gpt-4.1-nano", 100, 400),
    ("gpt-4o", 2_500, 10_000),
    ("gpt-4o-mini", 150, 600),
    ("gpt-5", 1_250, 10_000),
    ("gpt-5-mini", 250, 2_000),
    ("gpt-5-nano", 50, 400),
    ("o3", 2_000, 8_000),
    ("o4-mini", 1_100, 4_400),
];
/// Dated names whose price is not that of the name they begin with.
const DIFFERENT: &[&str] = &["gpt-4o-2024-05-13", "gpt-3.5-turbo-0613"];

/// The cost of a completion in millionths of a dollar; `None` where host or model have no known price.
pub fn cost_microusd(host: &str, model: &str, input: u64, output: u64) -> Option<u64> {
    if host != VENDOR_HOST || DIFFERENT.contains(&model) {
        return None;
    }
    let (_, sent, received) = PRICES.iter().find(|(name, ..)| is_same_model(name, model))?;
    let nano = input.checked_mul(*sent)?.checked_add(output.checked_mul(*received)?)?;
    Some(nano.div_ceil(1_000))
}

/// A dated name such as `gpt-4o-2024-08-06` is the model it begins with; `gpt-4o-audio-preview` is not.
fn is_same_model(name: &str, model: &str) -> bool {
    let Some(rest) = model.strip_prefix(name) else { return false };
    let is_date = |text: &str| text.chars().all(|symbol| symbol.is_ascii_digit() || symbol == '-');
    rest.is_empty() || (rest.starts_with('-') && is_date(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_models_of_the_vendor_have_a_cost() {
        let costs = [
            (VENDOR_HOST, "gpt-4o"),
            (VENDOR_HOST, "gpt-4o-2024-08-06"),
            (VENDOR_HOST, "gpt-4o-2024-05-13"),
            (VENDOR_HOST, "gpt-4o-mini"),
            (VENDOR_HOST, "gpt-4o-audio-preview"),
            (VENDOR_HOST, "unheard-of"),
            ("127.0.0.1", "gpt-4o"),
        ]
        .map(|(host, model)| cost_microusd(host, model, 1_000, 500));

        assert_eq!(costs, [Some(7_500), Some(7_500), None, Some(450), None, None, None]);
    }

    #[test]
    fn absurd_counts_have_no_cost() {
        assert_eq!(cost_microusd(VENDOR_HOST, "gpt-4o", u64::MAX, 1), None);
    }
}
