//! `/config`.

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
