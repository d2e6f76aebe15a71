//! What a commit message points at: issues, pull requests, commits taken back, proposals of ours.
//!
//! Anybody can write anything into a message. What is read here is only where to look; each is shown as the word of the message, and is
//! never followed, opened or believed.

use record::domain::changeset::GitId;

/// Most links of one message.
const MOST_LINKS: usize = 20;
/// Longest number of an issue.
const LONGEST_NUMBER: usize = 9;
/// Words before a number that say what it does to the issue.
const CLOSING: &[&str] =
    &["fix", "fixes", "fixed", "close", "closes", "closed", "resolve", "resolves", "resolved"];
/// Words by which a sentence gives a reason.
const REASONS: &[&str] = &[
    "because",
    "since",
    "so that",
    "in order to",
    "due to",
    "otherwise",
    "avoid",
    "prevent",
    "instead of",
];
/// Longest reason.
const LONGEST_REASON: usize = 400;

/// What a message points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// What it is.
    pub kind: LinkKind,
    /// Its number, key or address, as it is written.
    pub name: String,
}

/// What a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// A pull request that the commit merges or comes from.
    PullRequest,
    /// An issue that the commit closes.
    Closes,
    /// A number or key that is only mentioned.
    Mentions,
}

impl LinkKind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PullRequest => "pull request",
            Self::Closes => "closes",
            Self::Mentions => "mentions",
        }
    }
}

/// The first line.
pub fn subject(message: &str) -> &str {
    message.lines().next().unwrap_or_default().trim()
}

/// The issues and pull requests of a message.
pub fn links(message: &str) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    let words: Vec<&str> = message.split_whitespace().collect();
    let subject_words = subject(message).split_whitespace().count();
    for (place, word) in words.iter().enumerate() {
        let before = |back: usize| {
            let word = place.checked_sub(back).and_then(|at| words.get(at)).copied();
            word.unwrap_or_default()
                .trim_matches(|symbol: char| !symbol.is_alphanumeric())
                .to_lowercase()
        };
        let Some(name) = named(word) else { continue };
        let is_pull = before(1) == "request" && ["pull", "merge"].contains(&before(2).as_str())
            || word.contains("/pull/")
            || (word.starts_with("(#") && place + 1 == subject_words);
        let kind = if is_pull {
            LinkKind::PullRequest
        } else if CLOSING.contains(&before(1).as_str()) {
            LinkKind::Closes
        } else {
            LinkKind::Mentions
        };
        let link = Link { kind, name };
        if found.len() < MOST_LINKS && !found.iter().any(|known| known.name == link.name) {
            found.push(link);
        }
    }
    found
}

/// `#12`, `owner/name#12`, `ABC-12`, `.../issues/12`, as it is written.
fn named(word: &str) -> Option<String> {
    let word = word.trim_matches(|symbol: char| !symbol.is_alphanumeric() && symbol != '#');
    let is_number = |text: &str| {
        (1..=LONGEST_NUMBER).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    // `!12` is how one forge writes a merge request.
    if let Some((before, number)) = word.rsplit_once(['#', '!']) {
        let is_place =
            before.chars().all(|symbol| symbol.is_ascii_alphanumeric() || "-_./".contains(symbol));
        return (is_number(number) && is_place).then(|| word.to_owned());
    }
    if let Some((_, number)) = word.rsplit_once("/issues/").or(word.rsplit_once("/pull/")) {
        return is_number(number).then(|| format!("#{number}"));
    }
    let (key, number) = word.split_once('-')?;
    let is_key =
        key.len() >= 2 && key.len() <= 10 && key.bytes().all(|byte| byte.is_ascii_uppercase());
    // These look like keys of a tracker and are names of standards.
    let is_standard = ["UTF", "SHA", "ISO", "RFC", "CVE", "HTTP", "PEP", "MD"].contains(&key);
    (is_key && is_number(number) && !is_standard).then(|| word.to_owned())
}

/// The commit that a message says it takes back.
pub fn reverted(message: &str) -> Option<GitId> {
    let (_, rest) = message.split_once("This reverts commit ")?;
    let end = rest.find(|symbol: char| !symbol.is_ascii_hexdigit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

/// The proposal that a message says it comes from.
pub fn proposal(message: &str) -> Option<String> {
    let line = message.lines().rev().find_map(|line| {
        line.strip_prefix("Saraphina-Proposal: ").or(line.strip_prefix("Saraphina-Rolled-Back: "))
    })?;
    let id: record::domain::id::ProposalId = line.trim().parse().ok()?;
    Some(id.to_string())
}

/// The sentence of a message that gives a reason; else its first paragraph after the subject.
pub fn reason(message: &str) -> Option<String> {
    let body = message.split_once('\n').map(|(_, body)| body.trim())?;
    let is_trailer = |line: &&str| {
        line.split_once(": ").is_some_and(|(name, _)| !name.contains(' ') && name.contains('-'))
    };
    let prose: Vec<&str> = body.lines().filter(|line| !is_trailer(line)).collect();
    let text = prose.join("\n");
    let paragraphs = || {
        text.split("\n\n")
            .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let sentences = paragraphs().flat_map(|paragraph| {
        paragraph
            .split_inclusive(". ")
            .map(|sentence| sentence.trim().to_owned())
            .collect::<Vec<_>>()
    });
    let gives = |sentence: &String| {
        let lower = sentence.to_lowercase();
        REASONS.iter().any(|word| lower.contains(word))
    };
    let found =
        sentences.into_iter().find(gives).or_else(|| paragraphs().find(|one| !one.is_empty()));
    found.map(|reason| reason.chars().take(LONGEST_REASON).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(message: &str) -> Vec<String> {
        links(message).iter().map(|link| format!("{} {}", link.kind.word(), link.name)).collect()
    }

    #[test]
    fn messages_point_at_issues_and_pull_requests() {
        assert_eq!(told("Merge pull request #1183 from a/b"), ["pull request #1183"]);
        assert_eq!(
            told("Mend the sum (#12)\n\nFixes #7, see SHOP-3 and UTF-8."),
            ["pull request #12", "closes #7", "mentions SHOP-3"]
        );
        assert_eq!(
            told("see https://x.org/o/r/issues/5 and o/r#6"),
            ["mentions #5", "mentions o/r#6"]
        );
        assert_eq!(told("See merge request group/shop!31"), ["pull request group/shop!31"]);
        assert_eq!(told("a#b C# #x #12345678901 ## Go!"), Vec::<String>::new());
    }

    #[test]
    fn what_is_taken_back_and_which_proposal_it_was_is_read_and_nothing_else() {
        let id = "1".repeat(40);
        assert_eq!(
            reverted(&format!("Revert \"x\"\n\nThis reverts commit {id}.\n")).unwrap().as_str(),
            id
        );
        assert_eq!(reverted("This reverts commit everything."), None);
        assert_eq!(
            proposal("x\n\nSaraphina-Proposal: proposal_0123456789ab\n").unwrap(),
            "proposal_0123456789ab"
        );
        assert_eq!(proposal("x\n\nSaraphina-Proposal: all of them\n"), None);
    }

    #[test]
    fn the_reason_is_the_sentence_that_gives_one() {
        let message = "Sum in cents\n\nThis is large. We round late because cents\nget lost otherwise. Bye.\n\nSigned-off-by: A\n";
        assert_eq!(reason(message).unwrap(), "We round late because cents get lost otherwise.");
        assert_eq!(reason("Sum\n\nA note.\n\nCo-authored-by: B").unwrap(), "A note.");
        assert_eq!(reason("Sum"), None);
    }
}
