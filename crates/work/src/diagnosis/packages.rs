//! Compares the packages a source asks for with those of the sandbox.
//!
//! Only the owner has packages installed; the answer tells why an import fails. The lists are hostile text: lines are
//! bounded and checked before the parser sees them, because parts of it panic on odd names and on characters beyond ASCII.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::str::FromStr as _;

use pep508_rs::pep440_rs::Version;
use pep508_rs::{
    MarkerEnvironment, MarkerEnvironmentBuilder, PackageName, Requirement as Pep508, VerbatimUrl,
    VersionOrUrl,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::environment::Environment;
use record::domain::module_name::is_standard;
use record::domain::requirement;
use record::domain::source::Source;
use sandbox::toolchain::requirements::requirements as pinned;

/// The finding that declared packages are not there.
pub const NOT_INSTALLED: &str = "packages_not_installed";
/// Its last words where the owner need only ask for them.
pub const INSTALLS: &str = "has them installed";
/// Its last words where the owner has allowed none.
pub const NEVER: &str = "SARAPHINA_PACKAGES is never";

/// Most lines of all lists that are read, and longest one, in characters.
///
/// The parser keeps every marker it has read in memory as long as the process lives: this bounds that for a source.
const MAX_LINES: usize = 200;
const MAX_LINE: usize = 200;
/// A line of a list as its standard has it.
type Specifier = Pep508<VerbatimUrl>;
/// Packages by the modules they bring, where the names differ, where several are meant, or where they are common.
const PACKAGES: &[(&str, &[&str])] = &[
    ("fastapi", &["fastapi", "uvicorn"]),
    ("flask", &["flask"]),
    ("flask_sqlalchemy", &["flask-sqlalchemy"]),
    ("django", &["django"]),
    ("rest_framework", &["djangorestframework"]),
    ("sqlalchemy", &["sqlalchemy"]),
    ("pydantic", &["pydantic"]),
    ("pydantic_settings", &["pydantic-settings"]),
    ("uvicorn", &["uvicorn"]),
    ("starlette", &["starlette"]),
    ("requests", &["requests"]),
    ("httpx", &["httpx"]),
    ("numpy", &["numpy"]),
    ("pandas", &["pandas"]),
    ("scipy", &["scipy"]),
    ("sklearn", &["scikit-learn"]),
    ("matplotlib", &["matplotlib"]),
    ("yaml", &["pyyaml"]),
    ("PIL", &["pillow"]),
    ("cv2", &["opencv-python"]),
    ("bs4", &["beautifulsoup4"]),
    ("dateutil", &["python-dateutil"]),
    ("dotenv", &["python-dotenv"]),
    ("jwt", &["pyjwt"]),
    ("psycopg2", &["psycopg2-binary"]),
    ("redis", &["redis"]),
    ("jinja2", &["jinja2"]),
];

/// The state of a requirement in the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The sandbox has it, in a version that is wanted.
    Installed,
    /// The sandbox has another version of it.
    OtherVersion,
    /// The sandbox has it not.
    Missing,
    /// It is part of Python.
    StandardLibrary,
    /// Its marker is for another Python or another system.
    NotWanted,
    /// The line is none that is understood: an option, an address, a version of another form.
    NotUnderstood,
}

impl Found {
    /// Returns the word people read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::OtherVersion => "other version",
            Self::Missing => "missing",
            Self::StandardLibrary => "standard library",
            Self::NotWanted => "not wanted here",
            Self::NotUnderstood => "not understood",
        }
    }
}

/// One line of a list of requirements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// The line, without its comment.
    pub text: String,
    /// The package, in its normal form; empty where the line is not understood.
    pub name: String,
    /// Its state in the sandbox.
    pub found: Found,
    /// The version that the sandbox has.
    pub version: Option<String>,
}

/// Compares the requirements of a source with what the sandbox had; none where it did not say which Python it is.
pub fn requirements(source: &Source, environment: &Environment) -> Vec<Requirement> {
    let Some(there) = there(environment) else { return Vec::new() };
    let lists = source.files().iter().filter(|file| requirement::is_list(&file.path));
    let texts: Vec<String> = lists.map(record::domain::source::SourceFile::text).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let lines = lines.map(without_comment).filter(|line| !line.is_empty());
    lines.take(MAX_LINES).map(|line| judged(line, &there)).collect()
}

