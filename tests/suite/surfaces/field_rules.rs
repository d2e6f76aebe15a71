//! Fields of a body and of a tool are held to the rules of the command line, of every command.

use clap::{Arg, ArgAction};
use record::domain::principal::Authority;
use saraphina::commands::registry::ENTRIES;
use saraphina::surfaces::http::body;
use saraphina::surfaces::mcp::schema;
use serde_json::{Map, Value, json};
use work::contract::command::Entry;
use work::contract::error::ErrorKind;
use work::contract::reserved;

/// An argument with a value that it takes, as a field and as words.
struct Sample {
    argument: Arg,
    value: Value,
}

impl Sample {
    fn of(argument: &Arg, schema: &Value) -> Self {
        let name = argument.get_id().as_str();
        let property = &schema["properties"][name];
        assert!(property.is_object(), "{name} is no field of its own: {schema}");
        let usual = argument.get_default_values();
        let mut known = argument.get_possible_values().into_iter();
        let word = known.find(|value| !usual.iter().any(|usual| usual == value.get_name()));
        let one = match (word, kind(property)) {
            (Some(word), _) if argument.get_action().takes_values() => json!(word.get_name()),
            (_, Some("boolean")) => json!(true),
            (_, Some("integer")) => json!(3),
            (_, Some("number")) => json!(0.5),
            _ => json!(special(name)),
        };
        let is_list = kind(property) == Some("array");
        Self { argument: argument.clone(), value: if is_list { json!([one]) } else { one } }
    }

    fn name(&self) -> &str {
        self.argument.get_id().as_str()
    }

    fn words(&self) -> Vec<String> {
        let one = if self.value.is_array() { &self.value[0] } else { &self.value };
        let text = one.as_str().map_or_else(|| one.to_string(), str::to_owned);
        match (self.argument.get_long(), self.argument.get_action()) {
            (Some(long), ArgAction::SetTrue) => vec![format!("--{long}")],
            (Some(long), _) => vec![format!("--{long}={text}")],
            (None, _) => vec![text],
        }
    }
}

/// Words of which only some fit.
fn special(name: &str) -> &str {
    match name {
        "kept" => "local",
        "scope" => "read",
        _ => "7c2e",
    }
}

fn kind(property: &Value) -> Option<&str> {
    let kinds = match &property["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect::<Vec<_>>(),
    };
    kinds.into_iter().find(|kind| *kind != "null")
}

/// What both doors say of some arguments, beside those that a command needs anyway.
fn both(entry: &Entry, samples: &[Sample], given: &[&Sample]) -> (bool, bool, String) {
    let is_given = |sample: &&Sample| {
        sample.argument.is_required_set() || given.iter().any(|one| one.name() == sample.name())
    };
    let given: Vec<&Sample> = samples.iter().filter(is_given).collect();
    let (placed, options): (Vec<&Sample>, Vec<&Sample>) =
        given.iter().copied().partition(|sample| sample.argument.get_long().is_none());
    let mut words = vec![entry.spec.name.to_owned()];
    words.extend(options.iter().flat_map(|sample: &&Sample| sample.words()));
    words.extend(placed.iter().flat_map(|sample: &&Sample| sample.words()));
    let fields = given.iter().map(|sample| (sample.name().to_owned(), sample.value.clone()));
    let fields: Map<String, Value> = fields.collect();
    let typed = (entry.clap)().try_get_matches_from(&words);
    let sent = (entry.read)(Value::Object(fields.clone())).map(drop);
    let told = format!(
        "{} {fields:?}: typed {:?}, sent {:?}",
        entry.spec.name,
        typed.as_ref().err().map(ToString::to_string),
        sent.as_ref().err()
    );
    if let Err(error) = &sent {
        assert_eq!(error.kind, ErrorKind::Usage, "{told}");
    }
    (typed.is_ok(), sent.is_ok(), told)
}

