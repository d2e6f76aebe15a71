//! What a change of a file reaches.
//!
//! The graph of a repository tells callers, likely companions and tests. Where none was built, the files are told that use a public name
//! of the file or import its module, as far as texts show that.

use std::collections::BTreeMap;

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::improving::reached::Reached;
use crate::improving::remembered::{Asked, Remembered, remembered};
use crate::improving::stages::Impact;
use crate::improving::subject::Memory;
use crate::improving::workplace::Workplace;
use inspection::interface::offer::Offer;
use inspection::interface::reading::interface;
use record::domain::role::Role;

/// Most files that are told.
const MAX_FILES: usize = 10;
/// Shortest name that tells something.
const SHORTEST: usize = 4;

/// What a change of the file reaches: from the graph of its repository, or else from the texts alone.
pub async fn impact(
    invocation: &Invocation,
    workplace: &Workplace,
) -> Result<Impact, CommandError> {
    let path = workplace.path.to_string();
    let (paths, altered) = ([path.clone()].into(), BTreeMap::new());
    let memory = Memory::of(&workplace.described, String::new());
    let asked = Asked { memory: &memory, paths: &paths, altered: &altered };
    let Remembered { reached, tests, notes, .. } = remembered(invocation, &asked).await?;
    let affected = if reached.is_empty() { by_texts(workplace) } else { reached };
    Ok(Impact { path, affected, tests, notes })
}

/// The files that use what a file offers, those that use most first.
fn by_texts(workplace: &Workplace) -> Vec<Reached> {
    let offered = interface(workplace.path.as_str(), &workplace.old).unwrap_or_default();
    let is_told = |name: &&String| {
        let is_own = !matches!(offered.names.get(*name), Some(Offer::Import(_)) | None);
        offered.is_public(name) && is_own && name.len() >= SHORTEST
    };
    let names: Vec<&String> = offered.names.keys().filter(is_told).collect();
    let module = workplace.module();
    let mut found: Vec<(usize, Reached)> = Vec::new();
    for file in workplace.source.files() {
        if file.path == workplace.path || !matches!(file.role, Role::Code | Role::Test) {
            continue;
        }
        let text = file.text();
        let words: std::collections::BTreeSet<&str> =
            text.split(|symbol: char| !symbol.is_alphanumeric() && symbol != '_').collect();
        let used: Vec<&str> = names
            .iter()
            .filter(|name| words.contains(name.as_str()))
            .map(|name| name.as_str())
            .collect();
        let imports = module.as_ref().is_some_and(|module| text.contains(module.as_str()));
        if used.is_empty() && !imports {
            continue;
        }
        let shown: Vec<String> = used.iter().take(3).map(|name| format!("`{name}`")).collect();
        let reason = if shown.is_empty() {
            "imports the module".to_owned()
        } else {
            format!("uses {}", shown.join(", "))
        };
        let weight = used.len() + usize::from(imports) * 2;
        found.push((weight, Reached { path: file.path.to_string(), reason, likelihood: None }));
    }
    found.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.path.cmp(&right.1.path)));
    found.into_iter().take(MAX_FILES).map(|(_, reached)| reached).collect()
}