/// Asks which package brings a module that is not there; `None` where the module may be a slip of the code.
pub fn question(module: &str, wanted: &[Requirement]) -> Option<String> {
    let root = module.split('.').next().unwrap_or(module);
    let packages = match brought_by(root) {
        Some(packages) => packages.join(" and "),
        None => wanted.iter().find(|wanted| wanted.name == normal(root))?.name.clone(),
    };
    Some(format!(
        "Environment question: `{root}` comes with {packages}, which the sandbox has not; the owner says whether it is installed (SARAPHINA_PACKAGES)."
    ))
}

/// The packages that a module comes with, where they are in the table.
pub fn brought_by(module: &str) -> Option<&'static [&'static str]> {
    PACKAGES.iter().find(|(import, _)| *import == module).map(|(_, packages)| *packages)
}

fn without_comment(line: &str) -> &str {
    let line = line.split(" #").next().unwrap_or_default().trim();
    if line.starts_with('#') { "" } else { line }
}

/// Whether a line is a requirement after PEP 508, of a package by its name.
pub fn is_requirement(line: &str) -> bool {
    specifier(line).is_some()
}

fn specifier(line: &str) -> Option<Specifier> {
    let is_short = line.chars().count() <= MAX_LINE;
    // Parts of the parser count in characters and cut in bytes.
    let is_safe = is_short && line.is_ascii() && has_whole_names(line);
    let found = Some(line).filter(|_| is_safe).and_then(|line| Specifier::from_str(line).ok());
    found.filter(|wanted| !matches!(wanted.version_or_url, Some(VersionOrUrl::Url(_))))
}

/// Judges a line as PEP 508 and PEP 440 read it.
fn judged(line: &str, there: &There) -> Requirement {
    let text: String = line.chars().filter(|symbol| !symbol.is_control()).take(MAX_LINE).collect();
    let Some(specifier) = specifier(line) else {
        return Requirement {
            text,
            name: String::new(),
            found: Found::NotUnderstood,
            version: None,
        };
    };
    let name = specifier.name.to_string();
    let version = there.packages.get(&name);
    let fits = |version: &Version| match &specifier.version_or_url {
        Some(VersionOrUrl::VersionSpecifier(clauses)) => clauses.contains(version),
        Some(VersionOrUrl::Url(_)) | None => true,
    };
    let found = match version {
        _ if !specifier.evaluate_markers(&there.markers, &[]) => Found::NotWanted,
        Some(version) if fits(version) => Found::Installed,
        Some(_) => Found::OtherVersion,
        None if is_standard(&name.replace('-', "_")) => Found::StandardLibrary,
        None => Found::Missing,
    };
    Requirement { text, name, found, version: version.map(Version::to_string) }
}

/// Checks that no name before the versions ends with a sign: the parser panics on such a one.
fn has_whole_names(line: &str) -> bool {
    let is_sign = |symbol: char| matches!(symbol, '.' | '-' | '_');
    let is_before = |symbol: char| symbol.is_ascii_alphanumeric() || is_sign(symbol);
    let ends = line.find(|symbol: char| !is_before(symbol) && !" \t[],".contains(symbol));
    let names = line.get(..ends.unwrap_or(line.len())).unwrap_or_default();
    !names.split([' ', '\t', '[', ']', ',']).any(|name| name.ends_with(is_sign))
}

/// Spells a package's name as PEP 503 compares it.
fn normal(name: &str) -> String {
    PackageName::from_str(name).map_or_else(|_| String::new(), |name| name.to_string())
}

/// The environment of the sandbox.
struct There {
    /// Packages by normal name: those of the locked list of its Python, and those that the owner had installed.
    packages: BTreeMap<String, Version>,
    /// The values that markers ask for.
    markers: MarkerEnvironment,
}

