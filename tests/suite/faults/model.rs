//! Random sequences of commands, held against a pure model.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::{CODE, House, TESTS};

/// Sequences of the suite; the bench runs ten thousand.
const SEQUENCES: u64 = 80;
/// Longest sequence.
const LONGEST: usize = 12;

/// One command on the proposal of a sequence.
#[derive(Clone, Debug)]
enum Step {
    Refine,
    Pass,
    Fail,
    Break,
    Approve,
    ApproveDespite,
    Reject,
    Revoke,
    Reopen,
    Again,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Refine),
        4 => Just(Step::Pass),
        3 => Just(Step::Fail),
        1 => Just(Step::Break),
        3 => Just(Step::Approve),
        2 => Just(Step::ApproveDespite),
        2 => Just(Step::Reject),
        2 => Just(Step::Revoke),
        2 => Just(Step::Reopen),
        2 => Just(Step::Again),
    ];
    vec(step, 1..LONGEST)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Pending,
    Tested,
    Approved,
    Rejected,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Tested => "tested",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// One proposal as it must be.
#[derive(Clone, Debug)]
struct Model {
    status: Status,
    revisions: u64,
    /// Whether the newest execution of the newest revision passed; absent without one.
    passed: Option<bool>,
    /// Whether executions of the newest revision disagree: what that takes is the policy's to say.
    mixed: bool,
    decisions: usize,
}

/// The sums as they must be.
#[derive(Clone, Debug, Default)]
struct Sums {
    proposals: u64,
    passed: u64,
    failed: u64,
    by_status: [u64; 4],
}

impl Model {
    const fn new() -> Self {
        Self { status: Status::Pending, revisions: 1, passed: None, mixed: false, decisions: 0 }
    }

    /// The exit code that a step must have; the model moves on.
    fn step(&mut self, step: &Step, sums: &mut Sums) -> u8 {
        use Status::{Approved, Pending, Rejected, Tested};
        match (step, self.status) {
            (Step::Refine, _) => {
                self.revisions += 1;
                self.passed = None;
                self.mixed = false;
                self.status = Pending;
                0
            }
            (Step::Break, _) => 6,
            (Step::Pass | Step::Fail, _) => {
                let passed = matches!(step, Step::Pass);
                self.mixed |= self.passed.is_some_and(|before| before != passed);
                self.passed = Some(passed);
                sums.passed += u64::from(passed);
                sums.failed += u64::from(!passed);
                if self.status == Pending {
                    self.status = Tested;
                }
                u8::from(!passed)
            }
            (Step::Approve, Tested) if self.passed == Some(true) => self.decide(Approved),
            (Step::ApproveDespite, Tested) if self.passed.is_some() => self.decide(Approved),
            (Step::Reject, Pending | Tested) => self.decide(Rejected),
            (Step::Revoke, Approved) | (Step::Reopen, Rejected) => self.decide(Tested),
            (
                Step::Approve | Step::ApproveDespite | Step::Reject | Step::Revoke | Step::Reopen,
                _,
            ) => 4,
            (Step::Again, _) => unreachable!("a repetition is no step of its own"),
        }
    }

    fn decide(&mut self, status: Status) -> u8 {
        self.decisions += 1;
        self.status = status;
        0
    }
}

