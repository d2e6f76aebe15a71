//! What is installed in a layer, in the words of its wheels.
//!
//! Each wheel tells name, version and licence (core metadata, PEP 566 and 639) and the sizes of its files (PEP 376). All of it is
//! hostile text: bounded and without control characters.

use std::fs;
use std::path::Path;

use record::domain::requirement::normal;

/// Longest licence that is shown, in characters.
const LICENCE_CHARACTERS: usize = 80;
/// Longest description of a package that is read.
const MAX_METADATA_BYTES: u64 = 4 << 20;

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

/// Reads what is installed from what each wheel says of itself.
pub(crate) fn installed(folder: &Path) -> std::io::Result<Vec<Installed>> {
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
}
