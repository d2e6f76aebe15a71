//! Curated knowledge and its search.

mod curated;
mod held_out;
mod lesson;
mod ranking;
