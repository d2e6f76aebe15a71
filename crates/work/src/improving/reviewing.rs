//! The stage review: what a look finds in a text of the file.
//!
//! All other files of the place come along, because only they tell whether a name is used, a function tested or a stretch copied.

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::improving::look;
use crate::improving::stages::Review;
use crate::improving::subject::Subject;
use crate::improving::workplace::Workplace;

/// Reviews a text of the file.
pub async fn review(
    invocation: &Invocation,
    workplace: &Workplace,
    text: &str,
) -> Result<Review, CommandError> {
    let path = workplace.path.to_string();
    let mut subject = Subject {
        files: workplace.files(text),
        asked: [path.clone()].into(),
        repository: Some(workplace.described.name.to_string()),
        scope: format!("{path} of {}", workplace.described.name),
        ..Subject::default()
    };
    let findings = look::findings(invocation, &mut subject).await?;
    Ok(Review { path, findings })
}