/// A house with everything that was done in it.
pub(crate) struct Stage {
    house: House,
    sums: Sums,
    commands: u64,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { house: House::in_memory(), sums: Sums::default(), commands: 0 }
    }

    async fn line(&self, step: &Step, number: usize, (id, hash): (&str, &str)) -> (String, u8) {
        let line = match step {
            Step::Refine => {
                let proposal = self.sums.proposals;
                let code = format!("def add(a, b):\n    return a + b  # {proposal}, {number}\n");
                let file = self.house.file("adder.py", code);
                format!("/refine-code --code {file} {id} again")
            }
            Step::Pass | Step::Fail | Step::Break | Step::Again => format!("/sandbox-code {id}"),
            Step::Approve => format!("/approve-code {id} --yes --expect {hash}"),
            Step::ApproveDespite => format!(
                "/approve-code {id} --yes --expect {hash} --despite \"it is known and harmless\""
            ),
            Step::Reject => format!("/reject-code {id} not like this"),
            Step::Revoke => format!("/revoke-approval {id} a mistake"),
            Step::Reopen => format!("/reopen-code {id} once more"),
        };
        match step {
            Step::Pass => self.house.doing(Doing::Give(Box::new(passing()))),
            Step::Fail => self.house.doing(Doing::Give(Box::new(failing("no")))),
            Step::Break => self.house.doing(Doing::Fail),
            _ => {}
        }
        let exit = self.house.keyed(&format!("{id} {number}"), &line).await.exit();
        self.house.backend.doings.lock().unwrap().clear();
        (line, exit)
    }

    /// A proposal of bytes that no other has: runs of the same bytes elsewhere would count here too.
    async fn proposed(&self) -> String {
        self.house.reply(&format!("{CODE}# {}\n", self.sums.proposals), TESTS);
        let data = self.house.line("/propose-code an adder for two numbers").await.data();
        data["proposal_id"].as_str().unwrap().to_owned()
    }

    /// Plays one sequence on a proposal of its own.
    pub(crate) async fn play(&mut self, sequence: &Sequence) {
        self.sums.proposals += 1;
        let id = self.proposed().await;
        let mut model = Model::new();
        let mut last: Option<(usize, String, u8)> = None;
        for (number, step) in sequence.0.iter().enumerate() {
            self.commands += 1;
            if matches!(step, Step::Approve | Step::ApproveDespite) && model.mixed {
                continue;
            }
            if matches!(step, Step::Again) {
                self.repeat(&id, last.as_ref(), sequence).await;
            } else {
                let hash = self.house.hash(&id).await;
                let wanted = model.step(step, &mut self.sums);
                let (line, exit) = self.line(step, number, (&id, &hash)).await;
                assert_eq!(exit, wanted, "{step:?} at {number} of {sequence:?}: {model:?}");
                last = (exit <= 1).then_some((number, line, exit));
            }
            self.compare(&id, &model, sequence).await;
        }
        let index = match model.status {
            Status::Pending => 0,
            Status::Tested => 1,
            Status::Approved => 2,
            Status::Rejected => 3,
        };
        self.sums.by_status[index] += 1;
        self.compare_sums(sequence).await;
    }

    /// The same key does the same once, whatever happened since.
    async fn repeat(&self, id: &str, last: Option<&(usize, String, u8)>, sequence: &Sequence) {
        let Some((number, line, exit)) = last else { return };
        let again = self.house.keyed(&format!("{id} {number}"), line).await.exit();
        assert_eq!(again, *exit, "{line} again, of {sequence:?}");
    }

    async fn compare(&self, id: &str, model: &Model, sequence: &Sequence) {
        let found = self.house.show(id).await;
        assert_eq!(
            (found["status"].as_str(), found["revisions"].as_u64()),
            (Some(model.status.word()), Some(model.revisions)),
            "{sequence:?}"
        );
        let store = self.house.engine.context().store().unwrap();
        let id = id.parse().unwrap();
        assert_eq!(store.reviews(&id).await.unwrap().len(), model.decisions, "{sequence:?}");
        let verdict = store
            .proposal(&id)
            .await
            .unwrap()
            .unwrap()
            .latest
            .map(|latest| latest.verdict == record::domain::verdict::VerdictWord::Passed);
        assert_eq!(verdict, model.passed, "{sequence:?}");
    }

    async fn compare_sums(&self, sequence: &Sequence) {
        let stats = self.house.line("/code-stats").await.data();
        let number = |pointer: &str| stats.pointer(pointer).and_then(serde_json::Value::as_u64);
        let by_status = ["pending", "tested", "approved", "rejected"]
            .map(|word| number(&format!("/by_status/{word}")).unwrap());
        let Sums { proposals, passed, failed, by_status: wanted } = &self.sums;
        assert_eq!(
            (number("/proposals"), number("/executions"), by_status),
            (Some(*proposals), Some(passed + failed), *wanted),
            "{sequence:?}"
        );
        #[expect(clippy::cast_precision_loss, reason = "the sums are small")]
        let rate = (passed + failed > 0).then(|| *passed as f64 / (passed + failed) as f64);
        assert_eq!(stats["test_success_rate"].as_f64(), rate, "{sequence:?}");
    }

    /// Verifies the log of all of it; how many commands there were.
    pub(crate) async fn finish(self) -> u64 {
        assert_eq!(self.house.line("/audit verify").await.exit(), 0);
        self.commands
    }
}

/// A sequence of commands.
#[derive(Clone, Debug)]
pub(crate) struct Sequence(Vec<Step>);

/// The sequences of a seed.
pub(crate) fn sequences(seed: u8, count: u64) -> Vec<Sequence> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| Sequence(steps().new_tree(&mut runner).unwrap().current())).collect()
}

#[tokio::test]
async fn random_commands_do_what_the_model_says() {
    let mut stage = Stage::new();

    for sequence in sequences(7, SEQUENCES) {
        stage.play(&sequence).await;
    }

    assert!(stage.finish().await > SEQUENCES);
}
