//! Applications with a branch whose engine died: branch and files end on the same side.

use std::path::Path;

use foundation::store::error::StoreError;
use record::domain::act::{Act, ActKind};
use record::domain::application::{Application, Direction, Ending, Order};
use record::domain::change::{Change, Write};
use record::domain::digest::Digest;
use record::domain::id::JobId;
use record::domain::principal::{Principal, Via};
use saraphina::engine::reconcile::reconcile;
use work::applying::folder::Folder;
use work::applying::{acts, branch, execution, unfinished};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};

use crate::commands::apply_change::{approved, status, typed};
use crate::support::house::House;
use crate::support::project::{CART, MENDED, Project};

/// What an engine records when it begins an application.
fn begun(context: &Context, order: &Order, key: &str) -> Change {
    let text = serde_json::to_vec(order).unwrap();
    let act = Act::new(ActKind::ApplyStarted, Principal::owner(), Via::internal());
    Change {
        act: acts::started(act, order, Digest::of(&text)),
        consequences: Vec::new(),
        writes: vec![Write::StartApplication(Box::new(order.clone()))],
        expected: None,
        idempotency: key.to_owned(),
        at: context.now(),
    }
}

/// An application of a commit that a dead engine began.
struct Scene {
    project: Project,
    house: House,
    order: Order,
    old: String,
}

impl Scene {
    async fn new() -> Self {
        let project = Project::with_fix();
        let (house, id) = approved(&project).await;
        let old = project.git(&["rev-parse", "main"]);
        house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();
        project.git(&["reset", "--quiet", "--hard", &old]);
        let store = house.engine.context().store().unwrap();
        let done = store.applications(&id.parse().unwrap()).await.unwrap().pop().unwrap();
        let order = Order { job: JobId::derived("a dead engine"), ..done.order };
        let begun = begun(house.engine.context(), &order, "a dead engine start");
        store.commit(begun).await.unwrap();
        Self { project, house, order, old }
    }

    /// Writes the files, as the dead engine did.
    async fn write(&self) {
        let context = self.house.engine.context();
        let contents = unfinished::contents(context, &self.order).await.unwrap();
        let files = self.order.files.as_ref().unwrap();
        let root = Folder::open(Path::new(&files.root)).unwrap();
        execution::write(&root, files, &contents).unwrap();
    }

    async fn move_branch(&self) {
        branch::advance(self.house.engine.context(), &self.order, None).await.unwrap();
    }

    /// Starts the next engine and has the application brought to its end; how it ended, and where branch and file are.
    async fn ended(&self) -> (Ending, String, String) {
        let context = self.house.engine.context();
        reconcile(context).await.unwrap();
        unfinished::end_of(context, &self.order.proposal, Direction::Apply).await.unwrap();
        let store = context.store().unwrap();
        let all = store.applications(&self.order.proposal).await.unwrap();
        let Application { end, .. } = all.last().unwrap();
        let verified = self.house.line("/audit verify").await.data();
        assert_eq!(verified["ok"], true, "{verified:#}");
        let stage = &self.order.files.as_ref().unwrap().stage;
        assert!(!self.project.at(stage).exists());
        let branch = self.project.git(&["rev-parse", "main"]);
        (end.unwrap().1, branch, self.project.read("shop/cart.py"))
    }

    fn lock(&self) -> std::path::PathBuf {
        self.project.at(".git/index.lock")
    }

    fn new_commit(&self) -> String {
        self.order.branch.as_ref().unwrap().after.to_string()
    }
}

#[tokio::test]
async fn what_was_only_begun_is_undone() {
    let scene = Scene::new().await;

    let ended = scene.ended().await;

    assert_eq!(ended, (Ending::Undone, scene.old.clone(), CART.to_owned()));
    assert_eq!(status(&scene.project), "");
    let last = scene.house.records().await.pop().unwrap();
    assert_eq!((last.actor, &last.data["recovered"]), (Principal::system(), &true.into()));
}

#[tokio::test]
async fn files_that_were_written_take_their_branch_along() {
    let scene = Scene::new().await;
    scene.write().await;

    let ended = scene.ended().await;

    assert_eq!(ended, (Ending::Whole, scene.new_commit(), MENDED.to_owned()));
    assert_eq!(status(&scene.project), "");
}

#[tokio::test]
async fn what_is_half_written_waits_for_the_owner_whatever_else_is_done() {
    let scene = Scene::new().await;
    scene.write().await;
    // The rest of the change is not there yet.
    scene.project.git(&["checkout", "--quiet", "--", "tests"]);
    let half = (status(&scene.project), scene.project.read("shop/cart.py"));
    let id = &scene.order.proposal;

    reconcile(scene.house.engine.context()).await.unwrap();
    scene.house.line("/propose-code something else entirely").await;
    let looked = scene.house.line(&format!("/rollback-code {id} --dry-run")).await.error();
    let other = scene.house.line(&format!("/apply-code {id} --commit --dry-run")).await.error();
    let waiting = (status(&scene.project), scene.project.read("shop/cart.py"));
    let back = scene.house.line(&format!("/rollback-code {id}")).await.data();

    assert_eq!(waiting, half);
    assert!(looked.message.ends_with("was broken off and is half written"), "{looked:?}");
    assert_eq!(other.hints, [unfinished::ways_out(id)]);
    assert!(back["remark"].as_str().unwrap().ends_with("was taken back."), "{back:#}");
    assert_eq!(status(&scene.project), "");
    assert_eq!(scene.project.git(&["rev-parse", "main"]), scene.old);
}

