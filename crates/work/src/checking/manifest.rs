//! Manifests of approved changes, read back and held against what differs between two trees.
//!
//! The content hash of a decision is the hash of these bytes, so they are taken in one spelling only. A change covers exactly its
//! paths: one more, one less, another mode or another byte, and it is another change.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use foundation::repository::delta::Delta;
use record::domain::changeset::{Base, Mode, Side};
use record::domain::digest::Digest;
use record::domain::role::Role;
use record::domain::source_path::SourcePath;

/// The version of manifests of changes.
const VERSION: u8 = 2;

/// What a change was approved to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Where it starts.
    pub base: Base,
    /// The hash of its bytes, which decisions sign.
    pub content_hash: Digest,
    files: BTreeMap<SourcePath, Sides>,
}

/// Both sides of a path, by mode and digest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sides {
    before: Option<(Mode, Digest)>,
    after: Option<(Mode, Digest)>,
}

/// The first thing in which two trees differ otherwise than was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// A path is changed that the approved change leaves alone.
    Extra(SourcePath),
    /// A path is as it was, although the approved change touches it.
    Missing(SourcePath),
    /// A path has another mode, or is there or gone.
    Mode {
        /// The path.
        path: SourcePath,
        /// What was approved; absent where it is deleted.
        approved: Option<Mode>,
        /// What is there; absent where it is gone.
        found: Option<Mode>,
    },
    /// A path has other bytes.
    Digest {
        /// The path.
        path: SourcePath,
        /// What was approved.
        approved: Digest,
        /// What is there.
        found: Digest,
    },
}

/// A manifest as it is spelled, its fields in the order of RFC 8785.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    base: Base,
    files: Vec<WireFile>,
    v: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFile {
    after: Option<Digest>,
    before: Option<Digest>,
    mode: Option<Mode>,
    mode_before: Option<Mode>,
    path: SourcePath,
    role: Role,
}

impl Manifest {
    /// Reads a manifest; refuses every spelling but the one that changes have.
    pub fn parse(text: &str) -> Option<Self> {
        let wire: Wire = serde_json::from_str(text).ok()?;
        let again = serde_json::to_string(&wire).ok()?;
        if wire.v != VERSION || again != text {
            return None;
        }
        let mut files = BTreeMap::new();
        for file in wire.files {
            let is_after_the_last =
                files.last_key_value().is_none_or(|(last, _)| *last < file.path);
            let (before, after) =
                (side(file.mode_before, file.before)?, side(file.mode, file.after)?);
            if !is_after_the_last || before == after {
                return None;
            }
            files.insert(file.path, Sides { before, after });
        }
        let content_hash = Digest::of(text.as_bytes());
        (!files.is_empty()).then_some(Self { base: wire.base, content_hash, files })
    }

    /// Names every path that it touches, whose owners an approval needs by the policy.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(SourcePath::as_str)
    }

    /// Finds the first thing, by path, in which deltas are another change than this one.
    pub fn misfit(&self, deltas: &[Delta]) -> Option<Misfit> {
        let found: BTreeMap<&SourcePath, &Delta> =
            deltas.iter().map(|delta| (&delta.path, delta)).collect();
        let mut paths: Vec<&SourcePath> = self.files.keys().chain(found.keys().copied()).collect();
        paths.sort();
        paths.dedup();
        paths.into_iter().find_map(|path| match (self.files.get(path), found.get(path)) {
            (Some(_), None) => Some(Misfit::Missing(path.clone())),
            (None, _) => Some(Misfit::Extra(path.clone())),
            (Some(approved), Some(delta)) => differing(path, approved, delta),
        })
    }
}

/// A side that may not be there, which is not the same as one that cannot be read.
#[expect(clippy::option_option, reason = "the outer one says whether it could be read")]
fn side(mode: Option<Mode>, digest: Option<Digest>) -> Option<Option<(Mode, Digest)>> {
    match (mode, digest) {
        (Some(mode), Some(digest)) => Some(Some((mode, digest))),
        (None, None) => Some(None),
        (Some(_), None) | (None, Some(_)) => None,
    }
}

fn differing(path: &SourcePath, approved: &Sides, delta: &Delta) -> Option<Misfit> {
    let told = |side: &Option<Side>| side.as_ref().map(|side| (side.mode, side.digest()));
    let sides = [(approved.before, told(&delta.before)), (approved.after, told(&delta.after))];
    sides.into_iter().find_map(|(approved, found)| match (approved, found) {
        (approved, found) if approved == found => None,
        (Some((mode, digest)), Some((found_mode, found))) if mode == found_mode => {
            Some(Misfit::Digest { path: path.clone(), approved: digest, found })
        }
        (approved, found) => {
            let (approved, found) = (approved.map(|side| side.0), found.map(|side| side.0));
            Some(Misfit::Mode { path: path.clone(), approved, found })
        }
    })
}

