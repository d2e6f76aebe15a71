//! Random tampering with databases and exports, all to be found.
//!
//! `cargo bench --bench tamper -- [MUTATIONS] [CLEAN]`: 10,000 mutations, half of databases and half of exports, and 1,000 clean
//! exports and homes, or as given. Ends with a failure when one is missed, misplaced or a false alarm.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may end")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foundation::config::settings::{Layers, Settings};
use mutations::{Mutation, Numbers, Place, mutate_database, mutate_export};
use record::audit::local_key::LocalKey;
use record::domain::principal::{Principal, Surface, Via};
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;
use saraphina::app::{App, compose};
use saraphina::commands::registry;
use saraphina::engine::engine::Engine;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use work::contract::caller::Caller;
use work::contract::command::{Access, Entry};
use work::contract::order::Order;

#[path = "../tests/suite/support/mutations.rs"]
mod mutations;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/store/sample.rs"]
mod sample;
#[path = "../tests/suite/support/signing.rs"]
mod signing;

fn main() {
    // `cargo test --benches` only asks whether this starts.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let (wanted, clean) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(1_000));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(sweep(wanted, clean));
}

async fn sweep(wanted: u64, clean: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let home = folder.path().join("home");
    let settings = Settings::resolve(home.clone(), &Layers::default());
    let bench = Bench { app: compose(Arc::new(settings)), export: folder.path().join("export") };
    bench.live(8).await;
    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    let database = std::fs::read(home.join("knowledge.db")).unwrap();
    for seed in 0..wanted / 2 {
        std::fs::write(home.join("knowledge.db"), &database).unwrap();
        let mutation = mutate_database(&home.join("knowledge.db"), &mut Numbers::new(seed));
        expect(seed, mutation, &bench.audit(json!({ "what": "verify" })).await);
        *found.entry(mutation.name).or_default() += 1;
    }
    std::fs::write(home.join("knowledge.db"), &database).unwrap();
    // Made-up approvals have no rows, so that they go into the export only.
    bench.signed(3).await;
    bench.export().await;
    let original = files(&bench.export);
    for seed in 0..wanted / 2 {
        let mut changed = original.clone();
        let mutation = mutate_export(&mut changed, &mut Numbers::new(seed));
        replace(&bench.export, &changed);
        expect(seed, mutation, &bench.verify_export().await);
        *found.entry(mutation.name).or_default() += 1;
    }
    for (name, count) in &found {
        println!("  {count:>5} × {name}: all found");
    }
    println!("{} mutations, all found and placed", found.values().sum::<u64>());
    std::fs::write(home.join("knowledge.db"), &database).unwrap();
    std::fs::remove_file(home.join("log.head")).unwrap();
    let alarms = bench.clean(clean).await;
    println!("{clean} clean homes and exports, {alarms} false alarms");
    assert_eq!(alarms, 0, "false alarms");
}

struct Bench {
    app: App,
    export: PathBuf,
}

impl Bench {
    fn entry() -> &'static Entry {
        registry::ENTRIES.iter().find(|entry| entry.spec.name == "audit").unwrap()
    }

    /// Runs `/audit` on what can only be read.
    async fn audit(&self, args: Value) -> Value {
        let engine = Engine::on(self.app.attempt(Access::Attempt));
        let caller = Caller {
            who: Principal::owner(),
            via: Via { surface: Surface::Shell, uid: None, session: "bench".to_owned() },
            idempotency: "bench".to_owned(),
            shown: None,
        };
        let entry = Self::entry();
        let order = Order { entry, args: (entry.read)(args).unwrap(), caller };
        let answer = engine.invoke(order, Arc::new(|_| {}), CancellationToken::new()).await;
        answer.unwrap().data
    }

    async fn verify_export(&self) -> Value {
        self.audit(json!({ "what": "verify", "path": self.export })).await
    }

    async fn export(&self) {
        std::fs::remove_dir_all(&self.export).ok();
        self.audit(json!({ "what": "export", "path": self.export })).await;
    }

    /// Proposals, executed, every second one approved.
    async fn live(&self, count: u64) {
        let engine = self.app.engine().unwrap();
        let store = engine.context().store().unwrap();
        for n in 0..count {
            let now = sample::at(i64::try_from(n).unwrap());
            store.commit(sample::created(n, now)).await.unwrap();
            let run = sample::execution(n, 1, 1, VerdictWord::Passed, now);
            store.commit(sample::executed(n, run.clone(), Status::Tested, now)).await.unwrap();
            if n % 2 == 0 {
                let proposal = store.proposal(&sample::proposal_id(n)).await.unwrap().unwrap();
                let log = store.log_state().await.unwrap();
                store.commit(sample::approved(&proposal, &run, &log, now)).await.unwrap();
            }
        }
        store.close().await.unwrap();
    }

    async fn signed(&self, count: u64) {
        let engine = self.app.engine().unwrap();
        let store = engine.context().store().unwrap();
        let key = LocalKey::from_seed(&[9; 32]);
        for number in 0..count {
            signing::append_approval(store, Some(&key), number, sample::at(0)).await;
        }
        store.close().await.unwrap();
    }

    /// How often a home that nobody touched, or an export of it, is called bad; it grows meanwhile.
    async fn clean(&self, count: u64) -> u64 {
        let mut alarms = 0;
        for round in 0..count {
            let engine = self.app.engine().unwrap();
            let store = engine.context().store().unwrap();
            let now = sample::at(i64::try_from(1_000 + round).unwrap());
            store.commit(sample::created(1_000 + round, now)).await.unwrap();
            store.close().await.unwrap();
            drop(engine);
            self.export().await;
            let own = self.audit(json!({ "what": "verify" })).await;
            let export = self.verify_export().await;
            alarms += u64::from(own["ok"] != true) + u64::from(export["ok"] != true);
        }
        alarms
    }
}

fn expect(seed: u64, mutation: Mutation, data: &Value) {
    let first_bad = data["first_bad"].as_u64();
    let is_placed = match mutation.place {
        Place::At(seq) => first_bad == Some(seq),
        Place::Nowhere => first_bad.is_none(),
        Place::Any => true,
    };
    let exit = (Bench::entry().answer)(data.clone()).exit().code();
    assert!(exit == 7 && is_placed, "seed {seed}, {mutation:?}: exit {exit}, {data:#}");
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for path in next.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn replace(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    std::fs::remove_dir_all(folder).unwrap();
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
