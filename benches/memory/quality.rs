//! Mean average precision and recall of predictions, on commits that the history holds.
//!
//! Averages are taken for each file asked about, then for each commit, then for the repository, so that a large commit counts once.

use std::collections::{BTreeMap, HashSet};

use work::memory::fusion::fuse;
use work::memory::gathering::{contents, history};
use work::memory::lists::Ranked;
use work::memory::replay::{CALIBRATED_ON, COMPARED};
use work::memory::site::recall;

use crate::{Subject, formulas};

/// Files of a prediction that recall counts.
const RECALLED: usize = 10;

/// Mean average precision, recall of ten, precision of five, for each formula.
pub(crate) type Measured = BTreeMap<&'static str, [f64; 3]>;

pub(crate) async fn measure(subject: &Subject, is_tuning: bool) -> Measured {
    let history = recall(&subject.store, |recall| {
        let memory = recall.remembered("subject")?.unwrap();
        history(recall, memory.row)
    })
    .unwrap();
    let last = history.predictable(&COMPARED, CALIBRATED_ON, usize::MAX);
    let from = last.iter().min().copied().unwrap_or(0);
    let places = if is_tuning { history.predictable(&COMPARED, CALIBRATED_ON, from) } else { last };
    let from = places.iter().min().copied().unwrap_or(0);
    let mut reader = subject.repository.sources().unwrap();
    let words = contents(&mut reader, history.contents(from)).await.unwrap();
    let mut of_commit: BTreeMap<(&str, usize), Vec<[f64; 3]>> = BTreeMap::new();
    history.replay(&places, &words, &mut |predicted| {
        // What a commit makes anew cannot be found, and may be all of the rest.
        if predicted.truth.is_empty() {
            return;
        }
        let lists = predicted.lists;
        let fused = fuse(lists);
        let (arc, counted) =
            (formulas::arc(&history, predicted), formulas::counted(&history, predicted));
        let all: [(&str, &Ranked); 7] = [
            ("1 fused", &fused),
            ("2 together", &lists.together),
            ("3 names", &lists.names),
            ("4 alike", &lists.alike),
            ("5 lately", &lists.lately),
            ("6 counted", &counted),
            ("7 Arc", &arc),
        ];
        for (name, list) in all {
            let figures = figures(list, predicted.truth);
            of_commit.entry((name, predicted.commit)).or_default().push(figures);
        }
    });
    let mut commits: BTreeMap<&str, Vec<[f64; 3]>> = BTreeMap::new();
    for ((name, _), figures) in of_commit {
        commits.entry(name).or_default().push(averaged(&figures));
    }
    println!("  predicted commits: {}", commits.values().next().map_or(0, Vec::len));
    commits.into_iter().map(|(name, figures)| (name, averaged(&figures))).collect()
}

fn figures(list: &Ranked, truth: &HashSet<u32>) -> [f64; 3] {
    let (mut hits, mut precision) = (0.0, 0.0);
    let mut found = [0.0; 2];
    for (rank, (file, _)) in list.iter().enumerate() {
        if truth.contains(file) {
            hits += 1.0;
            precision += hits / (rank + 1) as f64;
            for (limit, found) in [RECALLED, 5].into_iter().zip(&mut found) {
                *found += f64::from(u8::from(rank < limit));
            }
        }
    }
    let all = truth.len() as f64;
    [precision / all, found[0] / all, found[1] / 5.0]
}

fn averaged(figures: &[[f64; 3]]) -> [f64; 3] {
    [0, 1, 2].map(|place| {
        figures.iter().map(|figures| figures[place]).sum::<f64>() / figures.len() as f64
    })
}

pub(crate) fn mean(all: &[Measured]) -> Measured {
    let mut gathered: BTreeMap<&str, Vec<[f64; 3]>> = BTreeMap::new();
    for measured in all {
        for (name, figures) in measured {
            gathered.entry(name).or_default().push(*figures);
        }
    }
    gathered.into_iter().map(|(name, figures)| (name, averaged(&figures))).collect()
}

pub(crate) fn print(name: &str, measured: &Measured) {
    for (formula, [precision, recall, five]) in measured {
        println!("  {name} {formula}: MAP {precision:.3}, R@10 {recall:.3}, P@5 {five:.3}");
    }
}
