//! A home, commands to run in it, and people who run them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use saraphina::app::App;
use saraphina::commands::answer::Outcome;
use saraphina::commands::command::{Access, Command, Entry, Group, Spec};
use saraphina::commands::context::{Context, Event, Events, Invocation};
use saraphina::commands::error::{CommandError, ErrorKind};
use saraphina::commands::page::Page;
use saraphina::config::settings::{Layers, Settings};
use saraphina::domain::act::ActKind;
use saraphina::domain::change::Change;
use saraphina::domain::principal::{Authority, Surface};
use saraphina::domain::time::Timestamp;
use saraphina::store::query::LogQuery;
use saraphina::surfaces::session::{Call, Session};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::daemon_ledger::Ledger;

/// While this file is in the home, notes that hold do not end.
const HOLD: &str = "hold";

#[derive(clap::Args, Serialize, Deserialize, JsonSchema)]
pub(super) struct NoteArgs {
    text: String,
    #[serde(default)]
    #[arg(long)]
    hold: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Noted {
    seq: u64,
    text: String,
}

impl Outcome for Noted {
    fn page(&self) -> Page {
        Page::new().text(self.text.clone())
    }
}

const fn spec(name: &'static str, authority: Authority, access: Access) -> Spec {
    let (group, summary) = (Group::Operate, "Writes or reads notes.");
    Spec { name, aliases: &[], summary, group, authority, access, free_text: None, examples: &[] }
}

/// Writes one record and, on request, does not end before it is let go.
struct Note;
impl Command for Note {
    const SPEC: Spec = spec("note", Authority::Propose, Access::Write);
    type Args = NoteArgs;
    type Outcome = Noted;

    async fn run(
        context: &Context,
        invocation: &Invocation,
        args: NoteArgs,
    ) -> Result<Noted, CommandError> {
        invocation.stage("writing");
        let change = Change {
            act: invocation.act(ActKind::ConceptLearned).with("text", args.text.clone()),
            consequences: Vec::new(),
            writes: Vec::new(),
            expected: None,
            idempotency: invocation.idempotency.clone(),
            at: context.now(),
        };
        let receipt = context.store()?.commit(change).await?;
        invocation.stage("written");
        while args.hold && context.settings.home().join(HOLD).exists() {
            tokio::select! {
                () = invocation.cancel.cancelled() => {
                    return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
                }
                () = tokio::time::sleep(Duration::from_millis(2)) => {}
            }
        }
        Ok(Noted { seq: receipt.seq, text: args.text })
    }
}

#[derive(clap::Args, Serialize, Deserialize, JsonSchema)]
struct NotesArgs {}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Notes {
    notes: Vec<Noted>,
}

impl Outcome for Notes {
    fn page(&self) -> Page {
        Page::new()
    }
}

/// Reads every note.
struct List;
impl Command for List {
    const SPEC: Spec = spec("notes", Authority::Read, Access::Read);
    type Args = NotesArgs;
    type Outcome = Notes;

    async fn run(context: &Context, _: &Invocation, _: NotesArgs) -> Result<Notes, CommandError> {
        let query = LogQuery { proposal: None, limit: 1000, before: None };
        let rows = context.store()?.log(&query).await?;
        let note = |(seq, bytes): (u64, Vec<u8>)| {
            let line: Value = serde_json::from_slice(&bytes).unwrap();
            Noted { seq, text: line["data"]["text"].as_str().unwrap_or("").to_owned() }
        };
        Ok(Notes { notes: rows.into_iter().map(|row| note((row.seq, row.bytes))).collect() })
    }
}

/// Panics.
struct Broken;
impl Command for Broken {
    const SPEC: Spec = spec("broken", Authority::Propose, Access::Write);
    type Args = NotesArgs;
    type Outcome = Notes;

    async fn run(_: &Context, _: &Invocation, _: NotesArgs) -> Result<Notes, CommandError> {
        panic!("as planned")
    }
}

pub(super) static ENTRIES: &[Entry] =
    &[Entry::of::<Note>(), Entry::of::<List>(), Entry::of::<Broken>()];

pub(super) fn entry(name: &str) -> &'static Entry {
    ENTRIES.iter().find(|entry| entry.spec.name == name).unwrap()
}

