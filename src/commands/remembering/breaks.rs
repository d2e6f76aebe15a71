//! Lays out the places that break, file by file.
//!
//! A widely used name has hundreds of places. A reader wants to know which files, what they use and how sure that is; every single place
//! is in the data of the answer.

use std::collections::BTreeMap;

use work::contract::page::{Block, Cell, Page, Tone, counted};

use crate::commands::remembering::views::PlaceView;

/// Most names that are told which too much else has.
const MOST_UNCLEAR: usize = 6;
/// Most names that are told of a file, for each use.
const MOST_NAMES: usize = 3;

/// The places by file, those first whose names nothing else has, and the names that too much else has; nothing where there is neither.
///
/// `most` is how many files are named.
pub fn breaks_page(places: &[PlaceView], unclear: &[String], most: u32) -> Page {
    let title = "Breaks where a name goes or is called upon otherwise";
    let page = Page::new().text(Cell::toned(title, Tone::Strong));
    let page = match (places.is_empty(), unclear.is_empty()) {
        (true, true) => return Page::new(),
        (true, false) => page,
        (false, _) => page.then(table(places, usize::try_from(most).unwrap_or(usize::MAX))),
    };
    if unclear.is_empty() {
        return page;
    }
    let mut named: Vec<String> =
        unclear.iter().take(MOST_UNCLEAR).map(|name| format!("`{name}`")).collect();
    if unclear.len() > MOST_UNCLEAR {
        named.push(format!("{} more", unclear.len() - MOST_UNCLEAR));
    }
    let told = format!(
        "Many things have these names: {}. Of their uses only those in files that import this one are listed.",
        named.join(", ")
    );
    page.text(Cell::toned(told, Tone::Dim))
}

fn table(places: &[PlaceView], most: usize) -> Page {
    let mut files: BTreeMap<&str, Vec<&PlaceView>> = BTreeMap::new();
    for place in places {
        files.entry(&place.path).or_default().push(place);
    }
    let mut files: Vec<(&str, Vec<&PlaceView>)> = files.into_iter().collect();
    files.sort_by_key(|(_, places)| !places.iter().any(|place| place.certain));
    let rows = files.iter().take(most).map(|(path, places)| {
        vec![
            Cell::toned(*path, Tone::Strong),
            Cell::from(uses(places)),
            Cell::toned(sureness(places), Tone::Dim),
        ]
    });
    let head = ["file", "which", "for sure"].map(str::to_owned).to_vec();
    let page = Page::new().block(Block::Table { head, rows: rows.collect() });
    match u32::try_from(files.len().saturating_sub(most)) {
        Ok(0) | Err(_) => page,
        Ok(more) => {
            let rest = format!(
                "{} more; `--limit` names more, `--json` every place",
                counted(more, "file")
            );
            page.text(Cell::toned(rest, Tone::Dim))
        }
    }
}

/// What the places of a file do with which names, and where.
fn uses(places: &[&PlaceView]) -> String {
    let mut by_use: Vec<(&str, Vec<&PlaceView>)> = Vec::new();
    for place in places {
        match by_use.iter_mut().find(|(does, _)| *does == place.does) {
            Some((_, same)) => same.push(place),
            None => by_use.push((&place.does, vec![place])),
        }
    }
    let told = by_use.iter().map(|(does, places)| {
        let mut names: Vec<&str> = Vec::new();
        for place in places {
            if !names.contains(&place.name.as_str()) {
                names.push(&place.name);
            }
        }
        let more = names.len().saturating_sub(MOST_NAMES);
        names.truncate(MOST_NAMES);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{does} {}{more}, {}", names.join(", "), lines(places))
    });
    told.collect::<Vec<_>>().join("; ")
}

fn lines(places: &[&PlaceView]) -> String {
    let lines = || places.iter().map(|place| place.line);
    match (lines().min(), lines().max()) {
        (Some(first), Some(last)) if first != last => format!("lines {first} to {last}"),
        (Some(only), _) => format!("line {only}"),
        (None, _) => String::new(),
    }
}

fn sureness(places: &[&PlaceView]) -> String {
    let certain = places.iter().filter(|place| place.certain).count();
    match certain {
        0 => "may mean another".to_owned(),
        all if all == places.len() => "certain".to_owned(),
        some => format!("{some} of {} certain", places.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str, line: u32, does: &str, name: &str, certain: bool) -> PlaceView {
        let (path, does, name) = (path.to_owned(), does.to_owned(), name.to_owned());
        PlaceView { path, line, name, does, certain }
    }

    #[test]
    fn a_file_has_one_row_and_what_is_certain_comes_first() {
        let places = [
            place("a.py", 3, "calls", "get", false),
            place("b.py", 1, "imports", "total", true),
            place("b.py", 5, "calls", "total", true),
            place("b.py", 9, "calls", "total", false),
        ];

        let text = breaks_page(&places, &[], 10).plain();

        assert!(text.find("b.py").unwrap() < text.find("a.py").unwrap(), "{text}");
        assert!(text.contains("imports total, line 1; calls total, lines 5 to 9"), "{text}");
        assert!(text.contains("2 of 3 certain") && text.contains("may mean another"), "{text}");
    }

    #[test]
    fn names_that_too_much_else_has_are_named_and_what_remains_counted() {
        let unclear: Vec<String> = (0..8).map(|n| format!("n{n}")).collect();

        let text = breaks_page(&[], &unclear, 10).plain();

        assert!(text.contains("Breaks where") && text.contains("`n5`, 2 more."), "{text}");
        assert_eq!(breaks_page(&[], &[], 10).plain(), "");
    }

    #[test]
    fn very_many_names_and_files_are_counted() {
        let names = (0..5).map(|n| place("a.py", 1, "imports", &format!("n{n}"), true));
        let files = (0..12).map(|n| place(&format!("f{n}.py"), 1, "calls", "total", true));
        let places: Vec<PlaceView> = names.chain(files).collect();

        let text = breaks_page(&places, &[], 10).plain();

        assert!(text.contains("imports n0, n1, n2 and 2 more, line 1"), "{text}");
        assert!(
            text.contains("3 files more; `--limit` names more, `--json` every place"),
            "{text}"
        );
        assert!(!breaks_page(&places, &[], 13).plain().contains("more; `--limit`"));
    }
}