fn there(environment: &Environment) -> Option<There> {
    let python = environment.0.get("python")?;
    let mut parts = python.split('.');
    let (major, minor) = (parts.next()?, parts.next()?);
    let package = |line: &str| {
        let (name, rest) = line.split_once("==")?;
        // A line with a marker is for other systems.
        let version = Version::from_str(rest.trim_end_matches('\\').trim()).ok()?;
        Some((normal(name.trim()), version))
    };
    let markers = MarkerEnvironmentBuilder {
        implementation_name: "cpython",
        implementation_version: python,
        os_name: "posix",
        platform_machine: ARCH,
        platform_python_implementation: "CPython",
        platform_release: "",
        platform_system: "Linux",
        platform_version: "",
        python_full_version: python,
        python_version: &format!("{major}.{minor}"),
        sys_platform: "linux",
    };
    let given = environment.0.iter().filter_map(|(key, version)| {
        let name = key.strip_prefix("package_")?;
        Some((normal(name), Version::from_str(version).ok()?))
    });
    let packages = pinned(minor.parse().ok()?).lines().filter_map(package).chain(given).collect();
    Some(There { packages, markers: MarkerEnvironment::try_from(markers).ok()? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use record::domain::role::Role;
    use record::domain::source::SourceFile;

    /// Parts of which lines of a list are made, and of which hostile ones are.
    const PARTS: [&str; 44] = [
        "flask",
        "pytest",
        "Py_Test.x",
        "-r",
        "[",
        "]",
        "[a,b]",
        " ",
        "\t",
        "==",
        ">=",
        "~=",
        "===",
        "<",
        "!=",
        "1.0",
        "2.*",
        "7rc1",
        "1!2",
        "v1",
        "(",
        ")",
        ",",
        ";",
        "python_version",
        "'3.9'",
        "\"x\"",
        "and",
        "or",
        "not in",
        "extra",
        "@",
        "https://x/y",
        "flask; ",
        " and ",
        " or ",
        "os_name",
        "python_full_version",
        "implementation_version",
        "'posix'",
        "in",
        "é",
        "\u{0}",
        "\n",
    ];

    fn found(list: &str) -> Vec<(String, Found)> {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        let files = vec![
            file("a.py", Role::Code, ""),
            file("test_a.py", Role::Test, ""),
            file("requirements.txt", Role::Support, list),
        ];
        let python = ("python".to_owned(), "3.12.4".to_owned());
        let environment = Environment(BTreeMap::from([python]));
        let found = requirements(&Source::new(files).unwrap(), &environment);
        found.into_iter().map(|wanted| (wanted.name, wanted.found)).collect()
    }

    #[test]
    fn requirements_are_compared_with_what_the_sandbox_has() {
        let list = "# tools\nFlask[async]>=2.0, <4  # web\npytest >= 7\nPyTest<2\ncoverage ~= 7.0; python_version > '3'\n\
                    sqlite3\npylint==99.*\npytest>=7rc1\npytest>=7.x\nPy_Test.x; python_version < \"3.9\" and os_name == 'posix'\n\
                    coverage>=99; sys_platform == 'win32'\npywin32; sys_platform == 'linux'\n";

        let wanted = [
            ("flask", Found::Missing),
            ("pytest", Found::Installed),
            ("pytest", Found::OtherVersion),
            ("coverage", Found::Installed),
            ("sqlite3", Found::StandardLibrary),
            ("pylint", Found::OtherVersion),
            ("pytest", Found::Installed),
            ("", Found::NotUnderstood),
            ("py-test-x", Found::NotWanted),
            ("coverage", Found::NotWanted),
            ("pywin32", Found::Missing),
        ];
        assert_eq!(found(list), wanted.map(|(name, found)| (name.to_owned(), found)));
    }

    #[test]
    fn hostile_lines_are_bounded_and_not_understood() {
        let long = format!("a{}\n", "b".repeat(10_000));
        let list = format!(
            "-r /etc/passwd\n--index-url http://x\ngit+https://x/y.git\nx @ file:///etc\n[\n{long}x[y\n\u{7}\nf>é\n"
        );

        let all = found(&list);

        assert!(all.iter().take(7).all(|(_, found)| *found == Found::NotUnderstood), "{all:?}");
        assert_eq!(found(&"flask\n".repeat(5_000)).len(), MAX_LINES);
    }

    #[test]
    fn a_missing_module_is_named_after_its_package() {
        let wanted = |name: &str| Requirement {
            text: name.to_owned(),
            name: name.to_owned(),
            found: Found::Missing,
            version: None,
        };

        assert!(question("yaml", &[]).unwrap().contains("pyyaml"));
        assert!(question("fastapi.routing", &[]).unwrap().contains("fastapi and uvicorn"));
        assert!(question("some_thing", &[wanted("some-thing")]).unwrap().contains("some-thing"));
        assert_eq!(question("jsonn", &[wanted("other")]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(700))]

        #[test]
        fn no_list_makes_the_reading_panic(parts in prop::collection::vec(part(), 0..24)) {
            let list = parts.concat();

            prop_assert!(found(&list).len() <= list.lines().count());
        }
    }

    fn part() -> impl Strategy<Value = String> {
        prop_oneof![
            6 => prop::sample::select(PARTS.to_vec()).prop_map(str::to_owned),
            1 => any::<String>(),
        ]
    }
}
