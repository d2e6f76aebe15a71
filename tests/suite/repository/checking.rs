//! Many commits, as a check of a range looks at them.

use super::sample::{Sample, told};

#[tokio::test]
async fn commits_of_a_range_are_told_parents_first_with_what_they_changed() {
    let sample = Sample::with(&[("a", "0")]);
    let mut expected = vec![sample.id("HEAD")];
    for number in 1..=5 {
        sample.write("a", number.to_string());
        expected.push(sample.commit(&number.to_string()));
    }
    let repository = sample.open();

    let commits = repository.commits("HEAD~5..HEAD").await.unwrap();
    let mut comparer = repository.shadow.comparer().unwrap();
    let mut before = repository.resolve("HEAD~5").await.unwrap().tree;
    let mut said = Vec::new();
    for commit in &commits {
        said.extend(told(&comparer.deltas(&before, &commit.tree).await.unwrap()));
        before = commit.tree.clone();
    }

    let parents: Vec<_> = commits.iter().flat_map(|commit| commit.parents.clone()).collect();
    let ids: Vec<_> = commits.iter().map(|commit| commit.id.clone()).collect();
    assert_eq!((parents, ids), (expected[..5].to_vec(), expected[1..].to_vec()));
    assert_eq!(said.len(), 5);
    assert_eq!(said[4], r#"a: 100644 "4" > 100644 "5""#);
}

#[tokio::test]
async fn a_merge_has_all_its_parents() {
    let sample = Sample::with(&[("a", "1")]);
    sample.git(&["checkout", "--quiet", "-b", "side"]);
    let side = sample.commit("side");
    sample.git(&["checkout", "--quiet", "main"]);
    let main = sample.commit("main");
    sample.git(&["merge", "--quiet", "--no-ff", "--no-edit", "side"]);

    let commits = sample.open().commits("HEAD~2..HEAD").await.unwrap();

    assert_eq!(commits.len(), 3);
    assert_eq!(commits[2].parents, [main, side]);
}

#[tokio::test]
async fn one_refused_pair_does_not_spoil_the_next() {
    let sample = Sample::with(&[("a", "1")]);
    let first = sample.id("HEAD^{tree}");
    sample.write("big", vec![b'x'; (4 << 20) + 1]);
    (0..2_001).for_each(|number| sample.write(&format!("n/{number}"), "x"));
    sample.commit("large");
    let large = sample.id("HEAD^{tree}");
    std::fs::remove_dir_all(sample.root().join("n")).unwrap();
    sample.commit("one large");
    let one = sample.id("HEAD^{tree}");
    sample.write("big", "small");
    sample.commit("small");
    let small = sample.id("HEAD^{tree}");
    let mut comparer = sample.open().shadow.comparer().unwrap();
    let mut said = Vec::new();

    for (before, after) in [(&first, &large), (&first, &one), (&first, &small)] {
        said.push(
            comparer
                .deltas(before, after)
                .await
                .map(|deltas| deltas.len())
                .map_err(|error| error.to_string()),
        );
    }
    let missing = "1".repeat(40).parse().unwrap();
    let gone = comparer.deltas(&first, &missing).await.unwrap_err().to_string();

    assert_eq!(
        said,
        [
            Err("more than 2000 paths are touched".to_owned()),
            Err("big: 4194305 bytes are too many".to_owned()),
            Ok(1),
        ]
    );
    assert_eq!(gone, format!("git diff-tree failed: error: Could not read {missing}"));
}

#[tokio::test]
async fn blobs_are_read_in_the_order_that_they_are_asked_for() {
    let sample = Sample::with(&[("a", "1"), ("b", "2")]);
    let (a, b) = (sample.id("HEAD:a"), sample.id("HEAD:b"));
    let mut comparer = sample.open().shadow.comparer().unwrap();

    let blobs = comparer.blobs(&[&b, &a, &b]).await.unwrap();
    let tree = sample.id("HEAD^{tree}");
    let error = comparer.blobs(&[&tree]).await.unwrap_err();
    let missing = "1".repeat(40).parse().unwrap();
    let gone = comparer.blobs(&[&missing, &a]).await.unwrap_err();

    assert_eq!(blobs.iter().map(|blob| &**blob).collect::<Vec<_>>(), [b"2", b"1", b"2"]);
    assert_eq!(error.to_string(), format!("the object {tree} is not what its id says"));
    assert_eq!(gone.to_string(), format!("the object {missing} is not in the repository"));
}
