//! Completes paths, in quotes where a slash line needs them.
//!
//! Names that a terminal would not draw as they are, or that are not UTF-8, cannot be typed and are not offered.

use std::path::Path;

use rustyline::completion::Pair;

use crate::surfaces::repl::typed::Word;
use record::domain::text::Untrusted;

/// Most names of one folder that are looked at.
const MOST: usize = 10_000;
/// The quote for a path that needs one.
const QUOTE: char = '"';

/// Lists what may stand for a path that is typed so far.
pub fn fitting(typed: &Word) -> Vec<Pair> {
    let at = typed.text.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, begun) = typed.text.split_at(at);
    let mut names = names(Path::new(if folder.is_empty() { "." } else { folder }), begun);
    names.sort_unstable();
    let paths = names.iter().map(|(name, _)| format!("{folder}{name}"));
    let needs_quotes = paths.clone().any(|path| needs_quotes(&path));
    let quote = typed.quote.or_else(|| needs_quotes.then_some(QUOTE));
    let pair = |((name, is_folder), path): (&(String, bool), String)| {
        let replacement = put(&path, quote, *is_folder)?;
        let slash = if *is_folder { "/" } else { "" };
        Some(Pair { display: format!("{name}{slash}"), replacement })
    };
    names.iter().zip(paths).filter_map(pair).collect()
}

/// Puts a path; that of a folder goes on, and its quote stays open.
fn put(path: &str, quote: Option<char>, is_folder: bool) -> Option<String> {
    let path = if is_folder { format!("{path}/") } else { path.to_owned() };
    let mut put = match quote {
        Some(quote) => Word::quoted(&path, quote)?,
        None => path,
    };
    if !is_folder {
        put.push(' ');
    } else if quote.is_some() {
        put.pop();
    }
    Some(put)
}

/// Lists names of a folder that begin so, and whether each is a folder; hidden ones where a dot was typed.
fn names(folder: &Path, begun: &str) -> Vec<(String, bool)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(MOST).flatten();
    let named = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let fits = name.starts_with(begun) && (begun.starts_with('.') || !name.starts_with('.'));
        let is_drawn = Untrusted(&name).terminal() == name && !name.contains(['\n', '\t']);
        (fits && is_drawn).then(|| (name, entry.path().is_dir()))
    });
    named.collect()
}

fn needs_quotes(path: &str) -> bool {
    path.starts_with(['"', '\'', '-']) || path.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::repl::typed::split;

    #[test]
    fn a_path_with_blanks_is_put_so_that_a_slash_line_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_str().unwrap();
        std::fs::create_dir(folder.path().join("my dir ü")).unwrap();
        for name in
            ["my dir ü/ein \"Test\".py", "my dir ü/.hidden", "my dir ü/ein\tTab\u{1b}", "plain.py"]
        {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let offered = |line: &str| {
            let pairs = fitting(&split(line).last).into_iter();
            pairs.map(|pair| pair.replacement).collect::<Vec<_>>()
        };

        assert_eq!(offered(&format!("/a {root}/my")), [format!("\"{root}/my dir ü/")]);
        assert_eq!(
            offered(&format!("/a \"{root}/my dir ü/")),
            [format!("\"{root}/my dir ü/ein \\\"Test\\\".py\" ")]
        );
        assert_eq!(offered(&format!("/a '{root}/my")), [format!("'{root}/my dir ü/")]);
        assert_eq!(offered(&format!("/a {root}/pl")), [format!("{root}/plain.py ")]);
    }
}
