//! Finds blocks of a reply that a later block writes anew.
//!
//! A model that corrects itself in one reply gives its first version, says what is wrong with it, and gives another.
//! The last version is the one it stands by. A usage example defines nothing anew, so it takes no one's place.

use std::collections::BTreeSet;

use crate::providers::blocks::Block;
use crate::providers::labels::{Kind, path_of_kind};

/// Most blocks of a reply that are compared: comparing takes time by the square of their number.
const MAX_BLOCKS: usize = 64;
/// Beginnings of lines that define a name for a whole file.
const DEFINITIONS: [&str; 8] = [
    "def ",
    "async def ",
    "class ",
    "function ",
    "async function ",
    "export function ",
    "export async function ",
    "export class ",
];

/// Leaves out each block of code or tests whose every definition a later block of its kind and name holds too.
pub fn without_restated(blocks: Vec<(Kind, &Block)>) -> Vec<(Kind, &Block)> {
    if blocks.len() > MAX_BLOCKS {
        return blocks;
    }
    let defined: Vec<BTreeSet<&str>> =
        blocks.iter().map(|(_, block)| definitions(&block.text)).collect();
    let is_restated = |at: usize| {
        let (Some((kind, block)), Some(names)) = (blocks.get(at), defined.get(at)) else {
            return false;
        };
        let mut later = blocks.iter().zip(&defined).skip(at + 1);
        !names.is_empty()
            && later.any(|((other, text), all)| {
                is_same_part(kind, block, other, text) && names.is_subset(all)
            })
    };
    let kept: Vec<bool> = (0..blocks.len()).map(|at| !is_restated(at)).collect();
    blocks.into_iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(block, _)| block).collect()
}

/// Two versions of one file carry one name, or the later one has none; code is no version of tests.
fn is_same_part(kind: &Kind, block: &Block, other: &Kind, text: &Block) -> bool {
    let is_part = |kind: &Kind| matches!(kind, Kind::Code(_) | Kind::Test(_) | Kind::Plain);
    let is_named_alike = path_of_kind(other).is_none() || path_of_kind(kind) == path_of_kind(other);
    let is_test = |kind: &Kind, block: &Block| match kind {
        Kind::Test(_) => true,
        Kind::Code(_) => false,
        _ => block.looks_like_tests(),
    };
    is_part(kind)
        && is_part(other)
        && is_named_alike
        && is_test(kind, block) == is_test(other, text)
}

fn definitions(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(definition).collect()
}

fn definition(line: &str) -> Option<&str> {
    let rest = DEFINITIONS.iter().find_map(|start| line.strip_prefix(start))?;
    let end = rest.find(|symbol: char| !symbol.is_alphanumeric() && symbol != '_');
    rest.get(..end.unwrap_or(rest.len())).filter(|name| !name.is_empty())
}
