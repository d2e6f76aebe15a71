//! What the files of a revision hide from whoever reads them.
//!
//! The approval page, its refusal and the reports of files name the same things: characters that cannot be seen, and names that are
//! not what they look like. Their number is bounded, because a file may consist of nothing else. A picture, a font or a sound hides no
//! text, since it has none: it is shown as binary, by its size and digest. Other bytes that are no text are named as such.

use std::collections::BTreeSet;

use record::domain::changeset::Mode;
use record::domain::digest::Digest;
use record::domain::encoding;
use record::domain::hidden::hidden;
use record::domain::lookalike::{lookalikes, trick};
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::SourceFile;
use repair::identifiers::identifiers;

/// Most things that are named of one file.
const MAX_NAMED: usize = 8;
/// The byte order mark of UTF-8.
const MARK: &str = "\u{feff}";

/// The things that one file hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenText {
    /// The file.
    pub path: String,
    /// What it hides, in words, each with its line.
    pub named: String,
}

/// Formats that nothing reads as source, by the ends of their names and how their bytes begin.
const FORMATS: &[(&[&str], &[u8])] = &[
    (&["png"], b"\x89PNG\r\n\x1a\n"),
    (&["jpg", "jpeg"], b"\xff\xd8\xff"),
    (&["gif"], b"GIF87a"),
    (&["gif"], b"GIF89a"),
    (&["webp", "wav"], b"RIFF"),
    (&["ico"], b"\0\0\x01\0"),
    (&["woff"], b"wOFF"),
    (&["woff2"], b"wOF2"),
    (&["ttf"], b"\0\x01\0\0"),
    (&["otf"], b"OTTO"),
    (&["mp3"], b"ID3"),
    (&["pdf"], b"%PDF-"),
];

/// Lists the files of a revision that hide something.
pub fn of_revision(revision: &Revision) -> Vec<HiddenText> {
    let is_run = |file: &SourceFile| {
        let touched = revision.source.change().and_then(|change| change.at(&file.path));
        let after = touched.and_then(|touched| touched.after.as_ref());
        after.is_some_and(|after| after.mode != Mode::File)
    };
    let files = revision.source.files();
    let parts = files.iter().flat_map(|file| names(file.path.as_str()));
    let plain = parts.filter(|part| part.is_ascii()).collect();
    let shown = files.iter().filter_map(|file| match without_kept_mark(revision, file) {
        Some(rest) => of_file(&rest, is_run(file), &plain),
        None => of_file(file, is_run(file), &plain),
    });
    shown.collect()
}

/// A file without the byte order mark that it begins with on both sides of a change: readers of UTF-8 take it off, and the change
/// brings nothing that was not there.
fn without_kept_mark(revision: &Revision, file: &SourceFile) -> Option<SourceFile> {
    let before = revision.source.change()?.at(&file.path)?.before.as_ref()?;
    let content = behind_kept_mark(&before.content, &file.content)?.to_vec();
    Some(SourceFile { content, ..file.clone() })
}

fn behind_kept_mark<'a>(before: &[u8], after: &'a [u8]) -> Option<&'a [u8]> {
    let mark = MARK.as_bytes();
    after.strip_prefix(mark).filter(|_| before.starts_with(mark))
}

/// The names in a path, without their endings.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(|part| part.split_once('.').map_or(part, |(name, _)| name))
}

/// What is wrong with the name of a file, read beside these plain names of others.
fn in_name(path: &str, plain: &BTreeSet<&str>) -> Vec<String> {
    let unseen = hidden(path).into_iter().map(|found| format!("{found} of its name"));
    let parts = names(path).filter(|part| !part.is_ascii());
    let misleading = parts.filter_map(|part| Some((part, trick(part, plain)?)));
    let misleading = misleading.map(|(part, trick)| format!("{part} of its name {trick}"));
    unseen.chain(misleading).collect()
}

/// Tells whether a file is no text: what a difference shows by size and digest alone.
fn is_binary(file: &SourceFile) -> bool {
    file.content.contains(&0) || encoding::text(&file.path, &file.content).is_none()
}

