//! Reasons of a prediction, in words.
//!
//! Every answer that rests on the memory says them alike. What a repository says was escaped where it was read.

use crate::contract::page::counted;
use crate::memory::covered::Covered;
use crate::memory::hops::{moment, short};
use crate::memory::reasons::Reason;

/// Says a reason.
pub fn words(reason: &Reason) -> String {
    match reason {
        Reason::Together { with, times, of, newest, at } => {
            let day = moment(*at).chars().take(10).collect::<String>();
            format!(
                "changed with {with} in {times} of {}, last {} on {day}",
                counted(*of, "commit"),
                short(newest)
            )
        }
        Reason::Mentions { of, names } => format!("mentions {} of {of}", names.join(", ")),
        Reason::Defines { of, names } => {
            format!("defines {}, which {of} mentions", names.join(", "))
        }
        Reason::Imports { way } => format!("imports {}", way.join(" → ")),
        Reason::TestOf { of } => format!("test of the name of {of}"),
        Reason::Alike { of } => format!("called like {of}"),
        Reason::Lately { times, of } => format!("changed in {times} of the last {of} commits"),
        Reason::Own => "the change itself alters it".to_owned(),
        Reason::Calls { name } => format!("calls {name}"),
        Reason::Noticed(Covered { test, execution, .. }) => {
            format!("{test} failed without a change of it ({execution})")
        }
        Reason::Ran(Covered { test, name, lines, execution, .. }) => {
            let of = if name.is_empty() { String::new() } else { format!(" of {name}") };
            format!("{test} ran {}{of} ({execution})", counted(*lines, "changed line"))
        }
    }
}
