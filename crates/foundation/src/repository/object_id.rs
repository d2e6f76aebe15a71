//! The id of a git object, reckoned from its bytes.
//!
//! git believes the index of a pack when it reads; what enters a decision is not believed but reckoned again.

use record::domain::changeset::GitId;
use record::domain::digest::hex;
use ring::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};

/// Hex digits of an id that is a SHA-256.
const LONG: usize = 64;

/// Tells whether an object of a kind (`blob`, `commit`, …) with these bytes has this id.
pub(super) fn fits(id: &GitId, kind: &str, content: &[u8]) -> bool {
    let algorithm: &Algorithm =
        if id.as_str().len() == LONG { &SHA256 } else { &SHA1_FOR_LEGACY_USE_ONLY };
    let mut hasher = Context::new(algorithm);
    hasher.update(format!("{kind} {}\0", content.len()).as_bytes());
    hasher.update(content);
    hex(hasher.finish().as_ref()) == id.as_str()
}

/// What git writes in the place of an id that is not there.
pub(super) fn nothing(like: &GitId) -> String {
    "0".repeat(like.as_str().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_empty_objects_are_those_of_git() {
        let id = |text: &str| text.parse::<GitId>().unwrap();

        let blob = id("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert!(
            fits(&blob, "blob", b"") && !fits(&blob, "blob", b"x") && !fits(&blob, "tree", b"")
        );
        assert!(fits(&id("4b825dc642cb6eb9a060e54bf8d69288fbee4904"), "tree", b""));
        let long = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";
        assert!(fits(&id(long), "blob", b""));
    }
}
