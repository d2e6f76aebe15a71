//! Changes of a repository, proposed from files and from the work tree.

use serde_json::json;
use work::contract::error::ErrorKind;

use super::repository::{knowing, said};
use crate::support::house::House;
use crate::support::project::Project;

#[tokio::test]
async fn a_file_of_the_repository_keeps_its_place_unless_another_is_named() {
    let project = Project::new();
    let house = knowing(&project).await;
    project.write("shop/cart.py", "def total(prices):\n    return sum(prices)\n");
    let code = project.at("shop/cart.py");
    let line = format!("/propose-code --repo shop --code {}", code.display());

    let kept = house.line(&format!("{line} Shorter")).await.data();
    let placed = house.line(&format!("{line} --into other Shorter")).await.data();

    let path = |data: &serde_json::Value| data["files"][0]["path"].clone();
    assert_eq!((path(&kept), path(&placed)), (json!("shop/cart.py"), json!("other/cart.py")));
}

#[tokio::test]
async fn a_part_is_left_out_of_a_work_tree_and_of_nothing_else() {
    let project = Project::new();
    let house = knowing(&project).await;
    project.write("README.md", "Further.\n");
    project.write("notes/a.txt", "mine");

    let taken =
        house.line("/propose-code --repo shop --worktree --without notes Further").await.data();
    let refused = house.line("/propose-code --without notes Further").await.refusal();

    assert_eq!(taken["files"].as_array().unwrap().len(), 1);
    assert_eq!(refused.0, ErrorKind::Usage);
}

#[tokio::test]
async fn a_change_is_not_made_of_a_folder() {
    let project = Project::new();
    let house = knowing(&project).await;
    project.write("README.md", "Further.\n");
    house.line("/propose-code --repo shop --worktree Further").await.data();

    let folder = project.at("shop");
    let line = format!("/refine-code @ --folder {}", folder.display());
    let (kind, message) = house.line(&line).await.refusal();

    assert_eq!(kind, ErrorKind::Usage);
    assert!(message.contains("a change of a repository is not made of a folder"), "{message}");
}

/// What a reply of these blocks makes of the repository: the difference, or why it makes none.
async fn replied(house: &House, blocks: &[(&str, &str)]) -> Result<String, String> {
    let block = |(path, text): &(&str, &str)| format!("```text title=\"{path}\"\n{text}\n```\n\n");
    said(house, &format!("It does so.\n\n{}", blocks.iter().map(block).collect::<String>()));
    let answer = house.line("/propose-code --repo shop make the mean of nothing 0").await;
    if answer.exit() == 0 {
        return Ok(answer.data()["change"]["diff"].as_str().unwrap().to_owned());
    }
    Err(answer.error().to_string())
}

fn edit(search: &str, replace: &str) -> String {
    format!("<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE")
}

#[tokio::test]
async fn a_reply_may_change_any_file_and_lines_end_as_they_did() {
    let project = Project::new();
    project.write("cmd/args.go", "package cmd\r\n\r\nvar Most = 1\r\n");
    project.write("Makefile", "all:\n\tpytest");
    project.commit("more kinds");
    let house = knowing(&project).await;

    let diff = replied(
        &house,
        &[
            ("cmd/args.go", &edit("var Most = 1", "var Most = 2")),
            ("Makefile", "all:\n\tpytest -q"),
            ("web/app.ts", "export const most = 2;"),
        ],
    )
    .await
    .unwrap();

    let lines = |sign: char| diff.lines().filter(|line| line.starts_with(sign)).count();
    assert!(diff.contains("-var Most = 1\r\n+var Most = 2\r\n"), "{diff}");
    assert!(diff.contains("+export const most = 2;"), "{diff}");
    // Three files with their heads; the makefile still ends without a line end.
    assert_eq!((lines('+'), lines('-')), (3 + 3, 3 + 2), "{diff}");
    assert_eq!(diff.matches("No newline at end of file").count(), 2, "{diff}");
}

#[tokio::test]
async fn a_reply_that_would_lose_what_nobody_saw_or_cannot_stand_is_refused() {
    let project = Project::new();
    let long = format!("{}# the mean\n{}", "a = 1\n".repeat(9_000), "b = 1\n".repeat(9_000));
    project.write("shop/table.py", &long);
    std::os::unix::fs::symlink("shop/cart.py", project.at("link.py")).unwrap();
    project.commit("a long file and a link");
    let house = knowing(&project).await;

    let whole = replied(&house, &[("shop/table.py", "a = 2")]).await.unwrap_err();
    let part = replied(&house, &[("shop/table.py", &edit("# the mean", "# mean"))]).await.unwrap();
    let link = replied(&house, &[("link.py", "a = 2")]).await.unwrap_err();
    let below = replied(&house, &[("shop/cart.py/a.py", "a = 2")]).await.unwrap_err();
    let outside = replied(&house, &[("../a.py", "a = 2")]).await.unwrap_err();
    let cart = std::fs::read_to_string(project.at("shop/cart.py")).unwrap();
    let same = replied(&house, &[("shop/cart.py", cart.trim_end())]).await.unwrap_err();

    assert!(whole.contains("which was not shown whole"), "{whole}");
    assert!(part.contains("-# the mean\n+# mean\n"), "{part}");
    assert!(link.contains("it is a link to shop/cart.py"), "{link}");
    assert!(below.contains("would lie below shop/cart.py"), "{below}");
    assert!(outside.contains("can lie in no repository"), "{outside}");
    assert!(same.contains("the reply changes nothing"), "{same}");
    let asked = house.provider.asked.lock().unwrap();
    let context = &asked.first().unwrap().context;
    let shown = |path: &str| context.iter().find(|(name, _)| name == path).map(|(_, text)| text);
    assert!(shown("shop/table.py").unwrap().contains("# the mean\n"));
    assert!(shown("shop/table.py").unwrap().contains("are not shown]"));
    assert_eq!(shown("link.py"), None);
}

#[tokio::test]
async fn a_repository_without_python_is_said_to_be_one() {
    let project = Project::new();
    project.git(&["rm", "--quiet", "-r", "shop", "tests", "pyproject.toml"]);
    project.write("args.go", "package args\n");
    project.commit("Now in Go");
    let house = knowing(&project).await;
    project.write("args.go", "package args\n\nvar Most = 1\n");
    let made = house.line("/propose-code --repo shop --worktree Further").await.data();
    let id = made["proposal_id"].as_str().unwrap().to_owned();

    let page = house.line(&format!("/sandbox-code {id}")).await.page();
    let refused = house.line(&format!("/approve-code {id}")).await.refusal();

    let why = "it holds no Python, and the sandbox judges nothing else yet";
    assert!(page.contains(why) && page.contains("/repository show shop"), "{page}");
    assert!(!page.contains("/doctor"), "{page}");
    let told = "was executed and no verdict came of it, so there is nothing to decide on";
    assert_eq!(refused, (ErrorKind::State, format!("{id} {told}")));
}
