//! `/scan-code`.

use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::commands::repository::knowing;
use crate::support::boxed::boxed;
use crate::support::house::House;
use crate::support::project::Project;

const ODD: &str = "import os\nimport pickle\n\n\ndef load(text):\n    try:\n        return pickle.loads(text)\n    except Exception:\n        return None\n\n\ndef _old():\n    return 1\n";

pub(crate) fn rules(data: &Value) -> Vec<String> {
    let word = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap().to_owned();
        format!("{} {}:{}", text("rule"), text("path"), finding["line"])
    };
    data["findings"].as_array().unwrap().iter().map(word).collect()
}

fn folder(house: &House) -> String {
    let folder = house.beside("shop");
    std::fs::create_dir_all(folder.join("tests")).unwrap();
    std::fs::write(folder.join("odd.py"), ODD).unwrap();
    std::fs::write(
        folder.join("tests/test_odd.py"),
        "from odd import load\n\n\ndef test_load():\n    assert load(b'') is None\n",
    )
    .unwrap();
    folder.display().to_string()
}

#[tokio::test]
async fn a_folder_is_scanned_with_ruff_in_the_sandbox_and_ranked() {
    let house = boxed().await;
    let folder = folder(&house);

    let data = house.line(&format!("/scan-code {folder}")).await.data();

    assert_eq!(
        rules(&data),
        ["S301 odd.py:7", "BLE001 odd.py:8", "F401 odd.py:1", "unused odd.py:12"]
    );
    assert_eq!((data["total"].as_u64(), data["known"].as_u64()), (Some(4), Some(0)));
    assert!(data["findings"][2]["reason"].as_str().unwrap().contains("can be mended"), "{data}");
}

#[tokio::test]
async fn what_was_kept_is_silent_and_sarif_holds_all_that_is_new() {
    let house = House::new();
    let folder = folder(&house);
    let sarif = house.beside("found.sarif").display().to_string();

    let unkept = house.line(&format!("/scan-code --baseline {folder}")).await.refusal();
    let kept = house.line(&format!("/scan-code --keep-baseline {folder}")).await.data();
    std::fs::write(format!("{folder}/more.py"), "def run(text):\n    return eval(text)\n").unwrap();
    let news = house.line(&format!("/scan-code --baseline --sarif {sarif} {folder}")).await.data();
    let again = house.line(&format!("/scan-code --sarif {sarif} {folder}")).await.refusal();

    assert_eq!(unkept.0, ErrorKind::State);
    assert_eq!((kept["total"].as_u64(), kept["kept"].as_bool()), (Some(2), Some(true)), "{kept}");
    assert_eq!(rules(&news), ["S307 more.py:2"]);
    assert_eq!(news["known"].as_u64(), Some(2));
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&sarif).unwrap()).unwrap();
    assert_eq!(written["version"], "2.1.0");
    assert_eq!(written["runs"][0]["results"][0]["ruleId"], "S307");
    assert_eq!(again.0, ErrorKind::State);
    assert!(kept["notes"].to_string().contains("no linter was asked"), "{kept}");
}

#[tokio::test]
async fn a_part_of_a_known_repository_is_scanned_as_head_has_it() {
    let project = Project::new();
    project.write("shop/odd.py", ODD);
    project.commit("Add something odd");
    project.write("shop/odd.py", "");
    let house = knowing(&project).await;

    let data = house.line("/scan-code --repo shop shop/odd.py").await.data();
    let nowhere = house.line("/scan-code --repo shop nowhere").await.refusal();

    assert_eq!(rules(&data)[0], "S301 shop/odd.py:7");
    assert_eq!(data["findings"][0]["next"], "/improve-file shop/odd.py --repo shop");
    assert_eq!(nowhere.0, ErrorKind::Usage);
    assert_eq!(project.git(&["status", "--porcelain", "--ignored"]), " M shop/odd.py");
}

