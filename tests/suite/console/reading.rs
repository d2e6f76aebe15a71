//! A house with something on every page: proposals in every state, a healing, a change of a repository.

use crate::commands::repository::knowing;
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};
use crate::support::project::Project;

/// The house and the proposals in it, by what became of them.
pub(super) struct Lived {
    pub(super) house: House,
    pub(super) pending: String,
    pub(super) tested: String,
    pub(super) failed: String,
    pub(super) approved: String,
    pub(super) rejected: String,
    pub(super) healed: String,
    pub(super) change: String,
    pub(super) script: String,
    _project: Project,
}

/// Lives in a house for a while.
pub(super) async fn lived() -> Lived {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let approved = house.approved().await;
    let pending = house.proposed().await;
    let tested = house.tested().await;
    // Bytes of its own: those of the others would carry its failed run along.
    house.reply(&format!("{CODE}\n\nWRONG = True\n"), TESTS);
    let failed = id(&house.line("/propose-code an adder for two numbers").await.data());
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    house.line(&format!("/sandbox-code {failed}")).await.data();
    let rejected = house.tested().await;
    house.line(&format!("/reject-code {rejected} it adds too much")).await.data();
    let healed = healed(&house).await;
    let change = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let change = id(&house.line(change).await.data());
    house.line(&format!("/sandbox-code {change}")).await.data();
    house.line("/build-graph shop").await.data();
    let script = script(&house).await;
    house.reply("a", "b");
    Lived {
        house,
        pending,
        tested,
        failed,
        approved,
        rejected,
        healed,
        change,
        script,
        _project: project,
    }
}

fn id(data: &serde_json::Value) -> String {
    data["proposal_id"].as_str().unwrap().to_owned()
}

/// A proposal that failed and that a model mended.
async fn healed(house: &House) -> String {
    house.reply(&CODE.replace('+', "-"), TESTS);
    let made = id(&house.line("/propose-code an adder that was wrong at first").await.data());
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    let mended = format!("It subtracted.\n\nCode:\n```python\n{CODE}```\n");
    house.provider.replies.lock().unwrap().push_back(mended);
    house.line(&format!("/auto-refine {made} --strategy model")).await.data();
    made
}

/// A script, which is a proposal under a suite of ours.
async fn script(house: &House) -> String {
    let reply = "It prints.\n\n```python\nprint(sum([1, 2, 3]) / 3)\n```\n";
    house.provider.replies.lock().unwrap().push_back(reply.to_owned());
    id(&house.line("/run-code print the average of a list").await.data())
}
