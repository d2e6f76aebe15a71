//! Where a line of the work tree stands in the commit that is remembered.
//!
//! Who asks about a line sees it in the work tree, and it may be changed there. Lines are compared, as `git blame` does; nothing is
//! shown of the file, and where it cannot be read the line is taken as it was typed.

use std::path::Path;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::commands::remembering::subject::Subject;
use foundation::config::short_file::{self, Links};
use foundation::repository::sources::MAX_SOURCE_BYTES;
use foundation::store::memory::KeptFile;
use work::contract::invocation::Invocation;

/// Longest time that both sides are compared.
const LONGEST: Duration = Duration::from_secs(1);

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// At this line of the commit.
    At(u32),
    /// Nowhere: the work tree has it alone.
    New,
}

/// Finds a line of the work tree in the commit.
pub async fn standing(
    invocation: &Invocation,
    subject: &Subject,
    file: &KeptFile,
    line: u32,
) -> Standing {
    let sides = sides(invocation, subject, file).await;
    sides.map_or(Standing::At(line), |(kept, now)| found(&kept, &now, line))
}

/// The bytes of the commit and of the work tree, where both can be read.
async fn sides(
    invocation: &Invocation,
    subject: &Subject,
    file: &KeptFile,
) -> Option<(Vec<u8>, Vec<u8>)> {
    let root = subject.target.work_tree.as_ref()?;
    let path = root.join(Path::new(std::str::from_utf8(&file.path).ok()?));
    let inside = path.canonicalize().ok()?.starts_with(root.canonicalize().ok()?);
    let now = inside.then(|| short_file::read(&path, Links::Refused, MAX_SOURCE_BYTES).ok())??;
    let repository = subject.open(invocation).ok()?;
    let kept = repository.sources().ok()?.read(&[file.blob.as_ref()?]).await.ok()?;
    Some((kept.into_iter().next()??.to_vec(), now))
}

fn found(kept: &[u8], now: &[u8], line: u32) -> Standing {
    let lines =
        |text| -> Vec<&[u8]> { <[u8]>::split(text, |byte| *byte == b'\n').map(bare).collect() };
    let (kept, now) = (lines(kept), lines(now));
    let Some(at) = usize::try_from(line).ok().and_then(|line| line.checked_sub(1)) else {
        return Standing::At(line);
    };
    if at >= now.len() || kept.get(..=at) == now.get(..=at) {
        return Standing::At(line);
    }
    let deadline = Some(Instant::now() + LONGEST);
    let same = capture_diff_slices_deadline(Algorithm::Myers, &kept, &now, deadline);
    let old = same.into_iter().find_map(|op| match op {
        DiffOp::Equal { old_index, new_index, len } => {
            (new_index..new_index + len).contains(&at).then(|| old_index + at - new_index)
        }
        DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => None,
    });
    let old = old.and_then(|old| u32::try_from(old + 1).ok());
    old.map_or(Standing::New, Standing::At)
}

/// A line without the other half of its end: settings of git may differ by it.
fn bare(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_where_the_commit_has_it() {
        let (kept, now) = (b"a\nb\nc\n", b"a\r\nnew\nb\nc\n");

        assert_eq!(found(kept, now, 1), Standing::At(1));
        assert_eq!(found(kept, now, 2), Standing::New);
        assert_eq!(found(kept, now, 4), Standing::At(3));
        assert_eq!(found(kept, now, 40), Standing::At(40));
    }
}
