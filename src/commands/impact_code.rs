//! `/impact-code`: tells what a change reaches: files, places that break, people, tests.
//!
//! A file or a name is asked about as it is; of a proposal the files that it touches, and the names that it takes away or lets be called
//! upon otherwise. A chance is the share that came true in the history of the same repository, or it is not told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::commands::remembering::breaks::breaks_page;
use crate::commands::remembering::named;
use crate::commands::remembering::subject::Meant;
use crate::commands::remembering::views::{LikelyView, OwnerView, PlaceView, StateView, likely};
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptSource, Recall};
use inspection::language::{Language, holds_tests, is_test};
use record::domain::changeset::Changeset;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone, counted};
use work::memory::breakage::{self, Altered, Crowded, Place};
use work::memory::calibration::FEWEST_COMMITS;
use work::memory::covered::{Covering, Names, covering};
use work::memory::impact::{Question, impact};
use work::memory::loaded::{Loaded, ask, shown};
use work::memory::naming::symbols;
use work::memory::outline::outline;
use work::memory::owners::{Owner, owners};
use work::memory::reasons::Impact;

/// Files that are named when nothing else is said.
const DEFAULT_LIMIT: u32 = 10;
/// Most files that are named.
const MAX_LIMIT: u32 = 100;

/// `/impact-code`
pub enum ImpactCode {}

/// What was typed.
#[derive(Clone, Debug, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// A file, a name such as `total` or `Cart.total`, or a proposal that changes a repository
    #[arg(value_name = "FILE|SYMBOL|PROPOSAL")]
    pub subject: String,
    /// The repository
    #[command(flatten)]
    #[serde(flatten)]
    pub meant: Meant,
    /// Name at most this many files of each kind, and four times as many of tests
    #[arg(long, value_name = "COUNT", default_value_t = DEFAULT_LIMIT)]
    pub limit: u32,
}

impl Default for Args {
    fn default() -> Self {
        Self { subject: String::new(), meant: Meant::default(), limit: DEFAULT_LIMIT }
    }
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What the memory stands for.
    #[serde(flatten)]
    pub state: StateView,
    /// The files that are asked about.
    pub files: Vec<String>,
    /// Sources that will likely change too, best first.
    pub likely: Vec<LikelyView>,
    /// Other files that usually change along.
    pub companions: Vec<LikelyView>,
    /// Names that go or change; of a file all that it defines, which then break if they do.
    pub names: Vec<NameView>,
    /// The places that use them.
    pub breaks: Vec<PlaceView>,
    /// Names that too much else has: of their uses only those are told that stand in files that import the one asked about.
    pub unclear: Vec<String>,
    /// Who knows the files.
    pub owners: Vec<OwnerView>,
    /// Files of tests in the order in which they should fail first.
    pub tests: Vec<LikelyView>,
    /// Further files among tests that were left off; `--limit` has more of them told.
    #[serde(default)]
    pub tests_left_off: usize,
    /// Commits that chances are counted on; null where there are too few for any.
    pub calibrated_on: Option<u32>,
    /// Most files that a list of the page has.
    #[serde(default = "default_limit")]
    pub limit: u32,
}

const fn default_limit() -> u32 {
    DEFAULT_LIMIT
}

/// A name that is asked about.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NameView {
    /// The name.
    pub name: String,
    /// How it is called upon; null of a whole file.
    pub before: Option<String>,
    /// How the proposal lets it be called upon; null where it goes or nothing is proposed.
    pub after: Option<String>,
}

