//! Released migrations never change.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use saraphina::domain::digest::Digest;

/// Every released file with its digest; a new schema is a new line, and no line is ever edited.
const RELEASED: &[(&str, &str)] = &[
    ("V1__foundation.sql", "660b9a7d0408b03e0f3596e4b0995e5bf5732a745abae188907bec19adfe2a33"),
    ("V3__owners.sql", "9f183ef67412615e705333294c239e5e6599f07eac6b64386e63d0793d45c1e8"),
];

#[test]
fn released_migrations_are_byte_identical() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let files: BTreeMap<String, String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, Digest::of(&fs::read(path).unwrap()).hex())
        })
        .collect();

    let released = RELEASED.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned()));
    assert_eq!(files, released.collect());
}
