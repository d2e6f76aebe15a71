//! Real items give the verdicts of plain pytest.

use std::sync::Arc;

use sandbox::backend::SandboxBackend as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::sandbox::cases::folder;
use crate::sandbox::item::{Item, ignore};
use crate::sandbox::support::quick;

/// Items that the fixtures hold at least.
const LEAST: usize = 60;

#[test]
fn every_item_of_the_fixtures_has_the_verdict_of_plain_pytest() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let items: Vec<Item> = ["humaneval", "mbpp", "exercism"]
        .iter()
        .flat_map(|name| Item::load(&folder("corpus").join(format!("{name}.jsonl"))))
        .collect();
    assert!(items.len() >= LEAST, "{} items", items.len());

    let differences = runtime.block_on(differences(items));

    assert_eq!(differences, Vec::<String>::new());
}

async fn differences(items: Vec<Item>) -> Vec<String> {
    let backend = Arc::new(quick());
    backend.prepare(&|_| {}).await.unwrap();
    backend.lasts();
    let mut running = JoinSet::new();
    for item in items {
        for variant in item.variants() {
            let (backend, item) = (Arc::clone(&backend), item.clone());
            running.spawn(async move {
                let job = item.job(variant);
                let evidence = backend.run(job, &ignore, CancellationToken::new()).await.unwrap();
                let difference = item.difference(variant, &evidence);
                difference.map(|told| format!("{} {variant:?}: {told}", item.id))
            });
        }
    }
    running.join_all().await.into_iter().flatten().collect()
}
