//! `/config`.

use foundation::config::checks::Form;
use foundation::config::keys::KEYS;

use crate::support::house::House;

#[tokio::test]
async fn every_setting_shows_its_origin_and_no_secret() {
    let house = House::with(&[
        ("OPENAI_API_KEY", "sk-canary"),
        ("SARAPHINA_MODEL", "m"),
        ("SARAPHINA_LINTER", "ruff"),
    ]);

    let data = house.line("/config show").await.data();

    let setting = |name: &str| {
        let all = data["settings"].as_array().unwrap();
        let found = all.iter().find(|setting| setting["variable"] == name).unwrap();
        (found["value"].as_str().unwrap().to_owned(), found["origin"].as_str().unwrap().to_owned())
    };
    assert_eq!(setting("OPENAI_API_KEY"), ("[set]".to_owned(), "environment".to_owned()));
    assert_eq!(setting("SARAPHINA_MODEL"), ("m".to_owned(), "environment".to_owned()));
    assert_eq!(setting("SARAPHINA_LINTER"), ("ruff".to_owned(), "environment".to_owned()));
    assert_eq!(setting("SARAPHINA_LOG").1, "default");
    assert!(!data.to_string().contains("canary"));
}

/// Wrong values of every setting that has a form, with what is said of them.
const WRONG: &[(&str, &str, &str)] = &[
    ("OPENAI_BASE_URL", "foo", "it is an address"),
    ("OPENAI_BASE_URL", "http://", "it is an address"),
    ("SENTRY_DSN", "x", "it is an address"),
    ("DAYTONA_API_URL", "ftp://x", "it is an address"),
    ("SARAPHINA_PROVIDER", "library opnai", "\"opnai\" is no provider"),
    ("SARAPHINA_MODEL", "a b", "it is a name without spaces"),
    ("SARAPHINA_CASSETTE", "tape.jsonl", "it is record:FILE or replay:FILE"),
    ("SARAPHINA_ANCHORS", "file:/x elsewhere:/y", "\"elsewhere:/y\" is none of"),
    ("SARAPHINA_ANCHORS_REQUIRED", "x", "it is a number from 0 to 64"),
    ("SARAPHINA_ANCHORS_REQUIRED", "-1", "it is a number from 0 to 64"),
    ("SARAPHINA_MAX_FILES", "0", "it is a number from 1 to 10000"),
    ("SARAPHINA_MAX_FILE_MIB", "16", "it is a number from 1 to 12"),
    ("SARAPHINA_MAX_SOURCE_MIB", "0", "it is a number from 1 to 48"),
    ("SARAPHINA_PACKAGES_MIN_DAYS", "soon", "it is a number from 0 to 3650"),
    ("SARAPHINA_MAX_PROCESSES", "many", "it is a number from 8 to 1024"),
    ("SARAPHINA_MAX_MEMORY_MIB", "63", "it is a number from 64 to 65536"),
    ("SARAPHINA_MAX_BOX_FILES", "1e9", "it is a number from 100 to 200000"),
    ("SARAPHINA_SERVER_HOSTS", "http://review.example", "\"http://review.example\" is no name"),
    ("SARAPHINA_NOTIFY_COMMAND", "[\"\"]", "it is a program and its arguments"),
    ("SARAPHINA_NOTIFY_DESKTOP", "please", "it may be 1 or 0"),
    ("SARAPHINA_NOTIFY_WEBHOOK", "http://192.0.2.1/hook", "it is an https address"),
    ("SARAPHINA_NOTIFY_WEBHOOK", "http://localhost.evil.example/hook", "it is an https address"),
    ("SARAPHINA_BACKEND", "docker", "it may be linux"),
    ("SARAPHINA_LINTER", "flake8", "it may be pylint or ruff"),
    ("SARAPHINA_OFFLINE", "maybe", "it may be 1 or 0"),
    ("SARAPHINA_LOG", "loud", "it may be error or warn"),
];

#[test]
fn every_setting_with_a_form_is_tried_with_a_wrong_value() {
    let tried: Vec<&str> = WRONG.iter().map(|(variable, _, _)| *variable).collect();
    let untried: Vec<&str> = KEYS
        .iter()
        .filter(|key| key.form != Form::Text && !tried.contains(&key.variable))
        .map(|key| key.variable)
        .collect();

    assert_eq!(untried, [""; 0]);
}

#[tokio::test]
async fn a_wrong_value_is_named_and_never_replaced() {
    for (variable, value, problem) in WRONG {
        let house = House::with(&[(variable, value)]);

        let shown = house.line("/config show").await.data();
        let doctor = house.line("/doctor --quick").await.data();

        let start = format!("{variable} of environment is refused: {problem}");
        let warning = shown["warnings"][0].as_str().unwrap_or_default();
        assert!(warning.starts_with(&start), "{variable}={value}: {warning:?}");
        let parts = doctor["parts"].as_array().unwrap();
        let part = parts.iter().find(|part| part["part"] == "settings").unwrap();
        assert!(part["found"].as_str().unwrap().starts_with(&start), "{variable}={value}: {part}");
    }
}

#[tokio::test]
async fn a_setting_is_changed_once_its_value_can_be_meant() {
    let house = House::new();

    let set = house.line("/config set SARAPHINA_LINTER ruff").await.data();
    let wrong = house.line("/config set linter flake8").await.error();
    let unknown = house.line("/config set colour red").await.error();
    let file = std::fs::read_to_string(house.home().join("config.toml")).unwrap();

    assert!(set["changed"].as_str().unwrap().contains("sets linter"), "{set}");
    assert_eq!(wrong.message, "linter is not set: it may be pylint or ruff");
    assert_eq!(unknown.message, "there is no setting \"colour\" in config.toml");
    assert_eq!(file, "linter = \"ruff\"\n");
}
