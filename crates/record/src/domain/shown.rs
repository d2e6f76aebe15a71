//! Files of which an interpreter would run something else than people see.
//!
//! A decision rests on the text that was shown. Compiled files run without any text, a declared encoding can hide lines in
//! comments, and of two files of one module only one is ever imported. Such files are refused where they are given
//! (`crates/work/src/drafting/submission.rs`); those of old revisions fail where they run.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::domain::role::Role;

use crate::domain::source::SourceFile;

/// Endings of files that are run without being read.
const COMPILED: [&str; 4] = [".pyc", ".pyo", ".so", ".pyd"];
/// The folder in which an interpreter looks for compiled files.
const CACHE: &str = "__pycache__";
/// Encodings that are UTF-8, or a part of it.
const SAME_TEXT: [&str; 10] =
    ["utf-8", "utf8", "u8", "utf", "utf8-ucs2", "utf8-ucs4", "cp65001", "ascii", "us-ascii", "646"];
/// Longest name of an encoding that is told.
const MOST_NAME: usize = 40;

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

/// The encoding that a file declares in its first two lines (PEP 263), where it is not UTF-8.
fn foreign_encoding(content: &[u8]) -> Option<String> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let (first, rest) = split_line(content);
    let second = is_blank(first).then(|| split_line(rest).0);
    let declared = [Some(first), second].into_iter().flatten().find_map(declared)?;
    let plain = declared.to_lowercase().replace('_', "-");
    let is_same = SAME_TEXT.contains(&plain.as_str()) || plain.starts_with("utf-8-");
    (!is_same).then(|| declared.chars().take(MOST_NAME).collect())
}

/// The first line, and what comes behind its end, which may be written in three ways.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
    (line, rest)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0c)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().find(|byte| !is_space(**byte)).is_none_or(|byte| *byte == b'#')
}

/// What a comment declares: the name behind `coding:` or `coding=`.
fn declared(line: &[u8]) -> Option<String> {
    let start = line.iter().position(|byte| !is_space(*byte))?;
    let comment = line.get(start..).filter(|rest| rest.first() == Some(&b'#'))?;
    let word = b"coding";
    (0..comment.len()).find_map(|at| {
        let rest = comment.get(at..)?.strip_prefix(word)?;
        let (sign, name) = rest.split_first()?;
        if !matches!(sign, b':' | b'=') {
            return None;
        }
        let name = name.iter().skip_while(|byte| matches!(byte, b' ' | b'\t'));
        let is_of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let name: String = name.take_while(is_of_name).map(|byte| char::from(*byte)).collect();
        (!name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::{ShownError, check, foreign_encoding};
    use crate::domain::role::Role;
    use crate::domain::source::SourceFile;

    fn file(path: &str, role: Role, content: &[u8]) -> SourceFile {
        SourceFile { path: path.parse().unwrap(), role, content: content.to_vec() }
    }

    #[test]
    fn an_encoding_is_declared_where_an_interpreter_looks_for_it() {
        let foreign: [(&[u8], &str); 9] = [
            (b"# coding: utf-7\n", "utf-7"),
            (b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\n", "latin-1"),
            (b"\n\t# vim: set fileencoding=cp1252 :\n", "cp1252"),
            (b"# encoding coding=unicode_escape\n", "unicode_escape"),
            (b"\xef\xbb\xbf# coding:utf-16\n", "utf-16"),
            (b"#\r# coding: rot13\r", "rot13"),
            (b"#\r\n# coding: rot13\r\n", "rot13"),
            (b"\x0c# coding: my.own\n", "my.own"),
            (b"# caf\xe9 coding: latin-1\n", "latin-1"),
        ];
        for (content, name) in foreign {
            assert_eq!(foreign_encoding(content).as_deref(), Some(name), "{content:?}");
        }
        let plain: [&[u8]; 9] = [
            b"x = 1\n",
            b"# coding: utf-8\n",
            b"# -*- coding: UTF8 -*-\n",
            b"# coding: utf-8-unix\n",
            b"# coding: ascii\n",
            b"x = 1\n# coding: utf-7\n",
            b"#\n#\n# coding: utf-7\n",
            b"text = '# coding: utf-7'\n",
            b"# decoding\n",
        ];
        for content in plain {
            assert_eq!(foreign_encoding(content), None, "{content:?}");
        }
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
