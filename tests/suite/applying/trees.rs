//! Folders made from a seed, and changes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use record::domain::application::{FileOrder, State};
use record::domain::id::JobId;
use work::applying::contents::Contents;
use work::applying::error::{ApplyError, Failure};
use work::applying::execution;
use work::applying::folder::{Folder, file_state, link_state};
use work::applying::plan::{Expected, Manner, Wanted};
use work::applying::preparing::{Prepared, prepare};
use work::applying::wanted;

use crate::faults::seeds::Seed;

/// Names of files and folders; few, so that changes meet.
const NAMES: [&str; 8] = ["a", "b.py", "c d", "é", "e-e", "f.bin", "run.sh", "z"];
/// Permissions that files of a folder have.
const PERMISSIONS: [u32; 6] = [0o644, 0o755, 0o600, 0o664, 0o640, 0o700];

/// A file or a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Permissions and bytes.
    File(u32, Vec<u8>),
    /// Where it leads.
    Link(String),
}

/// What lies in a folder: files and links, and folders with their permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) nodes: BTreeMap<String, Node>,
    pub(crate) folders: BTreeMap<String, u32>,
}

/// A change of a tree: what is left at each touched path.
pub(crate) type Change = BTreeMap<String, Option<Node>>;

impl Tree {
    /// Reads a folder.
    pub(crate) fn of(root: &Path) -> Self {
        let mut tree = Self::default();
        tree.read(root, "");
        tree
    }

