//! Published vectors and an independent oracle.

use std::sync::LazyLock;

use record::audit::checkpoint::CheckpointError;
use record::audit::key::LogKey;
use record::audit::merkle::{Frontier, NodeRef, empty_root, leaf_hash};
use record::audit::proof::{
    ProofError, TreeHead, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion,
};
use record::audit::tree::Tree;
use record::domain::digest::{Digest, unhex};

const LARGEST: u64 = 64;

/// The leaves and roots of the certificate transparency reference tests.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// RFC 6962's definition word for word, slow and without state.
fn defined_root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [leaf] => *leaf,
        _ => {
            let mut middle = 1;
            while middle * 2 < leaves.len() {
                middle *= 2;
            }
            let (left, right) = leaves.split_at(middle);
            let (left, right) = (defined_root(left), defined_root(right));
            Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
        }
    }
}

fn leaves() -> Vec<Digest> {
    (0..LARGEST).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

fn tree() -> Tree {
    let mut tree = Tree::default();
    for leaf in leaves() {
        tree.push(leaf);
    }
    tree
}

fn head(size: u64) -> TreeHead {
    static HEADS: LazyLock<Vec<TreeHead>> = LazyLock::new(|| {
        let leaves = leaves();
        let head = |size: usize| TreeHead {
            size: u64::try_from(size).unwrap(),
            root: defined_root(&leaves[..size]),
        };
        (0..=leaves.len()).map(head).collect()
    });
    HEADS[usize::try_from(size).unwrap()]
}

#[test]
fn published_roots_are_reached() {
    let mut frontier = Frontier::empty();
    let mut roots = vec![frontier.root().hex()];
    for leaf in LEAVES {
        frontier.push(leaf_hash(&unhex(leaf).unwrap())).for_each(drop);
        roots.push(frontier.root().hex());
    }

    assert_eq!(roots, ROOTS);
}

#[test]
fn every_root_agrees_with_the_definition_and_restarts_from_stored_nodes() {
    let tree = tree();
    let mut frontier = Frontier::empty();
    for size in 0..=LARGEST {
        let peaks: Vec<Digest> =
            Frontier::places(size).map(|place| tree.node(place).unwrap()).collect();

        assert_eq!(frontier.root(), head(size).root, "size {size}");
        assert_eq!(tree.root_at(size), Ok(head(size).root), "size {size}");
        assert_eq!(Frontier::from_nodes(size, peaks), Some(frontier.clone()), "size {size}");

        let leaf = leaf_hash(&size.to_be_bytes());
        for node in frontier.push(leaf).filter(|_| size < LARGEST) {
            assert_eq!(tree.node(node.place), Some(node.hash));
        }
    }
    assert_eq!(Frontier::from_nodes(3, vec![Digest::ZERO]), None);
}

#[test]
fn every_inclusion_proof_holds_for_its_own_leaf_only() {
    let tree = tree();
    let nodes = |place: NodeRef| tree.node(place);
    for size in 1..=LARGEST {
        let root = head(size).root;
        for index in 0..size {
            let path = inclusion_proof(size, index, &nodes).unwrap();
            let leaf = nodes(NodeRef { level: 0, index }).unwrap();
            let check =
                |index, leaf, path: &[Digest]| verify_inclusion(leaf, index, size, path, root);

            assert_eq!(check(index, leaf, &path), Ok(()), "{index} of {size}");
            assert!(check(index, Digest::ZERO, &path).is_err(), "{index} of {size}");
            let longer = [path.as_slice(), &[leaf]].concat();
            assert_eq!(check(index, leaf, &longer), Err(ProofError::Length));
            for other in (0..size).filter(|other| *other != index) {
                assert!(check(other, leaf, &path).is_err(), "{index} as {other} of {size}");
            }
        }
        assert!(inclusion_proof(size, size, &nodes).is_err());
    }
}

#[test]
fn every_consistency_proof_holds_for_its_own_sizes_only() {
    let tree = tree();
    let nodes = |place: NodeRef| tree.node(place);
    for new in 0..=LARGEST {
        for old in 0..=new {
            let path = consistency_proof(old, new, &nodes).unwrap();
            let wrong = TreeHead { size: old, root: Digest::ZERO };
            let longer = [path.as_slice(), &[Digest::ZERO]].concat();

            assert_eq!(verify_consistency(head(old), head(new), &path), Ok(()), "{old}..{new}");
            assert!(verify_consistency(wrong, head(new), &path).is_err(), "{old}..{new}");
            assert!(verify_consistency(head(old), head(new), &longer).is_err(), "{old}..{new}");
            for at in 0..path.len() {
                let mut bent = path.clone();
                bent[at] = Digest::of(b"bent");
                assert!(verify_consistency(head(old), head(new), &bent).is_err(), "{old}..{new}");
            }
        }
        assert!(consistency_proof(new + 1, new, &nodes).is_err());
    }
    assert_eq!(head(0).root, empty_root());
}

#[test]
fn the_published_note_key_signs_the_published_note() {
    let key = LogKey::parse(
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
    )
    .unwrap();
    let note = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\n\
                \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    assert_eq!(
        key.verifier().vkey(),
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    );
    // The signature holds, but the text is no checkpoint; a changed text fails earlier.
    assert_eq!(key.verifier().open(note), Err(CheckpointError::Malformed));
    assert_eq!(
        key.verifier().open(&note.replace("answer", "Answer")),
        Err(CheckpointError::Signature { signer: "PeterNeumann".to_owned() })
    );
}

/// The largest size of the vectors that implementations of the format are held against.
const ALL: u64 = 1_025;

/// Roots by the definition, for every size up to [`ALL`].
static HEADS: LazyLock<(Tree, Vec<TreeHead>)> = LazyLock::new(|| {
    let leaves: Vec<Digest> = (0..ALL).map(|index| leaf_hash(&index.to_be_bytes())).collect();
    let mut tree = Tree::default();
    for leaf in &leaves {
        tree.push(*leaf);
    }
    let heads = (0..=ALL).map(|size| {
        let leaves = &leaves[..usize::try_from(size).unwrap()];
        TreeHead { size, root: defined_root(leaves) }
    });
    (tree, heads.collect())
});

/// One in `parts` of all pairs of sizes, and of all leaves in all sizes.
fn prove_share(part: u64, parts: u64) {
    let (tree, heads) = &*HEADS;
    let nodes = |place: NodeRef| tree.node(place);
    for new in heads.iter().filter(|head| head.size % parts == part) {
        assert_eq!(tree.root_at(new.size), Ok(new.root));
        for index in 0..new.size {
            let leaf = nodes(NodeRef { level: 0, index }).unwrap();
            let path = inclusion_proof(new.size, index, &nodes).unwrap();
            assert_eq!(verify_inclusion(leaf, index, new.size, &path, new.root), Ok(()));
        }
        for old in heads.iter().take_while(|old| old.size <= new.size) {
            let path = consistency_proof(old.size, new.size, &nodes).unwrap();
            assert_eq!(verify_consistency(*old, *new, &path), Ok(()), "{} {}", old.size, new.size);
        }
    }
}

#[test]
fn every_pair_of_sizes_up_to_1025_is_proved_first_quarter() {
    prove_share(0, 4);
}

#[test]
fn every_pair_of_sizes_up_to_1025_is_proved_second_quarter() {
    prove_share(1, 4);
}

#[test]
fn every_pair_of_sizes_up_to_1025_is_proved_third_quarter() {
    prove_share(2, 4);
}

#[test]
fn every_pair_of_sizes_up_to_1025_is_proved_last_quarter() {
    prove_share(3, 4);
}
