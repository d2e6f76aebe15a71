//! Random changes, byte for byte in and out again.

use super::trees::{Node, Scene, Tree, carry_out, folder, put};

/// Changes that are tried.
const CHANGES: u64 = 1_000;

#[test]
fn a_thousand_changes_go_in_and_come_out_byte_for_byte() {
    let mut tried = 0;
    for number in 0..CHANGES {
        let folder = folder();
        let Some(scene) = Scene::new(folder.path(), number) else { continue };

        scene.carry_out().unwrap();
        assert_eq!(Tree::of(&scene.root), scene.after, "seed {number}, in");
        carry_out(&scene.rollback().unwrap()).unwrap();

        assert_eq!(Tree::of(&scene.root), scene.before, "seed {number}, out");
        tried += 1;
    }

    assert!(tried > CHANGES * 9 / 10, "{tried} changes were not empty");
}

#[test]
fn a_rollback_keeps_what_was_changed_elsewhere_since() {
    for number in 0..100 {
        let folder = folder();
        let Some(scene) = Scene::new(folder.path(), number) else { continue };
        scene.carry_out().unwrap();
        let mine = Node::File(0o640, b"mine".to_vec());
        // A folder in the place of a file could not become one again with something in it.
        let is_in_file = |made: &str| {
            let mut files = scene.before.nodes.keys();
            files.any(|file| made == file || made.starts_with(&format!("{file}/")))
        };
        let mut made = scene.prepared.files.made.iter().map(|made| made.path.as_str());
        let made = made.find(|made| !is_in_file(made)).map(|made| format!("{made}/mine"));
        let mut kept = vec!["mine".to_owned()];
        kept.extend(made);
        for path in &kept {
            put(&scene.root, path, &mine);
        }

        carry_out(&scene.rollback().unwrap()).unwrap();

        let mut found = Tree::of(&scene.root);
        for path in &kept {
            assert_eq!(found.nodes.remove(path), Some(mine.clone()), "seed {number}");
        }
        assert_eq!(found.nodes, scene.before.nodes, "seed {number}");
    }
}
