//! Variables that whoever starts an execution gives the tests.
//!
//! What steers Python, pytest, coverage or the loader decides which tests run and what is measured, so no such name is taken:
//! a suite that needs one sets it itself, where its reader sees it. Names are recorded and shown, values are not, since a
//! value may be a secret.

use std::collections::BTreeMap;

use crate::contract::error::CommandError;

/// Beginnings of names by which a suite, or what measures it, can be steered.
const STEERING: [&str; 8] =
    ["COV", "GCONV_", "GLIBC_", "LD_", "PYTEST", "PYTHON", "PYLINT", "SARAPHINA"];
/// Names that the box itself sets.
const OF_THE_BOX: [&str; 3] = ["HOME", "PATH", "TMPDIR"];
/// What changes how Python behaves, and neither what runs nor where it is found.
const HARMLESS: [&str; 5] =
    ["PYTHONDEVMODE", "PYTHONHASHSEED", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONWARNINGS"];
/// Most bytes of all names and values together.
const MOST_BYTES: usize = 32 << 10;

/// Reads `NAME=VALUE` pairs as typed.
pub fn read(pairs: &[String]) -> Result<BTreeMap<String, String>, CommandError> {
    let total: usize = pairs.iter().map(String::len).sum();
    if total > MOST_BYTES {
        let message = format!("--env takes {MOST_BYTES} bytes altogether, not {total}");
        return Err(
            CommandError::usage(message).hint("Put long values into a file of the proposal.")
        );
    }
    pairs.iter().map(|text| pair(text)).collect()
}

fn pair(text: &str) -> Result<(String, String), CommandError> {
    let parts = text.split_once('=').filter(|(name, value)| is_name(name) && !value.contains('\0'));
    let Some((name, value)) = parts else {
        return Err(CommandError::usage(format!("--env takes NAME=VALUE, not {text:?}")));
    };
    if is_steering(name) {
        return Err(CommandError::usage(format!("--env does not take {name}: it would steer the suite or what measures it"))
            .hint("Have the tests set it, with monkeypatch or in a conftest.py, where whoever decides can see it."));
    }
    Ok((name.to_owned(), value.to_owned()))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|symbol: char| symbol == '_' || symbol.is_ascii_alphabetic())
        && name.chars().all(|symbol| symbol == '_' || symbol.is_ascii_alphanumeric())
}

fn is_steering(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_taken = OF_THE_BOX.contains(&name.as_str())
        || STEERING.iter().any(|beginning| name.starts_with(beginning));
    is_taken && !HARMLESS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_steers_the_suite_is_refused_by_name() {
        for name in [
            "PYTEST_ADDOPTS",
            "PYTHONPATH",
            "LD_PRELOAD",
            "COVERAGE_RCFILE",
            "PATH",
            "pytest_plugins",
        ] {
            let told = read(&[format!("{name}=x")]).map_err(|error| error.to_string());
            assert!(told.as_ref().is_err_and(|told| told.contains(name)), "{told:?}");
        }
        let taken = read(&["PYTHONHASHSEED=0".to_owned(), "SECRET=a=b".to_owned()]).unwrap();
        assert_eq!(taken.get("SECRET").map(String::as_str), Some("a=b"));
        assert_eq!(taken.len(), 2);
    }

    #[test]
    fn what_no_program_can_be_given_is_refused() {
        for text in ["A=\0", "A", "1A=2", "=x", "Ä=1"] {
            assert!(read(&[text.to_owned()]).is_err(), "{text:?}");
        }
        assert!(read(&[format!("A={}", "x".repeat(40_000))]).is_err());
    }
}
