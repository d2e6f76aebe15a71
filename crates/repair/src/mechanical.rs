//! Fixes that a complaint itself suggests, for errors that Python names.
//!
//! One complaint is answered at a time, likeliest fix first, and the result is parsed to prefer fixes that leave fewer errors.
//! `fixes/` holds the rooms, one for each class of complaint.

use super::broken::Broken;
use super::fixes::found::{Fix, Found};
use super::fixes::{attributes, conversions, imports, lookups, names, returns, syntax};
use super::suggestion::Suggestion;
use super::tree::{MAX_PARSED_BYTES, errors, parse};
use record::domain::patch::Edit;
use record::domain::probe::{Complaint, Traced};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// Most fixes of one complaint.
pub const MAX_FIXES: usize = 500;
/// Most fixes whose result is parsed to see whether it is any better.
const MAX_WEIGHED: usize = 400;
/// Bytes that are parsed for that, over all of them.
const MAX_WEIGHED_BYTES: usize = 4 << 20;
/// Below this size every fix is looked at for what it leaves; above it those that take half of the text.
const SMALL_BYTES: usize = 2 << 10;

/// Fixes of the code for one complaint, the likeliest first, each with its reason.
///
/// Each fixes one thing: the caller applies one, asks for the next complaint, and calls this again. A complaint whose place
/// is no code file is looked into in all of them.
pub fn suggest(source: &Source, complaint: &Complaint, traced: Option<&Traced>) -> Vec<Suggestion> {
    let told = complaint.place.as_ref().map(|(path, _)| path);
    let is_named = |file: &&SourceFile| Some(&file.path) == told;
    let here: Vec<&SourceFile> = source.of_role(Role::Code).filter(is_named).collect();
    let looked_into = if here.is_empty() { source.of_role(Role::Code).collect() } else { here };
    let mut found = Vec::new();
    for file in looked_into {
        let Ok(text) = std::str::from_utf8(&file.content) else { continue };
        let broken = Broken::new(&file.path, text, complaint, traced);
        found.extend(find(&broken).into_iter().filter(|fix| leaves_code(text, &fix.patch.edits)));
    }
    found.truncate(MAX_FIXES);
    found.into_iter().enumerate().map(|(rank, fix)| suggestion(rank, fix)).collect()
}

fn suggestion(rank: usize, fix: Fix) -> Suggestion {
    let rank = u32::try_from(rank).unwrap_or(u32::MAX);
    let promise = 1.0 / (1.0 + f64::from(rank));
    Suggestion { patch: fix.patch, operator: fix.operator, why: fix.why, promise }
}

fn find(broken: &Broken<'_>) -> Vec<Fix> {
    let mut found = Found::new(broken);
    match broken.complaint.kind.as_str() {
        "SyntaxError" | "IndentationError" | "TabError" => {
            syntax::find(&mut found);
            return by_errors(broken, found.fixes);
        }
        "ImportError" | "ModuleNotFoundError" => imports::find(&mut found),
        "NameError" | "UnboundLocalError" => names::find(&mut found),
        "AttributeError" => attributes::find(&mut found),
        "TypeError" | "ValueError" => {
            conversions::find(&mut found);
            returns::find(&mut found);
        }
        "KeyError" | "IndexError" | "ZeroDivisionError" => lookups::find(&mut found),
        _ => {
            returns::find(&mut found);
        }
    }
    found.fixes
}

/// Fixes in their order, those first whose result has no error left, then those that have fewer than before.
fn by_errors(broken: &Broken<'_>, fixes: Vec<Fix>) -> Vec<Fix> {
    let Some(before) = errors_of(broken.text) else { return fixes };
    let most = MAX_WEIGHED.min(MAX_WEIGHED_BYTES / broken.text.len().max(1));
    let mut weighed: Vec<(u8, Fix)> = Vec::with_capacity(fixes.len());
    for (rank, fix) in fixes.into_iter().enumerate() {
        let after = if rank < most { errors_after(broken.text, &fix.patch.edits) } else { None };
        let class = match after {
            Some(0) => 0,
            Some(after) if after < before => 1,
            None => 2,
            Some(_) => 3,
        };
        weighed.push((class, fix));
    }
    weighed.sort_by_key(|(class, _)| *class);
    weighed.into_iter().map(|(_, fix)| fix).collect()
}

/// Tells whether anything but comments is left: a file without code is no repaired one.
fn leaves_code(text: &str, edits: &[Edit]) -> bool {
    let gone: usize = edits.iter().map(|edit| edit.end.saturating_sub(edit.start)).sum();
    if gone * 2 < text.len() && text.len() > SMALL_BYTES {
        return true;
    }
    let is_code = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    edited(text, edits).is_none_or(|result| result.lines().any(is_code))
}

fn errors_after(text: &str, edits: &[Edit]) -> Option<usize> {
    errors_of(&edited(text, edits)?)
}

fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut result = String::with_capacity(text.len() + 16);
    let mut done = 0;
    for edit in edits {
        result.push_str(text.get(done..edit.start)?);
        result.push_str(&edit.text);
        done = edit.end;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

fn errors_of(text: &str) -> Option<usize> {
    if text.len() > MAX_PARSED_BYTES {
        return None;
    }
    parse(text).map(|tree| errors(text, tree.root_node()))
}
