//! Packages that a proposal declares, installed once into a folder of their own.
//!
//! uv resolves and installs them outside of any box, from wheels only: nothing of a package runs here. A list of what is
//! wanted leads to a lock with hashes, and the lock names the folder, so that the same lock is the same layer for good. A
//! box sees the layer read-only and behind its own tools.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::error::SandboxError;
use crate::toolchain::install::{READY, call};
use crate::toolchain::uv;
use record::domain::digest::Digest;
use record::domain::requirement::normal;

/// Most packages of one layer.
const MAX_PACKAGES: usize = 100;
/// Largest layer, in bytes.
const MAX_BYTES: u64 = 1 << 30;
/// Longest licence that is shown, in characters.
const LICENCE_CHARACTERS: usize = 80;
/// Longest description of a package that is read.
const MAX_METADATA_BYTES: u64 = 4 << 20;

/// What a proposal declares, and what the owner allows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Packages with their versions, as PEP 508 writes them.
    pub specifiers: Vec<String>,
    /// What may be installed.
    pub allowed: Allowed,
    /// The day after which nothing may have been published, as `2026-11-20`; any day where it is absent.
    pub not_after: Option<String>,
}

/// What the owner allows to be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// What the owner was shown, by the digest of its lock; nothing as long as nothing was shown.
    Exactly(Option<Digest>),
    /// What was allowed and installed before.
    Before,
    /// These packages, by their normal names.
    Names(BTreeSet<String>),
}

/// What came of a wish for packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provided {
    /// They are there.
    Layer(Layer),
    /// They lie there, and the owner has to see them before anything may use them.
    Shown(Layer),
    /// The owner has to be asked first.
    NotYet,
    /// The owner does not allow these.
    Refused(Vec<String>),
}

/// Installed packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Where they lie.
    pub folder: PathBuf,
    /// The digest of their lock.
    pub digest: Digest,
    /// Each of them.
    pub packages: Vec<Installed>,
}

/// One installed package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Installed {
    /// Its normal name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, in its own words; empty where it tells none.
    pub licence: String,
    /// Its size.
    pub bytes: u64,
}

/// Provides the packages that are wanted, as far as they are allowed, for the toolchain of this key and interpreter.
pub(crate) fn ensure(
    home: &Path,
    (key, python): (&str, &Path),
    wanted: &Wanted,
    tell: &dyn Fn(&str),
) -> Result<Provided, SandboxError> {
    let place = home.join("layers");
    let specifiers: BTreeSet<&str> = wanted.specifiers.iter().map(String::as_str).collect();
    let list = specifiers.into_iter().collect::<Vec<_>>().join("\n");
    let request = Digest::of_parts(&[key.as_bytes(), list.as_bytes()]).hex();
    let lock_file = place.join(format!("{request}.lock"));
    if !lock_file.exists() && wanted.allowed == Allowed::Before {
        return Ok(Provided::NotYet);
    }
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |source| SandboxError::File { path, source }
    };
    fs::create_dir_all(&place).map_err(at(&place))?;
    let guard = place.join("lock");
    let guard = File::options().create(true).append(true).open(&guard).map_err(at(&guard))?;
    guard.lock().map_err(at(&place))?;
    let not_after = wanted.not_after.as_deref();
    let maker = Maker { place: &place, python, list: &list, not_after, tell };
    let lock = match fs::read_to_string(&lock_file) {
        Ok(lock) => lock,
        Err(_) => maker.resolve(&request)?,
    };
    let names = names(&lock);
    if let Allowed::Names(allowed) = &wanted.allowed {
        let refused: Vec<String> = names.difference(allowed).cloned().collect();
        if !refused.is_empty() {
            return Ok(Provided::Refused(refused));
        }
    }
    if names.len() > MAX_PACKAGES {
        let detail =
            format!("{} packages are wanted; at most {MAX_PACKAGES} are taken", names.len());
        return Err(refusal(detail, "declare fewer"));
    }
    let layer = maker.fill(&lock)?;
    let is_open = |word: &Option<Digest>| *word != Some(layer.digest) && !lock_file.exists();
    if matches!(&wanted.allowed, Allowed::Exactly(word) if is_open(word)) {
        return Ok(Provided::Shown(layer));
    }
    // What was resolved is kept only now: a list that is there was allowed and installed.
    fs::write(&lock_file, &lock).map_err(at(&lock_file))?;
    Ok(Provided::Layer(layer))
}

