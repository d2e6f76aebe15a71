//! What comes with the program keeps its format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use foundation::knowledge::curated::{curated, read_all};
use record::domain::module_name::is_free;

const CATEGORIES: &[&str] = &["paradigm", "syntax", "pattern", "language", "library", "concept"];

#[test]
fn every_folder_is_a_concept_and_none_is_missing() {
    let broken: Vec<String> =
        read_all().filter_map(Result::err).map(|error| error.to_string()).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/foundation/knowledge/python");
    let topics = std::fs::read_dir(root).unwrap().map(|topic| topic.unwrap().path());
    let on_disk = topics.flat_map(|topic| std::fs::read_dir(topic).unwrap()).count();

    assert_eq!(broken, [""; 0]);
    assert!(on_disk >= 80, "{on_disk}");
    assert_eq!(
        curated().concepts().len(),
        on_disk,
        "rebuild: the embedded folder is older than the one on disk"
    );
}

#[test]
fn names_and_slugs_are_unique_and_free() {
    let concepts = curated().concepts();
    let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for concept in concepts {
        names.entry(concept.name.to_lowercase()).or_default().push(&concept.source);
        let slug = &concept.snippets[0].slug;
        names.entry(format!("slug {slug}")).or_default().push(&concept.source);
    }
    let taken: Vec<&str> = concepts
        .iter()
        .map(|concept| concept.snippets[0].slug.as_str())
        .filter(|slug| !is_free(slug))
        .collect();

    names.retain(|_, sources| sources.len() > 1);
    assert_eq!(names, BTreeMap::new());
    assert_eq!(taken, [""; 0]);
}

#[test]
fn prerequisites_and_neighbours_exist() {
    let concepts = curated().concepts();
    let names: BTreeSet<&str> = concepts.iter().map(|concept| concept.name.as_str()).collect();
    let unknown: Vec<String> = concepts
        .iter()
        .flat_map(|concept| {
            let others = concept.prerequisites.iter().chain(&concept.related);
            let unknown =
                others.filter(|name| !names.contains(name.as_str()) || **name == concept.name);
            unknown.map(|name| format!("{} -> {name}", concept.source)).collect::<Vec<_>>()
        })
        .collect();

    assert_eq!(unknown, [""; 0]);
}

#[test]
fn descriptions_and_files_are_within_their_bounds() {
    let wrong: Vec<&str> = curated()
        .concepts()
        .iter()
        .filter(|concept| {
            let snippet = &concept.snippets[0];
            let import = format!("from {} import", snippet.slug);
            let is_right = CATEGORIES.contains(&concept.category.as_str())
                && (4..=25).contains(&concept.keywords.len())
                && concept.prerequisites.len() <= 3
                && concept.related.len() <= 5
                && !snippet.summary.is_empty()
                && concept.description.len() > 40
                && snippet.tests.lines().any(|line| line.starts_with(&import))
                && !snippet.tests.contains(&format!("import {}\n", snippet.slug))
                && snippet.tests.matches("def test_").count() >= 3
                && !snippet.code.contains('\r');
            !is_right
        })
        .map(|concept| concept.source.as_str())
        .collect();

    assert_eq!(wrong, [""; 0]);
}

#[test]
fn entry_points_are_defined_by_the_code() {
    #[derive(serde::Deserialize)]
    struct Named {
        entry_points: Vec<String>,
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/foundation");

    let missing: Vec<String> = curated()
        .concepts()
        .iter()
        .flat_map(|concept| {
            let text =
                std::fs::read_to_string(root.join(&concept.source).join("concept.toml")).unwrap();
            let named: Named = toml::from_str(&text).unwrap();
            let code = &concept.snippets[0].code;
            let is_missing = |name: &String| {
                let forms = [
                    format!("def {name}("),
                    format!("class {name}"),
                    format!("{name} ="),
                    format!("{name}:"),
                ];
                !code.lines().any(|line| {
                    forms
                        .iter()
                        .any(|form| line.trim_start_matches("async ").starts_with(form.as_str()))
                })
            };
            let missing = named.entry_points.into_iter().filter(is_missing);
            missing.map(|name| format!("{}: {name}", concept.source)).collect::<Vec<_>>()
        })
        .collect();

    assert_eq!(missing, [""; 0]);
}