    fn read(&mut self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            let metadata = fs::symlink_metadata(entry.path()).unwrap();
            let permissions = metadata.permissions().mode() & 0o7777;
            if metadata.is_symlink() {
                let target = fs::read_link(entry.path()).unwrap();
                self.nodes.insert(path, Node::Link(target.to_str().unwrap().to_owned()));
            } else if metadata.is_dir() {
                self.read(&entry.path(), &format!("{path}/"));
                self.folders.insert(path, permissions);
            } else {
                self.nodes.insert(path, Node::File(permissions, fs::read(entry.path()).unwrap()));
            }
        }
    }

    /// A tree of a seed, with folders in folders and a few that are empty.
    pub(crate) fn random(seed: &mut Seed) -> Self {
        let mut tree = Self::default();
        for _ in 0..6 + seed.below(8) {
            let path = path(seed);
            if !tree.collides(&path) {
                tree.nodes.insert(path, node(seed, &PERMISSIONS));
            }
        }
        let empty = format!("{}/empty", path(seed));
        let paths: Vec<String> = tree.nodes.keys().cloned().collect();
        for path in paths {
            tree.add_ancestors(&path);
        }
        if !tree.collides(&empty) {
            tree.add_ancestors(&format!("{empty}/x"));
        }
        tree
    }

    fn add_ancestors(&mut self, path: &str) {
        for (end, _) in path.match_indices('/') {
            self.folders.entry(path[..end].to_owned()).or_insert(0o755);
        }
    }

    /// Whether a file cannot be at a path: it, a part of it or something in it is there.
    fn collides(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        let is_there = |other: &str| {
            other == path || other.starts_with(&inside) || path.starts_with(&format!("{other}/"))
        };
        self.nodes.keys().any(|other| is_there(other)) || self.folders.contains_key(path)
    }

    /// Makes the folder.
    pub(crate) fn write(&self, root: &Path) {
        for folder in self.folders.keys() {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for (path, node) in &self.nodes {
            put(root, path, node);
        }
        for (folder, permissions) in &self.folders {
            fs::set_permissions(root.join(folder), fs::Permissions::from_mode(*permissions))
                .unwrap();
        }
    }

    /// A change of a seed: something of everything that a change can be.
    pub(crate) fn change(&self, seed: &mut Seed) -> Change {
        let mut change = Change::new();
        let mut left = self.clone();
        for _ in 0..=seed.below(6) {
            let paths: Vec<String> = left.nodes.keys().cloned().collect();
            let index = seed.below(paths.len().max(1) as u64);
            let Some(path) = paths.get(usize::try_from(index).unwrap()).cloned() else { break };
            match seed.below(5) {
                // Deleted, or moved.
                0 => left.take(&path, &mut change),
                1 => {
                    let node = left.nodes[&path].clone();
                    left.take(&path, &mut change);
                    left.put(self::path(seed), node, &mut change);
                }
                // Another content, kind or permission.
                2 => {
                    let node = node(seed, &[0o644, 0o755]);
                    change.insert(path.clone(), Some(node.clone()));
                    left.nodes.insert(path, node);
                }
                // A folder where a file was.
                3 => {
                    left.take(&path, &mut change);
                    left.put(format!("{path}/inner"), node(seed, &[0o644, 0o755]), &mut change);
                }
                _ => left.put(self::path(seed), node(seed, &[0o644, 0o755]), &mut change),
            }
        }
        // What is as it was is no part of a change.
        change.retain(|path, node| self.nodes.get(path).map(normal) != node.as_ref().map(normal));
        change
    }

    fn take(&mut self, path: &str, change: &mut Change) {
        self.nodes.remove(path);
        change.insert(path.to_owned(), None);
        // Emptied folders are gone with it, so that a file may come there.
        let kept = Self::folders_of(&self.nodes, &self.empty());
        let emptied = |folder: &String| path.starts_with(&format!("{folder}/"));
        self.folders.retain(|folder, _| !emptied(folder) || kept.contains(folder));
    }

    fn put(&mut self, path: String, node: Node, change: &mut Change) {
        if self.collides(&path) {
            return;
        }
        self.add_ancestors(&path);
        self.nodes.insert(path.clone(), node.clone());
        change.insert(path, Some(node));
    }

    /// The folders that nothing lies in.
    fn empty(&self) -> BTreeSet<String> {
        let holds = |folder: &String| {
            let inside = format!("{folder}/");
            self.nodes.keys().chain(self.folders.keys()).any(|path| path.starts_with(&inside))
        };
        self.folders.keys().filter(|folder| !holds(folder)).cloned().collect()
    }

    fn folders_of(nodes: &BTreeMap<String, Node>, empty: &BTreeSet<String>) -> BTreeSet<String> {
        let above = |path: &String| -> Vec<String> {
            path.match_indices('/').map(|(end, _)| path[..end].to_owned()).collect()
        };
        let all = nodes.keys().chain(empty).flat_map(above);
        all.chain(empty.iter().cloned()).collect()
    }

    /// What a change has to make of this tree.
    pub(crate) fn after(&self, change: &Change) -> Self {
        let mut nodes = self.nodes.clone();
        for (path, node) in change {
            match node {
                Some(node) => {
                    let node = in_place_of(self.nodes.get(path), normal(node));
                    nodes.insert(path.clone(), node)
                }
                None => nodes.remove(path),
            };
        }
        // A folder that was empty before is none that the change emptied; a file may have come below it.
        let folders = Self::folders_of(&nodes, &self.empty());
        let permissions = |folder: String| {
            let kept = self.folders.get(&folder).copied();
            (folder, kept.unwrap_or(0o755))
        };
        Self { nodes, folders: folders.into_iter().map(permissions).collect() }
    }

    /// Says what a change wants, as a change of a repository does.
    pub(crate) fn wanted(&self, change: &Change, contents: &mut Contents) -> Vec<Wanted> {
        let wanted = change.iter().map(|(path, node)| Wanted {
            path: path.parse().unwrap(),
            before: Expected::Exactly(self.nodes.get(path).map(|node| state(node, contents))),
            after: node.as_ref().map(|node| state(&normal(node), contents)),
        });
        wanted.collect()
    }
}

/// As git keeps it: a file can be run or not, and nothing else of its permissions counts.
fn normal(node: &Node) -> Node {
    match node {
        Node::File(permissions, content) => {
            Node::File(if permissions & 0o100 == 0 { 0o644 } else { 0o755 }, content.clone())
        }
        Node::Link(target) => Node::Link(target.clone()),
    }
}