/// What it takes to make a layer.
struct Maker<'a> {
    place: &'a Path,
    python: &'a Path,
    list: &'a str,
    not_after: Option<&'a str>,
    tell: &'a dyn Fn(&str),
}

impl Maker<'_> {
    /// Finds versions and hashes for what is wanted.
    fn resolve(&self, key: &str) -> Result<String, SandboxError> {
        (self.tell)("looking up the packages that the proposal declares");
        let [input, output] = ["in", "out"].map(|end| self.place.join(format!("{key}.{end}")));
        fs::write(&input, self.list)
            .map_err(|source| SandboxError::File { path: input.clone(), source })?;
        let mut words = self.uv(&["pip", "compile"])?;
        words.extend(paths(&[
            "--quiet",
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
            "--only-binary",
            ":all:",
            "--output-file",
        ]));
        words.extend([output.clone(), input.clone()]);
        if let Some(day) = self.not_after {
            words.extend(paths(&["--exclude-newer", day]));
        }
        let told = call(&words);
        let lock = fs::read_to_string(&output);
        for path in [&input, &output] {
            // Only what is left lying would be lost.
            fs::remove_file(path).ok();
        }
        told.map_err(|detail| self.unavailable(&detail))?;
        lock.map_err(|source| SandboxError::File { path: output, source })
    }

    /// Installs a lock, unless that was done before.
    fn fill(&self, lock: &str) -> Result<Layer, SandboxError> {
        let digest = Digest::of(lock.as_bytes());
        let folder = self.place.join(digest.hex());
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |source| SandboxError::File { path, source }
        };
        if !folder.join(READY).exists() {
            (self.tell)("installing the packages that the proposal declares");
            let partial = self.place.join(format!("partial-{}", std::process::id()));
            let list = self.place.join(format!("{}.txt", digest.hex()));
            // What was left half done by an engine that died.
            fs::remove_dir_all(&partial).ok();
            fs::write(&list, lock).map_err(at(&list))?;
            let mut words = self.uv(&["pip", "install"])?;
            words.extend(paths(&["--quiet", "--require-hashes", "--no-deps", "--only-binary"]));
            words.extend(paths(&[":all:", "--link-mode", "copy", "--target"]));
            words.extend([partial.clone(), "-r".into(), list.clone()]);
            let told = call(&words);
            fs::remove_file(&list).ok();
            if let Err(detail) = told.and_then(|_| within_bounds(&partial)) {
                fs::remove_dir_all(&partial).ok();
                return Err(self.unavailable(&detail));
            }
            fs::write(partial.join(READY), lock).map_err(at(&partial))?;
            fs::rename(&partial, &folder).map_err(at(&folder))?;
        }
        let packages = installed(&folder).map_err(at(&folder))?;
        Ok(Layer { folder, digest, packages })
    }

    fn uv(&self, command: &[&str]) -> Result<Vec<PathBuf>, SandboxError> {
        let mut words = vec![uv::find(self.place, self.python, self.tell)?];
        words.extend(paths(command));
        words.extend(["--python".into(), self.python.to_path_buf()]);
        Ok(words)
    }

    fn unavailable(&self, detail: &str) -> SandboxError {
        let wanted = self.list.lines().collect::<Vec<_>>().join(", ");
        refusal(
            format!("the sandbox lacks {wanted}: {detail}"),
            "make the package index reachable (UV_INDEX_URL and HTTPS_PROXY are respected), or set SARAPHINA_PACKAGES to never",
        )
    }
}

fn refusal(detail: String, remedy: &str) -> SandboxError {
    SandboxError::Packages { detail, remedy: remedy.to_owned() }
}

fn paths(words: &[&str]) -> Vec<PathBuf> {
    words.iter().map(PathBuf::from).collect()
}

/// Names of the packages of a lock.
fn names(lock: &str) -> BTreeSet<String> {
    let first = |line: &str| line.split_once("==").map(|(name, _)| name.trim().to_owned());
    lock.lines().filter(|line| !line.starts_with([' ', '#'])).filter_map(first).collect()
}

