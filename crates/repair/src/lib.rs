//! Model-free repair: small edits over syntax trees.
//!
//! Everything here is pure. A suggestion is a patch with its reason and its weight; nothing is run, nothing is known to
//! help until a sandbox says so. `docs/design/repair.md` tells what each operator is for and where its weight comes from.

mod broken;
mod drafts;
mod edited;
pub mod examples;
#[cfg(test)]
mod examples_tests;
pub mod farfetched;
#[cfg(test)]
mod farfetched_tests;
mod farfetched_values;
mod fixes;
#[cfg(test)]
mod fixes_tests;
pub mod identifiers;
pub mod infection;
#[cfg(test)]
mod infection_tests;
mod infer;
pub mod links;
pub mod literals;
pub mod localise;
#[cfg(test)]
mod localise_tests;
pub mod mechanical;
#[cfg(test)]
mod mechanical_tests;
mod members;
pub mod mutants;
pub mod mutate;
#[cfg(test)]
mod mutate_tests;
mod operators;
#[cfg(test)]
mod operators_tests;
pub mod outline;
pub mod outlook;
pub mod packages;
mod scope;
pub mod suggestion;
mod suite;
pub mod test_functions;
mod tokens;
mod tree;
mod usage;
pub mod weakening;
mod weights;
mod words;
