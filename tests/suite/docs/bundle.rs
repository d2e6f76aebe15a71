//! The page inside a bundle, executed.

use saraphina::commands::bundling::tar::unpack;

use super::auditing::run_in;
use crate::support::house::House;
use crate::surfaces::process::Home;

/// A bundle of an approved proposal, unpacked in `bundle` of the working folder; the entry of the approval.
async fn unpacked(home: &Home) -> u64 {
    let house = House::new();
    let id = house.approved().await;
    let data = house.line(&format!("/export {id}")).await.data();
    let file = std::fs::read(data["file"].as_str().unwrap()).unwrap();
    std::fs::write(home.folder().join("bundle.tar"), &file).unwrap();
    for (name, content) in unpack(&file).unwrap() {
        let path = home.folder().join("bundle").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    house.show(&id).await["reviews"][0]["seq"].as_u64().unwrap()
}

/// The commands of the page: indented lines, and those of the program in the running text.
fn commands(page: &str) -> Vec<String> {
    let indented = page.lines().filter_map(|line| line.strip_prefix("    "));
    let inline =
        page.split('`').skip(1).step_by(2).filter(|code| code.starts_with("saraphina import "));
    indented.chain(inline).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_command_of_the_page_in_a_bundle_works_as_written() {
    let home = Home::with_path();
    let seq = unpacked(&home).await.to_string();
    let page = std::fs::read_to_string(home.folder().join("bundle/README.md")).unwrap();
    let commands = commands(&page);
    assert_eq!(commands.len(), 2, "{commands:#?}");

    for line in commands {
        let line = line.replace("<seq>", &seq).replace("FILE", "../bundle.tar");
        let finished = run_in(&home, "bundle", &line);
        assert_eq!(finished.code, Some(0), "{line}: {finished:?}");
    }
}

#[tokio::test]
async fn the_command_for_one_decision_refuses_an_altered_one() {
    let home = Home::with_path();
    let seq = unpacked(&home).await;
    let path = home.folder().join(format!("bundle/decisions/{seq}.json"));
    let statement = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, statement.replacen("approved", "rejected", 1)).unwrap();
    let page = std::fs::read_to_string(home.folder().join("bundle/README.md")).unwrap();
    let line = commands(&page).remove(0).replace("<seq>", &seq.to_string());

    let finished = run_in(&home, "bundle", &line);

    assert_eq!(finished.code, Some(255), "{finished:?}");
}
