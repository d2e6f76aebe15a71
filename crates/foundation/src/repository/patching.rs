//! Changes that come from outside as text or as files.
//!
//! A difference is applied exactly: not at other lines, not with less context, not merged. Anything else would make another change than
//! the one that was sent.

use std::collections::BTreeMap;

use record::domain::changeset::{Base, MAX_CHANGE_BYTES, Mode, Side};
use record::domain::source_path::SourcePath;

use crate::launch::MAX_COMPLAINT_BYTES;
use crate::repository::comparing;
use crate::repository::delta::{self, Delta, MAX_FILE_BYTES, RawDelta, source_path};
use crate::repository::error::{Refusal, RepositoryError, shown};
use crate::repository::objects::Objects;
use crate::repository::results::write_tree;
use crate::repository::shadow::Shadow;
use crate::repository::trees::{self, Folders};

/// Longest difference: what is taken of a change, and as much again for what stands around it.
const MAX_PATCH_BYTES: usize = 2 * MAX_CHANGE_BYTES;

impl Shadow {
    /// What a difference, as `git diff` writes it, changes in a base.
    pub async fn patched(&self, base: &Base, patch: &[u8]) -> Result<Vec<Delta>, RepositoryError> {
        if patch.len() > MAX_PATCH_BYTES {
            return Err(RepositoryError::TooLarge);
        }
        let scratch = self.scratch()?;
        let git = scratch.git(&self.all_objects());
        git.run(&["read-tree", base.tree.as_str()], &[]).await?;
        let words = ["apply", "--cached", "--verbose", "--whitespace=nowarn"];
        let answer = git.ask(&words, patch).await?;
        check_applied(answer.code, &answer.stderr)?;
        let tree = write_tree(&git).await?;
        comparing::deltas(&git, &base.tree, &tree).await
    }

    /// What given files change in a base; a file that is there already stays as runnable as it was.
    pub async fn pairs(
        &self,
        base: &Base,
        files: Vec<(SourcePath, Vec<u8>)>,
    ) -> Result<Vec<Delta>, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.all_objects());
        let mut entries = BTreeMap::new();
        for entry in trees::entries(&git, &base.tree, Folders::LeftOut).await? {
            entries.insert(entry.path.clone(), entry);
        }
        let mut raw = Vec::new();
        for (path, content) in &files {
            let path = path.as_str().as_bytes();
            let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
            source_path(path).map_err(|why| RepositoryError::refused(path, why))?;
            if bytes > MAX_FILE_BYTES {
                return Err(RepositoryError::refused(path, Refusal::TooLarge { bytes }));
            }
            if let Some(entry) = entries.remove(path) {
                let before = Some((entry.kind, entry.id));
                raw.push(RawDelta { path: entry.path, before, after: None });
            }
        }
        let before = delta::read(raw, &mut Objects::start(&git)?).await?;
        let mut before: BTreeMap<SourcePath, Side> =
            before.into_iter().filter_map(|delta| Some((delta.path, delta.before?))).collect();
        let deltas = files.into_iter().map(|(path, content)| {
            let before = before.remove(&path);
            let mode = match before.as_ref().map(|side| side.mode) {
                Some(Mode::Executable) => Mode::Executable,
                Some(Mode::File | Mode::Link) | None => Mode::File,
            };
            Delta { path, before, after: Some(Side { mode, content: content.into() }) }
        });
        Ok(deltas.filter(|delta| delta.before != delta.after).collect())
    }
}

/// Passes a difference that was applied at the very lines that it names.
fn check_applied(code: Option<i32>, told: &[u8]) -> Result<(), RepositoryError> {
    let text = String::from_utf8_lossy(told);
    let lines_with = |is_meant: &dyn Fn(&str) -> bool| {
        let lines: Vec<&str> = text.lines().filter(|line| is_meant(line)).collect();
        shown(lines.join("; ").as_bytes())
    };
    if code != Some(0) {
        let is_error = |line: &str| {
            // What was searched for stands on lines of its own, and says nothing that the place does not.
            (line.starts_with("error: ") || line.starts_with("fatal: "))
                && !line.ends_with("while searching for:")
        };
        return Err(RepositoryError::DoesNotApply { detail: lines_with(&is_error) });
    }
    let detail = lines_with(&|line| line.starts_with("Hunk #"));
    if !detail.is_empty() {
        return Err(RepositoryError::Displaced { detail });
    }
    // Where it tells more than is kept, a line that matters may be among the rest.
    let is_cut = u64::try_from(told.len()).is_ok_and(|bytes| bytes >= MAX_COMPLAINT_BYTES);
    if is_cut { Err(RepositoryError::TooLarge) } else { Ok(()) }
}
