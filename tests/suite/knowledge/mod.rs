//! Curated knowledge and its search.

mod curated;
mod lesson;
mod ranking;
