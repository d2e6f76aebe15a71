//! What a project's own packaging would have made.
//!
//! Projects ask for their own version, which only an installed project has; others write it into a file when they are built. Both are
//! put beside the files, so that the code that runs is that of the tree and no installed copy.

use toml::{Table, Value};

use crate::entry_points::{entry_points, is_word};
use record::domain::role::Role;
use record::domain::source::SourceFile;

/// The version of a project that tells none.
const UNKNOWN: &str = "0.0.0";

/// The files that stand in for packaging; none of them is there already.
pub fn stand_ins(files: &[SourceFile]) -> Vec<SourceFile> {
    let text = |path: &str| files.iter().find(|file| file.path.as_str() == path);
    let content = |path: &str| text(path).map(SourceFile::text).unwrap_or_default();
    let table = content("pyproject.toml").parse::<Table>().unwrap_or_default();
    let [setup, script, info] = ["setup.cfg", "setup.py", "PKG-INFO"].map(content);
    let found = |key: &str| {
        let of_tool = || text_at(&table, &["tool", "poetry", key]);
        let of_table = text_at(&table, &["project", key]).or_else(of_tool).map(str::to_owned);
        let of_info = || in_head(&info, key);
        let of_setup = || in_section(&setup, key).or_else(|| in_call(&script, key));
        of_table.or_else(of_info).or_else(of_setup).filter(|word| is_word(word))
    };
    let name = found("name");
    let version = found("version").or_else(|| own_version(files));
    let version = version.unwrap_or_else(|| UNKNOWN.to_owned());
    let metadata = |name: &str| match in_head(&info, "name") {
        Some(told) if told == name => info.clone(),
        _ => format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"),
    };
    let points = entry_points(&table, files);
    let about = name.iter().flat_map(|name| about(name, &version, metadata(name), &points));
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

/// The description of an installed project: its core metadata and its entry points.
fn about(name: &str, version: &str, metadata: String, points: &str) -> Vec<(String, String)> {
    let folder = format!("{}-{version}.dist-info", name.replace(['-', '.'], "_"));
    let points =
        (!points.is_empty()).then(|| (format!("{folder}/entry_points.txt"), points.to_owned()));
    let head =
        [(format!("{folder}/METADATA"), metadata), (format!("{folder}/RECORD"), String::new())];
    head.into_iter().chain(points).collect()
}

/// The version that the code itself tells, the way packaging reads it: from the file that says it first.
fn own_version(files: &[SourceFile]) -> Option<String> {
    let is_place = |file: &&SourceFile| {
        let name = file.path.as_str().rsplit('/').next().unwrap_or_default();
        file.role == Role::Code
            && ["__init__.py", "__about__.py", "_version.py", "version.py", "__version__.py"]
                .contains(&name)
    };
    let told = |file: &SourceFile| {
        let line =
            file.text().lines().find(|line| line.starts_with("__version__")).map(str::to_owned);
        let line = line?;
        // With or without a type between name and sign.
        let (_, value) = line.split_once('=')?;
        in_call(&format!("__version__ = {}", value.trim()), "__version__")
            .filter(|version| is_word(version))
    };
    let mut places: Vec<&SourceFile> = files.iter().filter(is_place).collect();
    places.sort_by_key(|file| file.path.as_str().matches('/').count());
    places.into_iter().find_map(told)
}

/// A field of a source distribution's own description.
fn in_head(text: &str, key: &str) -> Option<String> {
    let mut lines = text.lines().take_while(|line| !line.is_empty());
    lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(key).then(|| value.trim().to_owned())
    })
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
    fn a_version_that_only_the_code_tells_is_found_there() {
        let project = ("pyproject.toml", "[project]\nname = \"shop\"\ndynamic = [\"version\"]\n");
        let file = |path: &str, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role: Role::Code,
            content: text.as_bytes().to_vec(),
        };
        let head = |files: &[SourceFile]| stand_ins(files)[0].path.to_string();
        let settings = SourceFile { role: Role::Support, ..file(project.0, project.1) };
        let inner = file("src/shop/inner/__init__.py", "__version__ = '9'\n");
        let outer = file("src/shop/__init__.py", "import os\n__version__: str = \"9\"\n");
        let plain = file("src/shop/_version.py", "__version__ = '3.1'\n");
        let info = SourceFile {
            role: Role::Support,
            ..file("PKG-INFO", "Metadata-Version: 2.1\nName: shop\nVersion: 3.2\n\nVersion: 8\n")
        };

        assert_eq!(
            head(&[settings.clone(), inner.clone(), plain.clone()]),
            "shop-3.1.dist-info/METADATA"
        );
        assert_eq!(head(&[settings.clone(), outer]), "shop-9.dist-info/METADATA");
        assert_eq!(head(&[settings, inner, plain, info]), "shop-3.2.dist-info/METADATA");
    }

    #[test]
    fn entry_points_are_those_of_the_table_or_else_those_that_were_published() {
        let project = "[project]\nname = \"shop\"\nversion = \"1\"\n[project.scripts]\nshop = \"shop.app:main\"\nbad = \"a b\"\n[project.entry-points.pytest11]\nshop = \"shop.plugin\"\n[project.entry-points.\"shop.doors\"]\nfront = \"shop.door:Front\"\n";

        let found = told(&[("pyproject.toml", project)]);

        assert_eq!(
            found[2],
            "shop-1.dist-info/entry_points.txt [console_scripts]\nshop = shop.app:main\n[pytest11]\nshop = shop.plugin\n[shop.doors]\nfront = shop.door:Front\n"
        );

        let plain = ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\n");
        let list = "[pytest11]\nshop = shop.plugin\n\nbad = a b\n[od d]\n";

        let found = told(&[plain, ("shop.egg-info/entry_points.txt", list)]);

        assert_eq!(found[2], "shop-1.dist-info/entry_points.txt [pytest11]\nshop = shop.plugin\n");
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
