//! Clones that lack something: history, or contents. Nothing is fetched, and what is missing is said.

use std::fs;

use work::contract::error::ErrorKind;

use super::history::of_pairs;
use crate::repository::sample::{Sample, git_in};
use crate::support::house::House;

fn cloned(sample: &Sample, words: &[&str]) -> std::path::PathBuf {
    sample.git(&["config", "uploadpack.allowFilter", "true"]);
    sample.git(&["checkout", "--quiet", "main"]);
    let (from, to) = (format!("file://{}", sample.root().display()), sample.folder().join("clone"));
    let target = to.to_str().unwrap();
    git_in(sample.folder(), &[&["clone", "--quiet"], words, &[from.as_str(), target]].concat());
    to
}

#[tokio::test]
async fn a_shallow_clone_is_remembered_as_far_as_it_goes() {
    let clone = of_pairs(10);
    let path = cloned(&clone, &["--depth", "2"]);
    let house = House::new();

    let built = house.line(&format!("/build-graph {}", path.display())).await.data();

    assert_eq!((&built["commits"], &built["complete"]), (&2.into(), &false.into()));
    assert_eq!(built["missing"][0], "the clone is shallow: older history is not in it");
}

#[tokio::test]
async fn a_clone_without_contents_is_not_filled() {
    let sample = of_pairs(10);
    let path = cloned(&sample, &["--no-checkout", "--filter=blob:none"]);
    let count = || git_in(&path, &["count-objects", "-v"]);
    let before = count();
    let house = House::new();

    let built = house.line(&format!("/build-graph {}", path.display())).await.data();

    assert_eq!((&built["commits"], &built["complete"]), (&10.into(), &false.into()));
    assert!(built["missing"].to_string().contains("missing"), "{built}");
    assert_eq!(count(), before);
}

#[tokio::test]
async fn a_repository_whose_objects_are_gone_is_refused_by_name() {
    let sample = of_pairs(3);
    let house = House::new();
    fs::remove_dir_all(sample.root().join(".git/objects")).unwrap();
    fs::create_dir(sample.root().join(".git/objects")).unwrap();

    let refused = house.line(&format!("/build-graph {}", sample.root().display())).await.error();

    assert!(refused.kind != ErrorKind::Internal, "{refused:?}");
}
