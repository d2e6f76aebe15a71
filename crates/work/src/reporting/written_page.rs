//! The page of a revision that was just made.
//!
//! It shows who wrote it and the beginning of what was written: code of a module, the difference of a change. The whole is shown by
//! `/show-code` and `/diff-code`.

use crate::contract::page::{Block, Cell, Page, Tone};
use crate::diagnosis::script::told_of_ours;
use crate::reporting::views::{self, Written};
use record::domain::language::Language;
use record::domain::role::Role;

/// Most characters of an explanation, of code and of a difference.
const MAX_EXPLANATION: usize = 300;
const MAX_CODE: usize = 500;
const MAX_DIFFERENCE: usize = 3_000;
/// Related concepts that are named.
const MAX_RELATED: usize = 3;

/// What is told of a revision besides what it is.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// The module name of the code.
    pub module: &'a str,
    /// Names of related concepts, nearest first.
    pub related: &'a [String],
    /// Whether it was stored, in words.
    pub stored: &'a str,
}

/// Who wrote it, what it is about and where it stands.
pub fn head(written: &Written, made: &Made<'_>) -> Page {
    let source = match (&written.provider, &written.model) {
        (Some(provider), Some(model)) => format!("{} by {model} ({provider})", written.origin),
        (Some(provider), None) => format!("{} by {provider}", written.origin),
        (None, _) => written.origin.to_string(),
    };
    let hash = Cell::toned(written.content_hash.as_str(), Tone::Dim);
    let mut fields = vec![("Source", Cell::from(source))];
    match &written.change {
        Some(change) => fields.extend([
            ("Repository", Cell::from(change.repository.as_str())),
            ("Base", Cell::from(change.base.commit.as_str())),
            ("Touches", Cell::from(change.paths.join(", "))),
            ("Content hash", hash),
        ]),
        None => fields.extend([
            ("Module", Cell::from(made.module)),
            ("Content hash", hash),
            ("Related concepts", Cell::from(related(made.related))),
        ]),
    }
    fields.push(("State", Cell::from(made.stored)));
    let mut page = Page::new().title(format!("Proposal {}", written.proposal_id)).fields(fields);
    if !written.explanation.is_empty() {
        page = page.block(Block::Quote(views::preview(&written.explanation, MAX_EXPLANATION)));
    }
    if let Some(entry) = written.entry_point.as_ref().filter(|_| written.change.is_none()) {
        page = page.fields([
            ("Entry point", Cell::from(entry.as_str())),
            ("Files", Cell::from(views::names(&written.files))),
        ]);
    }
    page
}

fn related(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(MAX_RELATED).map(String::as_str).collect();
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}

/// The beginning of what was written.
pub fn body(written: &Written, language: Language) -> Page {
    if let Some(change) = &written.change {
        return Page::new().block(Block::Diff(views::preview(&change.diff, MAX_DIFFERENCE)));
    }
    let of = |role: Role| written.files.iter().filter(move |file| file.role == role);
    let entry = written.entry_point.as_deref();
    let first = of(Role::Code)
        .find(|file| Some(file.path.as_str()) == entry)
        .or_else(|| of(Role::Code).find(|file| !file.content.trim().is_empty()))
        .or_else(|| of(Role::Code).next());
    let code = first.map_or("", |file| file.content.as_str());
    let (shown, total) = (code.chars().take(MAX_CODE).count(), code.chars().count());
    // Which of several files it is, nobody could tell otherwise.
    let path = first.filter(|_| of(Role::Code).count() > 1).map(|file| file.path.as_str());
    let name = path.map(|path| format!(" of {path}")).unwrap_or_default();
    let tests: usize = of(Role::Test).map(|file| file.content.chars().count()).sum();
    let files = match of(Role::Test).count() {
        0 | 1 => String::new(),
        count => format!("{count} files, "),
    };
    let ours = of(Role::Test).find_map(|file| Some((file, told_of_ours(&file.content)?)));
    let told = match ours {
        Some((file, does)) => {
            let said = format!("No tests were given: {}, written here, {does}", file.path);
            Cell::toned(format!("{said} ({tests} characters)"), Tone::Warn)
        }
        None => Cell::from(format!("Tests: {files}{tests} characters")),
    };
    Page::new()
        .text(Cell::toned(format!("Code{name} ({shown} of {total} characters)"), Tone::Strong))
        .block(Block::Code { language: language.to_string(), text: views::preview(code, MAX_CODE) })
        .text(told)
}