impl Command for ImpactCode {
    const SPEC: Spec = Spec {
        name: "impact-code",
        aliases: &[],
        summary: "Tell what a change of a file, name or proposal reaches: files, places, people, tests",
        group: Group::Learn,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &[
            "/impact-code src/shop/cart.py --repo shop",
            "/impact-code Cart.total",
            "/impact-code @",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        args.meant.prepare(surroundings);
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        if !(1..=MAX_LIMIT).contains(&args.limit) {
            return Err(CommandError::usage(format!("--limit is a number from 1 to {MAX_LIMIT}")));
        }
        let change = proposed(invocation, &args.subject).await?;
        let mut meant = args.meant.clone();
        meant.repo = meant.repo.or_else(|| Some(change.as_ref()?.repository.to_string()));
        let subject = meant.find(invocation, Self::SPEC.name).await?;
        let (store, typed) = (invocation.store()?, named::path(&subject, &args.subject));
        let (loaded, reached) = ask(store, subject.name.as_str(), |recall, loaded| {
            let Some(asked) = asked(recall, loaded, &typed, change.as_ref())? else {
                return Ok(None);
            };
            reached(recall, loaded, asked, args.limit).map(Some)
        })?;
        let unknown = || named::unknown(invocation, &subject, &typed);
        let reached = reached.ok_or_else(unknown)?;
        Ok(Answer {
            files: reached.files.iter().map(|file| loaded.path(*file)).collect(),
            likely: reached.impact.likely.iter().map(LikelyView::from).collect(),
            companions: reached.impact.companions.iter().map(LikelyView::from).collect(),
            tests: added(reached.added_tests)
                .chain(reached.impact.tests.iter().map(LikelyView::from))
                .collect(),
            tests_left_off: reached.impact.left_off,
            names: reached.names,
            breaks: reached.places.into_iter().map(PlaceView::from).collect(),
            unclear: reached.unclear,
            owners: reached.owners.into_iter().map(OwnerView::from).collect(),
            calibrated_on: Some(loaded.facts.curve.commits)
                .filter(|commits| *commits >= FEWEST_COMMITS),
            limit: args.limit,
            state: StateView::of(&subject.shown, &loaded, subject.has_moved_from(&loaded.head)),
        })
    }
}

/// Files of tests that nothing is remembered of, because the proposal adds them.
fn added(paths: Vec<String>) -> impl Iterator<Item = LikelyView> {
    let reasons = || vec!["the change itself adds it".to_owned()];
    paths.into_iter().map(move |path| LikelyView {
        path,
        chance: None,
        score: 0.0,
        reasons: reasons(),
    })
}

/// The change that is asked about, where a proposal is.
async fn proposed(invocation: &Invocation, typed: &str) -> Result<Option<Changeset>, CommandError> {
    if typed != "@" && !typed.starts_with("proposal_") {
        return Ok(None);
    }
    let proposal = lookup::proposal(invocation, typed, Newest::OwnNewest).await?;
    let revision = lookup::revision(invocation, &proposal, None).await?;
    let change = revision.source.change().cloned();
    let not_one = || {
        let message = format!("{} does not change a repository", proposal.id);
        CommandError::new(work::contract::error::ErrorKind::State, message)
            .hint("Ask about a proposal that was made with `/propose-code --repo`.")
    };
    change.ok_or_else(not_one).map(Some)
}

/// What is asked about.
struct Asked {
    files: Vec<u32>,
    /// The names of each file, with how they change.
    names: Vec<(u32, Altered)>,
    about: About,
    /// Files of tests that a proposal adds, escaped.
    added_tests: Vec<String>,
}

impl Asked {
    fn new(about: About) -> Self {
        let (files, names, added_tests) = Default::default();
        Self { files, names, about, added_tests }
    }