#[tokio::test]
async fn what_was_taken_away_since_is_not_written_again() {
    let scene = Scene::new().await;
    scene.write().await;
    scene.project.git(&["checkout", "--quiet", "--", "."]);

    reconcile(scene.house.engine.context()).await.unwrap();

    assert_eq!(scene.project.read("shop/cart.py"), CART);
    assert_eq!(scene.ended().await.0, Ending::Undone);
}

#[tokio::test]
async fn a_branch_that_was_moved_is_the_end_whatever_came_on_top() {
    let scene = Scene::new().await;
    scene.write().await;
    scene.move_branch().await;
    let (ending, branch, file) = scene.ended().await;

    let later = Scene::new().await;
    later.write().await;
    later.move_branch().await;
    later.project.git(&["commit", "--quiet", "--allow-empty", "--message", "On top"]);
    let tip = later.project.git(&["rev-parse", "main"]);

    assert_eq!((ending, branch, file), (Ending::Whole, scene.new_commit(), MENDED.to_owned()));
    assert_eq!(later.ended().await, (Ending::Whole, tip, MENDED.to_owned()));
}

#[tokio::test]
async fn a_branch_that_somebody_else_moved_takes_the_files_back() {
    let scene = Scene::new().await;
    scene.write().await;
    scene.project.git(&["commit", "--quiet", "--allow-empty", "--message", "Elsewhere"]);
    let tip = scene.project.git(&["rev-parse", "main"]);

    let ended = scene.ended().await;

    assert_eq!(ended, (Ending::Undone, tip, CART.to_owned()));
    assert_eq!(status(&scene.project), "");
}

#[tokio::test]
async fn a_target_that_is_gone_stays_open_and_keeps_no_engine_from_starting() {
    let scene = Scene::new().await;
    let place = scene.project.path().to_owned();
    let away = scene.house.beside("away");
    std::fs::rename(&place, &away).unwrap();
    let context = scene.house.engine.context();
    reconcile(context).await.unwrap();
    let open = context.store().unwrap().open_applications().await.unwrap().len();
    std::fs::rename(&away, &place).unwrap();

    let ended = scene.ended().await;

    assert_eq!((open, ended.0), (1, Ending::Undone));
}

#[tokio::test]
async fn an_index_that_stayed_behind_is_brought_along_and_the_lock_of_the_dead_goes() {
    let scene = Scene::new().await;
    scene.write().await;
    scene.move_branch().await;
    let mark = format!("held by saraphina, {}\n", scene.order.job);
    std::fs::write(scene.lock(), mark).unwrap();
    let behind = scene.project.git(&["diff", "--cached", "--name-only"]);

    let ended = scene.ended().await;

    assert_eq!(behind, "shop/cart.py\ntests/test_cart.py");
    assert_eq!(ended, (Ending::Whole, scene.new_commit(), MENDED.to_owned()));
    assert!(!scene.lock().exists());
    assert_eq!(status(&scene.project), "");
    let told = scene.house.engine.context().running.take_told();
    assert!(told[0].ends_with("was broken off; all of it is done now."), "{told:?}");
}

#[tokio::test]
async fn an_index_that_somebody_else_holds_keeps_an_application_open() {
    let scene = Scene::new().await;
    scene.write().await;
    scene.move_branch().await;
    std::fs::write(scene.lock(), "DIRC").unwrap();
    let context = scene.house.engine.context();
    reconcile(context).await.unwrap();
    let open = context.store().unwrap().open_applications().await.unwrap().len();
    let shown = scene.house.line(&format!("/show-code {}", scene.order.proposal)).await.data();
    let jobs = scene.house.line("/jobs").await.data();
    let held = std::fs::read_to_string(scene.lock()).unwrap();
    std::fs::remove_file(scene.lock()).unwrap();

    let ended = scene.ended().await;

    assert_eq!((open, held.as_str()), (1, "DIRC"));
    let told = shown["unfinished"][0].as_str().unwrap();
    assert!(told.ends_with("has not ended"), "{told}");
    assert_eq!(shown["unfinished"], jobs["unfinished"]);
    assert_eq!(ended.0, Ending::Whole);
    assert_eq!(status(&scene.project), "");
}

#[tokio::test]
async fn what_somebody_staged_since_stays_theirs() {
    let scene = Scene::new().await;
    scene.write().await;
    scene.move_branch().await;
    scene.project.write("shop/cart.py", "theirs\n");
    scene.project.git(&["add", "shop/cart.py"]);
    scene.project.write("shop/cart.py", MENDED);

    scene.ended().await;

    assert_eq!(status(&scene.project), "MM shop/cart.py");
}

#[tokio::test]
async fn one_place_takes_one_application_at_a_time() {
    let scene = Scene::new().await;
    let context = scene.house.engine.context();
    let order = Order { job: JobId::derived("another engine"), ..scene.order.clone() };

    let store = context.store().unwrap();
    let refused = store.commit(begun(context, &order, "another start")).await.unwrap_err();

    assert!(matches!(refused, StoreError::Occupied { .. }), "{refused}");
    assert_eq!(CommandError::from(refused).kind, ErrorKind::State);
}
