//! Random tampering, a seeded share of the bench's.

use std::path::Path;

use super::audit_export::{exported, files, verified};
use crate::support::house::House;
use crate::support::mutations::{Mutation, Numbers, Place, mutate_database, mutate_export};

const EXPORTS: u64 = 150;
const DATABASES: u64 = 60;

fn expect(seed: u64, mutation: Mutation, exit: u8, data: &serde_json::Value) {
    let first_bad = data["first_bad"].as_u64();
    let is_placed = match mutation.place {
        Place::At(seq) => first_bad == Some(seq),
        Place::Nowhere => first_bad.is_none(),
        Place::Any => true,
    };
    assert!(exit == 7 && is_placed, "seed {seed}, {mutation:?}: exit {exit}, {data:#}");
}

fn write(folder: &Path, files: &std::collections::BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[tokio::test]
async fn each_random_mutation_of_an_export_is_found_in_its_place() {
    let (house, folder) = exported().await;
    let original = files(&folder);
    for seed in 0..EXPORTS {
        let mut changed = original.clone();
        let mutation = mutate_export(&mut changed, &mut Numbers::new(seed));
        std::fs::remove_dir_all(&folder).unwrap();
        write(&folder, &changed);

        let (exit, data) = verified(&house, folder.to_str().unwrap()).await;

        expect(seed, mutation, exit, &data);
    }
}

#[tokio::test]
async fn each_random_mutation_of_a_database_is_found_in_its_place() {
    let house = House::new();
    house.approved().await;
    house.proposed().await;
    let id = house.proposed().await;
    house.line(&format!("/reject-code {id} no")).await.data();
    house.close().await;
    let original = std::fs::read(house.database()).unwrap();
    for seed in 0..DATABASES {
        std::fs::write(house.database(), &original).unwrap();
        let mutation = mutate_database(&house.database(), &mut Numbers::new(seed));

        let (exit, data) = verified(&house, "").await;

        expect(seed, mutation, exit, &data);
    }
    std::fs::write(house.database(), &original).unwrap();
    assert_eq!(verified(&house, "").await.0, 0);
}
