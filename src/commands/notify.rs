//! `/notify`: shows how far the channels of notifications are, and tries them.
//!
//! The daemon tells the events; this command looks at what it left behind in the home, and says a trial through every channel from the
//! process that it is typed in. Nothing here changes what the record holds.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::notices::channel::Channel;
use foundation::notices::notice::Notice;
use foundation::store::notices::{ChannelState, Undelivered};
use record::domain::digest::hex;
use record::domain::principal::Authority;
use record::domain::text::Untrusted;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};

/// Entries that are shown of what channels gave up.
const SHOWN: u32 = 20;
/// Most characters of a problem.
const MAX_PROBLEM: usize = 300;

/// `/notify`
pub enum Notify {}

/// What to do about notifications.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Show how far each channel is
    #[default]
    Status,
    /// Say a trial through every channel
    Test,
    /// Forget what could not be delivered
    Forget,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value_t)]
    pub what: What,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What was done.
    pub what: What,
    /// The channels that the settings name.
    pub channels: Vec<View>,
    /// What channels gave up to deliver, newest first.
    pub undelivered: Vec<Failure>,
    /// What became of the trials; empty without a test.
    pub trials: Vec<Trial>,
    /// How many entries were forgotten.
    pub forgotten: u64,
}

/// One channel.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// Its name.
    pub channel: String,
    /// Where it leads.
    pub target: String,
    /// The first entry of the record that it has not been through; null before the daemon started with it.
    pub next: Option<u64>,
    /// How many events it delivered.
    pub delivered: u64,
    /// When it delivered one last.
    pub delivered_at: Option<String>,
    /// How often it tried to deliver the event that it is at.
    pub tries: u32,
    /// Why the last try failed.
    pub problem: Option<String>,
}

/// An event that was given up.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The channel.
    pub channel: String,
    /// The entry of the record.
    pub entry: u64,
    /// When.
    pub at: String,
    /// Why.
    pub problem: String,
}

/// A trial of a channel.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// The channel.
    pub channel: String,
    /// Where it leads.
    pub target: String,
    /// Why it was not delivered; null where it was.
    pub problem: Option<String>,
}

