//! The files that `saraphina check --install` writes, and the workflow carried out as a forge does.

use std::path::Path;

use super::shop::Shop;
use crate::support::binary::{Told, run, saraphina};

/// Lines of a block of YAML after a line, without their indentation.
fn block(yaml: &str, after: &str) -> String {
    let (_, rest) = yaml.split_once(&format!("{after}\n")).unwrap();
    let indent = rest.len() - rest.trim_start().len();
    let inside = |line: &&str| line.is_empty() || line.len() - line.trim_start().len() >= indent;
    let lines = rest.lines().take_while(inside);
    lines.map(|line| line.get(indent..).unwrap_or_default().to_owned() + "\n").collect()
}

/// Carries out the script of a workflow in a clone, with the variables that a forge sets.
fn carried_out(script: &str, clone: &Path, variables: &[(&str, &str)]) -> Told {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_saraphina"), folder.path().join("saraphina"))
        .unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.path().display());
    let own = [("PATH", path.as_str()), ("FOLDER", folder.path().to_str().unwrap())];
    run(Path::new("/bin/sh"), &["-c", script], clone, &[&own, variables].concat())
}

#[tokio::test]
async fn the_workflows_pass_what_is_approved_and_refuse_the_rest() {
    let mut shop = Shop::new();
    let start = shop.head();
    let good = shop.approved(&[("a", Some("1"))]).await;
    let bad = shop.commit(&[("a", Some("2"))], "not approved");
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clone");
    let at = clone.to_str().unwrap();
    shop.project.git(&["clone", "--quiet", "--no-local", ".", at]);
    for forge in ["github", "gitlab"] {
        let told = saraphina(&["check", "--install", "--forge", forge, "--repo", at]);
        assert_eq!(told.code, 0, "{}", told.stderr);
    }
    let read = |path: &str| std::fs::read_to_string(clone.join(path)).unwrap();
    let github = block(&read(".github/workflows/saraphina.yml"), "        run: |");
    let gitlab = block(&read(".gitlab/saraphina.yml"), "    - |");
    let (signers, vkey) = (Shop::signers(), shop.ledger.key.verifier().vkey());
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (signers_file, key_file) = (file("signers", &signers), file("vkey", &vkey));

    for (head, code) in [(&good, 0), (&bad, 1)] {
        let variables = [
            ("SIGNERS", signers.as_str()),
            ("LOG_KEY", vkey.as_str()),
            ("SINCE", ""),
            ("BASE", start.as_str()),
            ("HEAD", head.as_str()),
        ];
        let told = carried_out(&github, &clone, &variables);
        assert_eq!(told.code, code, "{} {}", told.stdout, told.stderr);
        let variables = [
            ("SARAPHINA_SIGNERS", signers_file.as_str()),
            ("SARAPHINA_LOG_KEY", key_file.as_str()),
            ("SINCE", start.as_str()),
            ("CI_COMMIT_BEFORE_SHA", start.as_str()),
            ("CI_COMMIT_SHA", head.as_str()),
        ];
        let told = carried_out(&gitlab, &clone, &variables);
        assert_eq!(told.code, code, "{} {}", told.stdout, told.stderr);
    }
}

#[tokio::test]
async fn files_that_are_there_are_kept_unless_force_is_given() {
    let shop = Shop::new();
    let folder = shop.project.path().to_str().unwrap();
    let install =
        |more: &[&str]| saraphina(&[&["check", "--install", "--repo", folder], more].concat());
    let file = shop.project.at(".github/workflows/saraphina.yml");

    let first = install(&["--branch", "trunk"]);
    std::fs::write(&file, "mine\n").unwrap();
    let second = install(&[]);
    let kept = std::fs::read_to_string(&file).unwrap();
    let forced = install(&["--force", "--json"]);

    assert_eq!((first.code, second.code, forced.code), (0, 4, 0));
    assert!(second.stderr.contains("is there already"), "{}", second.stderr);
    assert_eq!(kept, "mine\n");
    assert!(std::fs::read_to_string(&file).unwrap().contains("branches: [\"main\"]"));
    assert!(forced.stdout.contains("\"hook\":null"), "{}", forced.stdout);
}

#[test]
fn a_hook_without_a_start_of_control_is_told_to_be_weaker() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (hook, signers) = (place("hook"), place("signers"));
    std::fs::write(&signers, Shop::signers()).unwrap();

    let told = saraphina(&["check", "--install", "--hook", &hook, "--signers", &signers]);

    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stdout.contains("No --since was given"), "{}", told.stdout);
}

#[test]
fn words_that_do_not_go_together_are_refused() {
    for words in [
        &["check"][..],
        &["check", "A..B"],
        &["check", "A..B", "--signers", "/nowhere/x", "--forge", "github"],
        &["check", "A..B", "--frob"],
        &["check", "--install", "--branch", "a b"],
        &["check", "--install", "--hook", "/nowhere/hook"],
    ] {
        assert_eq!(saraphina(words).code, 2, "{words:?}");
    }
    assert_eq!(saraphina(&["check", "A..B", "--signers", "/nowhere/x"]).code, 3);
    assert!(saraphina(&["check", "--help"]).stdout.contains("--signers <FILE>"));
}