    /// The files of tests that a proposal changes.
    fn own_tests(&self, loaded: &Loaded) -> Vec<u32> {
        let is_own = |file: &u32| {
            let path = loaded.files.get(file).map(|file| file.path.as_slice());
            self.about == About::Change && path.is_some_and(is_test)
        };
        self.files.iter().copied().filter(is_own).collect()
    }
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    File,
    Name,
    Change,
}

/// What it reaches.
struct Reached {
    files: Vec<u32>,
    names: Vec<NameView>,
    impact: Impact,
    places: Vec<Place>,
    unclear: Vec<String>,
    owners: Vec<Owner>,
    added_tests: Vec<String>,
}

fn asked(
    recall: &dyn Recall,
    loaded: &Loaded,
    typed: &str,
    change: Option<&Changeset>,
) -> Result<Option<Asked>, StoreError> {
    if let Some(change) = change {
        return of_change(recall, loaded, change).map(Some);
    }
    if let Some(file) = loaded.file(typed) {
        let source = file.blob.as_ref().map(|blob| recall.source(blob)).transpose()?.flatten();
        let names = source.iter().flat_map(|source| breakage::altered(source, None));
        let names = names.map(|altered| (file.number, altered)).collect();
        return Ok(Some(Asked { files: vec![file.number], names, ..Asked::new(About::File) }));
    }
    let defined = symbols(recall, loaded, typed)?;
    if defined.is_empty() {
        return Ok(None);
    }
    let files: BTreeSet<u32> = defined.iter().map(|(file, _)| *file).collect();
    let altered = |(file, symbol): (u32, foundation::store::memory::KeptSymbol)| {
        let foundation::store::memory::KeptSymbol { name, parent, signature, .. } = symbol;
        (file, Altered { name, parent, before: signature, after: String::new() })
    };
    let names = defined.into_iter().map(altered).collect();
    let files = files.into_iter().collect();
    Ok(Some(Asked { files, names, ..Asked::new(About::Name) }))
}

/// The files of a change that the memory knows, and the names that it alters.
fn of_change(
    recall: &dyn Recall,
    loaded: &Loaded,
    change: &Changeset,
) -> Result<Asked, StoreError> {
    let mut asked = Asked::new(About::Change);
    for touched in change.touched() {
        let path = touched.path.as_str().as_bytes();
        let Some(file) = loaded.file(touched.path.as_str()) else {
            if is_test(path) && holds_tests(path) == Some(true) {
                asked.added_tests.push(shown(path));
            }
            continue;
        };
        asked.files.push(file.number);
        let (Some(blob), Some(language)) = (&file.blob, Language::of(&file.path)) else { continue };
        let Some(before) = recall.source(blob)? else { continue };
        let parsed = |content: &[u8]| outline(language, &file.path, blob.clone(), content);
        let after: Option<KeptSource> = touched.after.as_ref().map(|side| parsed(&side.content));
        let altered = breakage::altered(&before, after.as_ref());
        asked.names.extend(altered.into_iter().map(|altered| (file.number, altered)));
    }
    Ok(asked)
}

fn reached(
    recall: &dyn Recall,
    loaded: &Loaded,
    asked: Asked,
    limit: u32,
) -> Result<Reached, StoreError> {
    let (mut places, mut unclear) = (BTreeSet::new(), BTreeSet::new());
    let mut callers = breakage::Callers::new();
    let mut ran = Covering::new();
    for file in &asked.files {
        let own = || asked.names.iter().filter(|(of, _)| of == file).map(|(_, altered)| altered);
        let names: BTreeSet<String> = own().map(|altered| altered.name.clone()).collect();
        let told = if asked.about == About::Name { Crowded::Told } else { Crowded::Near };
        let found = breakage::places(recall, loaded, (*file, &names), told)?;
        unclear.extend(found.crowded);
        let path = loaded.path(*file);
        // What a file or a change uses of its own is mended with it; of a name the own file breaks first.
        let goes_along = |place: &Place| place.path == path && asked.about != About::Name;
        places.extend(found.places.into_iter().filter(|place| !goes_along(place)));
        for (caller, names) in found.callers {
            callers.entry(caller).or_default().extend(names);
        }
        let whole: BTreeSet<String> = own().map(Altered::whole).collect();
        let names = match asked.about {
            About::Name => Names::Only(&whole),
            About::File | About::Change => Names::All,
        };
        for (test, covers) in covering(recall, loaded, *file, names)? {
            ran.entry(test).or_default().extend(covers);
        }
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let own = asked.own_tests(loaded);
    let question =
        Question { files: &asked.files, callers: &callers, covering: &ran, own: &own, limit };
    let impact = impact(recall, loaded, &question)?;
    let owners = owners(recall, loaded, &asked.files)?;
    let some = |text: String| Some(shown(text.as_bytes())).filter(|text| !text.is_empty());
    let is_whole_file = asked.about == About::File;
    let name = |(_, altered): (u32, Altered)| NameView {
        name: shown(altered.name.as_bytes()),
        before: some(altered.before).filter(|_| !is_whole_file),
        after: some(altered.after),
    };
    Ok(Reached {
        files: asked.files,
        names: asked.names.into_iter().map(name).collect(),
        added_tests: asked.added_tests,
        impact,
        places: places.into_iter().collect(),
        unclear: unclear.iter().map(|name| shown(name.as_bytes())).collect(),
        owners,
    })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let mut page = Page::new().title(self.files.join(", "));
        page = section(page, "Likely to change too", &self.likely);
        page = section(page, "Usually changed along", &self.companions);
        page = page.then(breaks_page(&self.breaks, &self.unclear, self.limit));
        page = section(page, "Tests, first to fail first", &self.tests);
        if self.tests_left_off > 0 {
            let more = counted(self.tests_left_off, "further file");
            let told = format!("Up to {more} of tests left off; `--limit {MAX_LIMIT}` names more.");
            page = page.text(Cell::toned(told, Tone::Dim));
        }
        let owners = self.owners.iter().map(|owner| {
            let part = format!("{:.0} %, {}", owner.part * 100.0, counted(owner.commits, "commit"));
            (owner.name.as_str(), Cell::from(part))
        });
        let page = page.text(Cell::toned("Who knows it", Tone::Strong)).fields(owners);
        let chances = match self.calibrated_on {
            Some(commits) => format!(
                "Chances are shares that came true on {commits} commits of this repository."
            ),
            None => "Too little history to tell chances.".to_owned(),
        };
        page.text(Cell::toned(chances, Tone::Dim)).then(self.state.page())
    }
}

fn section(page: Page, title: &str, files: &[LikelyView]) -> Page {
    if files.is_empty() {
        return page;
    }
    page.text(Cell::toned(title, Tone::Strong)).block(likely(files))
}
