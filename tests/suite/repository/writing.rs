//! What is written into a repository.

use foundation::repository::commits::{Author, NewCommit};
use foundation::repository::error::RepositoryError;
use foundation::repository::notes::NewNote;
use foundation::repository::repository::Repository;
use record::domain::changeset::GitId;
use record::domain::time::Timestamp;

use super::sample::{Sample, changeset, git_in};

const NOTES: &str = "refs/notes/saraphina";
const AT: Timestamp = Timestamp::from_millis(1_795_164_420_000);

fn author() -> Author {
    Author::new("Grace Hopper", "grace@example.org").unwrap()
}

/// Writes a note in the place of one that is there.
pub(super) async fn set_note(
    repository: &Repository,
    name: &str,
    note: NewNote<'_>,
) -> Result<(), RepositoryError> {
    repository.renew_note(name, note, |_| Ok(note.content.to_vec())).await
}

/// A change of a sample, its tree known to nobody but what is kept.
async fn changed(sample: &Sample, files: usize) -> (Repository, GitId) {
    let bare = sample.open();
    for number in 0..files {
        sample.write(&format!("new/{number}"), number.to_string());
    }
    let difference = bare.work_tree().await.unwrap();
    bare.shadow.keep(&difference.base).await.unwrap();
    let tree = bare.shadow.result_tree(&changeset(difference)).await.unwrap();
    (bare, tree)
}

#[tokio::test]
async fn a_commit_stands_in_the_repository_whole() {
    for files in [3, 200] {
        let sample = Sample::with(&[("a", "1")]);
        let (repository, tree) = changed(&sample, files).await;
        let (parent, author) = (sample.id("HEAD"), author());
        let message = "Say it\n\nWith a body.\n\nSaraphina-Proposal: proposal_0123456789ab\n";
        let parents = [parent.clone()];
        let new = NewCommit { tree: &tree, parents: &parents, message, author: &author, at: AT };

        let commit = repository.commit(new).await.unwrap();
        repository.update_ref("refs/heads/approved", &commit, None).await.unwrap();

        let format =
            "--format=%T|%P|%an|%ae|%at|%cn|%ct|%(trailers:key=Saraphina-Proposal,valueonly)";
        let said = sample.git(&["log", "-1", format, "approved"]);
        let expected = format!(
            "{tree}|{parent}|Grace Hopper|grace@example.org|1795164420|Grace Hopper|1795164420|proposal_0123456789ab"
        );
        assert_eq!(said.trim_end(), expected);
        std::fs::remove_dir_all(sample.home()).unwrap();
        sample.git(&["fsck", "--full", "--strict"]);
        let count = sample.git(&["ls-tree", "-r", "--name-only", "approved"]).lines().count();
        assert_eq!(count, files + 1);
    }
}

#[tokio::test]
async fn a_reference_moves_from_where_it_was_or_not_at_all() {
    let sample = Sample::with(&[("a", "1")]);
    let first = sample.id("HEAD");
    let second = sample.commit("second");
    sample.git(&["pack-refs", "--all"]);
    let repository = sample.open();
    let name = "refs/heads/new/branch";

    repository.update_ref(name, &first, None).await.unwrap();
    let twice = repository.update_ref(name, &second, None).await.unwrap_err().to_string();
    let wrong = repository.update_ref("refs/heads/main", &first, Some(&first)).await.unwrap_err();
    repository.update_ref("refs/heads/main", &first, Some(&second)).await.unwrap();

    assert_eq!(twice, format!("{name} moved: expected nothing, found {first}"));
    assert_eq!(
        wrong.to_string(),
        format!("refs/heads/main moved: expected {first}, found {second}")
    );
    assert_eq!((sample.id(name), sample.id("main")), (first.clone(), first.clone()));
    assert_eq!(repository.read_ref(name).await.unwrap(), Some(first));
    assert_eq!(repository.read_ref("refs/heads/new").await.unwrap(), None);
    let log = sample.git(&["reflog", "show", "--format=%H", "refs/heads/main"]);
    assert_eq!(log.lines().count(), 3);
    let missing: GitId = "1".repeat(40).parse().unwrap();
    let error = repository.update_ref("refs/heads/x", &missing, None).await.unwrap_err();
    assert!(matches!(error, RepositoryError::Git { .. }), "{error}");
}

