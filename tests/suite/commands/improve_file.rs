//! `/improve-file`.

use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::boxed::boxed;
use crate::support::house::House;
use crate::support::project::Project;

/// A file in which a linter finds something that it can mend, and tests that see what it does.
pub(crate) const TAGS: &str = "import os\nimport re\nfrom collections import OrderedDict\n\n\ndef tags(text, limit=3):\n    found = OrderedDict()\n    for word in re.findall(r\"#(\\w+)\", text):\n        if not word in found:\n            found[word] = True\n    names = list(found)\n    return names[:limit]\n\n\ndef count(text):\n    try:\n        return len(tags(text, 100))\n    except:\n        return 0\n";
pub(crate) const TAGS_TESTS: &str = "from shop.tags import count, tags\n\n\ndef test_tags():\n    assert tags(\"#a #b #a\") == [\"a\", \"b\"]\n\n\ndef test_count():\n    assert count(\"#a #b\") == 2\n    assert count(None) == 0\n";

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
        (data["verdict"].as_str(), &data["tests"]),
        (Some("passed"), &serde_json::json!(["tests/test_tags_today.py"]))
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
async fn a_reply_that_does_not_fit_the_file_is_told_to_the_next_try() {
    let project = project();
    let house = knowing(boxed().await, &project).await;
    let misfit = "```text title=\"shop/tags.py\"\n<<<<<<< SEARCH\nnot there\n=======\nx\n>>>>>>> REPLACE\n```\n";
    said(&house, misfit);
    said(&house, &answer(&TAGS.replace("if not word in found", "if word not in found")));

    let line =
        "/improve-file --repo shop --provider scripted --iterations 2 --no-tests shop/tags.py";
    let data = house.line(line).await.data();

    let unfit = data["unfit"].as_array().unwrap();
    assert!(unfit.len() == 1 && unfit[0].as_str().unwrap().contains("not there"), "{data:#}");
    assert_eq!(data["iterations"].as_array().unwrap().len(), 1, "{data:#}");
    let asked = house.provider.asked.lock().unwrap().last().unwrap().clone();
    let prompt = foundation::providers::prompt::prompt(&asked).text();
    assert!(prompt.contains("the lines to replace are not in the file: not there"), "{prompt}");
    assert!(!prompt.contains("Add or change tests"), "{prompt}");
}

