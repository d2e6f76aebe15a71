//! `/improve-file`.

use saraphina::contract::error::ErrorKind;
use serde_json::Value;

use crate::support::boxed::boxed;
use crate::support::house::House;
use crate::support::project::Project;

/// A file in which a linter finds something that it can mend, and tests that see what it does.
const TAGS: &str = "import os\nimport re\nfrom collections import OrderedDict\n\n\ndef tags(text, limit=3):\n    found = OrderedDict()\n    for word in re.findall(r\"#(\\w+)\", text):\n        if not word in found:\n            found[word] = True\n    names = list(found)\n    return names[:limit]\n\n\ndef count(text):\n    try:\n        return len(tags(text, 100))\n    except:\n        return 0\n";
const TAGS_TESTS: &str = "from shop.tags import count, tags\n\n\ndef test_tags():\n    assert tags(\"#a #b #a\") == [\"a\", \"b\"]\n\n\ndef test_count():\n    assert count(\"#a #b\") == 2\n    assert count(None) == 0\n";

async fn knowing(house: House, project: &Project) -> House {
    house
        .worded(&format!("/repository add --name shop --no-run {}", project.path().display()))
        .await
        .data();
    house
}

fn project() -> Project {
    let project = Project::new();
    project.write("shop/tags.py", TAGS);
    project.write("tests/test_tags.py", TAGS_TESTS);
    project.commit("Add tags");
    project
}

fn said(house: &House, reply: &str) {
    house.provider.replies.lock().unwrap().push_back(reply.to_owned());
}

fn answer(text: &str) -> String {
    format!("It is neater.\n\n```python title=\"shop/tags.py\"\n{text}```\n")
}

#[tokio::test]
async fn rules_improve_a_file_and_the_best_is_a_proposal_with_tests_of_today() {
    let project = project();
    let house = knowing(boxed().await, &project).await;

    let reply = house.line("/improve-file --repo shop shop/tags.py").await;
    let exit = reply.exit();
    let data = reply.data();

    assert_eq!((exit, data["accepted"].as_bool()), (0, Some(true)), "{data:#}");
    let diff = data["diff"].as_str().unwrap();
    assert!(diff.contains("-import os\n") && diff.contains("+    except Exception:\n"), "{diff}");
    let first = &data["iterations"][0];
    let calls = &first["evaluation"]["replay"];
    assert_eq!((calls["different"].as_u64(), first["by"].as_str()), (Some(0), Some("mechanical")));
    assert!(first["score"].as_f64().unwrap() >= 0.7, "{first:#}");
    assert!(first["impact"].to_string().contains("tests/test_tags.py"), "{first:#}");
    assert_eq!(
        (data["verdict"].as_str(), data["tests"].as_str()),
        (Some("passed"), Some("tests/test_tags_today.py"))
    );
    assert_eq!(project.git(&["status", "--porcelain", "--ignored"]), "");
}

#[tokio::test]
async fn a_text_of_a_model_that_breaks_callers_keeps_the_original_and_the_next_is_told_why() {
    let project = project();
    let house = knowing(boxed().await, &project).await;
    said(
        &house,
        &answer(
            &TAGS
                .replace("tags(text, limit=3)", "tags(text)")
                .replace("[:limit]", "")
                .replace("tags(text, 100)", "tags(text)"),
        ),
    );
    said(&house, &answer(&TAGS.replace("return names[:limit]", "return names[: limit + 1]")));

    let reply = house
        .line("/improve-file --repo shop --provider scripted --iterations 2 shop/tags.py")
        .await;
    let exit = reply.exit();
    let data = reply.data();

    let scores: Vec<Option<f64>> =
        data["iterations"].as_array().unwrap().iter().map(|it| it["score"].as_f64()).collect();
    assert_eq!((exit, scores), (1, vec![Some(0.0), Some(0.0)]), "{data:#}");
    assert_eq!((&data["proposal_id"], data["diff"].as_str()), (&Value::Null, Some("")));
    let gates: Vec<String> = data["iterations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["evaluation"]["gate"]["refusals"].to_string())
        .collect();
    assert!(gates[0].contains("the parameter limit is gone"), "{gates:?}");
    assert!(gates[1].contains("calls are answered otherwise"), "{gates:?}");
    assert_eq!(house.line("/list-proposals").await.data()["total"].as_u64(), Some(0));
}

#[tokio::test]
async fn stages_run_alone_on_the_documents_of_those_before() {
    let project = project();
    let house = knowing(boxed().await, &project).await;
    let beside = |name: &str| house.beside(name).display().to_string();
    let (review, impact, made, worth) =
        (beside("review.json"), beside("impact.json"), beside("made.json"), beside("worth.json"));
    let stage = |words: String| format!("/improve-file --repo shop {words} shop/tags.py");

    let exits = [
        house.line(&stage(format!("--stage review --output {review}"))).await.exit(),
        house.line(&stage(format!("--stage impact --output {impact}"))).await.exit(),
        house
            .line(&stage(format!(
                "--stage generate --review {review} --impact {impact} --output {made}"
            )))
            .await
            .exit(),
        house
            .line(&stage(format!("--stage evaluate --generated {made} --output {worth}")))
            .await
            .exit(),
    ];
    let misfit = house.line(&stage(format!("--stage generate --review {made}"))).await.error();
    let missing = house.line(&stage("--stage evaluate".to_owned())).await.refusal();

    assert_eq!(exits, [0; 4]);
    let worth: Value = serde_json::from_str(&std::fs::read_to_string(worth).unwrap()).unwrap();
    assert!(worth["score"].as_f64().unwrap() >= 0.7, "{worth:#}");
    assert!(misfit.message.starts_with("stage review: the document does not fit"), "{misfit}");
    assert_eq!(missing.1, "stage evaluate: the generated text is missing");
}

#[tokio::test]
async fn what_cannot_be_improved_is_refused_by_name() {
    let project = project();
    let house = knowing(House::new(), &project).await;

    let refusals = [
        house.line("/improve-file --repo shop nowhere.py").await.refusal(),
        house.line("/improve-file --repo shop tests/test_tags.py").await.refusal(),
        house.line("/improve-file --repo elsewhere shop/tags.py").await.refusal(),
        house.line("/improve-file --repo shop --threshold 2 shop/tags.py").await.refusal(),
        house.line("/self-improve --repo shop").await.refusal(),
    ];

    let kinds = refusals.map(|(kind, _)| kind);
    assert_eq!(
        kinds,
        [
            ErrorKind::Usage,
            ErrorKind::Usage,
            ErrorKind::NotFound,
            ErrorKind::Usage,
            ErrorKind::Usage
        ]
    );
}

#[test]
fn the_schemas_of_the_stages_are_those_that_are_published() {
    use saraphina::improving::stages::{Evaluation, Generated, Impact, Review};

    let schemas = [
        ("review", schemars::schema_for!(Review)),
        ("impact", schemars::schema_for!(Impact)),
        ("generate", schemars::schema_for!(Generated)),
        ("evaluate", schemars::schema_for!(Evaluation)),
    ];
    for (stage, schema) in schemas {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("schemas/stages/{stage}.json"));
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        let now = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        assert_eq!(published, now, "{}", path.display());
    }
}
