//! The memory of a repository: why a line is there, and what a change reaches.
//!
//! `building` fills it from git and from sources (`identities`, `outline`, `resolving`), `replay` counts on the history itself how good
//! its predictions are. `noted`, `forge`, `covering` and `mending` add what is known from beside the objects, `learning` counts what
//! decisions teach. Questions are answered by `trail` (why), `impact` (what else) and `neighbourhood` (the graph around a file or name).
//! Everything in it follows from elsewhere and can be built again; nothing that decides may rest on it.

pub mod breakage;
pub mod building;
pub mod calibration;
pub mod common_names;
pub mod covered;
mod covering;
pub mod decided;
pub mod drawing;
pub mod error;
pub mod facts;
pub mod forge;
pub mod fusion;
pub mod gathering;
mod grammar;
pub mod hops;
mod identities;
pub mod impact;
mod imports;
mod leading_out;
pub mod learning;
pub mod links;
pub mod lists;
pub mod loaded;
mod mending;
mod merges;
pub mod messages;
pub mod naming;
pub mod neighbourhood;
mod noted;
pub mod outline;
pub mod owners;
pub mod picture;
mod pointers;
pub mod reasons;
pub mod replay;
mod resolving;
pub mod site;
pub mod telling;
pub mod trail;
mod uses;
pub mod vocabulary;
pub mod words;