pub(super) fn app(home: &Path) -> App {
    let ledger = home.join("ledger.jsonl");
    App {
        settings: Arc::new(Settings::resolve(home.to_owned(), &Layers::default())),
        clock: Arc::new(|| Timestamp::from_millis(1_795_000_000_000)),
        backends: Vec::new(),
        providers: Vec::new(),
        curated: saraphina::knowledge::curated::curated,
        open_store: Arc::new(move |_| Ok(Arc::new(Ledger::open(ledger.clone())))),
        entries: ENTRIES,
    }
}

/// A fresh home; gone with this value.
pub(super) struct Home {
    _folder: tempfile::TempDir,
    pub(super) path: PathBuf,
}

impl Home {
    pub(super) fn new() -> Self {
        Self::named("home")
    }

    pub(super) fn named(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        Self { _folder: folder, path }
    }

    pub(super) fn session(&self) -> Person {
        Person::on(&self.path)
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.path.join("saraphina.sock")
    }

    pub(super) fn hold(&self) {
        std::fs::create_dir_all(&self.path).unwrap();
        std::fs::write(self.path.join(HOLD), "").unwrap();
    }

    pub(super) fn let_go(&self) {
        std::fs::remove_file(self.path.join(HOLD)).unwrap();
    }

    /// The texts of all notes, in the order they were written.
    pub(super) fn texts(&self) -> Vec<String> {
        let lines = Ledger::open(self.path.join("ledger.jsonl")).lines();
        let text = |line: Value| line["data"]["text"].as_str().map(str::to_owned);
        lines.into_iter().filter_map(text).collect()
    }

    pub(super) fn lines(&self) -> Vec<Value> {
        Ledger::open(self.path.join("ledger.jsonl")).lines()
    }
}

/// Someone with a session.
pub(super) struct Person {
    pub(super) session: Session,
}

impl Person {
    pub(super) fn on(home: &Path) -> Self {
        Self { session: Session::new(app(home), Surface::Shell) }
    }

    pub(super) async fn run(&mut self, name: &str, args: Value) -> Result<Value, CommandError> {
        self.run_with(name, args, &Ear::default()).await
    }

    pub(super) async fn run_with(
        &mut self,
        name: &str,
        args: Value,
        ear: &Ear,
    ) -> Result<Value, CommandError> {
        let call =
            Call { entry: entry(name), args, events: ear.events(), cancel: ear.cancel.clone() };
        self.session.run(call).await
    }

    pub(super) async fn note(&mut self, text: &str) -> Result<Value, CommandError> {
        self.run("note", json!({ "text": text })).await
    }

    /// Writes a note that does not end while the home holds; comes back when it is written.
    pub(super) async fn begin_note(mut self, text: &str) -> Begun {
        let ear = Ear::default();
        let (sender, mut heard) = mpsc::unbounded_channel();
        *ear.tell.lock().unwrap() = Some(sender);
        let (args, cancel) = (json!({ "text": text, "hold": true }), ear.cancel.clone());
        let task = tokio::spawn(async move {
            let answer = self.run_with("note", args, &ear).await;
            (self, answer)
        });
        while heard.recv().await.unwrap() != Event::Stage("written".to_owned()) {}
        Begun { task, cancel }
    }
}

/// A note that is written and held.
pub(super) struct Begun {
    pub(super) task: tokio::task::JoinHandle<(Person, Result<Value, CommandError>)>,
    pub(super) cancel: CancellationToken,
}

impl Begun {
    pub(super) async fn end(self) -> (Person, Result<Value, CommandError>) {
        self.task.await.unwrap()
    }
}

/// Hears progress, and can stop it.
#[derive(Default)]
pub(super) struct Ear {
    pub(super) heard: Arc<Mutex<Vec<Event>>>,
    pub(super) cancel: CancellationToken,
    tell: Arc<Mutex<Option<mpsc::UnboundedSender<Event>>>>,
}

impl Ear {
    pub(super) fn events(&self) -> Events {
        let (heard, tell) = (Arc::clone(&self.heard), Arc::clone(&self.tell));
        Arc::new(move |event: Event| {
            heard.lock().unwrap().push(event.clone());
            if let Some(tell) = tell.lock().unwrap().as_ref() {
                drop(tell.send(event));
            }
        })
    }

    pub(super) fn stages(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let stage = |event: &Event| match event {
            Event::Stage(words) => Some(words.clone()),
            Event::Provisional(_) | Event::Reply(_) => None,
        };
        heard.iter().filter_map(stage).collect()
    }
}
