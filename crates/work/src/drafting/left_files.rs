//! What a change leaves of its repository, and how replies fit.
//!
//! Nothing is taken that nobody wrote: a file that was not shown whole is not given whole, a link is not made a file, and lines end as
//! they did.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::error::{CommandError, ErrorKind};
use crate::drafting::changing;
use foundation::providers::changed_files::{ChangedFile, Content, edited, in_the_way_of};
use foundation::repository::listing::Listing;
use record::domain::changeset::Changeset;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// The files and links of a repository.
#[derive(Clone, Debug)]
pub struct Left {
    /// Every file with its role, sorted by path.
    pub files: Vec<SourceFile>,
    /// The links among the paths, each with the file that it leads to.
    links: BTreeMap<SourcePath, SourcePath>,
}

impl Left {
    /// What a base holds.
    pub fn of(listing: &Listing) -> Self {
        let link = |file: &foundation::repository::listing::TreeFile| {
            Some((file.path.clone(), file.leads_to.clone()?))
        };
        let links: BTreeMap<_, _> = listing.files.iter().filter_map(link).collect();
        let mut files = changing::with_roles(listing);
        files.retain(|file| !links.contains_key(&file.path));
        Self { files, links }
    }

    /// What a change leaves of it.
    #[must_use]
    pub fn after(mut self, change: &Changeset) -> Self {
        self.files.retain(|file| change.at(&file.path).is_none());
        self.links.retain(|path, _| change.at(path).is_none());
        self.files.extend(Source::of_change(change.clone()).files().iter().cloned());
        self.files.sort_by(|left, right| left.path.cmp(&right.path));
        self
    }

    /// Every path, links with what they lead to.
    pub fn paths(&self) -> Vec<String> {
        let files = self.files.iter().map(|file| file.path.to_string());
        let links = self.links.iter().map(|(link, file)| format!("{link} (a link to {file})"));
        let mut paths: Vec<String> = files.chain(links).collect();
        paths.sort();
        paths
    }

    /// What a file of a reply holds, given the files that were shown whole; nothing where it goes.
    pub fn content(
        &self,
        file: &ChangedFile,
        whole: &BTreeSet<String>,
    ) -> Result<Option<Vec<u8>>, CommandError> {
        let misfit = |why: &str| {
            let message = format!("the reply does not fit {}: {why}", file.path);
            CommandError::new(ErrorKind::Unavailable, message)
                .hint("Ask again, or name another model with --model.")
        };
        if let Some(led) = self.links.get(&file.path) {
            return Err(misfit(&format!("it is a link to {led}, which is the file to change")));
        }
        let before = self.files.iter().find(|known| known.path == file.path);
        let text = before.map(|before| std::str::from_utf8(&before.content));
        match (&file.content, text) {
            (Content::Deleted, None) => Err(misfit("there is no such file to delete")),
            (Content::Deleted, Some(_)) => Ok(None),
            (Content::Edited(_), None) => Err(misfit("there is no such file")),
            (_, Some(Err(_))) => Err(misfit("it is not UTF-8 text")),
            (Content::Edited(edits), Some(Ok(text))) => {
                let text = edited(edits, text).map_err(|error| misfit(&error.to_string()))?;
                Ok(Some(text.into_bytes()))
            }
            (Content::Whole(text), None) => Ok(Some(text.clone().into_bytes())),
            (Content::Whole(_), Some(Ok(before)))
                if !before.is_empty() && !whole.contains(file.path.as_str()) =>
            {
                Err(misfit(
                    "it gives the file whole, which was not shown whole: its other lines would be lost",
                ))
            }
            (Content::Whole(text), Some(Ok(before))) => {
                Ok(Some(in_the_way_of(before, text).into_bytes()))
            }
        }
    }
}
