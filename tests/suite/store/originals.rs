//! Queries written for the original still run.

use std::path::Path;

use foundation::store::store::Store as _;
use record::domain::role::Role;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;
use serde_json::{Value, json};

use super::sample::{
    approved, at, created, executed, execution, proposal_id, refined, request, source,
};
use super::sqlite::Home;

/// Asks with Python's own SQLite, which is none of ours and must be 3.37 or newer.
#[expect(clippy::disallowed_methods, reason = "the test asks another program")]
fn ask(database: &Path, sql: &str) -> String {
    let script = "import json, sqlite3, sys\n\
        assert sqlite3.sqlite_version_info >= (3, 37), sqlite3.sqlite_version\n\
        found = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)\n\
        print(json.dumps(found.execute(sys.argv[2]).fetchall()))";
    let output = std::process::Command::new("python3")
        .args(["-c", script, database.to_str().unwrap(), sql])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

async fn home() -> Home {
    let home = Home::new();
    let store = &home.store;
    store.commit(created(1, at(0))).await.unwrap();
    store.commit(refined(1, 2, at(1))).await.unwrap();
    let failed = execution(1, 2, 1, VerdictWord::Failed, at(2));
    store.commit(executed(1, failed, Status::Tested, at(2))).await.unwrap();
    let passed = execution(1, 2, 2, VerdictWord::Passed, at(3));
    store.commit(executed(1, passed.clone(), Status::Tested, at(3))).await.unwrap();
    let proposal = store.proposal(&proposal_id(1)).await.unwrap().unwrap();
    let log = store.log_state().await.unwrap();
    store.commit(approved(&proposal, &passed, &log, at(4))).await.unwrap();
    home
}

#[tokio::test]
async fn the_four_tables_have_the_columns_of_the_original() {
    let home = home().await;
    let database = home.path().join("knowledge.db");
    let columns = |table: &str| {
        let sql = format!("SELECT group_concat(name, ' ') FROM pragma_table_info('{table}')");
        ask(&database, &sql)
    };

    let tables = ["code_proposals", "test_executions", "proposal_reviews", "code_refinements"];
    assert_eq!(
        tables.map(columns),
        [
            r#"[["id feature_spec language code tests explanation related_concepts status created_at updated_at"]]"#,
            r#"[["id proposal_id executed_at passed tests_run tests_passed tests_failed coverage_percent static_analysis_score static_analysis_tool critical_issues duration execution_data"]]"#,
            r#"[["id proposal_id reviewed_at action reviewer comments"]]"#,
            r#"[["id proposal_id refined_at original_code refined_code feedback explanation"]]"#,
        ]
    );
}

fn answer(home: &Home, sql: &str) -> Value {
    serde_json::from_str(&ask(&home.path().join("knowledge.db"), sql)).unwrap()
}

fn text(number: u32, role: Role) -> String {
    source(1, number).text_of(role)
}

#[tokio::test]
async fn proposals_and_refinements_say_what_the_store_says() {
    let home = home().await;
    let id = proposal_id(1);
    let explanation = "It reads rows with the csv module; variant 1.";

    let proposals = answer(&home, "SELECT * FROM code_proposals");
    let refinements = answer(
        &home,
        "SELECT proposal_id, refined_at, original_code, refined_code, feedback, explanation \
        FROM code_refinements",
    );

    let proposal = json!([[
        id.as_str(),
        request(1),
        "python",
        text(2, Role::Code),
        text(2, Role::Test),
        explanation,
        "[\"CSV parsing\",\"quoting\"]",
        "approved",
        "2026-11-20T08:47:00.000+00:00",
        "2026-11-20T08:47:00.004+00:00",
    ]]);
    let refinement = json!([[
        id.as_str(),
        "2026-11-20T08:47:00.001+00:00",
        text(1, Role::Code),
        text(2, Role::Code),
        "handle empty lines",
        explanation,
    ]]);
    assert_eq!([proposals, refinements], [proposal, refinement]);
}

#[tokio::test]
async fn executions_and_reviews_say_what_the_store_says() {
    let home = home().await;
    let id = proposal_id(1);

    let executions = answer(
        &home,
        "SELECT proposal_id, executed_at, passed, tests_run, tests_passed, tests_failed, \
        coverage_percent, static_analysis_score, static_analysis_tool, critical_issues, duration, \
        json_extract(execution_data, '$.test_errors[0].test'), \
        json_extract(execution_data, '$.test_output'), \
        json_extract(execution_data, '$.coverage_missing[0]'), \
        json_extract(execution_data, '$.static_issues[0].line') FROM test_executions ORDER BY id",
    );
    let reviews = answer(
        &home,
        "SELECT proposal_id, reviewed_at, action, reviewer, comments FROM proposal_reviews",
    );

    let run = |passed: u8, time: &str, error: Option<&str>| {
        json!([
            id.as_str(),
            time,
            passed,
            2,
            1 + passed,
            1 - passed,
            83.33,
            9.333_333_333_333_334,
            "pylint 4.0.1",
            0,
            0.12,
            error,
            "2 tests\n",
            7,
            5,
        ])
    };
    let expected = json!([
        run(0, "2026-11-20T08:47:00.002+00:00", Some("test_parser.py::test_delimiter")),
        run(1, "2026-11-20T08:47:00.003+00:00", None),
    ]);
    assert_eq!(executions, expected);
    let time = "2026-11-20T08:47:00.004+00:00";
    assert_eq!(reviews, json!([[id.as_str(), time, "approved", "owner", "looks right"]]));
}

#[tokio::test]
async fn statistics_of_the_original_still_run() {
    let home = home().await;
    let database = home.path().join("knowledge.db");

    let counts = ask(&database, "SELECT status, COUNT(*) FROM code_proposals GROUP BY status");
    let rates = ask(&database, "SELECT AVG(passed), AVG(coverage_percent) FROM test_executions");
    let joined = ask(
        &database,
        "SELECT COUNT(*) FROM code_proposals p JOIN test_executions t ON t.proposal_id = p.id \
        JOIN proposal_reviews r ON r.proposal_id = p.id JOIN code_refinements f \
        ON f.proposal_id = p.id WHERE date(p.created_at) = '2026-11-20'",
    );

    assert_eq!([counts, rates, joined], [r#"[["approved", 1]]"#, "[[0.5, 83.33]]", "[[2]]"]);
}