#[test]
fn every_pair_of_arguments_is_taken_or_refused_as_at_a_prompt() {
    let mut refused = Vec::new();
    for entry in ENTRIES {
        let schema = (entry.args_schema)();
        let command = (entry.clap)();
        let samples: Vec<Sample> =
            command.get_arguments().map(|argument| Sample::of(argument, &schema)).collect();
        let (typed, sent, told) = both(entry, &samples, &[]);
        assert_eq!(typed, sent, "{told}");
        // A place cannot be typed where one before it is left open.
        let is_open = |sample: &Sample| {
            sample.argument.get_long().is_none() && !std::ptr::eq(sample, &raw const samples[0])
        };
        let typeable: Vec<&Sample> = samples.iter().filter(|sample| !is_open(sample)).collect();
        let pairs = (0..typeable.len())
            .flat_map(|first| (first..typeable.len()).map(move |second| (first, second)));
        for (one, other) in pairs.map(|(first, second)| (typeable[first], typeable[second])) {
            let (typed, sent, told) = both(entry, &samples, &[one, other]);
            assert_eq!(typed, sent, "{told}");
            if !sent {
                refused.push(format!("{} {} {}", entry.spec.name, one.name(), other.name()));
            }
        }
    }

    for pair in [
        "auto-refine dry_run take",
        "doctor quick samples",
        "propose-code candidates code",
        "propose-code into into",
        "sandbox-code yes expect",
    ] {
        let mut words = pair.split(' ');
        let name = words.next().unwrap();
        let (one, other) = (words.next().unwrap(), words.next().unwrap());
        let is_it = |found: &String| {
            *found == format!("{name} {one} {other}") || *found == format!("{name} {other} {one}")
        };
        assert!(refused.iter().any(is_it), "{pair}: {refused:#?}");
    }
}

#[test]
fn every_rule_that_clap_tells_of_is_held() {
    let mut rules = 0;
    for entry in ENTRIES {
        let schema = (entry.args_schema)();
        let command = (entry.clap)();
        let samples: Vec<Sample> =
            command.get_arguments().map(|argument| Sample::of(argument, &schema)).collect();
        for one in &samples {
            for other in command.get_arg_conflicts_with(&one.argument) {
                let other =
                    samples.iter().find(|sample| sample.argument.get_id() == other.get_id());
                let (typed, sent, told) = both(entry, &samples, &[one, other.unwrap()]);
                assert_eq!((typed, sent), (false, false), "{told}");
                rules += 1;
            }
        }
    }

    assert!(rules > 30, "{rules}");
}

#[test]
fn what_is_the_owners_is_told_in_the_schema_and_refused_before_all_else() {
    let mut parts = 0;
    for entry in ENTRIES {
        let input = schema::input(entry);
        for part in entry.reserved {
            parts += 1;
            let property = &input["properties"][part.argument];
            if property.is_null() {
                continue;
            }
            let text = property.to_string();
            assert!(text.contains("owner only"), "{} {}: {text}", entry.spec.name, part.argument);
        }
    }
    assert!(parts > 15, "{parts}");

    let cases = [
        ("export", json!({ "to": "/tmp/x" })),
        ("export", json!({ "to": ["x"], "id": 5 })),
        ("profile-code", json!({ "flame": "/tmp/x" })),
        ("audit", json!({ "what": "export", "path": "/tmp/x", "tar": 7 })),
        ("audit", json!({ "what": "attest" })),
        ("repository", json!({ "what": "add", "name": "shop", "package": 3 })),
        ("sandbox-code", json!({ "id": "7c2e", "keep": true })),
        ("scan-code", json!({ "sarif": "/tmp/x", "limit": 0 })),
    ];
    for (name, fields) in cases {
        let entry = work::contract::catalogue::find_in(ENTRIES, name).unwrap();
        let fields = fields.as_object().unwrap();
        assert!(reserved::first(entry.reserved, fields).is_some(), "{name} {fields:?}");
        let read = body::arguments(entry, fields, Authority::Propose);
        // What can be read goes to the engine, which refuses and records it.
        if let Err(error) = read {
            assert_eq!(error.kind, ErrorKind::Forbidden, "{name} {fields:?}");
        }
    }
}
