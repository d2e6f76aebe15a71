//! Puts our server into a configuration, and leaves every byte of the rest as it is.
//!
//! The text is not written anew: comments, order and spacing are its owner's. Where its form is one that cannot be added to
//! safely, nothing is changed and the owner gets the snippet. What is there under our name and differs is not replaced either.

use serde_json::{Map, Value};

use crate::surfaces::mcp::installing::client::{Form, SERVER};
use work::contract::error::{CommandError, ErrorKind};

/// A configuration with our server in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// It was there already.
    Same,
    /// The new text.
    Text(String),
}

/// Writes a configuration that holds our server and nothing else.
pub fn alone(form: Form, server: &Value) -> String {
    match form {
        Form::Json(key) => format!("{{\n  {}: {{\n{}\n  }}\n}}\n", quoted(key), json(server)),
        Form::Toml(key) => toml(key, server),
        Form::Yaml(key) => format!("{key}:\n{}", yaml(server, "  ")),
    }
}

/// Adds our server to a configuration.
pub fn merge(form: Form, text: &str, server: &Value) -> Result<Merged, CommandError> {
    if text.trim().is_empty() {
        return Ok(Merged::Text(alone(form, server)));
    }
    match form {
        Form::Json(key) => into_json(key, text, server),
        Form::Toml(key) => into_toml(key, text, server),
        Form::Yaml(key) => into_yaml(key, text, server),
    }
}

fn into_json(key: &str, text: &str, server: &Value) -> Result<Merged, CommandError> {
    let root: Value = serde_json::from_str(text)
        .map_err(|error| unsuitable(&format!("it is not plain JSON: {error}")))?;
    let root = root.as_object().ok_or_else(|| unsuitable("it is no object"))?;
    let Some(servers) = root.get(key) else {
        let ours = format!("\n  {}: {{\n{}\n  }}", quoted(key), json(server));
        return after_brace(text, text.find('{'), &ours, root);
    };
    let servers = servers.as_object().ok_or_else(|| unsuitable(&format!("{key} is no object")))?;
    if let Some(found) = servers.get(SERVER) {
        return if found == server { Ok(Merged::Same) } else { Err(differs()) };
    }
    after_brace(text, object_of(text, key), &format!("\n{}", json(server)), servers)
}

/// Puts a first field into an object whose brace lies at `brace`.
fn after_brace(
    text: &str,
    brace: Option<usize>,
    field: &str,
    object: &Map<String, Value>,
) -> Result<Merged, CommandError> {
    let brace = brace.ok_or_else(|| unsuitable("its object was not found"))?;
    let (before, after) = text.split_at(brace + 1);
    let comma = if object.is_empty() { "\n" } else { "," };
    let merged = format!("{before}{field}{comma}{after}");
    // A key that stands there twice could lead us to the wrong place.
    let is_json = serde_json::from_str::<Value>(&merged).is_ok();
    if is_json { Ok(Merged::Text(merged)) } else { Err(unsuitable("a key stands there twice")) }
}

/// Finds the brace of the object that a key of the outermost object has for its value.
fn object_of(text: &str, key: &str) -> Option<usize> {
    let wanted = quoted(key);
    let (mut depth, mut start, mut escaped) = (0_usize, None, false);
    let mut named: Option<&str> = None;
    for (place, byte) in text.bytes().enumerate() {
        match (start, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(from), b'"') => {
                named = text.get(from..=place);
                start = None;
            }
            (None, b'"') => start = Some(place),
            (None, b'{') if depth == 1 && named == Some(wanted.as_str()) => return Some(place),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => depth = depth.saturating_sub(1),
            (None, b',') => named = None,
            (Some(_) | None, _) => {}
        }
    }
    None
}

