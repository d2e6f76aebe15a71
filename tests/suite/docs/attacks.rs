//! The page of attacks names every case.

use std::path::Path;

use crate::sandbox::cases::names;

#[test]
fn every_case_has_its_place_on_the_page_of_attacks() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/attacks.md");
    let page = std::fs::read_to_string(page).unwrap();

    let forgotten: Vec<String> = ["hostile", "honest"]
        .into_iter()
        .flat_map(names)
        .filter(|name| !page.contains(&format!("`{name}`: ")))
        .collect();

    assert_eq!(forgotten, Vec::<String>::new());
}
