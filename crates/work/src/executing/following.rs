//! Progress of a run, in words for whoever waits.
//!
//! A backend counts tests and knows no words; every run of the house tells its caller with these. Names of tests are the suite's own
//! text: they are cut short here, and escaped where they are drawn.

use std::sync::Arc;

use crate::contract::event::Event;
use crate::contract::invocation::Invocation;
use sandbox::backend::RunProgress;

/// Most characters of a test's name.
const MAX_NAME: usize = 120;

/// Sends the news of a run to whoever waits for a command.
pub fn follow(invocation: &Invocation) -> impl Fn(RunProgress) + Send + Sync + use<> {
    let events = Arc::clone(&invocation.events);
    move |event| match event {
        RunProgress::Stage(words) => events(Event::Stage(words)),
        RunProgress::TestsDone { done, of, current } => {
            events(Event::Stage(tests(done, of, current.as_deref(), None)));
        }
        RunProgress::Provisional(line) => events(Event::Provisional(line)),
    }
}

/// Says how many tests are done, which one is at work, and how many seconds are left where that is known.
pub fn tests(done: u32, of: u32, current: Option<&str>, left_s: Option<u64>) -> String {
    let left = left_s.map(|left| format!(", about {left} s left")).unwrap_or_default();
    let name = |name: &str| format!(": {}", name.chars().take(MAX_NAME).collect::<String>());
    let current = current.map(name).unwrap_or_default();
    format!("{done} of {of} tests done{left}{current}")
}

#[cfg(test)]
mod tests_of_words {
    use super::tests;

    #[test]
    fn what_is_known_is_told() {
        let whole = tests(3, 10, Some("test_a.py::test_b"), Some(7));
        let least = tests(3, 3, None, None);

        assert_eq!(whole, "3 of 10 tests done, about 7 s left: test_a.py::test_b");
        assert_eq!(least, "3 of 3 tests done");
    }
}
