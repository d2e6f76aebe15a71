//! Where a request begins that somebody leads up to.
//!
//! People tell of themselves before they come to what they want. What they tell names no thing: it weighs less in a search,
//! and no module is called after it.

/// First words of somebody who tells of himself before he comes to what he wants.
const SPEAKERS: &[&str] = &["hey", "hi", "hello", "i", "my", "we", "our", "so", "ok", "okay"];
/// Words after which he does.
const WISHES: &[&str] = &[
    " want ",
    " wants ",
    " need ",
    " needs ",
    " looking for ",
    " would like ",
    " can you ",
    " could you ",
];

/// Where somebody who tells of himself first comes to what he wants.
pub fn preamble(request: &str) -> usize {
    let lower = request.to_ascii_lowercase();
    let first = lower.split(|symbol: char| !symbol.is_alphanumeric()).find(|word| !word.is_empty());
    if !first.is_some_and(|first| SPEAKERS.contains(&first)) {
        return 0;
    }
    let begins = |wish: &&str| Some(lower.find(*wish)? + wish.len());
    WISHES.iter().filter_map(begins).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_begins_after_the_wish_of_somebody_who_tells_of_himself() {
        let begun = |request: &'static str| &request[preamble(request)..];

        assert_eq!(begun("hey so I have some emails and I want to check them"), "to check them");
        assert_eq!(begun("I moved. Can you sort a list?"), "sort a list?");
        assert_eq!(
            begun("a parser of what people want from us"),
            "a parser of what people want from us"
        );
        assert_eq!(begun("my list"), "my list");
    }
}
