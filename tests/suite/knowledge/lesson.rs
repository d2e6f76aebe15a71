//! Lessons of a model, good and bad.

use foundation::knowledge::lesson::read_lesson;
use record::domain::concept::{Concept, Difficulty, Snippet};
use record::domain::language::Language;

fn lesson(reply: &str) -> Result<Concept, String> {
    read_lesson(reply, " Decorators ", Language::Python, "gpt-4o")
        .map_err(|error| error.to_string())
}

fn decorators(snippets: Vec<Snippet>) -> Concept {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Concept {
        name: "Decorators".to_owned(),
        category: "syntax".to_owned(),
        language: Some(Language::Python),
        difficulty: Difficulty::new(2).unwrap(),
        description: "A function that wraps a function.".to_owned(),
        prerequisites: list(&["Functions", "Closures"]),
        related: list(&["Context managers"]),
        keywords: list(&["decorator", "wrap"]),
        source: "gpt-4o".to_owned(),
        snippets,
    }
}

#[test]
fn a_lesson_is_read_from_json_wherever_it_stands() {
    let reply = r#"Here {it} is, {}:
```json
{"name": "Python decorators", "category": "Syntax", "difficulty": 2, "description": "A function that\nwraps a function.",
 "prerequisites": ["Functions", "decorators", "Closures", "Functions"], "related": ["Context managers", "None"],
 "keywords": ["decorator", "wrap"], "example": {"summary": "Wraps.", "code": "x = 1\n", "tests": "def test_x(): pass\n"}}
```"#;
    let snippet = Snippet {
        slug: "example".to_owned(),
        summary: "Wraps.".to_owned(),
        language: Language::Python,
        code: "x = 1\n".to_owned(),
        tests: "def test_x(): pass\n".to_owned(),
    };

    assert_eq!(lesson(reply), Ok(decorators(vec![snippet])));
}

#[test]
fn a_lesson_is_read_from_labelled_sections() {
    let reply = "**Category:** syntax\n**Difficulty:** 2/4\n## Description:\nA function that\nwraps a function.\n\
                 - Prerequisites: Functions, Closures.\n- Related: Context managers\n- Keywords: decorator; wrap\n";

    assert_eq!(lesson(reply), Ok(decorators(Vec::new())));
}

#[test]
fn what_is_no_lesson_says_why() {
    let why = [
        "",
        "I cannot.",
        r#"{"description": "x"}"#,
        r#"{"description": "x", "difficulty": 9}"#,
        r#"{"difficulty": 2}"#,
    ]
    .map(|reply| lesson(reply).unwrap_err());

    let no_description = "the lesson about  Decorators  is not a lesson: it has no description";
    let no_difficulty =
        "the lesson about  Decorators  is not a lesson: its difficulty is not a number from 1 to 4";
    assert_eq!(why, [no_description, no_description, no_difficulty, no_difficulty, no_description]);
}
