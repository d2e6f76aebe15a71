//! Targets that somebody turns against whoever writes into them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use work::applying::contents::Contents;
use work::applying::error::{ApplyError, Failure, Problem};
use work::applying::folder::file_state;
use work::applying::plan::{Expected, Manner, STAGE_PREFIX, Wanted};
use work::applying::preparing::{Prepared, prepare};

use super::trees::{Tree, carry_out, folder, job};

/// Rounds of exchanging a path against its writer.
const ROUNDS: usize = 200;

fn created(root: &Path, path: &str) -> Result<Prepared, ApplyError> {
    wanted(root, path, Expected::Exactly(None))
}

fn wanted(root: &Path, path: &str, before: Expected) -> Result<Prepared, ApplyError> {
    let mut contents = Contents::default();
    contents.add(b"new".as_slice());
    contents.add(b"old".as_slice());
    let after = Some(file_state(0o644, b"new"));
    let wanted = [Wanted { path: path.parse().unwrap(), before, after }];
    prepare((root, &job()), (&wanted, contents), Manner::Apply)
}

fn problem(refused: Result<Prepared, ApplyError>) -> Problem {
    let ApplyError::Misfits(misfits) = refused.unwrap_err() else { panic!("no misfit") };
    misfits.into_iter().next().unwrap().problem
}

#[test]
fn no_way_leads_through_a_link() {
    let (folder, outside) = (folder(), folder());
    let root = folder.path();
    symlink(outside.path(), root.join("out")).unwrap();
    fs::create_dir(root.join("real")).unwrap();
    symlink("real", root.join("in")).unwrap();

    let blocked = |by: &str| Problem::Blocked { by: by.to_owned(), what: "a link" };
    assert_eq!(problem(created(root, "out/x")), blocked("out"));
    assert_eq!(problem(created(root, "in/x")), blocked("in"));
    assert_eq!(problem(created(root, "in/deep/x")), blocked("in"));
    assert!(fs::read_dir(outside.path()).unwrap().next().is_none());
}

#[test]
fn a_folder_that_becomes_a_link_after_the_plan_leads_nobody_out() {
    let (folder, outside) = (folder(), folder());
    let root = folder.path();
    fs::create_dir(root.join("src")).unwrap();
    let prepared = created(root, "src/x").unwrap();
    fs::remove_dir(root.join("src")).unwrap();
    symlink(outside.path(), root.join("src")).unwrap();

    let failed = carry_out(&prepared);

    assert!(matches!(failed, Err(Failure::Undone(_))), "{failed:?}");
    assert!(fs::read_dir(outside.path()).unwrap().next().is_none());
    assert_eq!(fs::read_dir(root).unwrap().count(), 1);
}

#[test]
fn a_path_that_changes_after_the_plan_is_left_as_it_is_and_named() {
    let folder = folder();
    let root = folder.path();
    fs::write(root.join("x"), "old").unwrap();
    let before = Expected::Exactly(Some(file_state(0o644, b"old")));
    let prepared = wanted(root, "x", before).unwrap();
    fs::write(root.join("x"), "theirs").unwrap();

    let failed = carry_out(&prepared);

    assert!(
        matches!(&failed, Err(Failure::Undone(ApplyError::Raced(path))) if path.as_str() == "x"),
        "{failed:?}"
    );
    assert_eq!(fs::read(root.join("x")).unwrap(), b"theirs");
    assert_eq!(Tree::of(root).nodes.len(), 1);
}

#[test]
fn nothing_that_others_write_meanwhile_is_lost() {
    let folder = folder();
    let root = folder.path();
    let path = root.join("x");
    let mut raced = 0;
    for round in 0..ROUNDS {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let before = Expected::Exactly(Some(file_state(0o644, b"old")));
        let prepared = wanted(root, "x", before).unwrap();
        let theirs = root.join("theirs");
        fs::write(&theirs, format!("theirs {round}")).unwrap();
        let (barrier, renamed) = (Arc::new(Barrier::new(2)), Arc::new(AtomicBool::new(false)));
        let other = {
            let (barrier, renamed, path) = (barrier.clone(), renamed.clone(), path.clone());
            std::thread::spawn(move || {
                barrier.wait();
                (0..round * 20).for_each(|_| std::hint::spin_loop());
                fs::rename(theirs, path).unwrap();
                renamed.store(true, Ordering::SeqCst);
            })
        };
        barrier.wait();
        let done = carry_out(&prepared);
        other.join().unwrap();

        // Whoever came last is there: they always, where the writer was refused.
        let found = fs::read_to_string(&path).unwrap();
        assert!(renamed.load(Ordering::SeqCst));
        match done {
            Ok(()) => assert!(found == "new" || found == format!("theirs {round}"), "{found}"),
            Err(Failure::Undone(ApplyError::Raced(_))) => {
                assert_eq!(found, format!("theirs {round}"));
                raced += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
        assert_eq!(Tree::of(root).nodes.len(), 1, "round {round}");
    }
    assert!(raced < ROUNDS, "every round was raced");
}

#[test]
fn a_folder_that_cannot_be_written_is_left_alone() {
    // Whoever may write everywhere cannot be kept out by permissions.
    if nix::unistd::geteuid().is_root() {
        return read_only_root_is_kept_out_by_kind();
    }
    let folder = folder();
    let root = folder.path();
    fs::create_dir(root.join("src")).unwrap();
    fs::set_permissions(root.join("src"), fs::Permissions::from_mode(0o555)).unwrap();
    let prepared = created(root, "src/x").unwrap();

    let failed = carry_out(&prepared);

    assert!(matches!(failed, Err(Failure::Undone(ApplyError::File(_)))), "{failed:?}");
    let left = Tree::of(root);
    fs::set_permissions(root.join("src"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!((left.nodes.len(), left.folders.len()), (0, 1));
}

/// The same for root, who is kept out of a folder of the kernel.
fn read_only_root_is_kept_out_by_kind() {
    let root = Path::new("/proc/sys");
    let prepared = created(root, "no-such-file").unwrap();

    let failed = carry_out(&prepared);

    assert!(matches!(failed, Err(Failure::Undone(ApplyError::File(_)))), "{failed:?}");
}

#[test]
fn folders_of_staged_contents_are_nobodys_target() {
    let folder = folder();

    let refused = created(folder.path(), &format!("{STAGE_PREFIX}0123/x"));

    assert_eq!(problem(refused), Problem::StageFolder);
}

#[test]
fn a_file_too_large_to_keep_is_not_replaced() {
    let folder = folder();
    let file = fs::File::create(folder.path().join("x")).unwrap();
    file.set_len(17 << 20).unwrap();

    let refused = wanted(folder.path(), "x", Expected::Anything);

    assert_eq!(problem(refused), Problem::TooLarge(17 << 20));
}