/// Makes every file read-only, and refuses a layer that is too large or holds anything but files and folders.
fn within_bounds(folder: &Path) -> Result<(), String> {
    let (mut total, mut pending) = (0, vec![folder.to_path_buf()]);
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).map_err(|error| error.to_string())? {
            let entry = entry.map_err(|error| error.to_string())?;
            let known = entry.metadata().map_err(|error| error.to_string())?;
            if known.is_dir() {
                pending.push(entry.path());
            } else if known.is_file() {
                total += known.len();
                let mode = Permissions::from_mode(known.permissions().mode() & 0o555);
                fs::set_permissions(entry.path(), mode).map_err(|error| error.to_string())?;
            } else {
                return Err("a package holds a link or a device".to_owned());
            }
        }
    }
    if total > MAX_BYTES {
        return Err(format!("the packages have {total} bytes together; {MAX_BYTES} are taken"));
    }
    Ok(())
}

/// Reads what is installed from what each wheel says of itself.
fn installed(folder: &Path) -> std::io::Result<Vec<Installed>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "dist-info") {
            found.extend(described(&path));
        }
    }
    found.sort();
    Ok(found)
}

fn described(folder: &Path) -> Option<Installed> {
    let metadata = text(&folder.join("METADATA"))?;
    let head: Vec<&str> = metadata.lines().take_while(|line| !line.is_empty()).collect();
    let field = |name: &str| {
        head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::trim)
    };
    let classified = || {
        let mut classes =
            head.iter().filter_map(|line| line.strip_prefix("Classifier: License :: "));
        classes.next_back().and_then(|class| class.rsplit(" :: ").next())
    };
    let licence = field("License-Expression").or_else(classified).or_else(|| field("License"));
    let sizes = text(&folder.join("RECORD")).unwrap_or_default();
    let size = |line: &str| line.rsplit(',').next()?.parse::<u64>().ok();
    Some(Installed {
        name: normal(field("Name")?),
        version: shown(field("Version")?),
        licence: shown(licence.unwrap_or_default()),
        bytes: sizes.lines().filter_map(size).sum(),
    })
}

fn text(path: &Path) -> Option<String> {
    let is_short = fs::metadata(path).is_ok_and(|known| known.len() <= MAX_METADATA_BYTES);
    let bytes = is_short.then(|| fs::read(path).ok()).flatten()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn shown(text: &str) -> String {
    text.chars().filter(|symbol| !symbol.is_control()).take(LICENCE_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_lock_are_those_of_its_packages() {
        let lock = "attrs==25.4.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\nzope-interface==7.2 ; python_version > '3'\n    --hash=sha256:ef\n";

        assert_eq!(names(lock).into_iter().collect::<Vec<_>>(), ["attrs", "zope-interface"]);
    }

    #[test]
    fn a_wheel_tells_its_name_version_licence_and_size() {
        let folder = tempfile::tempdir().unwrap();
        let info = folder.path().join("a_b-1.0.dist-info");
        fs::create_dir(&info).unwrap();
        let metadata = "Metadata-Version: 2.1\nName: A_b\nVersion: 1.0\nClassifier: License :: OSI Approved :: MIT License\n\nName: other\n";
        fs::write(info.join("METADATA"), metadata).unwrap();
        fs::write(info.join("RECORD"), "a_b.py,sha256=x,120\na_b-1.0.dist-info/RECORD,,\n")
            .unwrap();

        let found = installed(folder.path()).unwrap();

        let (name, version) = ("a-b".to_owned(), "1.0".to_owned());
        let licence = "MIT License".to_owned();
        assert_eq!(found, [Installed { name, version, licence, bytes: 120 }]);
    }

    #[test]
    fn what_was_never_allowed_waits_for_the_owner() {
        let home = tempfile::tempdir().unwrap();
        let wanted = Wanted {
            specifiers: vec!["attrs".to_owned()],
            allowed: Allowed::Before,
            not_after: None,
        };

        let provided = ensure(home.path(), ("key", home.path()), &wanted, &|_| {}).unwrap();

        assert_eq!(provided, Provided::NotYet);
        assert!(!home.path().join("layers").exists());
    }
}