#[tokio::test]
async fn a_bare_repository_without_logs_is_written_too() {
    let sample = Sample::with(&[("a", "1")]);
    git_in(sample.folder(), &["clone", "--quiet", "--bare", "target", "bare.git"]);
    let bare = sample.folder().join("bare.git");
    std::fs::remove_dir_all(bare.join("logs")).ok();
    let repository = sample.open_at(&bare);
    let (commit, author) = (sample.id("HEAD"), author());
    let note = NewNote { commit: &commit, content: b"one", author: &author, at: AT };

    repository.update_ref("refs/heads/new", &commit, None).await.unwrap();
    set_note(&repository, NOTES, note).await.unwrap();

    assert_eq!(git_in(&bare, &["rev-parse", "new"]), commit.as_str());
    assert_eq!(git_in(&bare, &["notes", "--ref=saraphina", "show", "new"]), "one");
    assert!(!bare.join("logs").exists());
}

#[tokio::test]
async fn a_note_is_what_git_shows_and_takes_the_place_of_an_older_one() {
    let sample = Sample::with(&[("a", "1")]);
    let (repository, author) = (sample.open(), author());
    let (first, second) = (sample.id("HEAD"), sample.commit("second"));
    let note = |commit, content| NewNote { commit, content, author: &author, at: AT };
    let before = repository.note(NOTES, &first).await.unwrap();

    set_note(&repository, NOTES, note(&first, b"one\n")).await.unwrap();
    set_note(&repository, NOTES, note(&second, b"\0binary\n\n")).await.unwrap();
    set_note(&repository, NOTES, note(&first, b"another\n")).await.unwrap();

    assert_eq!(before, None);
    assert_eq!(sample.git(&["notes", "--ref=saraphina", "show", first.as_str()]), "another");
    assert_eq!(
        repository.note(NOTES, &second).await.unwrap().as_deref(),
        Some(&b"\0binary\n\n"[..])
    );
    let notes: Vec<GitId> = repository.notes(NOTES).await.unwrap().into_keys().collect();
    let mut expected = vec![first, second];
    expected.sort();
    assert_eq!(notes, expected);
    assert_eq!(sample.git(&["rev-list", "--count", NOTES]), "3");
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_many_writers_are_all_there() {
    let sample = Sample::with(&[("a", "1")]);
    let commits: Vec<GitId> = (0..4).map(|number| sample.commit(&number.to_string())).collect();
    let repository = sample.open();
    let author = author();

    let writes = commits.iter().map(|commit| {
        let content = commit.as_str().as_bytes();
        set_note(&repository, NOTES, NewNote { commit, content, author: &author, at: AT })
    });
    for written in futures::future::join_all(writes).await {
        written.unwrap();
    }

    for commit in &commits {
        let note = repository.note(NOTES, commit).await.unwrap();
        assert_eq!(note.as_deref(), Some(commit.as_str().as_bytes()));
    }
}

#[tokio::test]
async fn notes_in_folders_are_read_and_two_on_one_commit_are_refused() {
    let sample = Sample::with(&[("a", "1")]);
    let commit = sample.id("HEAD");
    let blob = sample.git(&["hash-object", "-w", "a"]);
    let (start, rest) = commit.as_str().split_at(2);
    let tree = |lines: &str| {
        sample.write("lines", lines);
        let index = sample.folder().join("index");
        let script = format!(
            "GIT_INDEX_FILE={} git update-index --index-info < lines && GIT_INDEX_FILE={} git write-tree",
            index.display(),
            index.display()
        );
        let words = ["-c", &format!("alias.made=!{script}"), "made"];
        git_in(&sample.root(), &words)
    };
    let set = |tree: &str| {
        let made = sample.git(&["commit-tree", tree, "-m", "notes"]);
        sample.git(&["update-ref", NOTES, &made]);
    };
    let repository = sample.open();

    set(&tree(&format!("100644 {blob}\t{start}/{rest}\n100644 {blob}\tREADME\n")));
    let note = repository.note(NOTES, &commit).await.unwrap();
    set(&tree(&format!("100644 {blob}\t{commit}\n")));
    let error = repository.note(NOTES, &commit).await.unwrap_err();

    assert_eq!(note.as_deref(), Some(&b"1"[..]));
    assert_eq!(error.to_string(), format!("{commit} has two notes"));
}

#[test]
fn a_name_that_git_would_change_is_refused() {
    for (name, address) in [
        ("", "a@b"),
        ("A\nB", "a@b"),
        ("A <x>", "a@b"),
        ("A", ""),
        ("A", "<a@b>"),
        (" A", "a@b"),
        ("A.", "a@b"),
    ] {
        assert!(Author::new(name, address).is_err(), "{name} {address}");
    }
    assert!(Author::new("Ada d'Été", "ada+x@example.org").is_ok());
}