fn into_toml(key: &str, text: &str, server: &Value) -> Result<Merged, CommandError> {
    let root: toml::Table =
        text.parse().map_err(|error| unsuitable(&format!("it is not TOML: {error}")))?;
    let found = root.get(key).and_then(|servers| servers.get(SERVER));
    if let Some(found) = found {
        let found = serde_json::to_value(found).unwrap_or_default();
        return if found == *server { Ok(Merged::Same) } else { Err(differs()) };
    }
    let gap = if text.ends_with('\n') { "\n" } else { "\n\n" };
    let merged = format!("{text}{gap}{}", toml(key, server));
    match merged.parse::<toml::Table>() {
        Ok(_) => Ok(Merged::Text(merged)),
        Err(_) => Err(unsuitable(&format!("{key} is written in one line"))),
    }
}

fn into_yaml(key: &str, text: &str, server: &Value) -> Result<Merged, CommandError> {
    let heading = format!("{key}:");
    let mut lines = text.lines().enumerate();
    let is_heading = |line: &str| line.starts_with(&heading);
    let Some((at, line)) = lines.find(|(_, line)| is_heading(line)) else {
        let gap = if text.ends_with('\n') { "" } else { "\n" };
        return Ok(Merged::Text(format!("{text}{gap}{heading}\n{}", yaml(server, "  "))));
    };
    let rest = line.get(heading.len()..).unwrap_or_default().trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        return Err(unsuitable(&format!("{key} is written in one line")));
    }
    let below = text.lines().skip(at + 1).take_while(|line| is_below(line));
    let below: Vec<&str> = below.filter(|line| !line.trim().is_empty()).collect();
    let indent = below.iter().find(|line| !line.trim_start().starts_with('#'));
    let indent = indent.map_or("  ", |line| blank(line));
    let ours = yaml(server, indent);
    let name = format!("{indent}{SERVER}:");
    if let Some(found) = below.iter().position(|line| line.trim_end() == name) {
        let same = ours.lines().eq(below.iter().skip(found).copied().take(ours.lines().count()));
        return if same { Ok(Merged::Same) } else { Err(differs()) };
    }
    let (before, after): (Vec<_>, Vec<_>) =
        text.split_inclusive('\n').enumerate().partition(|(place, _)| *place <= at);
    let joined =
        |part: Vec<(usize, &str)>| part.into_iter().map(|(_, line)| line).collect::<String>();
    let (before, after) = (joined(before), joined(after));
    let gap = if before.ends_with('\n') { "" } else { "\n" };
    Ok(Merged::Text(format!("{before}{gap}{ours}{after}")))
}

fn is_below(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with([' ', '#'])
}

fn blank(line: &str) -> &str {
    let letters = line.len() - line.trim_start().len();
    line.get(..letters).unwrap_or_default()
}

fn json(server: &Value) -> String {
    let text = serde_json::to_string_pretty(server).unwrap_or_default();
    let text = text.replace('\n', "\n    ");
    format!("    {}: {text}", quoted(SERVER))
}

fn toml(key: &str, server: &Value) -> String {
    let fields = server.as_object().into_iter().flatten();
    let lines: Vec<String> =
        fields.map(|(name, value)| format!("{name} = {}\n", inline(value))).collect();
    format!("[{key}.{SERVER}]\n{}", lines.concat())
}

/// Writes a value in one line of TOML, whose texts and lists are those of JSON.
fn inline(value: &Value) -> String {
    let Some(fields) = value.as_object() else { return value.to_string() };
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name} = {}", inline(value))).collect();
    format!("{{ {} }}", fields.join(", "))
}

