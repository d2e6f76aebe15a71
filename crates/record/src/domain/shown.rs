//! Files of which an interpreter would run something else than people see.
//!
//! A decision rests on the text that was shown. Compiled files run without any text, a declared encoding can hide lines in
//! comments, and of two files of one module only one is ever imported. Such files are refused where they are given
//! (`crates/work/src/drafting/submission.rs`); those of old revisions fail where they run. Data of tests may be in Latin-1,
//! which is shown as an interpreter reads it.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::domain::encoding::{foreign_encoding, is_latin};
use crate::domain::role::Role;
use crate::domain::source::SourceFile;

/// Endings of files that are run without being read.
const COMPILED: [&str; 4] = [".pyc", ".pyo", ".so", ".pyd"];
/// The folder in which an interpreter looks for compiled files.
const CACHE: &str = "__pycache__";

/// A reason why files are not taken.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ShownError {
    /// A file that would run without being read.
    #[error("{0} is compiled: what it does cannot be shown")]
    Compiled(String),
    /// A file whose text depends on a declaration.
    #[error("{path} declares the encoding {encoding}; only UTF-8 is taken")]
    Encoding {
        /// The file.
        path: String,
        /// What it declares.
        encoding: String,
    },
    /// Two code files of one module.
    #[error("{0} and {1} are one module: only one of them could be imported")]
    Double(String, String),
}

/// Checks files that somebody gives.
pub fn check(files: &[SourceFile]) -> Result<(), ShownError> {
    for file in files {
        let path = file.path.as_str();
        if path.split('/').any(|name| name == CACHE)
            || COMPILED.iter().any(|ending| path.ends_with(ending))
        {
            return Err(ShownError::Compiled(path.to_owned()));
        }
        if file.path.module().is_some()
            && let Some(encoding) = foreign_encoding(&file.content)
            && !(file.role == Role::Support && is_latin(&encoding))
        {
            return Err(ShownError::Encoding { path: path.to_owned(), encoding });
        }
    }
    let code: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.role == Role::Code)
        .map(|file| file.path.as_str())
        .collect();
    for path in &code {
        let Some(folder) = path.strip_suffix(".py") else { continue };
        let package = format!("{folder}/__init__.py");
        if code.contains(package.as_str()) {
            return Err(ShownError::Double((*path).to_owned(), package));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ShownError, check};
    use crate::domain::role::Role;
    use crate::domain::source::SourceFile;

    fn file(path: &str, role: Role, content: &[u8]) -> SourceFile {
        SourceFile { path: path.parse().unwrap(), role, content: content.to_vec() }
    }

    #[test]
    fn compiled_files_and_two_files_of_one_module_are_refused() {
        let code = || file("a.py", Role::Code, b"x = 1\n");
        for path in [
            "__pycache__/a.cpython-311.pyc",
            "a.pyc",
            "a.cpython-311-x86_64-linux-gnu.so",
            "lib/a.pyd",
            "__pycache__/a",
        ] {
            let given = [code(), file(path, Role::Support, b"")];
            assert_eq!(check(&given), Err(ShownError::Compiled(path.to_owned())));
        }
        let package = |role| [code(), file("a/__init__.py", role, b"")];
        let double = ShownError::Double("a.py".to_owned(), "a/__init__.py".to_owned());
        assert_eq!(check(&package(Role::Code)), Err(double));
        assert_eq!(check(&package(Role::Support)), Ok(()));
        assert_eq!(check(&[code(), file("data/a.solution", Role::Support, b"")]), Ok(()));
    }
}
