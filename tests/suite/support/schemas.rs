//! Records against their frozen schemas.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::Value;

/// Panics with what is wrong where a record does not fit the schema of its kind.
pub(crate) fn check(record: &Value) {
    static KNOWN: OnceLock<Mutex<HashMap<String, Validator>>> = OnceLock::new();
    let kind = record["kind"].as_str().unwrap().to_owned();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap();
    let validator = known.entry(kind.clone()).or_insert_with(|| {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/record/{kind}.json"));
        let schema = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    });
    let problems: Vec<String> = validator
        .iter_errors(record)
        .map(|error| format!("{}: {error}", error.instance_path))
        .collect();
    drop(known);

    assert_eq!(problems, Vec::<String>::new(), "{kind}: {record:#}");
}
