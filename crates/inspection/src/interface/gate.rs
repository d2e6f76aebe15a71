//! The static half of the gate that an improved file has to pass.
//!
//! Cheapest first: it parses, importing it does nothing new, what it offered is still offered, and no comment hides what a tool would
//! say of it. Each refusal is a sentence with old and new text, for the owner and for the next try of a model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::interface::difference::{Difference, Effect, differences};
use crate::interface::effects::new_effects;
use crate::interface::reading::interface;
use crate::python::is_sound;

/// Comments that hide what a tool would say of a line.
const HIDING: [&str; 4] = ["noqa", "type: ignore", "pragma: no cover", "pylint: disable"];

/// What the gate saw of two texts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// Whether a new text may pass.
    pub open: bool,
    /// Why it may not, one sentence each.
    pub refusals: Vec<String>,
    /// What differs in what the module offers.
    pub differences: Vec<Difference>,
}

/// Holds a new text of a file against its old one.
pub fn examine(path: &str, old: &str, new: &str) -> Gate {
    if !is_sound(new) {
        let refusals = vec!["it is no Python that parses".to_owned()];
        return Gate { open: false, refusals, differences: Vec::new() };
    }
    let (Some(before), Some(after)) = (interface(path, old), interface(path, new)) else {
        let refusals = vec!["it is too large to be read".to_owned()];
        return Gate { open: false, refusals, differences: Vec::new() };
    };
    let differences = differences(&before, &after);
    let broken = differences.iter().filter(|one| one.effect == Effect::Breaking).map(sentence);
    let effects = new_effects(old, new);
    let acts =
        effects.iter().map(|it| format!("line {}: importing it now does `{}`", it.line, it.text));
    let hides = hiding(&[old], &[new]);
    let same = (old == new).then(|| "nothing is changed".to_owned());
    let refusals: Vec<String> = same.into_iter().chain(broken).chain(acts).chain(hides).collect();
    Gate { open: refusals.is_empty(), refusals, differences }
}

fn sentence(one: &Difference) -> String {
    let texts = match (one.old.as_str(), one.new.as_str()) {
        ("", "") => String::new(),
        (old, "") => format!(" (was `{old}`)"),
        ("", new) => format!(" (`{new}`)"),
        (old, new) => format!(" (`{old}` became `{new}`)"),
    };
    format!("line {}: {}: {}{texts}", one.line, one.name, one.what)
}

/// Holds what several files offer, and whether they parse, against before; what they hide is another question.
pub fn offers(path: &str, old: &str, new: &str) -> Vec<String> {
    let hides = hiding(&[old], &[new]);
    let refusals = examine(path, old, new).refusals.into_iter();
    refusals.filter(|refusal| !hides.contains(refusal)).collect()
}

/// The comments that hide more in some texts than they did in those before, whichever file they went to.
pub fn hiding(old: &[&str], new: &[&str]) -> Vec<String> {
    let count = |texts: &[&str], word: &str| -> usize {
        texts.iter().map(|text| comments(text, word)).sum()
    };
    let more = HIDING.iter().filter(|word| count(new, word) > count(old, word));
    more.map(|word| format!("a comment `{word}` hides what it was to mend")).collect()
}

fn comments(text: &str, word: &str) -> usize {
    let comment = |line: &&str| line.split_once('#').is_some_and(|(_, rest)| rest.contains(word));
    text.lines().filter(comment).count()
}
