//! Folders and files as people have them, taken by `/propose-code`.

use serde_json::{Value, json};

use crate::support::house::House;

const CODE: &str = "def one():\n    return 1\n";
const TESTS: &str = "from shop.cart import one\n\n\ndef test_one():\n    assert one() == 1\n";

/// A project below the folder of a house, which is given.
fn project(house: &House, files: &[(&str, &str)]) -> String {
    for (path, text) in files {
        let full = house.beside("project").join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }
    house.beside("project").display().to_string()
}

fn roles(data: &Value) -> Vec<String> {
    let told = |file: &Value| {
        format!("{} {}", file["role"].as_str().unwrap(), file["path"].as_str().unwrap())
    };
    data["files"].as_array().unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn a_folder_is_taken_as_it_lies_and_says_what_it_took() {
    let house = House::new();
    let files = [
        ("shop/__init__.py", ""),
        ("shop/cart.py", CODE),
        ("tests/test_cart.py", TESTS),
        ("tests/conftest.py", ""),
        ("pyproject.toml", "[project]\n"),
        ("docs/words.md", "words"),
        (".git/config", "secret"),
        ("shop/__pycache__/cart.pyc", "x"),
    ];
    let folder = project(&house, &files);

    let line = format!("/propose-code --folder {folder} --without {folder}/docs");
    let page = house.line(&format!("{line} --dry-run")).await.page();
    let data = house.line(&line).await.data();

    let wanted = [
        "support pyproject.toml",
        "code shop/__init__.py",
        "code shop/cart.py",
        "support tests/conftest.py",
        "test tests/test_cart.py",
    ];
    assert_eq!(roles(&data), wanted);
    assert_eq!(
        data["folder"],
        json!({"name": "project", "code": 2, "tests": 1, "support": 2, "left_out": [
            {"path": ".git", "why": "hidden"},
            {"path": "docs", "why": "--without"},
            {"path": "shop/__pycache__", "why": "made by a tool"},
        ]})
    );
    assert!(page.contains("project: 2 of code, 1 of tests, 2 beside them; left out: 3"), "{page}");
    assert!(page.contains("Code of shop/cart.py (24 of 24 characters)"), "{page}");
}

#[tokio::test]
async fn a_folder_taken_again_makes_a_revision_of_what_lies_there_now() {
    let house = House::new();
    let (cart, tests) = (("shop/cart.py", CODE), ("tests/test_cart.py", TESTS));
    let folder = project(&house, &[cart, tests, ("shop/old.py", CODE), ("docs/words.md", "x")]);
    house.line(&format!("/propose-code --folder {folder}")).await.data();
    std::fs::remove_file(house.beside("project/shop/old.py")).unwrap();
    project(&house, &[("shop/cart.py", "def one():\n    return 2 - 1\n"), ("setup.cfg", "")]);
    let line = format!("/refine-code @ --folder {folder} --without {folder}/docs");

    let page = house.line(&line).await.page();
    let data = house.line("/show-code @").await.data();

    let wanted =
        ["support setup.cfg", "code shop/cart.py", "test tests/test_cart.py"].map(str::to_owned);
    assert_eq!(roles(&data), wanted);
    assert_eq!(data["revision"], 2);
    assert_eq!(data["feedback"], "folder given: project");
    assert!(page.contains("project: 1 of code, 1 of tests, 1 beside them; left out: 1"), "{page}");
    for removed in ["--- a/shop/old.py", "+++ /dev/null", "-def one():"] {
        assert!(page.contains(removed), "{removed} is not in {page}");
    }
    for (line, refusal) in [
        (line, "the new revision has the same content as the one before"),
        (
            "/refine-code @ --without docs x".to_owned(),
            "only a folder or a work tree is taken without a part",
        ),
        (format!("/refine-code @ --folder {folder} --code a.py"), "cannot be used with"),
    ] {
        let (_, message) = house.line(&line).await.refusal();
        assert!(message.contains(refusal), "{message}");
    }
}

#[tokio::test]
async fn hidden_data_of_a_package_is_taken_where_its_code_names_it_and_passwords_never() {
    let house = House::new();
    let code = "DATA = '.rates'\nSECRETS = ['.env', '.api_token']\n";
    let files = [
        ("shop/__init__.py", code),
        ("shop/.rates", "1\n"),
        ("shop/.env", "X=1\n"),
        ("shop/.api_token", "x\n"),
        ("shop/.other", "x\n"),
        ("shop/data/.rates", "2\n"),
    ];
    let folder = project(&house, &files);

    let data = house.line(&format!("/propose-code --folder {folder}")).await.data();

    assert_eq!(roles(&data)[..2], ["support shop/.rates", "code shop/__init__.py"]);
    let left: Vec<&str> = data["folder"]["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    assert_eq!(left, ["shop/.api_token", "shop/.env", "shop/.other", "shop/data/.rates"]);
}

#[cfg(unix)]
#[tokio::test]
async fn modes_links_and_empty_folders_are_told_for_they_are_not_kept() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let house = House::new();
    let folder = project(&house, &[("cart.py", CODE), ("bin/run", "#!/bin/sh\n")]);
    let of = |name: &str| house.beside("project").join(name);
    std::fs::set_permissions(of("bin/run"), std::fs::Permissions::from_mode(0o755)).unwrap();
    symlink("run", of("bin/link")).unwrap();
    std::fs::create_dir(of("spool")).unwrap();

    let page = house.line(&format!("/propose-code --folder {folder} --dry-run")).await.page();
    let data = house.line(&format!("/propose-code --folder {folder}")).await.data();

    assert_eq!(data["folder"]["left_out"], json!([{"path": "spool", "why": "an empty folder"}]));
    let wanted = json!([
        {"path": "bin/link", "why": "a link, kept as a copy of its file"},
        {"path": "bin/run", "why": "its mode lets it run, which is not kept"},
    ]);
    assert_eq!(data["folder"]["otherwise"], wanted);
    assert!(page.contains("bin/run (its mode lets it run, which is not kept)"), "{page}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_to_files_of_the_folder_alone() {
    use std::os::unix::fs::symlink;

    let house = House::new();
    let secret = house.file("secret.txt", "secret");
    let files = [
        ("cart.py", CODE),
        ("data/rates", "1\n"),
        (".env", "X=1\n"),
        (".git/config", "x\n"),
        ("build/made.py", "x = 1\n"),
        ("test_cart.py", "def test_a(): pass\n"),
    ];
    let folder = project(&house, &files);
    let link =
        |to: &str, name: &str| symlink(to, house.beside(&format!("project/{name}"))).unwrap();
    link("data/rates", "rates");
    link("rates", "steps");
    let left = ["folder", "git", "hidden", "link.txt", "made.py", "nowhere", "round", "up"];
    for (name, to) in left.iter().zip([
        "data",
        ".git/config",
        ".env",
        secret.as_str(),
        "build/made.py",
        "none",
        "round",
        "..",
    ]) {
        link(to, name);
    }

    let data = house.line(&format!("/propose-code --folder {folder}")).await.data();

    let taken = [
        "code cart.py",
        "support data/rates",
        "support rates",
        "support steps",
        "test test_cart.py",
    ];
    assert_eq!(roles(&data), taken);
    let why = "a link to what is not taken, or a device";
    let named = |one: &&Value| one["why"] == why;
    let list = data["folder"]["left_out"].as_array().unwrap();
    let list: Vec<&str> =
        list.iter().filter(named).map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(list, left);
}

#[tokio::test]
async fn what_is_too_much_is_refused_with_the_file_the_limit_and_the_setting() {
    let house = House::with(&[("SARAPHINA_MAX_FILES", "3")]);
    let folder = project(
        &house,
        &[("a.py", CODE), ("b.py", CODE), ("c.py", CODE), ("test_a.py", "def test_a(): pass\n")],
    );
    let line = format!("/propose-code --folder {folder}");

    let many = house.line(&line).await.error();
    std::fs::write(house.beside("project/big.bin"), vec![0; (12 << 20) + 1]).unwrap();
    let big = house.line(&line).await.error();

    assert_eq!(many.message, "there are 4 files; at most 3 are taken");
    assert!(many.hints[0].contains("SARAPHINA_MAX_FILES"), "{:?}", many.hints);
    assert_eq!(
        big.message,
        "big.bin has 12582913 bytes; a file may have 12582912, whatever SARAPHINA_MAX_FILE_MIB says"
    );
    assert_eq!(big.hints, ["Leave it out with --without big.bin."]);
}

#[tokio::test]
async fn a_file_of_another_encoding_is_left_out_as_the_hint_says() {
    let house = House::new();
    let files = [("a.py", CODE), ("test_a.py", "def test_a(): pass\n")];
    let folder = project(&house, &files);
    std::fs::create_dir_all(house.beside("project/test/data")).unwrap();
    let text = |encoding: &str| {
        [format!("# -*- coding: {encoding} -*-\nx = '").as_bytes(), b"\xe9'\n"].concat()
    };
    std::fs::write(house.beside("project/test/data/latin.py"), text("latin-1")).unwrap();
    std::fs::write(house.beside("project/test/data/old.py"), text("cp1252")).unwrap();
    let line = format!("/propose-code --folder {folder}");

    let refused = house.line(&line).await.error();
    let taken = house.line(&format!("{line} --without {folder}/test/data/old.py")).await;

    let first = "Leave it out, of a folder with --without test/data/old.py; or,";
    assert!(refused.hints[0].starts_with(first), "{:?}", refused.hints);
    assert_eq!(taken.exit(), 0);
}

#[tokio::test]
async fn a_large_table_is_taken_where_a_setting_says_so() {
    let files = [("a.py", CODE), ("test_a.py", "def test_a(): pass\n")];
    let (usual, raised) = (House::new(), House::with(&[("SARAPHINA_MAX_FILE_MIB", "10")]));
    let mut answers = Vec::new();
    for house in [&usual, &raised] {
        let folder = project(house, &files);
        std::fs::write(house.beside("project/table.txt"), "x".repeat(9 << 20)).unwrap();
        answers.push(house.line(&format!("/propose-code --folder {folder}")).await);
    }

    let refused = answers.remove(0).error();
    let taken = answers.remove(0);
    assert_eq!(refused.message, "table.txt has 9437184 bytes; a file may have 8 MiB");
    assert!(refused.hints[0].contains("SARAPHINA_MAX_FILE_MIB"), "{:?}", refused.hints);
    assert_eq!(taken.exit(), 0);
}

#[tokio::test]
async fn a_wrong_number_of_files_is_named() {
    let house = House::with(&[("SARAPHINA_MAX_FILES", "many")]);
    let folder = project(&house, &[("a.py", CODE), ("test_a.py", "def test_a(): pass\n")]);

    let error = house.line(&format!("/propose-code --folder {folder}")).await.error();

    assert_eq!(error.message, "SARAPHINA_MAX_FILES is \"many\"");
    assert_eq!(error.hints, ["It takes 1 to 10000."]);
}

#[tokio::test]
async fn one_file_of_a_package_keeps_its_folder() {
    let house = House::new();
    project(&house, &[("shop/cart.py", CODE), ("shop/__init__.py", CODE), ("test_cart.py", TESTS)]);
    let at = |path: &str| house.beside("project").join(path).display().to_string();

    let by_import =
        format!("/propose-code --code {} --tests {}", at("shop/cart.py"), at("test_cart.py"));
    let by_name =
        format!("/propose-code --code {} --tests {}", at("shop/__init__.py"), at("test_cart.py"));
    let by_import = house.line(&by_import).await.data();
    let by_name = house.line(&by_name).await.data();

    assert_eq!(roles(&by_import), ["code shop/cart.py", "test test_cart.py"]);
    assert_eq!(roles(&by_name), ["code shop/__init__.py", "test test_cart.py"]);
}

#[tokio::test]
async fn code_that_is_no_python_is_refused_by_name() {
    let house = House::new();
    let tests = house.file("test_a.py", "def test_a(): pass\n");

    for name in ["app.js", "main.go", "run.sh", "work.ipynb"] {
        let code = house.file(name, "x");
        let error =
            house.line(&format!("/propose-code --code {code} --tests {tests}")).await.error();

        assert!(error.message.starts_with(&format!("{name} is ")), "{}", error.message);
        assert!(error.message.contains("the sandbox judges Python"), "{}", error.message);
    }
}

#[tokio::test]
async fn a_single_file_without_tests_gets_a_suite_of_ours() {
    let house = House::new();
    let program = house.file("main.py", "print(1)\n");
    let library = house.file("cart.py", CODE);

    let program = house.line(&format!("/propose-code --code {program}")).await.data();
    let library = house.line(&format!("/propose-code --code {library}")).await.data();

    assert_eq!(roles(&program), ["code main.py", "test test_main.py"]);
    assert!(program["tests"].as_str().unwrap().contains("run_module(\"main\""));
    assert_eq!(roles(&library), ["code cart.py", "test test_cart.py"]);
    assert!(library["tests"].as_str().unwrap().contains("import_module(\"cart\")"));
}

#[tokio::test]
async fn a_file_that_code_has_to_fit_lies_beside_it() {
    let house = House::new();
    house.reply(CODE, "from adder import one\n");
    let context = house.file("prices.py", "PRICE = 3\n");

    let data = house.line(&format!("/propose-code --context {context} an adder")).await.data();

    assert!(roles(&data).contains(&"support prices.py".to_owned()), "{:?}", roles(&data));
}

#[tokio::test]
async fn a_module_that_the_request_names_keeps_its_name() {
    let house = House::new();
    house.reply(CODE, "import invoices\n");

    let data = house.line("/propose-code write invoices.py, which sums up invoices").await.data();

    assert_eq!(data["module"], "invoices");
    assert_eq!(roles(&data), ["code invoices.py", "test test_invoices.py"]);
}
