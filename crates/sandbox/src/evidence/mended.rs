//! What ruff says with the edits that would mend it.
//!
//! Like `ruff.rs` it takes only files of the job, numbers and short texts; edits must lie within their file, and only those count that
//! ruff itself calls safe.

use serde::Deserialize;

use crate::study::Remark;
use record::domain::patch::Edit;
use record::domain::source::{Source, SourceFile};

/// Most remarks that are kept.
const MOST_REMARKS: usize = 2_000;
/// Longest message, in characters.
const MESSAGE_CHARACTERS: usize = 300;
/// Longest code of a rule, in bytes.
const CODE_BYTES: usize = 40;
/// Longest text of an edit, in bytes.
const TEXT_BYTES: usize = 8 << 10;
/// The word for edits that change nothing but what they mend.
const SAFE: &str = "safe";

#[derive(Deserialize)]
struct Told {
    code: Option<String>,
    filename: String,
    location: Place,
    message: String,
    fix: Option<ToldFix>,
}

#[derive(Deserialize)]
struct ToldFix {
    applicability: String,
    edits: Vec<ToldEdit>,
}

#[derive(Deserialize)]
struct ToldEdit {
    content: String,
    location: Place,
    end_location: Place,
}

/// Both from 1; columns in characters.
#[derive(Clone, Copy, Deserialize)]
struct Place {
    row: usize,
    column: usize,
}

/// Reads what ruff printed about files below a folder; why not where any of it is not what ruff prints.
pub(crate) fn remarks_of(
    printed: &str,
    folder: &str,
    source: &Source,
) -> Result<Vec<Remark>, String> {
    let told: Vec<Told> =
        serde_json::from_str(printed).map_err(|error| format!("its output: {error}"))?;
    let read = |told: Told| remark(told, folder, source);
    told.into_iter().take(MOST_REMARKS).map(read).collect()
}

fn remark(told: Told, folder: &str, source: &Source) -> Result<Remark, String> {
    let path = told.filename.strip_prefix(folder).and_then(|path| path.strip_prefix('/'));
    let file = path.and_then(|path| source.files().iter().find(|file| file.path.as_str() == path));
    let file = file.ok_or("it spoke of another file")?;
    let code = told.code.unwrap_or_else(|| "syntax".to_owned());
    if code.len() > CODE_BYTES {
        return Err("it named no rule".to_owned());
    }
    let safe = told.fix.filter(|fix| fix.applicability == SAFE);
    let edits: Option<Vec<Edit>> = safe
        .map(|fix| fix.edits)
        .unwrap_or_default()
        .into_iter()
        .map(|told| edit(told, file))
        .collect();
    let words: Vec<&str> = told.message.split_whitespace().collect();
    Ok(Remark {
        path: file.path.clone(),
        line: u32::try_from(told.location.row).unwrap_or(u32::MAX),
        code,
        message: words.join(" ").chars().take(MESSAGE_CHARACTERS).collect(),
        fix: edits.unwrap_or_default(),
    })
}

fn edit(told: ToldEdit, file: &SourceFile) -> Option<Edit> {
    let text = std::str::from_utf8(&file.content).ok()?;
    let (start, end) = (byte(text, told.location)?, byte(text, told.end_location)?);
    let fits = start <= end && told.content.len() <= TEXT_BYTES;
    fits.then(|| Edit { path: file.path.clone(), start, end, text: told.content })
}

/// The byte of a place; the end of the text counts as the beginning of one more line.
fn byte(text: &str, place: Place) -> Option<usize> {
    let row = place.row.checked_sub(1)?;
    let start = match row {
        0 => 0,
        row => text.match_indices('\n').nth(row - 1)?.0 + 1,
    };
    let line = text.get(start..)?;
    let column = place.column.checked_sub(1)?;
    let inner = line.char_indices().map(|(at, _)| at).chain([line.len()]).nth(column)?;
    Some(start + inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::role::Role;
    use serde_json::json;

    fn source() -> Source {
        let (path, content) = ("a.py".parse().unwrap(), "import ös\nx = 1\n".as_bytes().to_vec());
        Source::of_tree(vec![SourceFile { path, role: Role::Code, content }]).unwrap()
    }

    fn told(applicability: &str, row: usize, end: (usize, usize)) -> serde_json::Value {
        json!([{
            "code": "F401", "filename": "/box/src/a.py", "message": "unused",
            "location": { "row": 1, "column": 8 }, "end_location": { "row": 1, "column": 10 },
            "fix": { "applicability": applicability, "edits": [
                { "content": "", "location": { "row": row, "column": 1 }, "end_location": { "row": end.0, "column": end.1 } },
            ] },
        }])
    }

    #[test]
    fn safe_edits_are_places_in_bytes_and_all_others_are_none() {
        let read =
            |told: serde_json::Value| remarks_of(&told.to_string(), "/box/src", &source()).unwrap();

        let safe = read(told("safe", 1, (2, 1)));
        let others =
            [told("unsafe", 1, (2, 1)), told("safe", 9, (9, 9)), told("safe", 2, (1, 1))].map(read);

        let path = "a.py".parse().unwrap();
        assert_eq!(safe[0].fix, [Edit { path, start: 0, end: 11, text: String::new() }]);
        assert_eq!(others.map(|remarks| remarks[0].fix.len()), [0, 0, 0]);
        assert!(remarks_of("[{}]", "/box/src", &source()).is_err());
    }
}
