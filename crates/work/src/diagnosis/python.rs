//! Whether the sandbox has a Python that a project says it is written for.
//!
//! What is newer in the language looks like a mistake to an older Python, and no repair of the code would be right.

use std::str::FromStr as _;

use pep508_rs::pep440_rs::{Version, VersionSpecifiers};

use record::domain::environment::Environment;
use record::domain::evidence::Finding;

/// The finding that a project wants another Python.
pub const OTHER_PYTHON: &str = "other_python";
/// Longest specifier that is read, in bytes.
const MAX_SPECIFIER: usize = 100;
/// Minor versions of Python 3 that ruff checks code for (its `target-version`).
const MINORS: std::ops::RangeInclusive<u8> = 7..=14;

/// Says so where the versions that a project names (`requires-python`, PEP 440) do not include that of the sandbox; hostile text.
pub fn other_python(wanted: &str, environment: &Environment) -> Option<Finding> {
    let wanted = wanted.trim();
    let specifiers = specifiers(wanted)?;
    let python = environment.0.get("python")?;
    let is_met = specifiers.contains(&Version::from_str(python).ok()?);
    let message = format!("the project is for Python {wanted}, and the sandbox has {python}");
    (!is_met).then(|| Finding { code: OTHER_PYTHON.to_owned(), message })
}

/// The oldest minor version of Python 3 that the versions of a project include, of those that ruff knows; hostile text.
pub fn oldest_minor(wanted: &str) -> Option<u8> {
    let specifiers = specifiers(wanted.trim())?;
    // A bound such as `>=3.7.2` begins within a version; its last patch level tells.
    let is_included = |minor: &u8| {
        let newest = Version::from_str(&format!("3.{minor}.99"));
        newest.is_ok_and(|newest| specifiers.contains(&newest))
    };
    MINORS.into_iter().find(is_included)
}

fn specifiers(wanted: &str) -> Option<VersionSpecifiers> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".,<>=!~*+- ".contains(&byte);
    if wanted.len() > MAX_SPECIFIER || !wanted.bytes().all(is_plain) {
        return None;
    }
    VersionSpecifiers::from_str(wanted).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{oldest_minor, other_python};
    use record::domain::environment::Environment;

    #[test]
    fn only_versions_that_leave_the_sandbox_out_are_told() {
        let python = ("python".to_owned(), "3.11.7".to_owned());
        let environment = Environment(BTreeMap::from([python]));
        let told = |wanted: &str| other_python(wanted, &environment).map(|found| found.message);

        let newer = "the project is for Python >=3.12, and the sandbox has 3.11.7";
        assert_eq!(told(" >=3.12 ").as_deref(), Some(newer));
        assert!(told(">=2.7, !=3.0.*, <3.10").is_some());
        for met in [">=3.8", ">=3.8,<4", "~=3.11", "", "3.12", "\u{1b}[1m>=3.12", &">".repeat(200)]
        {
            assert_eq!(told(met), None, "{met}");
        }
    }

    #[test]
    fn the_oldest_python_of_a_project_is_one_that_it_includes() {
        let cases = [
            (">=3.7", Some(7)),
            (">=2.7, !=3.0.*", Some(7)),
            (">=3.10.2,<4", Some(10)),
            ("~=3.12", Some(12)),
            ("==3.9.*", Some(9)),
            (">=3.20", None),
            ("<3", None),
            ("no version", None),
        ];
        for (wanted, expected) in cases {
            assert_eq!(oldest_minor(wanted), expected, "{wanted}");
        }
    }
}
