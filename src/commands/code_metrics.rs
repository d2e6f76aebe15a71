//! `/code-metrics`: tells how large, branched and tied modules are, and how that came about.
//!
//! It answers from the memory of a repository and from the contents in its objects. What stands out has a next command: a proposal for
//! another structure is made by `/improve-file --structure`, and is then tried and decided like any other.

use std::path::PathBuf;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::subject::Meant;
use crate::commands::remembering::views::StateView;
use inspection::language::Language;
use inspection::plot::{Series, plot};
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::improving::metrics::{Figures, Measured, filled, measured, modules, moments};
use work::memory::error::MemoryError;
use work::memory::loaded::{ask, shown};

/// Modules that are told where nothing else is said, and the most.
const LIMITS: (u32, u32) = (20, 1_000);
/// Lines from which a file is worth a look at its structure.
const LARGE: u32 = 400;
/// Commands that are told to type next.
const MAX_NEXT: usize = 3;

/// `/code-metrics`
pub enum CodeMetrics {}

/// How the course is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Export {
    /// A picture
    Svg,
}

/// What was typed.
#[derive(Clone, Debug, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The repository: its name here, or a path
    #[arg(value_name = "REPO")]
    pub repository: String,
    /// A file or folder of it
    #[arg(value_name = "PATH")]
    pub path: Option<String>,
    /// Tell so many modules, 1 to 1000
    #[arg(long, value_name = "COUNT", default_value_t = LIMITS.0)]
    pub limit: u32,
    /// Tell the course over history too
    #[arg(long)]
    pub history: bool,
    /// Give the course as a document
    #[arg(long, value_enum, value_name = "FORM")]
    pub export: Option<Export>,
    /// The whole path, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            repository: String::new(),
            path: None,
            limit: LIMITS.0,
            history: false,
            export: None,
            whole: None,
        }
    }
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What the memory stands for.
    #[serde(flatten)]
    pub state: StateView,
    /// The modules, the most branched first.
    pub modules: Vec<ModuleView>,
    /// How many there are.
    pub total: usize,
    /// All of them together.
    pub sum: FiguresView,
    /// The course, oldest first; empty unless it was asked for.
    pub history: Vec<PointView>,
    /// The document that was asked for; null without one.
    pub document: Option<String>,
}

/// Figures of a module, or of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FiguresView {
    /// Lines.
    pub lines: u32,
    /// Functions and methods.
    pub functions: u32,
    /// Classes and the like.
    pub classes: u32,
    /// Imports.
    pub imports: u32,
    /// Ways through all functions, as the usual tool of each language counts them.
    pub complexity: u32,
    /// Ways through the most branched function.
    pub most_complex: u32,
}

/// A module.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ModuleView {
    /// The path.
    pub path: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: FiguresView,
    /// How many other files of the repository import it.
    pub used_by: usize,
    /// How many other files of the repository it imports.
    pub uses: usize,
    /// Files that it imports and that import it.
    pub circles: Vec<String>,
}

/// A moment of the course.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PointView {
    /// The commit.
    pub commit: String,
    /// When it was written.
    pub at: String,
    /// The sum of all modules.
    #[serde(flatten)]
    pub figures: FiguresView,
}

impl From<Figures> for FiguresView {
    fn from(figures: Figures) -> Self {
        let Figures { lines, functions, classes, imports, ways, most_ways } = figures;
        Self { lines, functions, classes, imports, complexity: ways, most_complex: most_ways }
    }
}

impl Command for CodeMetrics {
    const SPEC: Spec = Spec {
        name: "code-metrics",
        aliases: &[],
        summary: "Tell how large, branched and tied modules are, and how that came about",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/code-metrics shop", "/code-metrics shop src/shop --export svg"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        let mut meant = meant(args);
        meant.prepare(surroundings);
        args.whole = meant.whole;
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        if !(1..=LIMITS.1).contains(&args.limit) {
            return Err(CommandError::usage(format!("--limit is a number from 1 to {}", LIMITS.1)));
        }
        let subject = meant(&args).find(invocation, Self::SPEC.name).await?;
        let below = args.path.as_deref().unwrap_or_default();
        let has_course = args.history || args.export.is_some();
        let (loaded, (found, course)) =
            ask(invocation.store()?, subject.name.as_str(), |recall, loaded| {
                let found = modules(recall, loaded, below)?;
                let course = if has_course { moments(recall, loaded, below)? } else { Vec::new() };
                Ok((found, course))
            })?;
        if found.is_empty() {
            return Err(MemoryError::Unknown { what: shown(below.as_bytes()) }.into());
        }
        let repository = subject.open(invocation)?;
        let course = filled(&repository, below, course).await?;
        let measured = measured(invocation, &repository, &found, &course).await?;
        let point = |moment: &work::improving::metrics::Moment| PointView {
            commit: moment.commit.to_string(),
            at: moment.at.clone(),
            figures: moment.sum(&measured).into(),
        };
        let history: Vec<PointView> = course.iter().map(point).collect();
        let mut views: Vec<ModuleView> =
            found.into_iter().map(|module| view(module, &measured)).collect();
        views.sort_by_key(|view| {
            let figures = view.figures;
            std::cmp::Reverse((figures.complexity, figures.lines))
        });
        let total = views.len();
        let sum = views.iter().fold(FiguresView::default(), |sum, view| plus(sum, view.figures));
        views.truncate(usize::try_from(args.limit).unwrap_or(usize::MAX));
        let title = format!("{} {below}", subject.shown);
        let document = args.export.map(|Export::Svg| drawn(title.trim(), &history));
        let state = StateView::of(&subject.shown, &loaded, subject.has_moved_from(&loaded.head));
        Ok(Answer { state, modules: views, total, sum, history, document })
    }
}