/// A file that is replaced is read and written by the same people as before; who could not run it can if whoever reads it may.
fn in_place_of(old: Option<&Node>, new: Node) -> Node {
    let (Some(Node::File(before, _)), Node::File(wanted, content)) = (old, &new) else {
        return new;
    };
    let runs = if wanted & 0o100 == 0 {
        0
    } else if before & 0o111 == 0 {
        (before & 0o444) >> 2
    } else {
        before & 0o111
    };
    Node::File((before & 0o666) | runs, content.clone())
}

fn state(node: &Node, contents: &mut Contents) -> State {
    match node {
        Node::File(permissions, content) => {
            contents.add(content.as_slice());
            file_state(*permissions, content)
        }
        Node::Link(target) => {
            contents.add(target.as_bytes());
            link_state(target.as_bytes())
        }
    }
}

fn path(seed: &mut Seed) -> String {
    let depth = 1 + seed.below(3);
    let name = |_| {
        let index = seed.below(NAMES.len() as u64);
        NAMES[usize::try_from(index).unwrap()]
    };
    (0..depth).map(name).collect::<Vec<_>>().join("/")
}

fn node(seed: &mut Seed, permissions: &[u32]) -> Node {
    if seed.below(6) == 0 {
        return Node::Link(format!("target-{}", seed.below(100)));
    }
    let permissions = permissions[usize::try_from(seed.below(permissions.len() as u64)).unwrap()];
    let length = [0, 1, 200, 70_000][usize::try_from(seed.below(4)).unwrap()];
    let content = (0..length).map(|_| seed.next().to_le_bytes()[0]).collect();
    Node::File(permissions, content)
}

/// Puts a node to a path of a folder, whatever was there.
pub(crate) fn put(root: &Path, path: &str, node: &Node) {
    let path = root.join(path);
    match node {
        Node::File(permissions, content) => {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(*permissions)).unwrap();
        }
        Node::Link(target) => symlink(target, &path).unwrap(),
    }
}

/// A folder in memory where there is one: its disk keeps nobody waiting.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(crate) fn job() -> JobId {
    JobId::derived("a test")
}

/// A folder with its tree, and an order for a change of it.
pub(crate) struct Scene {
    pub(crate) root: PathBuf,
    pub(crate) before: Tree,
    pub(crate) after: Tree,
    pub(crate) prepared: Prepared,
}

impl Scene {
    /// Makes the folder of a seed and the order of its change; nothing where the change is empty.
    pub(crate) fn new(root: &Path, number: u64) -> Option<Self> {
        let mut seed = Seed(number);
        let before = Tree::random(&mut seed);
        let change = before.change(&mut seed);
        before.write(root);
        let mut contents = Contents::default();
        let wanted = before.wanted(&change, &mut contents);
        let prepared = prepare((root, &job()), (&wanted, contents), Manner::Apply).unwrap();
        let after = before.after(&change);
        let is_empty = prepared.files.steps.is_empty();
        (!is_empty).then(|| Self { root: root.to_owned(), before, after, prepared })
    }

    /// Carries the order out.
    pub(crate) fn carry_out(&self) -> Result<(), Failure> {
        carry_out(&self.prepared)
    }

    /// Makes the order for the way back.
    pub(crate) fn rollback(&self) -> Result<Prepared, ApplyError> {
        let Prepared { files, contents, .. } = &self.prepared;
        let manner = Manner::Rollback { made: &files.made, removed: &files.removed };
        prepare((&self.root, &job()), (&wanted::of_order(files), contents.clone()), manner)
    }
}

pub(crate) fn carry_out(prepared: &Prepared) -> Result<(), Failure> {
    let Prepared { files, contents, .. } = prepared;
    let root = open(files);
    execution::write(&root, files, contents)?;
    execution::finish(&root, files, contents)
}

pub(crate) fn open(files: &FileOrder) -> Folder {
    Folder::open(Path::new(&files.root)).unwrap()
}
