//! Makes the revision that a request asks for, or that given files are.
//!
//! `draft.rs` asks a provider (`call.rs`) and makes files of the reply; `submission.rs` takes given files instead. A paid reply waits in a
//! file (`stored_answer.rs`) until the revision made from it is stored.

pub mod alike;
pub mod answer_files;
pub mod asking;
pub mod call;
pub mod change_source;
pub mod changing;
pub mod composition;
pub mod draft;
pub mod excerpt;
pub mod feedback;
pub mod folder;
pub mod kinds;
pub mod languages;
pub mod left_files;
pub mod name_words;
pub mod open_call;
pub mod project_around;
pub mod related;
pub mod relevant;
pub mod stored_answer;
pub mod submission;
pub mod teaching;
pub mod walk;
