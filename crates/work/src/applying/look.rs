//! Looks at what lies where a change goes.
//!
//! Every touched path is read, and every folder on the way is listed: for emptied folders, and for names that are alike where upper
//! and lower case do not count.

use record::domain::source_path::SourcePath;

use crate::applying::error::FileError;
use crate::applying::folder::Folder;
use crate::applying::plan::ancestors;
use crate::applying::seen::{Seen, SeenFolder};

/// Reads what lies at these paths and around them.
pub fn look<'a>(
    root: &Folder,
    paths: impl IntoIterator<Item = &'a SourcePath>,
) -> Result<Seen, FileError> {
    let mut seen = Seen::default();
    see_folder(root, "", &mut seen)?;
    for path in paths {
        seen.paths.insert(path.clone(), root.find(path.as_str())?);
        for folder in ancestors(path.as_str()) {
            if !seen.folders.contains_key(folder) {
                see_folder(root, folder, &mut seen)?;
            }
        }
    }
    Ok(seen)
}

fn see_folder(root: &Folder, path: &str, seen: &mut Seen) -> Result<(), FileError> {
    if let Some((permissions, names)) = root.listing(path)? {
        let folder = SeenFolder { permissions, names: names.into_iter().collect() };
        seen.folders.insert(path.to_owned(), folder);
    }
    Ok(())
}