fn meant(args: &Args) -> Meant {
    Meant { repo: Some(args.repository.clone()), whole: args.whole.clone() }
}

fn view(module: work::improving::metrics::Module, measured: &Measured) -> ModuleView {
    ModuleView {
        figures: measured.get(&module.blob).copied().unwrap_or_default().into(),
        path: module.path,
        used_by: module.used_by,
        uses: module.uses,
        circles: module.circles,
    }
}

const fn plus(one: FiguresView, other: FiguresView) -> FiguresView {
    FiguresView {
        lines: one.lines.saturating_add(other.lines),
        functions: one.functions.saturating_add(other.functions),
        classes: one.classes.saturating_add(other.classes),
        imports: one.imports.saturating_add(other.imports),
        complexity: one.complexity.saturating_add(other.complexity),
        most_complex: if one.most_complex > other.most_complex {
            one.most_complex
        } else {
            other.most_complex
        },
    }
}

fn drawn(title: &str, history: &[PointView]) -> String {
    let series = |name: &str, value: &dyn Fn(&FiguresView) -> u32| Series {
        name: name.to_owned(),
        values: history.iter().map(|point| f64::from(value(&point.figures))).collect(),
    };
    let all = [
        series("lines", &|figures| figures.lines),
        series("functions", &|figures| figures.functions),
        series("imports", &|figures| figures.imports),
        series("ways through functions", &|figures| figures.complexity),
    ];
    let day = |point: &PointView| point.at.chars().take(10).collect::<String>();
    let labels: Vec<String> = history.iter().map(day).collect();
    plot(&format!("{title}, {} moments", history.len()), &labels, &all)
}

fn row(name: &str, figures: &FiguresView, ties: [String; 3]) -> Vec<Cell> {
    let numbers = [
        figures.lines,
        figures.functions,
        figures.classes,
        figures.imports,
        figures.complexity,
        figures.most_complex,
    ];
    let numbers = numbers.into_iter().map(|number| number.to_string());
    [Cell::toned(name, Tone::Strong)]
        .into_iter()
        .chain(numbers.chain(ties).map(Cell::from))
        .collect()
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        if let Some(document) = &self.document {
            return Page::new().block(Block::Document(document.clone()));
        }
        let ties = |module: &ModuleView| {
            [module.used_by.to_string(), module.uses.to_string(), module.circles.join(", ")]
        };
        let mut rows: Vec<Vec<Cell>> = self
            .modules
            .iter()
            .map(|module| row(&module.path, &module.figures, ties(module)))
            .collect();
        rows.push(row(&format!("all {}", self.total), &self.sum, Default::default()));
        let figures = ["lines", "functions", "classes", "imports", "ways", "most"];
        let head = ["module"].into_iter().chain(figures);
        let head = head.chain(["used by", "uses", "circle with"]).map(str::to_owned).collect();
        let mut page = Page::new()
            .title(format!("{} of {}", counted(self.total, "module"), self.state.repository))
            .block(Block::Table { head, rows });
        if !self.history.is_empty() {
            let head = ["at", "commit"].into_iter().chain(figures).map(str::to_owned).collect();
            let rows = self.history.iter().map(|point| {
                let day: String = point.at.chars().take(10).collect();
                let commit: String = point.commit.chars().take(12).collect();
                let numbers = row(&commit, &point.figures, Default::default());
                [Cell::from(day)].into_iter().chain(numbers.into_iter().take(7)).collect()
            });
            page = page.block(Block::Table { head, rows: rows.collect() });
        }
        page.then(self.state.page()).next(self.next())
    }
}

impl Answer {
    fn next(&self) -> Vec<String> {
        let how = |module: &ModuleView| {
            if Language::of(module.path.as_bytes()) != Some(Language::Python) {
                return None;
            }
            let how = if module.circles.is_empty() { "split" } else { "circle" };
            // A repository that was not added is remembered by a name of ours, and nothing is improved in it.
            if self.state.repository.starts_with("path-") {
                return None;
            }
            let stands_out = !module.circles.is_empty() || module.figures.lines > LARGE;
            let name = &self.state.repository;
            stands_out
                .then(|| format!("/improve-file {} --repo {name} --structure {how}", module.path))
        };
        self.modules.iter().filter_map(how).take(MAX_NEXT).collect()
    }
}
