//! Puts what an answer holds in the place of what was there.
//!
//! Pure: an answer replaces code alone; what it made of the sealed tests becomes a source of its own.

use crate::contract::error::CommandError;
use foundation::providers::extract::Extracted;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// Puts the code of an answer in the place of the old one; tests and files of other roles stay.
///
/// Where there are several code files, an answer without a name is the one that was asked for.
pub fn repaired(
    parent: &Source,
    file: Option<&SourcePath>,
    reply: &Extracted,
) -> Result<Source, CommandError> {
    let first = parent.of_role(Role::Code).next().map(|file| &file.path);
    let is_code = |path: &&SourcePath| parent.of_role(Role::Code).any(|file| file.path == **path);
    let called = file.and(reply.code_path.as_ref()).filter(is_code);
    let main = called.or(file).or(first);
    let text = |path: &SourcePath| {
        let named = reply.support.iter().find(|(named, _)| named == path);
        let of_main = (Some(path) == main).then_some(&reply.code);
        of_main.or(named.map(|(_, text)| text))
    };
    let file = |file: &SourceFile| match text(&file.path) {
        Some(text) if file.role == Role::Code => {
            SourceFile { content: text.as_bytes().to_vec(), ..file.clone() }
        }
        Some(_) | None => file.clone(),
    };
    Ok(Source::new(parent.files().iter().map(file).collect())?)
}

/// Tells whether code is the same but for white space at its ends.
pub fn has_same_code(one: &Source, other: &Source) -> bool {
    let texts = |source: &Source| -> Vec<String> {
        source.of_role(Role::Code).map(|file| file.text().trim().to_owned()).collect()
    };
    texts(one) == texts(other)
}

/// Puts an answer's tests in the place of the sealed ones; `None` where it left them alone.
pub fn with_other_tests(source: &Source, reply: &Extracted) -> Option<Source> {
    let named =
        source.of_role(Role::Test).find(|file| Some(&file.path) == reply.tests_path.as_ref());
    let sealed = named.or_else(|| source.of_role(Role::Test).next())?;
    if reply.tests.trim().is_empty() || reply.tests.trim() == sealed.text().trim() {
        return None;
    }
    let file = |file: &SourceFile| {
        if file.path != sealed.path {
            return file.clone();
        }
        SourceFile { content: reply.tests.as_bytes().to_vec(), ..file.clone() }
    };
    Source::new(source.files().iter().map(file).collect()).ok()
}
