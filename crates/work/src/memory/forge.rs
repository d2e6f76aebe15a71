//! Issues and pull requests out of the lists that forges give, as files.
//!
//! Nobody is asked over the network: the owner hands over what they fetched. It is read as hostile bytes: bounded in size, number and
//! length, and shown as the word of that file. The lists of the usual forges are told by their fields; one after the other, as pages are
//! often joined, is a list too.

use std::collections::BTreeMap;

use record::domain::changeset::GitId;
use record::domain::digest::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::memory::error::MemoryError;
use crate::memory::site::{Site, Writing};
use foundation::store::beside::{ItemKind, KeptIssue};
use foundation::store::memory::Step;

/// Most bytes of a file.
pub const MAX_EXPORT_BYTES: usize = 64 << 20;
/// Most items that are taken in at once.
pub const MOST_ITEMS: usize = 30_000;
/// Longest title, in characters.
const MAX_TITLE: usize = 200;
/// Longest name, state or moment, in characters.
const MAX_WORD: usize = 60;

/// A reason why a file is no list of a forge.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ForgeError {
    /// It is no JSON.
    #[error("it is no JSON: {problem}")]
    NoJson {
        /// What the parser says, with the line.
        problem: String,
    },
    /// It is JSON, but not a list of items.
    #[error("it holds no list of issues or pull requests")]
    NoList,
    /// An item of it is none.
    #[error("item {place} has no number and title")]
    NoItem {
        /// Its place, from 1.
        place: usize,
    },
    /// There are too many.
    #[error("it has more than {MOST_ITEMS} items; give them in several files, one command each")]
    TooMany,
}

/// An item on its way to the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its number.
    pub number: u64,
    /// Whether it is a pull request.
    pub pull: bool,
    /// Its title.
    pub title: String,
    /// Where it stood.
    pub state: String,
    /// Who opened it.
    pub author: String,
    /// When.
    pub opened_at: String,
    /// The commit that it became; null where it did not, or that is not known.
    pub merged_as: Option<String>,
    /// The digest of the file.
    pub source: String,
}

/// Reads the list of a forge; of two items with one number the later counts.
pub fn items(bytes: &[u8]) -> Result<Vec<Item>, ForgeError> {
    let source = Digest::of(bytes).to_string();
    let mut found = BTreeMap::new();
    let mut place = 0;
    for page in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        let page = page.map_err(|error| ForgeError::NoJson { problem: error.to_string() })?;
        let Value::Array(page) = page else { return Err(ForgeError::NoList) };
        for value in page.into_iter().flat_map(flattened) {
            place += 1;
            if place > MOST_ITEMS {
                return Err(ForgeError::TooMany);
            }
            let item = item(&value, &source).ok_or(ForgeError::NoItem { place })?;
            found.insert((item.number, item.pull), item);
        }
    }
    if place == 0 { Err(ForgeError::NoList) } else { Ok(found.into_values().collect()) }
}

/// Pages may be given as a list of lists.
fn flattened(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        other => vec![other],
    }
}

