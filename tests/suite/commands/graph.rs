//! `/graph`: what is around a file or a name.

use serde_json::{Value, json};

use super::repository::knowing;
use crate::memory::history::{of_pairs, remembering};
use crate::repository::sample::Sample;
use crate::support::project::Project;

fn edges(answer: &Value) -> Vec<String> {
    let edge = |edge: &Value| {
        let text = |field: &str| edge[field].as_str().unwrap().to_owned();
        format!("{} {} {}", text("from"), text("kind"), text("to"))
    };
    answer["edges"].as_array().unwrap().iter().map(edge).collect()
}

#[tokio::test]
async fn a_file_has_its_imports_names_partners_and_commits_around_it() {
    let sample = of_pairs(4);
    let house = remembering(&sample).await;

    let graph =
        house.line(&format!("/graph {} shop/cart.py", sample.root().display())).await.data();

    let found = edges(&graph);
    for wanted in [
        "file:shop/cart.py imports file:shop/tax.py",
        "file:tests/test_cart.py imports file:shop/cart.py",
        "file:shop/cart.py changed_with file:tests/test_cart.py",
        "file:shop/cart.py defines symbol:shop/cart.py:total",
    ] {
        assert!(found.iter().any(|edge| edge == wanted), "{wanted}: {found:#?}");
    }
    assert_eq!(found.iter().filter(|edge| edge.contains("changed_by commit:")).count(), 3);
}

#[tokio::test]
async fn a_name_has_its_callers_and_every_form_shows_the_same_graph() {
    let sample = of_pairs(3);
    let house = remembering(&sample).await;
    let line = format!("/graph {} rate", sample.root().display());

    let graph = house.line(&line).await.data();
    let mut documents = Vec::new();
    for form in ["json", "dot", "svg"] {
        let data = house.line(&format!("{line} --export {form}")).await.data();
        documents.push(data["document"].as_str().unwrap().to_owned());
    }

    let calls = "file:shop/cart.py calls symbol:shop/tax.py:rate";
    let imports = "file:shop/cart.py imports symbol:shop/tax.py:rate";
    let defines = "file:shop/tax.py defines symbol:shop/tax.py:rate";
    assert_eq!(edges(&graph), [calls, imports, defines]);
    let json: Value = serde_json::from_str(&documents[0]).unwrap();
    assert_eq!(edges(&json), edges(&graph));
    assert!(documents[1].contains(
        "\"file:shop/cart.py\" -> \"symbol:shop/tax.py:rate\" [label=\"calls line 7\"];"
    ));
    assert!(documents[2].starts_with("<svg ") && documents[2].contains(">shop/cart.py</text>"));
}

#[tokio::test]
async fn proposals_of_a_file_stand_beside_it() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    house.line("/build-graph shop").await.data();
    let id = house.line("/propose-code --repo shop --range main..fix").await.data()["proposal_id"]
        .clone();

    let graph = house.line("/graph shop shop/cart.py").await.data();

    let wanted = format!("file:shop/cart.py proposed_by proposal:{}", id.as_str().unwrap());
    assert!(edges(&graph).contains(&wanted), "{graph:#}");
}

/// Sources in which one class is made of another, handed on, asked for, and called through its module.
pub(crate) const SHAPES: &[(&str, &str)] = &[
    ("shop/__init__.py", "from .base import Base\n"),
    (
        "shop/base.py",
        "class Base:\n    def copy(self):\n        return Base()\n\n    def add(self):\n        pass\n\n\nclass Own(Base):\n    def add(self):\n        pass\n",
    ),
    (
        "shop/late.py",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.user import use\n\nX = 1\n",
    ),
    (
        "shop/user.py",
        "from shop.base import Base\nfrom shop.late import X\n\nkind = Base\n\n\ndef use(one: Base, X):\n    one.add()\n    return isinstance(one, Base) or X\n",
    ),
    ("tests/__init__.py", ""),
    ("tests/util.py", "import shop\n\n\ndef made():\n    return shop.base.Base()\n"),
    (
        "tests/test_base.py",
        "import shop\n\n\nclass Mine(shop.Base):\n    pass\n\n\ndef test_it():\n    mine = []\n    mine.add()\n    mine.add()\n    mine.add()\n    mine.add()\n    assert Mine()\n",
    ),
];

#[tokio::test]
async fn a_name_has_what_imports_extends_and_uses_it_and_guesses_say_so() {
    let sample = Sample::with(SHAPES);
    let house = remembering(&sample).await;
    let root = sample.root();

    let graph = house.line(&format!("/graph {} Base", root.display())).await.data();
    let method = house.line(&format!("/graph {} Base.add", root.display())).await.data();

    let found = edges(&graph);
    for wanted in [
        "file:shop/user.py imports symbol:shop/base.py:Base",
        "file:shop/user.py uses symbol:shop/base.py:Base",
        "file:tests/test_base.py extends symbol:shop/base.py:Base",
        "file:shop/base.py extends symbol:shop/base.py:Base",
        "file:tests/util.py calls symbol:shop/base.py:Base",
    ] {
        assert!(found.iter().any(|edge| edge == wanted), "{wanted}: {found:#?}");
    }
    let edge = method["edges"]
        .as_array()
        .unwrap()
        .iter()
        .find(|edge| edge["from"] == "file:tests/test_base.py")
        .unwrap();
    assert_eq!(edge["label"], "line 10, 11, 12 and 1 more; may mean another");
}

#[tokio::test]
async fn imports_for_types_alone_close_no_circle() {
    let sample = Sample::with(SHAPES);
    let house = remembering(&sample).await;
    let root = sample.root();

    let metrics = house.line(&format!("/code-metrics {}", root.display())).await.data();
    let graph = house.line(&format!("/graph {} shop/late.py", root.display())).await.data();

    let modules = metrics["modules"].as_array().unwrap();
    let circles = |path: &str| &modules.iter().find(|one| one["path"] == path).unwrap()["circles"];
    assert_eq!((circles("shop/late.py"), circles("shop/user.py")), (&json!([]), &json!([])));
    let import = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .find(|edge| edge["kind"] == "imports" && edge["to"] == "file:shop/user.py");
    assert_eq!(import.unwrap()["label"], "use (line 4, for types alone)");
}
