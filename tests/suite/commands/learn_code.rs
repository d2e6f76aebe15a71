//! `/learn-code`.

use work::contract::error::ErrorKind;

use crate::support::house::{CODE, House, TESTS};

const LESSON: &str = r#"{"category": "concept", "difficulty": 3, "description": "Moves of frogs.",
    "prerequisites": ["Binary search", "pond theory"], "related": ["toads"], "keywords": ["frog"],
    "example": {"summary": "x", "code": "A = 1", "tests": "def test_a(): pass"}}"#;
const POND: &str = "Category: concept\nDifficulty: 1\nDescription: Ponds hold water.\n";

#[tokio::test]
async fn a_curated_concept_is_learned_with_its_prerequisites() {
    let house = House::new();

    let data = house.line("/learn-code a star grid search").await.data();

    assert_eq!(
        (data["name"].as_str(), data["difficulty"].as_u64()),
        (Some("A star grid search"), Some(3))
    );
    assert_eq!(
        (data["making"].as_str(), data["already_known"].as_bool()),
        (Some("retrieved"), Some(false))
    );
    let learned: Vec<&str> =
        data["learned"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(learned.last(), Some(&"A star grid search"));
    assert!(learned.contains(&"Dijkstra shortest paths"), "{learned:?}");
    assert_eq!(data["learned_recursively"].as_u64(), Some(learned.len() as u64 - 1));
    assert!(house.kinds().await.iter().all(|kind| *kind == "concept.learned"));
    assert_eq!(house.kinds().await.len(), learned.len());
    assert!(house.provider.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_learned_is_known_already() {
    let house = House::new();
    house.line("/learn-code binary search").await.data();

    let again = house.line("/learn-code Binary  SEARCH").await.data();
    let tree = house.line("/learn-code binary search tree").await.data();

    assert_eq!(
        (again["already_known"].as_bool(), again["facts_stored"].as_u64()),
        (Some(true), Some(0))
    );
    assert_eq!(tree["already_known"], false);
    assert_eq!(house.kinds().await, ["concept.learned"; 2]);
}

#[tokio::test]
async fn a_model_teaches_what_is_not_curated_and_its_prerequisites() {
    let house = House::new();
    house.provider.replies.lock().unwrap().extend([LESSON.to_owned(), POND.to_owned()]);

    let data = house.line("/learn-code quantum frogs").await.data();

    assert_eq!(
        (data["source"].as_str(), data["making"].as_str()),
        (Some("model-1"), Some("generated"))
    );
    assert_eq!(
        data["learned"],
        serde_json::json!(["Binary search", "pond theory", "quantum frogs"])
    );
    assert_eq!(data["examples_untested"], 1);
    assert_eq!(
        house.kinds().await,
        ["concept.learned", "concept.learned", "concept.learned", "llm.call", "llm.call"]
    );
    let facts = house.line("/code-facts quantum frogs").await.data();
    assert_eq!(
        (facts["concept"]["examples"].as_u64(), facts["concept"]["examples_tested"].as_bool()),
        (Some(1), Some(false))
    );
    let page = house.line("/code-facts quantum frogs").await.page();
    assert!(page.contains("Examples: 1 of a model, not tested"), "{page}");
}

#[tokio::test]
async fn a_prerequisite_that_nobody_knows_is_named() {
    let house = House::new();
    house.provider.replies.lock().unwrap().push_back(LESSON.to_owned());

    let data = house.line("/learn-code quantum frogs").await.data();

    assert_eq!(data["unknown"], serde_json::json!(["pond theory"]));
    assert_eq!(data["learned_recursively"], 1);
}

#[tokio::test]
async fn bad_names_and_nonsense_lessons_store_nothing() {
    let house = House::new();
    house.provider.replies.lock().unwrap().push_back("I would rather not.".to_owned());

    let nonsense = house.line("/learn-code quantum frogs").await.refusal();
    let empty = house.line("/learn-code").await.refusal();
    let long = house.line(&format!("/learn-code {}", "x".repeat(81))).await.refusal();
    let control = house.line("/learn-code a\u{1b}b").await.refusal();

    assert_eq!(
        [nonsense.0, empty.0, long.0, control.0],
        [ErrorKind::Unavailable, ErrorKind::Usage, ErrorKind::Usage, ErrorKind::Usage]
    );
    // The nonsense was paid for all the same.
    let record = house.records().await.pop().unwrap();
    assert_eq!(house.kinds().await, ["llm.call"]);
    assert_eq!(
        (record.data["purpose"].as_str(), record.data["input_tokens"].as_u64()),
        (Some("teach"), Some(120))
    );
    assert!(record.data["error"].as_str().unwrap().contains("is not a lesson"), "{record:?}");
    assert_eq!(house.line("/code-stats").await.data()["usage"]["input_tokens"], 120);
}

#[tokio::test]
async fn a_lesson_about_a_prerequisite_that_is_nonsense_is_recorded_with_the_rest() {
    let house = House::new();
    let replies = [LESSON.to_owned(), "Ponds? No.".to_owned()];
    house.provider.replies.lock().unwrap().extend(replies);

    let data = house.line("/learn-code quantum frogs").await.data();

    assert_eq!(data["unknown"], serde_json::json!(["pond theory"]));
    assert_eq!(house.kinds().await, ["concept.learned", "concept.learned", "llm.call", "llm.call"]);
}

#[tokio::test]
async fn an_example_of_a_model_is_not_shown_to_the_next_one() {
    let house = House::new();
    let lesson = LESSON.replace("A = 1", "LEARNED = 1").replace(r#""pond theory""#, r#""Stack""#);
    house.provider.replies.lock().unwrap().push_back(lesson);
    house.line("/learn-code quantum frogs").await.data();
    house.reply(CODE, TESTS);

    house.line("/propose-code quantum frogs that move").await.data();

    let asked = house.provider.asked.lock().unwrap().pop().unwrap();
    let prompt = foundation::providers::prompt::prompt(&asked);
    assert!(prompt.user.contains("- quantum frogs (concept, difficulty 3/4)"), "{}", prompt.user);
    assert!(!prompt.user.contains("LEARNED"), "{}", prompt.user);
}

#[tokio::test]
async fn a_concept_is_found_again_under_the_name_it_was_asked_for() {
    let house = House::new();

    let first = house.line("/learn-code memoization").await.data();
    let again = house.line("/learn-code memoization").await.data();
    let facts = house.line("/code-facts memoization").await.data();

    assert_eq!(
        (&first["name"], &first["already_known"]),
        (&"Memoize decorator".into(), &false.into())
    );
    assert_eq!(
        (&again["name"], &again["already_known"]),
        (&"Memoize decorator".into(), &true.into())
    );
    assert_eq!(
        (&facts["concept"]["name"], &facts["total"]),
        (&"Memoize decorator".into(), &1.into())
    );
}

#[tokio::test]
async fn a_concept_of_another_language_is_not_stored_as_one_of_python() {
    let house = House::new();
    let lesson = LESSON.replace(r#""Binary search", "pond theory""#, "");
    house.provider.replies.lock().unwrap().extend([lesson]);

    let data = house.line("/learn-code goroutines in Go").await.data();
    let facts = house.line("/code-facts goroutines in Go").await.data();

    assert_eq!(
        (&data["name"], &data["language"]),
        (&"goroutines in Go".into(), &serde_json::Value::Null)
    );
    assert_eq!(data["other_language"], "Go");
    assert_eq!(
        (&facts["concept"]["language"], &facts["concept"]["examples"]),
        (&serde_json::Value::Null, &0.into())
    );
}
