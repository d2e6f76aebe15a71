//! What a repository's own packaging would have made.
//!
//! Projects ask for their own version, which only an installed project has; others write it into a file when they are built. Both are
//! put beside the files, so that the code that runs is that of the tree and no installed copy.

use toml::{Table, Value};

use record::domain::role::Role;
use record::domain::source::SourceFile;

/// The version of a project that tells none.
const UNKNOWN: &str = "0.0.0";
/// Most bytes of a name or version.
const MAX_WORD_BYTES: usize = 80;

/// The files that stand in for packaging; none of them is there already.
pub fn stand_ins(files: &[SourceFile]) -> Vec<SourceFile> {
    let text = |path: &str| files.iter().find(|file| file.path.as_str() == path);
    let table = text("pyproject.toml").and_then(|file| file.text().parse::<Table>().ok());
    let table = table.unwrap_or_default();
    let setup = text("setup.cfg").map(SourceFile::text).unwrap_or_default();
    let script = text("setup.py").map(SourceFile::text).unwrap_or_default();
    let project = |key: &str| text_at(&table, &["project", key]).map(str::to_owned);
    let of_setup = |key: &str| in_section(&setup, key).or_else(|| in_call(&script, key));
    let name = project("name").or_else(|| of_setup("name")).filter(|name| is_word(name));
    let version = project("version").or_else(|| of_setup("version"));
    let version = version.filter(|version| is_word(version)).unwrap_or_else(|| UNKNOWN.to_owned());
    let about = name.iter().flat_map(|name| about(name, &version));
    let generated = version_files(&table).map(|path| (path, version_text(&version)));
    let is_there = |path: &str| text(path).is_some();
    let given: Vec<(String, String)> = about.chain(generated).collect();
    let file = |(path, text): (String, String)| {
        let role = if path.rsplit_once('.').is_some_and(|(_, end)| end == "py") {
            Role::Code
        } else {
            Role::Support
        };
        Some(SourceFile { path: path.parse().ok()?, role, content: text.into_bytes() })
    };
    given.into_iter().filter(|(path, _)| !is_there(path)).filter_map(file).collect()
}

/// The description of an installed project.
fn about(name: &str, version: &str) -> [(String, String); 2] {
    let folder = format!("{}-{version}.dist-info", name.replace(['-', '.'], "_"));
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    [(format!("{folder}/METADATA"), metadata), (format!("{folder}/RECORD"), String::new())]
}

fn version_text(version: &str) -> String {
    let parts: Vec<&str> = version.split('.').collect();
    format!(
        "__version__ = version = {version:?}\n__version_tuple__ = version_tuple = ({},)\n",
        parts.iter().map(|part| format!("{part:?}")).collect::<Vec<_>>().join(", ")
    )
}

/// The files that packaging writes a version into, as the two usual tools are told.
fn version_files(table: &Table) -> impl Iterator<Item = String> {
    let places: [&[&str]; 4] = [
        &["tool", "hatch", "build", "hooks", "vcs", "version-file"],
        &["tool", "hatch", "build", "hooks", "vcs", "_version-file"],
        &["tool", "setuptools_scm", "write_to"],
        &["tool", "setuptools_scm", "version_file"],
    ];
    let found: Vec<String> =
        places.iter().filter_map(|place| text_at(table, place)).map(str::to_owned).collect();
    found.into_iter()
}

fn text_at<'t>(table: &'t Table, place: &[&str]) -> Option<&'t str> {
    let (first, rest) = place.split_first()?;
    let mut value: &Value = table.get(*first)?;
    for key in rest {
        value = value.get(*key)?;
    }
    value.as_str()
}

/// A key of `[metadata]` in `setup.cfg`.
fn in_section(text: &str, key: &str) -> Option<String> {
    let inside = text.lines().skip_while(|line| line.trim() != "[metadata]").skip(1);
    let inside = inside.take_while(|line| !line.starts_with('['));
    inside
        .filter_map(|line| line.split_once('='))
        .find_map(|(name, value)| (name.trim() == key).then(|| value.trim().to_owned()))
}

/// A text that a call in `setup.py` is given by name.
fn in_call(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix(key)?.trim_start().strip_prefix('=')?.trim();
        let quote = rest.chars().next().filter(|symbol| matches!(symbol, '"' | '\''))?;
        rest.get(1..)?.split(quote).next().map(str::to_owned)
    })
}

fn is_word(text: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
    !text.is_empty() && text.len() <= MAX_WORD_BYTES && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let file = |(path, text): &(&str, &str)| SourceFile {
            path: path.parse().unwrap(),
            role: Role::Support,
            content: text.as_bytes().to_vec(),
        };
        let files: Vec<SourceFile> = files.iter().map(file).collect();
        stand_ins(&files).iter().map(|file| format!("{} {}", file.path, file.text())).collect()
    }

    #[test]
    fn a_project_finds_its_own_version() {
        let forms = [
            ("pyproject.toml", "[project]\nname = \"my-shop\"\nversion = \"1.2\"\n"),
            ("setup.cfg", "[metadata]\nname = my-shop\nversion = 1.2\n"),
            ("setup.py", "setup(\n    name='my-shop',\n    version='1.2',\n)\n"),
        ];

        for form in forms {
            let found = told(&[form]);
            assert_eq!(
                found.first().map(String::as_str),
                Some(
                    "my_shop-1.2.dist-info/METADATA Metadata-Version: 2.1\nName: my-shop\nVersion: 1.2\n"
                ),
                "{form:?}"
            );
        }
    }

    #[test]
    fn a_file_that_packaging_writes_is_written_once() {
        let project = "[tool.hatch.build.hooks.vcs]\nversion-file = \"src/shop/_version.py\"\n";

        let missing = told(&[("pyproject.toml", project)]);
        let there = told(&[("pyproject.toml", project), ("src/shop/_version.py", "version = 1\n")]);

        assert_eq!(missing.len(), 1);
        assert!(missing[0].starts_with("src/shop/_version.py __version__ = version = \"0.0.0\""));
        assert_eq!(there, Vec::<String>::new());
    }
}