/// Writes our server as YAML, whose values in one line are those of JSON.
fn yaml(server: &Value, indent: &str) -> String {
    let fields = server.as_object().into_iter().flatten();
    let lines: Vec<String> =
        fields.map(|(name, value)| format!("{indent}{indent}{name}: {value}\n")).collect();
    format!("{indent}{SERVER}:\n{}", lines.concat())
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn unsuitable(why: &str) -> CommandError {
    CommandError::new(ErrorKind::State, format!("the file cannot be added to: {why}"))
        .hint("Leave `--write` out, and put what is printed into the file by hand.")
}

fn differs() -> CommandError {
    CommandError::new(ErrorKind::State, format!("the file has another server {SERVER}"))
        .hint("Take it out first, or change it by hand: leave `--write` out to see ours.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn server() -> Value {
        json!({ "args": ["mcp"], "command": "/bin/saraphina" })
    }

    fn merged(form: Form, text: &str) -> String {
        match merge(form, text, &server()).unwrap() {
            Merged::Text(text) => text,
            Merged::Same => "same".to_owned(),
        }
    }

    #[test]
    fn the_rest_of_a_json_file_stays_byte_for_byte() {
        let form = Form::Json("mcpServers");
        let text = "{ \"z\": [\"mcpServers\", {\"mcpServers\": {}}],\n\"mcpServers\" : { \"other\": {\"command\": \"a{\\\"\"} } }";

        let once = merged(form, text);

        insta::assert_snapshot!(once, @r#"
        { "z": ["mcpServers", {"mcpServers": {}}],
        "mcpServers" : {
            "saraphina": {
              "args": [
                "mcp"
              ],
              "command": "/bin/saraphina"
            }, "other": {"command": "a{\""} } }
        "#);
        assert_eq!(merged(form, &once), "same");
        assert!(once.ends_with(" \"other\": {\"command\": \"a{\\\"\"} } }"), "{once}");
        for text in ["{}", "{\"mcpServers\":{}}", "{\"a\":1}", " \n"] {
            let value: Value = serde_json::from_str(&merged(form, text)).unwrap();
            assert_eq!(value["mcpServers"]["saraphina"], server(), "{text}");
        }
    }

    #[test]
    fn the_rest_of_a_toml_file_stays_byte_for_byte() {
        let form = Form::Toml("mcp_servers");
        let text = "model = \"m\" # mine\n[mcp_servers.other]\ncommand = \"a\"";

        let once = merged(form, text);

        insta::assert_snapshot!(once, @r#"
        model = "m" # mine
        [mcp_servers.other]
        command = "a"

        [mcp_servers.saraphina]
        args = ["mcp"]
        command = "/bin/saraphina"
        "#);
        assert_eq!(merged(form, &once), "same");
    }

    #[test]
    fn the_rest_of_a_yaml_file_stays_byte_for_byte() {
        let form = Form::Yaml("extensions");
        let text =
            "GOOSE_MODEL: m\nextensions:   # mine\n    other:\n        enabled: true\n\nlast: 1\n";

        let once = merged(form, text);

        insta::assert_snapshot!(once, @r#"
        GOOSE_MODEL: m
        extensions:   # mine
            saraphina:
                args: ["mcp"]
                command: "/bin/saraphina"
            other:
                enabled: true

        last: 1
        "#);
        assert_eq!(merged(form, &once), "same");
        assert_eq!(merged(form, "a: 1"), format!("a: 1\n{}", alone(form, &server())));
    }

    #[test]
    fn what_cannot_be_added_to_safely_is_left_alone() {
        let cases = [
            (Form::Json("servers"), "{ // mine\n}"),
            (Form::Json("servers"), "[]"),
            (Form::Json("servers"), "{\"servers\": []}"),
            (Form::Json("servers"), "{\"servers\": {\"saraphina\": {\"command\": \"b\"}}}"),
            (Form::Toml("mcp_servers"), "a ="),
            (Form::Toml("mcp_servers"), "mcp_servers = { other = {} }"),
            (Form::Toml("mcp_servers"), "[mcp_servers.saraphina]\ncommand = \"b\""),
            (Form::Yaml("extensions"), "extensions: {}"),
            (Form::Yaml("extensions"), "extensions:\n  saraphina:\n    cmd: b\n"),
        ];
        for (form, text) in cases {
            let refused = merge(form, text, &server()).map_err(|error| error.kind);
            assert_eq!(refused, Err(ErrorKind::State), "{text}");
        }
    }
}
