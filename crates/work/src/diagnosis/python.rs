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

/// Says so where the versions that a project names (`requires-python`, PEP 440) do not include that of the sandbox; hostile text.
pub fn other_python(wanted: &str, environment: &Environment) -> Option<Finding> {
    let wanted = wanted.trim();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".,<>=!~*+- ".contains(&byte);
    if wanted.len() > MAX_SPECIFIER || !wanted.bytes().all(is_plain) {
        return None;
    }
    let specifiers = VersionSpecifiers::from_str(wanted).ok()?;
    let python = environment.0.get("python")?;
    let is_met = specifiers.contains(&Version::from_str(python).ok()?);
    let message = format!("the project is for Python {wanted}, and the sandbox has {python}");
    (!is_met).then(|| Finding { code: OTHER_PYTHON.to_owned(), message })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::other_python;
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
}