fn item(value: &Value, source: &str) -> Option<Item> {
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    let number = ["number", "iid"].iter().find_map(|field| value.get(field)?.as_u64())?;
    let of_author = |field: &str, name: &str| value.get(field)?.get(name)?.as_str();
    let author = of_author("user", "login").or_else(|| of_author("author", "username"));
    let moment = |field: &str| text(field).is_some_and(|moment| !moment.is_empty());
    let within = |field: &str| value.get("pull_request")?.get(field)?.as_str();
    let is_pull = ["pull_request", "source_branch", "merge_commit_sha", "base"]
        .iter()
        .any(|field| value.get(field).is_some_and(|value| !value.is_null()));
    // Before it is merged a forge may name a commit that was only tried out.
    let is_merged =
        moment("merged_at") || within("merged_at").is_some() || text("state") == Some("merged");
    let became = text("squash_commit_sha").or_else(|| text("merge_commit_sha"));
    let merged_as = became.filter(|_| is_merged).and_then(|id| id.parse::<GitId>().ok());
    let state = if is_merged { "merged" } else { text("state").unwrap_or("unknown") };
    Some(Item {
        number,
        pull: is_pull,
        title: cut(text("title")?, MAX_TITLE),
        state: cut(state, MAX_WORD),
        author: cut(author.unwrap_or("unknown"), MAX_WORD),
        opened_at: cut(text("created_at").unwrap_or_default(), MAX_WORD),
        merged_as: merged_as.map(|id| id.to_string()),
        source: source.to_owned(),
    })
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Keeps items; they may come from another process, so they are bounded once more.
pub async fn import(site: &Site<'_>, items: &[Item]) -> Result<usize, MemoryError> {
    let memory = site.store.remember(site.name).await?;
    let kept = items.iter().take(MOST_ITEMS).map(|item| KeptIssue {
        number: item.number,
        kind: if item.pull { ItemKind::Pull } else { ItemKind::Issue },
        title: cut(&item.title, MAX_TITLE),
        state: cut(&item.state, MAX_WORD),
        author: cut(&item.author, MAX_WORD),
        opened_at: cut(&item.opened_at, MAX_WORD),
        merged_as: item.merged_as.as_ref().and_then(|id| id.parse().ok()),
        source: cut(&item.source, MAX_TITLE),
    });
    let kept: Vec<KeptIssue> = kept.collect();
    let count = kept.len();
    Writing::new(site.store, &memory).write(Step::Imported(kept)).await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(value: &Value) -> Vec<String> {
        let items = items(value.to_string().as_bytes()).unwrap();
        let word = |pull: bool| if pull { "pull" } else { "issue" };
        let item = |item: &Item| {
            let became = item.merged_as.as_deref().unwrap_or("-");
            let Item { number, pull, title, state, author, .. } = item;
            format!("{} {number} {state} by {author}: {title} {became}", word(*pull))
        };
        items.iter().map(item).collect()
    }

    #[test]
    fn lists_of_several_forges_are_read() {
        let id = "1".repeat(40);
        let of_one = json!([
            {"number": 7, "title": "No mean", "state": "open", "user": {"login": "ada"}, "created_at": "2026-01-02T03:04:05Z"},
            {"number": 8, "title": "Mend", "state": "closed", "user": {"login": "bob"}, "pull_request": {"merged_at": "2026"}},
            {"number": 9, "title": "Try", "state": "open", "user": {"login": "bob"}, "base": {}, "merge_commit_sha": id},
            {"number": 10, "title": "Done", "state": "closed", "user": null, "base": {}, "merged_at": "2026", "merge_commit_sha": id},
        ]);
        let of_another = json!([[{"iid": 3, "title": "Squash", "state": "merged", "author": {"username": "cy"},
            "source_branch": "x", "merge_commit_sha": null, "squash_commit_sha": id}]]);

        assert_eq!(
            told(&of_one),
            [
                "issue 7 open by ada: No mean -".to_owned(),
                "pull 8 merged by bob: Mend -".to_owned(),
                "pull 9 open by bob: Try -".to_owned(),
                format!("pull 10 merged by unknown: Done {id}")
            ]
        );
        assert_eq!(told(&of_another), [format!("pull 3 merged by cy: Squash {id}")]);
    }

    #[test]
    fn joined_pages_are_one_list_and_hostile_files_are_refused_by_name() {
        let joined = br#"[{"number":1,"title":"a"}][{"number":2,"title":"b"}]"#;
        assert_eq!(items(joined).unwrap().len(), 2);
        let long = json!([{"number": 1, "title": "x".repeat(1_000_000)}]).to_string();
        assert_eq!(items(long.as_bytes()).unwrap()[0].title.len(), MAX_TITLE);

        let many = format!("[{}]", vec![r#"{"number":1,"title":"a"}"#; MOST_ITEMS + 1].join(","));
        assert_eq!(items(many.as_bytes()), Err(ForgeError::TooMany));
        assert_eq!(items(b"{\"message\":\"Not Found\"}"), Err(ForgeError::NoList));
        assert_eq!(items(b"[]"), Err(ForgeError::NoList));
        assert_eq!(
            items(b"[{\"number\":-1,\"title\":\"a\"}]"),
            Err(ForgeError::NoItem { place: 1 })
        );
        let deep = "[".repeat(100_000);
        for hostile in [deep.as_bytes(), b"\xff\xfe", b"", b"[{\"number\":1,"] {
            assert!(matches!(items(hostile), Err(ForgeError::NoJson { .. } | ForgeError::NoList)));
        }
    }
}
