//! What a tree holds, path by path.
//!
//! Names are bytes here: what cannot be taken is sorted out by those who know why it is looked at.

use record::domain::changeset::{GitId, Mode};

use crate::repository::error::RepositoryError;
use crate::repository::git::{Git, unreadable};

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file or a link.
    Plain(Mode),
    /// Another repository.
    Submodule,
    /// A folder.
    Folder,
}

/// One path of a tree.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) id: GitId,
    /// Its bytes; none of a folder or submodule.
    pub(super) size: u64,
    pub(super) path: Vec<u8>,
}

/// Whether folders are listed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folders {
    Listed,
    LeftOut,
}

/// Lists a tree with all that lies below it.
pub(super) async fn entries(
    git: &Git,
    tree: &GitId,
    folders: Folders,
) -> Result<Vec<Entry>, RepositoryError> {
    let mut words = vec!["ls-tree", "-r", "-z", "--full-tree"];
    match folders {
        // Sizes are not asked for here: an object that is not there yet has none.
        Folders::Listed => words.push("-t"),
        Folders::LeftOut => words.push("--long"),
    }
    words.push(tree.as_str());
    let listing = git.run(&words, &[]).await?;
    listing
        .split(|byte| *byte == 0)
        .filter(|line| !line.is_empty())
        .map(|line| entry(line).ok_or_else(|| unreadable(&words)))
        .collect()
}

fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let (head, path) = line.split_at_checked(tab)?;
    let mut words = std::str::from_utf8(head).ok()?.split_whitespace();
    let kind = kind(words.next()?)?;
    words.next()?;
    let id = words.next()?.parse().ok()?;
    let size = words.next().and_then(|size| size.parse().ok()).unwrap_or(0);
    Some(Entry { kind, id, size, path: path.get(1..)?.to_owned() })
}

/// What the digits of a mode stand for; old ones of files are taken for what git takes them.
pub(super) fn kind(mode: &str) -> Option<Kind> {
    let bits = u32::from_str_radix(mode, 8).ok()?;
    Some(match bits & 0o170_000 {
        0o040_000 => Kind::Folder,
        0o100_000 if bits & 0o100 != 0 => Kind::Plain(Mode::Executable),
        0o100_000 => Kind::Plain(Mode::File),
        0o120_000 => Kind::Plain(Mode::Link),
        0o160_000 => Kind::Submodule,
        _ => return None,
    })
}