/// A server may refuse the key, or go down, between two tries.
#[tokio::test]
async fn a_try_that_fails_takes_nothing_from_the_best_before_it() {
    let project = project();
    let house = knowing(boxed().await, &project).await;
    said(&house, &answer(&TAGS.replace("if not word in found", "if word not in found")));

    let line = "/improve-file --repo shop --provider scripted --iterations 3 --threshold 1 --no-tests shop/tags.py";
    let data = house.line(line).await.data();

    let unfit = data["unfit"].as_array().unwrap();
    let why = unfit.iter().map(|why| why.as_str().unwrap()).collect::<Vec<_>>();
    assert!(why.len() == 1 && why[0].starts_with("try 2 came to nothing: "), "{data:#}");
    assert_eq!(data["iterations"].as_array().unwrap().len(), 1, "{data:#}");
    assert!(data["proposal_id"].is_string(), "{data:#}");
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
    use work::improving::stages::{Evaluation, Generated, Impact, Review};

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

/// A second file in which rules find something.
const LABELS: &str = "import sys\n\n\ndef label(name):\n    if not name in (\"a\", \"b\"):\n        return \"other\"\n    return name\n";
const LABELS_TESTS: &str = "from shop.labels import label\n\n\ndef test_label():\n    assert label(\"a\") == \"a\"\n    assert label(\"c\") == \"other\"\n";

#[tokio::test]
async fn several_files_become_one_proposal_with_its_risk() {
    let project = project();
    project.write("shop/labels.py", LABELS);
    project.write("tests/test_labels.py", LABELS_TESTS);
    project.commit("Add labels");
    let house = knowing(boxed().await, &project).await;

    let data = house
        .line("/improve-file --repo shop --no-tests --also shop/labels.py shop/tags.py")
        .await
        .data();

    let files: Vec<&str> = data["iterations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["file"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["shop/tags.py", "shop/labels.py"]);
    assert_eq!(
        (data["accepted"].as_bool(), data["verdict"].as_str(), &data["failed_stage"]),
        (Some(true), Some("passed"), &Value::Null),
        "{data:#}"
    );
    let diff = data["diff"].as_str().unwrap();
    assert!(diff.contains("-import os\n") && diff.contains("-import sys\n"), "{diff}");
    assert_eq!(data["risk"]["class"].as_str(), Some("safe"));
}

#[tokio::test]
async fn an_owner_orders_the_stages_and_a_bad_order_is_named_by_its_line() {
    let project = project();
    let house = knowing(boxed().await, &project).await;
    let folder = house.home().join("pipelines");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "brief.toml",
        "[[stage]]\nrun = \"generate\"\nprompt = \"Keep it brief.\"\n\n[[stage]]\nrun = \"evaluate\"\n",
    );
    write("bad.toml", "[[stage]]\nrun = \"generate\"\n\n[[stage]]\nrun = \"polish\"\n");
    said(&house, &answer(&TAGS.replace("import os\n", "")));

    let bad = house.line("/improve-file --repo shop --pipeline bad shop/tags.py").await.error();
    let outside =
        house.line("/improve-file --repo shop --pipeline ../bad shop/tags.py").await.error();
    let data = house
        .line("/improve-file --repo shop --provider scripted --pipeline brief --no-tests --iterations 1 shop/tags.py")
        .await
        .data();

    assert!(bad.message.starts_with("pipeline bad.toml, line 5: "), "{bad}");
    assert_eq!((bad.kind, outside.kind), (ErrorKind::Usage, ErrorKind::Usage));
    let first = &data["iterations"][0];
    assert_eq!(
        (first["findings"].to_string(), first["impact"].to_string()),
        ("[]".to_owned(), "[]".to_owned())
    );
    let asked = house.provider.asked.lock().unwrap().last().unwrap().request.clone();
    assert!(asked.contains("Keep it brief."), "{asked}");
}

#[tokio::test]
async fn a_stage_whose_answer_is_negative_is_named_and_ends_with_one() {
    let project = project();
    project.write("shop/plain.py", "def plain(x):\n    return x\n");
    project.commit("Add a plain file");
    let house = knowing(boxed().await, &project).await;

    let alone = house.line("/improve-file --repo shop --stage generate shop/plain.py").await;
    let whole = house.line("/improve-file --repo shop shop/plain.py").await;

    assert_eq!((alone.exit(), whole.exit()), (1, 1));
    let stages = [alone.data(), whole.data()].map(|data| data["failed_stage"].clone());
    assert_eq!(stages, ["generate", "generate"]);
}

/// Two files that import each other, one of them only for what needs neither.
const PRICES: &str = "from shop import rates\n\nDIGITS = 2\n\n\ndef rounded(value):\n    return round(value, DIGITS)\n\n\ndef taxed(value):\n    return rounded(value * rates.rate())\n";
const RATES: &str =
    "from shop.prices import rounded\n\n\ndef rate():\n    return rounded(19) + 100\n";
const PRICES_TESTS: &str = "from shop.prices import rounded, taxed\nfrom shop.rates import rate\n\n\ndef test_all():\n    assert rounded(1.239) == 1.24\n    assert taxed(10) == 1190\n    assert rate() == 119\n";

#[tokio::test]
async fn a_circle_of_imports_is_broken_by_a_file_that_both_share() {
    let project = project();
    project.write(
        "shop/prices.py",
        PRICES.replace("from shop import rates", "import shop.rates as rates"),
    );
    project.write("shop/rates.py", RATES);
    project.write("tests/test_prices.py", PRICES_TESTS);
    project.commit("Add prices");
    let house = knowing(boxed().await, &project).await;
    let line = "/improve-file --repo shop --no-tests --structure circle shop/rates.py";

    let unbuilt = house.line(line).await.error();
    house.line("/build-graph shop").await.data();
    let nothing =
        house.line("/improve-file --repo shop --no-tests --structure circle shop/tags.py").await;
    project.write(
        "shop/prices.py",
        PRICES
            .replace("from shop import rates", "from shop.rates import rate")
            .replace("rates.rate()", "rate()"),
    );
    project.commit("Take the rate by its name");
    house.line("/build-graph shop").await.data();
    let data = house.line(line).await.data();

    assert!(unbuilt.hints.join(" ").contains("/build-graph shop"), "{unbuilt}");
    assert_eq!((nothing.exit(), nothing.data()["failed_stage"].as_str()), (1, Some("generate")));
    let diff = data["diff"].as_str().unwrap();
    assert!(
        diff.contains("shop/_prices_shared.py")
            && diff.contains("-from shop.prices import rounded\n"),
        "{diff}"
    );
    let aim = &data["iterations"][0]["evaluation"]["parts"]["structure"];
    assert_eq!((aim["before"].as_f64(), aim["after"].as_f64()), (Some(1.0), Some(0.0)));
    let gate = &data["iterations"][0]["evaluation"]["gate"];
    assert_eq!(
        (gate["open"].as_bool(), data["verdict"].as_str()),
        (Some(true), Some("passed")),
        "{data:#}"
    );
}
