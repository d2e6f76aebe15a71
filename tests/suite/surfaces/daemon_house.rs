//! A home, commands to run in it, and people who run them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foundation::config::settings::{Layers, Settings};
use foundation::store::error::StoreError;
use foundation::store::query::LogRow;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store;
use record::domain::act::ActKind;
use record::domain::change::Change;
use record::domain::principal::{Authority, Surface};
use record::domain::time::Timestamp;
use saraphina::app::App;
use saraphina::surfaces::session::Session;
use saraphina::surfaces::ways::Watch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use work::contract::command::{Access, Command, Entry, Group, Spec};
use work::contract::context::Clock;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::{Event, Events};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::Page;

/// While this file is in the home, notes that hold do not end.
const HOLD: &str = "hold";

#[derive(Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
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

    async fn run(invocation: &Invocation, args: NoteArgs) -> Result<Noted, CommandError> {
        invocation.stage("writing");
        let change = Change {
            act: invocation.act(ActKind::ConceptLearned).with("text", args.text.clone()),
            consequences: Vec::new(),
            writes: Vec::new(),
            expected: None,
            idempotency: invocation.caller.idempotency.clone(),
            at: invocation.now(),
        };
        let receipt = invocation.store()?.commit(change).await?;
        invocation.stage("written");
        while args.hold && invocation.settings.home().join(HOLD).exists() {
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

#[derive(Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
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

    async fn run(invocation: &Invocation, _: NotesArgs) -> Result<Notes, CommandError> {
        let rows = invocation.store()?.log_from(0, 1000).await?;
        Ok(Notes { notes: rows.iter().filter_map(noted).collect() })
    }
}

fn noted(row: &LogRow) -> Option<Noted> {
    let record: Value = serde_json::from_slice(&row.bytes).unwrap();
    let text = record["data"]["text"].as_str()?.to_owned();
    Some(Noted { seq: row.seq, text })
}

/// Panics.
struct Broken;
impl Command for Broken {
    const SPEC: Spec = spec("broken", Authority::Propose, Access::Write);
    type Args = NotesArgs;
    type Outcome = Notes;

    async fn run(_: &Invocation, _: NotesArgs) -> Result<Notes, CommandError> {
        panic!("as planned")
    }
}

pub(super) static ENTRIES: &[Entry] =
    &[Entry::of::<Note>(), Entry::of::<List>(), Entry::of::<Broken>()];

pub(super) fn entry(name: &str) -> &'static Entry {
    ENTRIES.iter().find(|entry| entry.spec.name == name).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000)
}

pub(super) fn app(home: &Path) -> App {
    let path = home.to_owned();
    App {
        settings: Arc::new(Settings::resolve(home.to_owned(), &Layers::default())),
        clock: Arc::new(now),
        backends: Vec::new(),
        providers: Vec::new(),
        anchors: foundation::anchors::anchors::Anchors::default(),
        channels: Vec::new(),
        curated: foundation::knowledge::curated::curated,
        space: Arc::new(|_| None),
        open_store: Arc::new(move |opening| Ok(Arc::new(open(&path, opening)?) as Arc<dyn Store>)),
        entries: ENTRIES,
    }
}

fn open(home: &Path, opening: Opening) -> Result<SqliteStore, StoreError> {
    let clock: Clock = Arc::new(now);
    SqliteStore::open(home, opening, &clock)
}

/// Every record of a home, as another process reads it.
pub(super) fn records(home: &Path) -> Vec<Value> {
    let store = open(home, Opening::ReadOnly).unwrap();
    let mut records = Vec::new();
    let visit = &mut |_, bytes: &[u8]| {
        records.push(serde_json::from_slice(bytes).unwrap());
        std::ops::ControlFlow::Continue(())
    };
    store.stream_log(0, visit).unwrap();
    records
}

/// The kinds of all records, in order.
pub(super) fn kinds(home: &Path) -> Vec<String> {
    let kind = |record: &Value| record["kind"].as_str().unwrap().to_owned();
    records(home).iter().map(kind).collect()
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
        let text = |record: &Value| record["data"]["text"].as_str().map(str::to_owned);
        records(&self.path).iter().filter_map(text).collect()
    }
}

/// Someone with a session.
pub(super) struct Person {
    pub(super) session: Session,
}

/// A whole one-shot session: one note, then it leaves.
pub(super) async fn note_and_leave(
    mut person: Person,
    text: String,
) -> Result<Value, CommandError> {
    let answer = person.note(&text).await;
    person.session.close().await.unwrap();
    answer
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
        let (entry, watch) =
            (entry(name), Watch { events: ear.events(), cancel: ear.cancel.clone() });
        let answer = self.session.run(entry, (entry.read)(args)?, watch).await;
        answer.map(|answer| answer.data)
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

    pub(super) fn notices(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let notice = |event: &Event| match event {
            Event::Notice(words) => Some(words.clone()),
            Event::Stage(_) | Event::Provisional(_) | Event::Reply(_) => None,
        };
        heard.iter().filter_map(notice).collect()
    }

    pub(super) fn stages(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let stage = |event: &Event| match event {
            Event::Stage(words) => Some(words.clone()),
            Event::Provisional(_) | Event::Notice(_) | Event::Reply(_) => None,
        };
        heard.iter().filter_map(stage).collect()
    }
}
