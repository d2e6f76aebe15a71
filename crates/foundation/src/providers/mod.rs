//! Sources of completions, and what is read out of their replies.
//!
//! `provider` is the contract; `openai`, `library`, `cassette` and `fallback` keep it. A reply is hostile text until
//! `extract` has made files of it.

pub mod backoff;
pub mod blocks;
pub mod cassette;
pub mod changed_files;
pub mod completion;
pub mod dialect;
pub mod edit_blocks;
pub mod error;
pub mod extract;
pub mod fallback;
pub mod hunks;
pub mod labels;
pub mod library;
pub mod named_file;
pub mod openai;
pub mod persona;
pub mod pricing;
pub mod prompt;
pub mod provider;
pub mod remarks;
pub mod restated;
pub mod sections;
pub mod stream;
pub mod strings;
pub mod transport;
pub mod withheld;

#[cfg(test)]
mod extract_tests;
#[cfg(test)]
mod sections_tests;
