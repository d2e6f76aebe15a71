//! Encodings that a Python file declares (PEP 263), and its text as people may see it.
//!
//! A declared encoding decides what an interpreter reads in bytes that people see as UTF-8. Two are no danger, UTF-8 and Latin-1:
//! `CPython` decodes both by itself, so the text that is shown is the one that is read.

use crate::domain::source_path::SourcePath;

/// Encodings that are UTF-8, or a part of it.
const SAME_TEXT: [&str; 10] =
    ["utf-8", "utf8", "u8", "utf", "utf8-ucs2", "utf8-ucs4", "cp65001", "ascii", "us-ascii", "646"];
/// Longest name of an encoding that is told.
const MOST_NAME: usize = 40;
/// Names of Latin-1 under which `CPython` decodes by itself; a codec of another name can be put in its place by code that ran before.
const LATIN: [&str; 4] = ["latin-1", "latin1", "iso-8859-1", "iso8859-1"];

/// The encoding that a file declares in its first two lines (PEP 263), where it is not UTF-8.
pub fn foreign_encoding(content: &[u8]) -> Option<String> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let (first, rest) = split_line(content);
    let second = is_blank(first).then(|| split_line(rest).0);
    let declared = [Some(first), second].into_iter().flatten().find_map(declared)?;
    let plain = plain(&declared);
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

/// The name of an encoding as `CPython` compares it.
fn plain(encoding: &str) -> String {
    encoding.to_lowercase().replace('_', "-")
}

/// Whether an encoding is Latin-1, in which every byte is the character of its number.
pub fn is_latin(encoding: &str) -> bool {
    LATIN.contains(&plain(encoding).as_str())
}

/// The text of a file as an interpreter reads it: UTF-8, or Latin-1 where Python declares it. Nothing where it is neither.
pub fn text(path: &SourcePath, content: &[u8]) -> Option<String> {
    let declared = path.module().and_then(|_| foreign_encoding(content));
    if declared.is_some_and(|encoding| is_latin(&encoding)) {
        return Some(content.iter().copied().map(char::from).collect());
    }
    std::str::from_utf8(content).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{foreign_encoding, is_latin, text};

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
    fn latin_1_has_the_names_that_no_codec_is_asked_for() {
        for name in ["latin-1", "Latin_1", "iso-8859-1", "ISO8859-1"] {
            assert!(is_latin(name), "{name}");
        }
        for name in
            ["utf-7", "shift_jis", "gbk", "cp037", "cp1252", "latin-2", "latin-1-own", "rot13"]
        {
            assert!(!is_latin(name), "{name}");
        }
    }

    #[test]
    fn a_text_is_what_an_interpreter_reads() {
        let of = |path: &str, content: &[u8]| text(&path.parse().unwrap(), content);
        let latin = b"# coding: latin-1\nx = '\xc3\xa9'\n";

        assert_eq!(of("a.py", latin).unwrap(), "# coding: latin-1\nx = '\u{c3}\u{a9}'\n");
        assert_eq!(of("a.txt", latin).unwrap(), "# coding: latin-1\nx = 'é'\n");
        assert_eq!(of("a.py", "x = 'é'\n".as_bytes()).unwrap(), "x = 'é'\n");
        assert_eq!(of("a.py", b"x = '\xe9'\n"), None);
    }
}
