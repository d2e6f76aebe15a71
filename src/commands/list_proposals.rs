//! `/list-proposals`: lists proposals, newest first, page by page.
//!
//! A page ends with a cursor, the time and row of its last proposal, so the next page stays right while new proposals come
//! in. Counting all matches can be slow in a large home; it is left out unless it is cheap or asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::store::query::{Counting, Cursor, ListQuery, ListRow, Resolved};
use record::domain::history::SourceKind;
use record::domain::id::{IdPattern, ProposalKind};
use record::domain::language::Language;
use record::domain::principal::Authority;
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::reporting::{ago, views};

/// Rows of one page when nothing else is said.
const DEFAULT_LIMIT: u32 = 20;
/// Most rows of one page.
const MAX_LIMIT: u32 = 100_000;
/// Longer lists have no ids marked: each costs a few looks into the index.
const MOST_MARKED: usize = 100;
/// Longest search text, in characters.
const MAX_SEARCH: usize = 1_000;

/// `/list-proposals`
pub enum ListProposals {}

/// What was typed.
#[derive(Clone, Debug, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// Only of this status
    #[arg(long, value_enum)]
    pub status: Option<Status>,
    /// Only of this language
    #[arg(long, value_enum)]
    pub language: Option<Language>,
    /// Only those that contain all these words
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// At most this many
    #[arg(long, value_name = "COUNT", default_value_t = DEFAULT_LIMIT)]
    #[schemars(range(min = 1, max = MAX_LIMIT))]
    pub limit: u32,
    /// The page after this cursor
    #[arg(long, value_name = "CURSOR")]
    pub before: Option<String>,
    /// Count all that match, even where that is slow
    #[arg(long)]
    pub count: bool,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            status: None,
            language: None,
            search: None,
            limit: DEFAULT_LIMIT,
            before: None,
            count: false,
        }
    }
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The rows.
    pub proposals: Vec<Row>,
    /// How many match in all; null where counting was not asked for and is not known.
    pub total: Option<u64>,
    /// The cursor of the next page; null on the last.
    pub next_cursor: Option<String>,
    /// The filter, as it was typed; empty without one.
    #[serde(default)]
    pub filter: String,
    /// When it was listed.
    #[serde(default)]
    pub listed_at: Option<String>,
}

/// One proposal.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Its id.
    pub proposal_id: String,
    /// The fewest first digits that name it alone; null in long lists, where nobody types them.
    #[serde(default)]
    pub shortest_prefix: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// The newest verdict on its newest revision; null before any.
    pub verdict: Option<VerdictWord>,
    /// What was asked for.
    pub spec: String,
    /// The language.
    pub language: Language,
    /// Where it was imported from; null for one of this home.
    #[serde(default)]
    pub imported_from: Option<SourceKind>,
    /// When it was made.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl Command for ListProposals {
    const SPEC: Spec = Spec {
        name: "list-proposals",
        aliases: &[],
        summary: "List proposals, newest first",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &[
            "/list-proposals --status tested",
            "/list-proposals --search \"csv parser\" --limit 5",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let page = invocation.store()?.list(&query(&args)?).await?;
        let mut proposals: Vec<Row> = page.rows.into_iter().map(row).collect();
        if proposals.len() <= MOST_MARKED {
            for proposal in &mut proposals {
                proposal.shortest_prefix = shortest(invocation, &proposal.proposal_id).await?;
            }
        }
        Ok(Answer {
            proposals,
            total: page.total,
            next_cursor: page.next.map(cursor_text),
            filter: filter(&args),
            listed_at: Some(invocation.now().to_string()),
        })
    }
}

/// Finds the fewest first digits of an id that name no other proposal.
async fn shortest(context: &Context, id: &str) -> Result<Option<String>, CommandError> {
    let digits = id.split_once('_').map_or(id, |(_, digits)| digits);
    for end in 1..=digits.len() {
        let Some(prefix) = digits.get(..end) else { break };
        let Some(pattern) = IdPattern::parse::<ProposalKind>(prefix) else { break };
        if matches!(context.store()?.resolve(&pattern).await?, Resolved::One(_)) {
            return Ok(Some(prefix.to_owned()));
        }
    }
    Ok(None)
}

