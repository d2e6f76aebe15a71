//! Files that are generated from declarations.

use std::path::Path;

#[test]
fn the_template_of_settings_lists_every_setting() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.template");

    let text = std::fs::read_to_string(path).unwrap_or_default();

    assert_eq!(text, foundation::config::keys::env_template());
}

/// Run by hand after a setting changed: `cargo nextest run --run-ignored only template_is_written`.
#[test]
#[ignore = "writes a file of the repository; run by hand after a setting changed"]
fn the_template_is_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.template");
    std::fs::write(path, foundation::config::keys::env_template()).unwrap();
}

#[test]
fn every_dependency_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let explained = std::fs::read_to_string(root.join("docs/dependencies.md")).unwrap();
    let named: Vec<&str> = explained
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|names| names.split(", "))
        .collect();

    let silent: Vec<&str> = dependencies(&manifest).filter(|name| !named.contains(name)).collect();

    assert_eq!(silent, Vec::<&str>::new());
}

fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let mut is_in_table = false;
    manifest.lines().filter_map(move |line| {
        if line.starts_with('[') {
            // All crates take their versions from here, so nothing else needs to be looked at.
            is_in_table = line == "[workspace.dependencies]";
            return None;
        }
        let name = line.split(" = ").next()?;
        let is_ours = line.contains("path = \"crates/");
        (is_in_table && line.contains(" = ") && !is_ours).then_some(name)
    })
}
