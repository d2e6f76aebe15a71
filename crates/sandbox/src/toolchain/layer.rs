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
use crate::toolchain::installed::{Installed, installed};
use crate::toolchain::requirements::{OLDEST, requirements};
use crate::toolchain::uv;
use record::domain::digest::Digest;

/// Most packages of one layer.
const MAX_PACKAGES: usize = 300;
/// Largest layer, in bytes.
const MAX_BYTES: u64 = 1 << 30;
/// How the installer says that nothing fits.
const NO_SOLUTION: &str = "No solution found";
/// Before each wish that no wheel fits, among the lines of a lock.
const LEFT_OUT: &str = "# no wheel fits: ";

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
    /// What was wanted and has no wheel that fits, so that it is not there.
    pub left_out: Vec<String>,
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
    let known = fs::read_to_string(&lock_file).ok();
    let lock = match &known {
        Some(lock) if !is_asked_again(lock, &wanted.allowed) => lock.clone(),
        Some(lock) => maker.resolve_most(&request).unwrap_or_else(|_| lock.clone()),
        None => maker.resolve_most(&request)?,
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
    let is_known = known.as_ref() == Some(&lock);
    let is_open = |word: &Option<Digest>| *word != Some(layer.digest) && !is_known;
    if matches!(&wanted.allowed, Allowed::Exactly(word) if is_open(word)) {
        return Ok(Provided::Shown(layer));
    }
    // What was resolved is kept only now: a list that is there was allowed and installed.
    fs::write(&lock_file, &lock).map_err(at(&lock_file))?;
    Ok(Provided::Layer(layer))
}

/// Whether an owner who asks for a list once more wants it looked up anew: for some of it there was no wheel, and they may have made
/// one since.
fn is_asked_again(lock: &str, allowed: &Allowed) -> bool {
    let Allowed::Exactly(word) = allowed else { return false };
    *word != Some(Digest::of(lock.as_bytes())) && !left_out(lock).is_empty()
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
    /// Finds versions and hashes for what is wanted, but for wishes that cannot be met by wheels: those are named in the lock.
    fn resolve_most(&self, key: &str) -> Result<String, SandboxError> {
        (self.tell)("looking up the packages that the proposal declares");
        let detail = match self.resolve(key, self.list)? {
            Ok(lock) => return Ok(lock),
            Err(detail) => detail,
        };
        let (mut fit, mut left_out) = (Vec::new(), Vec::new());
        // Only where the index answered: each question waits for it.
        for wish in self.list.lines().filter(|_| detail.contains(NO_SOLUTION)) {
            match self.resolve(key, wish)? {
                Ok(_) => fit.push(wish),
                Err(_) => left_out.push(format!("{LEFT_OUT}{wish}")),
            }
        }
        if fit.is_empty() || left_out.is_empty() {
            return Err(self.unavailable(&detail));
        }
        let lock = self.resolve(key, &fit.join("\n"))?;
        lock.map(|lock| left_out.join("\n") + "\n" + &lock)
            .map_err(|detail| self.unavailable(&detail))
    }

    /// Finds versions and hashes for a list; gives the words of the installer where it finds none.
    fn resolve(&self, key: &str, list: &str) -> Result<Result<String, String>, SandboxError> {
        let ends = ["in", "out", "tools"];
        let [input, output, tools] = ends.map(|end| self.place.join(format!("{key}.{end}")));
        for (path, text) in [(&input, list), (&tools, &our_tools())] {
            fs::write(path, text)
                .map_err(|source| SandboxError::File { path: path.clone(), source })?;
        }
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
        words.extend([output.clone(), "--override".into(), tools.clone(), input.clone()]);
        if let Some(day) = self.not_after {
            words.extend(paths(&["--exclude-newer", day]));
        }
        let told = call(&words);
        let lock = fs::read_to_string(&output);
        for path in [&input, &output, &tools] {
            // Only what is left lying would be lost.
            fs::remove_file(path).ok();
        }
        match told {
            Ok(_) => lock.map(Ok).map_err(|source| SandboxError::File { path: output, source }),
            Err(detail) => Ok(Err(detail)),
        }
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
        Ok(Layer { folder, digest, packages, left_out: left_out(lock) })
    }

    fn uv(&self, command: &[&str]) -> Result<Vec<PathBuf>, SandboxError> {
        let mut words = vec![uv::find(self.place, self.python, self.tell)?];
        words.extend(paths(command));
        words.extend(["--python".into(), self.python.to_path_buf()]);
        Ok(words)
    }

    fn unavailable(&self, detail: &str) -> SandboxError {
        let wanted = self.list.lines().collect::<Vec<_>>().join(", ");
        let remedy = if detail.contains(NO_SOLUTION) {
            "build a wheel of what has none (`pip wheel NAME`) and name its folder in UV_FIND_LINKS, or set SARAPHINA_PACKAGES to never"
        } else {
            "make the package index reachable (UV_INDEX_URL and HTTPS_PROXY are respected), or set SARAPHINA_PACKAGES to never"
        };
        refusal(format!("the sandbox lacks {wanted}: {detail}"), remedy)
    }
}

fn refusal(detail: String, remedy: &str) -> SandboxError {
    SandboxError::Packages { detail, remedy: remedy.to_owned() }
}

fn paths(words: &[&str]) -> Vec<PathBuf> {
    words.iter().map(PathBuf::from).collect()
}

/// The tools with their versions, for any Python: suites run with these whatever a project asks for, so plug-ins have to fit them.
fn our_tools() -> String {
    let lines = requirements(OLDEST).lines();
    // What is ours on some Pythons only would be nobody's on the others.
    let is_for_all = |line: &str| !line.contains(';') || line.starts_with("coverage==");
    let ours = lines.filter(|line| line.contains("==") && !line.starts_with([' ', '#']));
    let ours = ours.filter(|line| is_for_all(line));
    ours.map(|line| line.trim_end_matches('\\').trim_end()).collect::<Vec<_>>().join("\n")
}

/// Wishes of which a lock says that no wheel fits.
fn left_out(lock: &str) -> Vec<String> {
    lock.lines().filter_map(|line| line.strip_prefix(LEFT_OUT)).map(str::to_owned).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_lock_are_those_of_its_packages() {
        let lock = "attrs==25.4.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\nzope-interface==7.2 ; python_version > '3'\n    --hash=sha256:ef\n";

        assert_eq!(names(lock).into_iter().collect::<Vec<_>>(), ["attrs", "zope-interface"]);
    }

    #[test]
    fn a_lock_names_what_it_leaves_out_and_tools_are_ours() {
        let lock = format!("{LEFT_OUT}docopt>=0.6.2\nattrs==25.4.0 \\\n    --hash=sha256:ab\n");

        assert_eq!(left_out(&lock), ["docopt>=0.6.2"]);
        assert_eq!(names(&lock).into_iter().collect::<Vec<_>>(), ["attrs"]);
        assert!(our_tools().lines().any(|line| line.starts_with("pytest==")), "{}", our_tools());
        assert!(!our_tools().contains('\\'));
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
