//! The guide "Improve a file with evidence", executed.

use super::guide::{commands, filled};
use super::readme::home_with_toolchain;
use crate::commands::improve_file::{TAGS, TAGS_TESTS};
use crate::support::project::Project;

#[test]
fn a_file_is_reviewed_improved_approved_and_applied_as_written() {
    let home = home_with_toolchain();
    let project = Project::within(home.folder().join("shop"));
    project.write("shop/tags.py", TAGS);
    project.write("tests/test_tags.py", TAGS_TESTS);
    project.commit("Add tags");
    let mut done = Vec::new();

    for words in commands("improving.md") {
        let given = filled(&home, words);
        let given: Vec<&str> = given.iter().map(String::as_str).collect();

        let finished = home.saraphina(&given);

        assert_eq!(finished.code, Some(0), "{given:?}: {finished:?}");
        done.push(given[0].to_owned());
    }

    assert_eq!(done.first().map(String::as_str), Some("repository"));
    assert_eq!(done.last().map(String::as_str), Some("apply-code"));
    assert_eq!(done.iter().filter(|word| *word == "improve-file").count(), 5);
    let improved = std::fs::read_to_string(home.folder().join("improved.py")).unwrap();
    assert_eq!(project.read("shop/tags.py"), improved);
    assert!(improved.contains("    except Exception:\n") && !improved.contains("import os\n"));
}