impl Command for Notify {
    const SPEC: Spec = Spec {
        name: "notify",
        aliases: &[],
        summary: "Show how far notifications are, or try the ways they take",
        group: Group::Operate,
        authority: Authority::Own,
        access: Access::Read,
        free_text: None,
        examples: &["/notify", "/notify test", "/notify forget"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn access(args: &Args) -> Access {
        match args.what {
            What::Status => Access::Read,
            What::Test => Access::None,
            What::Forget => Access::Write,
        }
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let mut answer = Answer {
            what: args.what,
            channels: Vec::new(),
            undelivered: Vec::new(),
            trials: Vec::new(),
            forgotten: 0,
        };
        match args.what {
            What::Test => answer.trials = trials(invocation).await?,
            What::Status => status(invocation, &mut answer).await?,
            What::Forget => {
                answer.forgotten = invocation.store()?.forget_undelivered().await?;
                status(invocation, &mut answer).await?;
            }
        }
        Ok(answer)
    }
}

/// Says a trial through every channel.
async fn trials(invocation: &Invocation) -> Result<Vec<Trial>, CommandError> {
    if invocation.channels.is_empty() {
        return Err(CommandError::new(ErrorKind::State, "no way to notify you is set")
            .hint("Set one, such as `/config set notify_desktop 1`."));
    }
    let (now, name) = (invocation.now(), hex(&(invocation.entropy)()));
    let notice = Notice::trial(&name, now);
    let mut trials = Vec::new();
    for channel in &invocation.channels {
        let told = channel.tell(&notice, now).await;
        trials.push(Trial {
            channel: channel.name().to_owned(),
            target: channel.target(),
            problem: told.err().map(|problem| Untrusted(&problem).line(MAX_PROBLEM)),
        });
    }
    Ok(trials)
}

async fn status(invocation: &Invocation, answer: &mut Answer) -> Result<(), CommandError> {
    let store = invocation.store()?;
    let known = store.channels().await?;
    let channels = invocation.channels.iter();
    answer.channels = channels.map(|channel| view(channel.as_ref(), &known)).collect();
    let failure = |one: Undelivered| Failure {
        channel: one.channel,
        entry: one.seq,
        at: one.at.to_string(),
        problem: one.problem,
    };
    answer.undelivered = store.undelivered(SHOWN).await?.into_iter().map(failure).collect();
    Ok(())
}

fn view(channel: &dyn Channel, known: &[ChannelState]) -> View {
    let state = known.iter().find(|state| state.name == channel.name());
    View {
        channel: channel.name().to_owned(),
        target: channel.target(),
        next: state.map(|state| state.next),
        delivered: state.map_or(0, |state| state.delivered),
        delivered_at: state.and_then(|state| state.delivered_at).map(|at| at.to_string()),
        tries: state.map_or(0, |state| state.tries),
        problem: state.and_then(|state| state.problem.clone()),
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        match self.what {
            What::Test => {
                let head = ["channel", "leads to", "trial"].map(str::to_owned).to_vec();
                let rows = self.trials.iter().map(tried).collect();
                Page::new().block(Block::Table { head, rows })
            }
            What::Forget if self.forgotten == 0 => Page::new().text("There was nothing to forget."),
            What::Forget => Page::new().text(format!(
                "Events that could not be delivered are forgotten: {}. The record has them.",
                self.forgotten
            )),
            What::Status => self.shown(),
        }
    }

    fn exit(&self) -> Exit {
        let has_failed = self.trials.iter().any(|trial| trial.problem.is_some());
        if has_failed { Exit::Negative } else { Exit::Done }
    }
}

impl Answer {
    fn shown(&self) -> Page {
        if self.channels.is_empty() {
            return Page::new().text("No way to notify you is set.").next([
                "/config set notify_desktop 1  shows events on the desktop",
                "/config set notify_command PROGRAM  starts a program for each",
                "/config set notify_webhook URL  posts each to a server",
            ]);
        }
        let head = ["channel", "leads to", "delivered", "last", "now"].map(str::to_owned).to_vec();
        let rows = self.channels.iter().map(row).collect();
        let mut page = Page::new().block(Block::Table { head, rows });
        if !self.undelivered.is_empty() {
            let head = ["channel", "entry", "given up", "why"].map(str::to_owned).to_vec();
            let rows = self.undelivered.iter().map(failed).collect();
            page = page.title("not delivered").block(Block::Table { head, rows });
        }
        let forget = "/notify forget  once you have seen what was not delivered";
        let steps = ["/notify test  tries every way"].into_iter();
        page.next(steps.chain((!self.undelivered.is_empty()).then_some(forget)))
    }
}

fn tried(trial: &Trial) -> Vec<Cell> {
    let how = match &trial.problem {
        None => Cell::toned("delivered", Tone::Good),
        Some(problem) => Cell::toned(problem.as_str(), Tone::Bad),
    };
    vec![Cell::from(trial.channel.as_str()), Cell::from(trial.target.as_str()), how]
}

fn row(one: &View) -> Vec<Cell> {
    let now = match (&one.problem, one.next) {
        (Some(problem), Some(entry)) => {
            let words = format!("entry {entry} failed {}: {problem}", counted(one.tries, "time"));
            Cell::toned(words, Tone::Warn)
        }
        (_, None) => Cell::toned("waits for the daemon's next start", Tone::Dim),
        (None, Some(_)) => Cell::toned("nothing failed", Tone::Good),
    };
    vec![
        Cell::toned(one.channel.as_str(), Tone::Strong),
        Cell::from(one.target.as_str()),
        Cell::from(one.delivered.to_string()),
        Cell::from(one.delivered_at.as_deref().unwrap_or("")),
        now,
    ]
}

fn failed(one: &Failure) -> Vec<Cell> {
    vec![
        Cell::from(one.channel.as_str()),
        Cell::from(one.entry.to_string()),
        Cell::from(one.at.as_str()),
        Cell::from(one.problem.as_str()),
    ]
}