fn query(args: &Args) -> Result<ListQuery, CommandError> {
    if !(1..=MAX_LIMIT).contains(&args.limit) {
        return Err(CommandError::usage(format!("--limit takes 1 to {MAX_LIMIT}")));
    }
    let search = args.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if search.is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        return Err(CommandError::usage(format!("--search takes at most {MAX_SEARCH} characters")));
    }
    let before = args.before.as_deref().map(parse_cursor).transpose()?;
    Ok(ListQuery {
        status: args.status,
        language: args.language,
        search: search.map(str::to_owned),
        limit: args.limit,
        before,
        count: if args.count { Counting::Always } else { Counting::IfCheap },
    })
}

/// Writes the filter as it would be typed.
fn filter(args: &Args) -> String {
    let status = args.status.map(|status| format!("--status {}", status.word()));
    let language = args.language.map(|language| format!("--language {}", language.word()));
    let search = args.search.as_deref().map(|text| format!("--search \"{text}\""));
    [status, language, search].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn cursor_text(cursor: Cursor) -> String {
    format!("{}.{}", cursor.created_at.millis(), cursor.row)
}

fn parse_cursor(text: &str) -> Result<Cursor, CommandError> {
    let parse = || {
        let (millis, row) = text.split_once('.')?;
        Some(Cursor {
            created_at: Timestamp::from_millis(millis.parse().ok()?),
            row: row.parse().ok()?,
        })
    };
    parse().ok_or_else(|| {
        CommandError::usage(format!("{text:?} is not a cursor"))
            .hint("Take `next_cursor` of an earlier page as it is.")
    })
}

fn row(row: ListRow) -> Row {
    Row {
        proposal_id: row.id.to_string(),
        shortest_prefix: None,
        status: row.status,
        verdict: row.verdict,
        spec: row.request,
        language: row.language,
        imported_from: row.source,
        created_at: row.created_at.to_string(),
        updated_at: row.updated_at.to_string(),
    }
}

/// Shows the request, with a mark where the proposal came from elsewhere.
fn shown_request(row: &Row) -> String {
    let request = views::preview(&row.spec.replace('\n', " "), 60);
    match row.imported_from {
        Some(_) => format!("(imported) {request}"),
        None => request,
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        if self.proposals.is_empty() {
            return if self.filter.is_empty() {
                Page::new()
                    .text("There are no proposals yet.")
                    .next(["/propose-code <what you need>  makes the first one"])
            } else {
                Page::new()
                    .text(format!("No proposal fits {}.", self.filter))
                    .next(["/list-proposals  lists all of them"])
            };
        }
        // A column that says the same in every row says nothing.
        let mut languages = self.proposals.iter().map(|row| row.language);
        let first = languages.next();
        let is_mixed = languages.any(|language| Some(language) != first);
        let cells = |row: &Row| {
            let id = Cell::toned(row.proposal_id.as_str(), Tone::Strong);
            let mut cells = vec![
                row.shortest_prefix.iter().fold(id, Cell::with_mark),
                views::status_cell(row.status),
                row.verdict.map_or_else(|| Cell::toned("", Tone::Dim), views::verdict_cell),
                Cell::toned(ago::told(&row.created_at, self.listed_at.as_deref()), Tone::Dim),
                Cell::from(shown_request(row)),
            ];
            if is_mixed {
                cells.insert(3, Cell::from(row.language.word()));
            }
            cells
        };
        let mut head =
            ["id", "status", "verdict", "created", "request"].map(str::to_owned).to_vec();
        if is_mixed {
            head.insert(3, "language".to_owned());
        }
        let table = Block::Table { head, rows: self.proposals.iter().map(cells).collect() };
        let shown = self.proposals.len();
        let told = self.total.map_or_else(
            || counted(shown, "proposal"),
            |total| format!("{shown} of {}", counted(total, "proposal")),
        );
        let mut page = Page::new().block(table).text(Cell::toned(told, Tone::Dim));
        if let Some(cursor) = &self.next_cursor {
            let filter =
                if self.filter.is_empty() { String::new() } else { format!("{} ", self.filter) };
            // A page that another one follows has as many rows as were asked for.
            let is_usual = u32::try_from(shown).is_ok_and(|shown| shown == DEFAULT_LIMIT);
            let limit = if is_usual { String::new() } else { format!("--limit {shown} ") };
            page = page.next([format!(
                "/list-proposals {filter}{limit}--before {cursor}  shows the next page"
            )]);
        }
        page
    }
}