#[tokio::test]
async fn an_agent_may_scan_and_neither_keep_nor_write() {
    let house = House::new().agent();
    let folder = folder(&house);
    let sarif = house.beside("found.sarif").display().to_string();

    let seen = house.line(&format!("/scan-code {folder}")).await.exit();
    let kept = house.line(&format!("/scan-code --keep-baseline {folder}")).await.refusal();
    let written = house.line(&format!("/scan-code --sarif {sarif} {folder}")).await.refusal();

    assert_eq!((seen, kept.0, written.0), (0, ErrorKind::Forbidden, ErrorKind::Forbidden));
    assert!(!std::path::Path::new(&sarif).exists());
}

#[tokio::test]
async fn a_folder_of_a_known_repository_leads_to_it_by_name() {
    let project = Project::new();
    project.write("shop/odd.py", ODD);
    project.commit("Add something odd");
    let house = knowing(&project).await;

    let line = format!("/scan-code {}", project.path().join("shop").display());
    let data = house.line(&line).await.data();

    assert_eq!(data["findings"][0]["next"], "/scan-code shop --repo shop");
    assert!(data["notes"].to_string().contains("/build-graph shop"), "{data:#}");
}

#[tokio::test]
async fn a_part_of_a_project_in_another_language_is_judged_with_all_of_it_and_its_memory() {
    const CART: &str = "package web\n\nfunc Cart(a int) int {\n\tif a > 1 && a < 5 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n";
    let project = Project::new();
    project.write("shop/total.go", CART.replace("Cart", "Total"));
    project.write("shop/total_test.go", "package web\n\nfunc TestTotal() { Total(1) }\n");
    project.write("web/cart.go", CART);
    project.commit("Begin the shop");
    let house = House::new();
    let path = project.path().display().to_string();

    let before = house.line(&format!("/scan-code {path}/web")).await.data();
    house.line(&format!("/build-graph {path}")).await.data();
    let after = house.line(&format!("/scan-code {path}/web")).await.data();
    let file = house.line(&format!("/review-code {path}/web/cart.go")).await.data();

    assert_eq!(rules(&before), ["missing_test web/cart.go:3"], "{before:#}");
    assert_eq!(before["files"], 1);
    assert!(before["notes"].to_string().contains("no graph yet"), "{before:#}");
    assert_eq!(rules(&after), rules(&before));
    assert!(!after["notes"].to_string().contains("no graph yet"), "{after:#}");
    assert!(after["notes"].to_string().contains("no linter reads go"), "{after:#}");
    assert_eq!(rules(&file), rules(&before));
}

#[tokio::test]
async fn a_folder_without_sources_is_refused_with_what_can_be_looked_into() {
    let house = House::new();
    let folder = house.beside("notes");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("notes.txt"), "Nothing.\n").unwrap();

    let refused = house.line(&format!("/scan-code {}", folder.display())).await.refusal();

    assert_eq!(refused.0, ErrorKind::Usage);
    assert!(refused.1.contains("holds no source"), "{refused:?}");
}

#[tokio::test]
async fn what_is_no_text_is_not_looked_at_and_what_is_too_large_is_told() {
    let house = House::new();
    let folder = house.beside("odd");
    std::fs::create_dir_all(&folder).unwrap();
    let code = "package odd\n\nfunc Odd(a string) {\n\texec.Command(\"sh\", \"-c\", a)\n}\n";
    std::fs::write(folder.join("odd.go"), code).unwrap();
    std::fs::write(folder.join("zeros.txt"), vec![0_u8; 900_000]).unwrap();
    std::fs::write(folder.join("image.png"), [0x89, 0xff, 0xfe]).unwrap();
    std::fs::write(folder.join("large.txt"), "line\n".repeat(300_000)).unwrap();

    let data = house.line(&format!("/scan-code {}", folder.display())).await.data();

    assert_eq!(rules(&data), ["shell odd.go:4", "no_tests odd.go:1"], "{data:#}");
    assert_eq!(data["files"], 1);
    assert!(data["notes"].to_string().contains("1 of 4 files are left out"), "{data:#}");
}
