//! The paths that the documents name.
//!
//! A page that sends a newcomer to a file that was moved is worse than none. So every path in code marks is looked for among
//! the files of the repository, the answers to "where is …?" have to be guessable from the question, and the picture of the
//! house has the floors of the architecture test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Endings that make a word in code marks the name of a file.
const ENDINGS: &[&str] = &[".rs", ".py", ".md", ".sql", ".svg", ".toml", ".json", ".jsonl", ".txt"];

/// Files of users and of installed programs, which are not ours to have.
const FOREIGN: &[&str] = &[
    "conftest.py",
    "config.toml",
    "pyproject.toml",
    "requirements.txt",
    "verify.py",
    "policy.toml",
];

/// Letters that two words have to begin with alike to be taken for the same noun.
const STEM: usize = 4;

/// Everything that the repository holds, folders too, relative to its root.
struct Repository(BTreeSet<String>);

impl Repository {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = BTreeSet::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            let paths: Vec<PathBuf> =
                paths.filter(|path| !path.ends_with("target") && !path.ends_with(".git")).collect();
            folders.extend(paths.iter().filter(|path| path.is_dir()).cloned());
            let name =
                |path: &PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.extend(paths.iter().map(name));
        }
        Self(found)
    }

    /// Whether a path is there, from the root or from any folder.
    fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let below = format!("/{path}");
        self.0.contains(path) || self.0.iter().any(|found| found.ends_with(&below))
    }

    fn is_folder_at_root(&self, name: &str) -> bool {
        self.0.contains(name) && self.0.iter().any(|found| found.starts_with(&format!("{name}/")))
    }

    /// Whether a word in code marks is a path from the root.
    fn is_rooted(&self, word: &str) -> bool {
        let first = word.split('/').next().unwrap_or(word);
        is_plain(word) && word.contains('/') && self.is_folder_at_root(first)
    }

    /// Whether a word in code marks is the name of a file or folder of ours, which need not begin at the root.
    fn is_named_by(&self, word: &str) -> bool {
        let first = word.split('/').next().unwrap_or(word);
        let is_placeholder = word.contains('/') && first.chars().all(char::is_uppercase);
        let ends = |ending: &&str| word.len() > ending.len() && word.ends_with(*ending);
        let is_file = is_plain(word) && ENDINGS.iter().any(ends);
        self.is_rooted(word) || (is_file && !is_placeholder && !FOREIGN.contains(&word))
    }
}

fn is_plain(word: &str) -> bool {
    word.chars().all(|each| each.is_alphanumeric() || "_-./".contains(each))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What stands in code marks, blocks of code aside.
fn marked(page: &str) -> impl Iterator<Item = &str> {
    page.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// The rows of the table "Where is …?": question and path.
fn answers(page: &str) -> Vec<(&str, &str)> {
    page.lines()
        .filter_map(|line| {
            let (question, path) = line.strip_prefix("| ")?.split_once("? | `")?;
            Some((question, path.split('`').next()?))
        })
        .collect()
}

/// The names of each floor in the picture of the house, from the top.
fn picture(page: &str) -> Vec<Vec<&str>> {
    page.lines()
        .filter(|line| line.starts_with("    "))
        .filter_map(|line| {
            let (number, rest) = line.trim_start().split_once("  ")?;
            number.parse::<u32>().ok()?;
            Some(rest.split("  ").next()?.split(", ").collect())
        })
        .collect()
}

/// The floors of the architecture test, as they are written there.
fn floors(rules: &str) -> Vec<Vec<&str>> {
    let table = rules.split("const FLOORS").nth(1).unwrap().split("];").next().unwrap();
    let floor = |line: &&str| line.trim_start().starts_with("&[\"");
    table.lines().filter(floor).map(|line| line.split('"').skip(1).step_by(2).collect()).collect()
}

#[test]
fn every_path_that_is_named_is_there() {
    let repository = Repository::read();
    let is_page = |path: &&String| {
        let folder = path.split('/').next().unwrap_or_default();
        let is_text = Path::new(path).extension().is_some_and(|ending| ending == "md");
        is_text && (folder == path.as_str() || ["docs", "lab"].contains(&folder))
    };
    let pages = repository.0.iter().filter(is_page);

    let mut lost = Vec::new();
    for page in pages {
        let text = text(page);
        // The handbook names files of users and of exports too; what is written for builders names only ours.
        let is_handbook = page.starts_with("docs/") && !page.starts_with("docs/design/");
        let words = marked(&text).flat_map(str::split_whitespace);
        let is_ours = |word: &&str| {
            repository.is_rooted(word) || (!is_handbook && repository.is_named_by(word))
        };
        let named = words.filter(is_ours);
        lost.extend(
            named.filter(|word| !repository.has(word)).map(|word| format!("{page}: {word}")),
        );
    }

    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn where_something_is_can_be_guessed_from_its_name() {
    let page = text("CONTRIBUTING.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let answers = answers(&page);
    assert!(answers.len() >= 10, "{answers:?}");

    let wrong: Vec<&(&str, &str)> = answers
        .iter()
        .filter(|(question, path)| !root.join(path).exists() || !is_guessable(question, path))
        .collect();

    assert_eq!(wrong, Vec::<&(&str, &str)>::new());
}

/// Whether a word of the file's name is asked for.
fn is_guessable(question: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
    let asked = question.to_lowercase();
    name.split('_').any(|word| {
        let stem: String = word.chars().take(STEM).collect();
        stem.len() == STEM && asked.split(' ').any(|asked| asked.starts_with(&stem))
    })
}

#[test]
fn the_picture_of_the_house_has_the_floors_of_the_rules() {
    let (page, rules) = (text("ARCHITECTURE.md"), text("tests/suite/architecture/rules.rs"));

    let picture = picture(&page);

    assert!(picture.len() > 5, "{picture:?}");
    assert_eq!(picture, floors(&rules));
}

#[test]
fn a_lost_path_and_a_riddle_are_noticed() {
    let repository = Repository::read();

    assert!(
        repository.is_named_by("src/commands/nowhere.rs")
            && !repository.has("src/commands/nowhere.rs")
    );
    assert!(!repository.is_named_by("conftest.py") && !repository.is_named_by("a/b"));
    assert!(is_guessable("the healing loop", "crates/work/src/healing/healing_loop.rs"));
    assert!(!is_guessable("how a revision is run", "crates/work/src/executing/terms.rs"));
}
