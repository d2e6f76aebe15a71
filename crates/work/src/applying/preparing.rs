//! Makes the order for the files of a target.
//!
//! Nothing is written here. What lies there and is in no revision is read now, so that the store has it before it is replaced.

use std::path::Path;
use std::sync::Arc;

use record::domain::application::FileOrder;
use record::domain::digest::Digest;
use record::domain::id::JobId;

use crate::applying::contents::Contents;
use crate::applying::error::{ApplyError, Misfit, Problem};
use crate::applying::folder::Folder;
use crate::applying::look::look;
use crate::applying::plan::{self, Manner, STAGE_PREFIX, Wanted};

/// Most bytes that are kept of what one application replaces.
const MAX_KEPT_BYTES: usize = 64 << 20;

/// An order for files, with all that it needs.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The order.
    pub files: FileOrder,
    /// The contents of both sides.
    pub contents: Contents,
    /// Those that have to be kept.
    pub kept: Vec<Arc<[u8]>>,
}

/// Prepares an order in a root without links in its path; it blocks.
pub fn prepare(
    (root, job): (&Path, &JobId),
    (wanted, mut contents): (&[Wanted], Contents),
    manner: Manner<'_>,
) -> Result<Prepared, ApplyError> {
    let folder = Folder::open(root)?;
    let seen = look(&folder, wanted.iter().map(|one| &one.path))?;
    let steps = plan::plan(wanted, &seen, manner).map_err(ApplyError::Misfits)?;
    let mut kept: Vec<Arc<[u8]>> = Vec::new();
    let mut bytes = 0;
    for step in &steps.steps {
        let Some(before) = step.before.filter(|before| contents.get(before.digest).is_none())
        else {
            continue;
        };
        let content: Arc<[u8]> = folder.content(step.path.as_str())?.into();
        if Digest::of(&content) != before.digest {
            return Err(ApplyError::Raced(step.path.clone()));
        }
        bytes += content.len();
        if bytes > MAX_KEPT_BYTES {
            let problem = Problem::TooLarge(before.bytes);
            return Err(ApplyError::Misfits(vec![Misfit { path: step.path.clone(), problem }]));
        }
        contents.add(Arc::clone(&content));
        kept.push(content);
    }
    let files = FileOrder {
        root: root.display().to_string(),
        stage: stage_name(job),
        steps: steps.steps,
        made: steps.made,
        removed: steps.removed,
        kept: kept.iter().map(|content| Digest::of(content)).collect(),
    };
    Ok(Prepared { files, contents, kept })
}

/// Names the folder of staged contents of a job.
fn stage_name(job: &JobId) -> String {
    let digits = job.as_str().rsplit('_').next().unwrap_or_default();
    format!("{STAGE_PREFIX}{digits}")
}
