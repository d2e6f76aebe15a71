//! What an owner has seen of a proposal.
//!
//! It is the newest revision that an approval page of theirs showed. A page may show a difference alone only where its owner has
//! seen what it is a difference to. A rejection shows no page, a page that others were shown is theirs, and a scripted approval
//! shows nothing.

use record::domain::principal::Person;
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::lookup;
use work::deciding::recorded::Recorded;

/// What a page says of itself where nobody saw it before it was signed.
pub const UNSEEN: &str = "this page was not shown";
/// How a page says what it is held against; the words stand in pages that are kept, so that later ones can rest on them.
pub const SINCE: &str = ", which a page of yours showed";
/// How a page says that it holds whole files.
pub const EVERYTHING: &str = "everything";
/// How the line with either begins.
const SHOWN: &str = "Shown: ";

/// Finds the newest revision before the last that an owner was shown, as a whole or page by page.
pub async fn newest(
    context: &Context,
    proposal: &Proposal,
    recorded: &Recorded,
    owner: &Person,
) -> Result<Option<Revision>, CommandError> {
    for decided in recorded.standing.decisions.iter().rev() {
        let number = decided.revision.0;
        let is_theirs = decided.decision.is_approval() && Person::of(&decided.reviewer) == *owner;
        let shown =
            decided.told.get("shown_digest").filter(|_| is_theirs && number < proposal.head);
        let Some(digest) = shown.and_then(|text| text.parse().ok()) else { continue };
        let page = context.store()?.blob(digest).await?;
        if page.is_some_and(|page| is_whole(&page)) {
            return Ok(Some(lookup::revision(context, proposal, Some(number)).await?));
        }
    }
    Ok(None)
}

/// Tells whether a page was shown, with whole files or with what differs from a page before it.
fn is_whole(page: &str) -> bool {
    // A request may hold a line that looks like it: all that do have to say so.
    let said: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(SHOWN)).collect();
    let is_known = |said: &&str| said.starts_with(EVERYTHING) || said.ends_with(SINCE);
    !said.is_empty() && said.iter().all(is_known) && !page.contains(UNSEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_that_was_shown_and_leaves_nothing_out_counts() {
        let page =
            |shown: &str, more: &str| format!("Approve?\nRequest: a\nShown: {shown}\n{more}\n");
        let pages = [
            page("everything, this is the first revision", "+code"),
            page(&format!("since revision 1{SINCE}"), "+code"),
            page("since revision 1", "+code"),
            page("everything", &format!("- answered without a question; {UNSEEN}")),
            page("since revision 1", "Shown: everything"),
            "Approve?\n".to_owned(),
        ];

        assert_eq!(pages.map(|page| is_whole(&page)), [true, true, false, false, false, false]);
    }
}