/// Tells whether a file is what its name says, in a format that nobody runs or imports.
fn is_of_format(path: &str, content: &[u8]) -> bool {
    let end = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    FORMATS.iter().any(|(ends, begin)| ends.contains(&end.as_str()) && content.starts_with(begin))
}

fn of_file(file: &SourceFile, is_run: bool, plain: &BTreeSet<&str>) -> Option<HiddenText> {
    let (path, text) = (file.path.to_string(), file.text());
    let mut named = in_name(&path, plain);
    let is_binary = is_binary(file);
    if is_binary && !is_run && file.role == Role::Support && named.is_empty() {
        if is_of_format(&path, &file.content) {
            return None;
        }
        let (bytes, digest) = (file.content.len(), Digest::of(&file.content));
        return Some(HiddenText { path, named: format!("it is binary, {bytes} bytes, {digest}") });
    }
    named.extend(hidden(&text).iter().map(ToString::to_string));
    // Names are those of code; data and prose may mix scripts as they like.
    let is_python = path.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "py" | "pyi"));
    if is_python && !text.is_ascii() {
        named.extend(lookalikes(&identifiers(&text)).iter().map(ToString::to_string));
    }
    if named.is_empty() {
        return None;
    }
    let more = named.len().saturating_sub(MAX_NAMED);
    named.truncate(MAX_NAMED);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    Some(HiddenText { path, named: named.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_was_there_already_is_nothing_new() {
        let (marked, plain) = ("\u{feff}x = 1\n".as_bytes(), b"x = 1\n".as_slice());

        assert_eq!(behind_kept_mark(marked, marked), Some(plain));
        assert_eq!(behind_kept_mark(plain, marked), None, "the change brings it");
        assert_eq!(behind_kept_mark(marked, plain), None);
    }

    #[test]
    fn a_file_whose_name_is_taken_for_another_is_named() {
        let file = |path: &str| SourceFile {
            path: path.parse().unwrap(),
            role: Role::Code,
            content: b"x = 1\n".to_vec(),
        };
        let plain: BTreeSet<&str> = ["abc", "copy"].into();
        let told = |path: &str| of_file(&file(path), false, &plain).map(|hidden| hidden.named);

        let mixed = "\u{430}bc of its name mixes scripts: \u{430} is U+0430";
        assert_eq!(told("pkg/\u{430}bc.py").as_deref(), Some(mixed));
        assert!(
            told("\u{441}\u{43E}\u{440}\u{443}.py")
                .is_some_and(|told| told.contains("looks like copy"))
        );
        assert_eq!(told("сумма.py"), None);
        assert_eq!(told("naïve/é.py"), None);
    }

    fn told(path: &str, role: Role, content: &[u8], is_run: bool) -> Option<String> {
        let file = SourceFile { path: path.parse().unwrap(), role, content: content.to_vec() };
        of_file(&file, is_run, &BTreeSet::new()).map(|found| found.named)
    }

    #[test]
    fn a_picture_hides_no_text_and_whatever_may_be_read_as_source_does() {
        let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

        assert_eq!(told("logo.png", Role::Support, picture, false), None);
        for (path, role, is_run) in [
            ("logo.py", Role::Support, false),
            ("logo.png", Role::Code, false),
            ("logo.png", Role::Support, true),
            ("logo", Role::Support, false),
        ] {
            assert!(told(path, role, picture, is_run).is_some(), "{path}");
        }
        assert!(
            told("x.png", Role::Support, b"x = 1\0\n", false)
                .unwrap()
                .starts_with("it is binary, 7")
        );
        assert_eq!(told("a.py", Role::Code, b"x = 1\0\n", false).unwrap(), "U+0000 in line 1");
        let bidi = "GIF89a \u{202e}".as_bytes();
        assert_eq!(told("x.gif", Role::Support, bidi, false).unwrap(), "U+202E in line 1");
    }
}
