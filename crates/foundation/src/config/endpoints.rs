//! Reads the tables of further model servers from the config file.
//!
//! A table that is wrong is an error with its name, never a server that is silently missing.

use serde::Deserialize;

use crate::config::secret::Secret;

/// Names that mean something else.
const TAKEN: [&str; 4] = ["auto", "cassette", "library", "openai"];
/// Longest name, in bytes.
const MAX_NAME: usize = 40;
/// Tasks that a server can be wanted for.
const TASKS: [&str; 6] = ["draft", "refine", "repair", "review", "script", "teach"];

/// A server that speaks the protocol of `OpenAI`; a table `[endpoints.NAME]` of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The name in `--provider`, `SARAPHINA_PROVIDER` and records.
    pub name: String,
    /// The URL that `/chat/completions` follows.
    pub base_url: String,
    /// The model to ask; the first that the server has where absent.
    pub model: Option<String>,
    /// Its key; servers on loopback need none.
    pub api_key: Option<Secret>,
    /// The tasks it is wanted for; all of them where empty.
    pub tasks: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    base_url: String,
    model: Option<String>,
    api_key: Option<String>,
    #[serde(default)]
    tasks: Vec<String>,
}

/// Reads one table; the error says what is wrong with it.
pub(super) fn read(name: &str, value: &toml::Value) -> Result<Endpoint, String> {
    let is_plain =
        |symbol: char| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == '-';
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(is_plain) {
        return Err(format!(
            "the endpoint {name:?} needs a name of lower-case letters, digits and dashes"
        ));
    }
    if TAKEN.contains(&name) {
        return Err(format!("an endpoint cannot be called {name}: that name means something else"));
    }
    let table: Table = value
        .clone()
        .try_into()
        .map_err(|error: toml::de::Error| format!("endpoint {name}: {}", error.message()))?;
    if let Some(task) = table.tasks.iter().find(|task| !TASKS.contains(&task.as_str())) {
        return Err(format!(
            "endpoint {name}: {task:?} is not a task; there are {}",
            TASKS.join(", ")
        ));
    }
    Ok(Endpoint {
        name: name.to_owned(),
        base_url: table.base_url,
        model: table.model,
        api_key: table.api_key.map(Secret::new),
        tasks: table.tasks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_table(name: &str, text: &str) -> Result<Endpoint, String> {
        read(name, &toml::Value::Table(text.parse().unwrap()))
    }

    #[test]
    fn a_table_becomes_an_endpoint() {
        let text = "base_url = \"http://127.0.0.1:8080/v1\"\nmodel = \"m\"\napi_key = \"k\"\ntasks = [\"repair\"]";

        let endpoint = read_table("local-1", text);

        let wanted = Endpoint {
            name: "local-1".to_owned(),
            base_url: "http://127.0.0.1:8080/v1".to_owned(),
            model: Some("m".to_owned()),
            api_key: Some(Secret::new("k".to_owned())),
            tasks: vec!["repair".to_owned()],
        };
        assert_eq!(endpoint, Ok(wanted));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let url = "base_url = \"http://127.0.0.1/v1\"\n";
        let refused = [
            read_table("openai", url),
            read_table("A b", url),
            read_table("local", ""),
            read_table("local", &format!("{url}port = 1")),
            read_table("local", &format!("{url}tasks = [\"paint\"]")),
        ]
        .map(|read| read.err().unwrap_or_default());

        let words = ["means something else", "needs a name", "base_url", "port", "not a task"];
        for (refusal, word) in refused.iter().zip(words) {
            assert!(refusal.contains(word), "{refusal} / {word}");
        }
    }
}
