//! The memory of a repository: why a line is there, and what a change reaches.
//!
//! `building` fills it from git and from sources (`identities`, `outline`, `resolving`), `replay` counts on the history itself how good
//! its predictions are. Questions are answered by `trail` (why), `impact` (what else) and `neighbourhood` (the graph around a file or
//! name). Everything in it follows from the repository and can be built again; nothing that decides may rest on it.

pub mod breakage;
pub mod building;
pub mod calibration;
pub mod decided;
pub mod drawing;
pub mod error;
pub mod facts;
pub mod fusion;
pub mod gathering;
mod grammar;
mod identities;
pub mod impact;
mod imports;
pub mod language;
pub mod links;
pub mod lists;
pub mod loaded;
mod merges;
pub mod messages;
pub mod neighbourhood;
pub mod outline;
pub mod owners;
pub mod replay;
mod resolving;
pub mod site;
pub mod telling;
pub mod trail;
pub mod vocabulary;
pub mod words;
