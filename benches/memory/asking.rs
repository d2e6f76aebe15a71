//! How long the memory takes to answer: why a line is there, and what a change of a file reaches.
//!
//! Times are of the wall and of the processor; on a busy machine only the second says something.

use std::collections::BTreeSet;
use std::time::Instant;

use inspection::language::Language;
use record::domain::time::Timestamp;
use tokio_util::sync::CancellationToken;
use work::memory::breakage::Callers;
use work::memory::covered::Covering;
use work::memory::impact::{Question, impact};
use work::memory::loaded::ask;
use work::memory::owners::owners;
use work::memory::site::Site;
use work::memory::trail;

use crate::{Subject, processor};

/// Files that are asked about, and how often a line is.
const ASKED: (usize, usize) = (100, 1_000);

/// Asks about the sources of a repository, and prints what it took.
pub(crate) async fn measure(subject: &Subject) {
    let (loaded, ()) = ask(&subject.store, "subject", |_, _| Ok(())).unwrap();
    let mut sources: Vec<u32> = loaded
        .files
        .values()
        .filter(|file| Language::of(&file.path).is_some())
        .map(|file| file.number)
        .collect();
    sources.sort_unstable();
    let step = sources.len().div_ceil(ASKED.0).max(1);
    let (mut took, before) = (Vec::new(), processor());
    for file in sources.iter().step_by(step) {
        let since = Instant::now();
        let files = [*file];
        ask(&subject.store, "subject", |recall, loaded| {
            let (callers, covering) = (Callers::new(), Covering::new());
            let question = Question {
                files: &files,
                callers: &callers,
                covering: &covering,
                own: &[],
                limit: 10,
            };
            let found = impact(recall, loaded, &question)?;
            Ok((found, owners(recall, loaded, &files)?))
        })
        .unwrap();
        took.push(since.elapsed().as_secs_f64() * 1e3);
    }
    let each = (processor() - before) / took.len() as f64 * 1e3;
    took.sort_by(f64::total_cmp);
    let at = |part: usize| took.get(took.len() * part / 100).or(took.last()).copied().unwrap();
    println!(
        "  impact of {} files: median {:.2} ms, p95 {:.2} ms, processor {each:.2} ms each",
        took.len(),
        at(50),
        at(95)
    );
    lines(subject, &sources).await;
}

async fn lines(subject: &Subject, sources: &[u32]) {
    let (loaded, ()) = ask(&subject.store, "subject", |_, _| Ok(())).unwrap();
    let largest =
        sources.iter().filter_map(|file| loaded.files.get(file)).max_by_key(|file| file.path.len());
    let file = largest.unwrap();
    let cancel = CancellationToken::new();
    let site = Site {
        store: &subject.store,
        repository: &subject.repository,
        name: "subject",
        cancel: &cancel,
        progress: &|_| {},
        at: Timestamp::from_millis(0),
    };
    let since = Instant::now();
    let hunks = trail::blame(&site, &loaded, file).await.unwrap();
    let cold = since.elapsed().as_secs_f64() * 1e3;
    let lines: BTreeSet<u32> = hunks.iter().map(|hunk| hunk.line).collect();
    let lines: Vec<u32> = lines.into_iter().collect();
    let (since, before) = (Instant::now(), processor());
    work::memory::site::recall(&subject.store, |recall| {
        for place in 0..ASKED.1 {
            let line = lines[place % lines.len()];
            assert!(trail::of_line(recall, &loaded, (file, line), &[])?.is_some());
        }
        Ok(())
    })
    .unwrap();
    let micros = |seconds: f64| seconds * 1e6 / ASKED.1 as f64;
    println!(
        "  why: first blame of a file {cold:.1} ms, kept {:.1} µs a line, processor {:.1} µs",
        micros(since.elapsed().as_secs_f64()),
        micros(processor() - before)
    );
}
