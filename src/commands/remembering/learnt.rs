//! What decisions taught about kinds of findings, for statistics.
//!
//! For each repository: what each rule weighs now, and whether the weights of the time told accepted proposals from rejected ones. Where
//! the interval holds nothing apart the answer is "no difference", and with too few decisions there is none.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use work::contract::dismissals;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::page::{Block, Cell, Page, Tone};
use work::memory::learning::{Dismissed, Helped, Lesson, Share, Weight, helped, lessons, weights};
use work::memory::site::recall;

/// Rules that a page tells of one repository.
const MOST_RULES: usize = 8;

/// What decisions on one repository taught.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LearntView {
    /// The repository.
    pub repository: String,
    /// Decided proposals that mended something.
    pub decisions: usize,
    /// Findings that are dismissed.
    pub dismissed: usize,
    /// Decided proposals whose rules weighed more than usual then.
    pub raised: ShareView,
    /// Those whose rules weighed less.
    pub lowered: ShareView,
    /// The share of accepted ones among the raised less that among the lowered; null where one has none.
    pub difference: Option<f64>,
    /// The 95 % interval of it.
    pub interval: Option<[f64; 2]>,
    /// `helps`, `misleads`, `no difference` or `too few decisions`.
    pub answer: String,
    /// What each rule weighs now: 1 where nothing is known, 0 to 2.
    pub rules: BTreeMap<String, RuleView>,
}

/// How many of some proposals were accepted.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ShareView {
    /// Accepted ones.
    pub accepted: u32,
    /// All of them.
    pub of: u32,
}

/// What decisions say about a rule.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RuleView {
    /// Proposals that mended it and were accepted.
    pub accepted: u32,
    /// Those that were rejected, and findings that were dismissed.
    pub rejected: u32,
    /// What it weighs.
    pub weight: f64,
}

/// What decisions taught, for each repository with any.
pub async fn all(invocation: &Invocation) -> Result<Vec<LearntView>, CommandError> {
    let store = invocation.store()?;
    let mut dismissed: BTreeMap<String, Vec<Dismissed>> = BTreeMap::new();
    for known in dismissals::all(invocation).await?.into_values() {
        let one = Dismissed { seq: known.seq, rule: known.dismissal.rule };
        dismissed.entry(known.dismissal.repository.to_string()).or_default().push(one);
    }
    let mut names: BTreeSet<String> =
        recall(store, |recall| recall.learnt())?.into_iter().collect();
    names.extend(dismissed.keys().cloned());
    let mut views = Vec::new();
    for name in names {
        let decided = recall(store, |recall| recall.decided_rules(&name))?;
        let dismissed = dismissed.remove(&name).unwrap_or_default();
        views.push(view(name, &lessons(decided), &dismissed));
    }
    Ok(views)
}

fn view(repository: String, lessons: &[Lesson], dismissed: &[Dismissed]) -> LearntView {
    let helped: Helped = helped(lessons, dismissed);
    let round = |number: f64| (number * 1_000.0).round() / 1_000.0;
    let share = |share: Share| ShareView { accepted: share.accepted, of: share.of };
    let rule = |(rule, weight): (String, Weight)| {
        let Weight { accepted, rejected } = weight;
        (rule, RuleView { accepted, rejected, weight: round(weight.factor()) })
    };
    LearntView {
        repository,
        decisions: lessons.len(),
        dismissed: dismissed.len(),
        raised: share(helped.raised),
        lowered: share(helped.lowered),
        difference: helped.difference.map(|(difference, _, _)| round(difference)),
        interval: helped.difference.map(|(_, low, high)| [round(low), round(high)]),
        answer: helped.word().to_owned(),
        rules: weights(lessons, dismissed).into_iter().map(rule).collect(),
    }
}

/// Lays out what was learnt.
pub fn page(learnt: &[LearntView]) -> Page {
    let mut page = Page::new();
    for one in learnt {
        let title = format!("Learnt from decisions on {}", one.repository);
        let words = match one.interval {
            Some([low, high]) => format!(
                "{}: accepted were {} of {} that weighed more and {} of {} that weighed less (difference {:.2}, 95 % from {low:.2} to {high:.2})",
                one.answer,
                one.raised.accepted,
                one.raised.of,
                one.lowered.accepted,
                one.lowered.of,
                one.difference.unwrap_or_default()
            ),
            None => format!("{} to tell whether it helps", one.answer),
        };
        page = page.text(Cell::toned(title, Tone::Strong)).text(words);
        let mut rules: Vec<(&String, &RuleView)> = one.rules.iter().collect();
        rules.sort_by(|left, right| right.1.weight.total_cmp(&left.1.weight));
        let row = |(rule, view): &(&String, &RuleView)| {
            vec![
                Cell::from(rule.as_str()),
                Cell::from(format!("{:.2}", view.weight)),
                Cell::from(view.accepted.to_string()),
                Cell::from(view.rejected.to_string()),
            ]
        };
        let head = ["rule", "weight", "accepted", "refused"];
        if !rules.is_empty() {
            let rows = rules.iter().take(MOST_RULES).map(row).collect();
            let head = head.map(str::to_owned).to_vec();
            page = page.block(Block::Table { head, rows });
        }
    }
    page
}