impl Misfit {
    /// The path that it is about.
    pub const fn path(&self) -> &SourcePath {
        match self {
            Self::Extra(path)
            | Self::Missing(path)
            | Self::Mode { path, .. }
            | Self::Digest { path, .. } => path,
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = |mode: &Option<Mode>| mode.map_or("nothing", Mode::word);
        match self {
            Self::Extra(path) => write!(formatter, "{path} is changed too"),
            Self::Missing(path) => write!(formatter, "{path} is not changed"),
            Self::Mode { path, approved, found } => write!(
                formatter,
                "{path} has mode {} where {} was approved",
                there(found),
                there(approved)
            ),
            Self::Digest { path, approved, found } => write!(
                formatter,
                "{path} has the bytes {} where {} was approved",
                found.short(),
                approved.short()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::changeset::{Changeset, Touched};

    fn touched(path: &str, before: Option<&str>, after: Option<&str>) -> Touched {
        let side = |text: &str| Side::file(text.as_bytes());
        let path = path.parse().unwrap();
        Touched { path, role: Role::Code, before: before.map(side), after: after.map(side) }
    }

    fn change(paths: Vec<Touched>) -> Changeset {
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let base = Base { commit: id("a"), tree: id("b") };
        Changeset::new("shop".parse().unwrap(), base, paths).unwrap()
    }

    fn deltas(change: &Changeset) -> Vec<Delta> {
        let delta = |touched: &Touched| Delta {
            path: touched.path.clone(),
            before: touched.before.clone(),
            after: touched.after.clone(),
        };
        change.touched().iter().map(delta).collect()
    }

    #[test]
    fn the_manifest_of_a_change_reads_back_and_fits_it_alone() {
        let change = change(vec![
            touched("a.py", Some("1"), Some("2")),
            touched("b/\"ü\".py", None, Some("3")),
            touched("c.py", Some("4"), None),
        ]);
        let manifest = Manifest::parse(&change.manifest()).unwrap();
        let deltas = deltas(&change);
        let path = |text: &str| text.parse::<SourcePath>().unwrap();
        let with = |edit: &dyn Fn(&mut Vec<Delta>)| {
            let mut deltas = deltas.clone();
            edit(&mut deltas);
            manifest.misfit(&deltas)
        };

        assert_eq!(manifest.content_hash, change.content_hash());
        assert_eq!(manifest.misfit(&deltas), None);
        assert_eq!(with(&|deltas| deltas.truncate(2)), Some(Misfit::Missing(path("c.py"))));
        let extra = Delta { path: path("0.py"), before: None, after: Some(Side::file(*b"x")) };
        assert_eq!(with(&|deltas| deltas.push(extra.clone())), Some(Misfit::Extra(path("0.py"))));
        let (approved, found) = (Some(Mode::File), Some(Mode::Executable));
        assert_eq!(
            with(&|deltas| deltas[0].after.as_mut().unwrap().mode = Mode::Executable),
            Some(Misfit::Mode { path: path("a.py"), approved, found })
        );
        let (approved, found) = (Digest::of(b"2"), Digest::of(b"x"));
        assert_eq!(
            with(&|deltas| deltas[0].after = Some(Side::file(*b"x"))),
            Some(Misfit::Digest { path: path("a.py"), approved, found })
        );
    }

    #[test]
    fn another_spelling_is_no_manifest() {
        let text = change(vec![
            touched("a.py", Some("1"), Some("2")),
            touched("b.py", Some("1"), Some("2")),
        ])
        .manifest();
        let of = |from: &str, to: &str| Manifest::parse(&text.replacen(from, to, 1));

        assert!(Manifest::parse(&text).is_some());
        for (from, to) in [
            ("\"v\":2", "\"v\":1"),
            ("\"v\":2", "\"v\": 2"),
            ("a.py", "c.py"),
            ("a.py", "b.py"),
            ("a.py", "../a"),
            ("\"mode\":\"100644\"", "\"mode\":null"),
            ("\"mode\":\"100644\"", "\"mode\":\"040000\""),
        ] {
            assert_eq!(of(from, to), None, "{from} {to}");
        }
    }
}
