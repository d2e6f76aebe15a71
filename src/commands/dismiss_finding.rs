//! `/dismiss-finding`: says that a finding needs nothing done, with the reason on record.
//!
//! The finding is named as a look shows it, by its place and rule. Its line is read from HEAD of the repository, since the text of the line
//! is what a finding is known by: where that text changes, the finding is told again.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::dismissed::{Answer, answer, record};
use foundation::repository::repository::Repository;
use inspection::findings::finding::{File, Finding};
use record::domain::act::{Act, ActKind};
use record::domain::dismissal::{Dismissal, MAX_REASON, finding_id, is_rule};
use record::domain::principal::Authority;
use record::domain::role::Role;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::repositories;
use work::improving::{look, subject};

/// `/dismiss-finding`
pub enum DismissFinding {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// Where it is, a file and its line as a look shows them; without a place what is dismissed is listed
    #[arg(value_name = "PLACE")]
    pub place: Option<String>,
    /// Its rule, as a look shows it
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// Why nothing is to be done
    #[arg(value_name = "WHY")]
    pub reason: Vec<String>,
    /// The repository, as `/repository` names it; the only one where there is one
    #[arg(long, value_name = "NAME")]
    pub repo: Option<String>,
}

impl Command for DismissFinding {
    const SPEC: Spec = Spec {
        name: "dismiss-finding",
        aliases: &[],
        summary: "Say that a finding needs nothing done, with the reason on record",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: Some("reason"),
        examples: &[
            "/dismiss-finding --repo shop shop/store.py:12 S608 the table is a constant",
            "/dismiss-finding",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let Some(place) = args.place.as_deref() else { return answer(invocation, None).await };
        let (dismissal, line) = dismissal(invocation, &args, place).await?;
        let doubt = doubt(invocation, &dismissal, line).await;
        let act =
            Act { data: dismissal.detail(), ..invocation.act(ActKind::OwnerFindingDismissed) };
        let audit = record(invocation, act).await?;
        Ok(Answer { doubt, ..answer(invocation, Some(audit)).await? })
    }
}

/// Why it is doubtful that there is such a finding: a name typed wrong lets nothing rest, and nobody would notice.
async fn doubt(invocation: &Invocation, dismissal: &Dismissal, line: u32) -> Option<String> {
    let Dismissal { rule, path, finding, .. } = dismissal;
    let is_it = |found: &Finding| found.id == *finding;
    match found_in(invocation, dismissal).await {
        Err(error) => {
            Some(format!("Whether there is such a finding was not looked at: {}", error.chain()))
        }
        Ok(found) if found.iter().any(is_it) => None,
        Ok(found) => {
            let at =
                found.iter().filter(|found| found.line == line).map(|found| found.rule.as_str());
            let there: BTreeSet<&str> = at.collect();
            let there = if there.is_empty() {
                "nothing".to_owned()
            } else {
                there.into_iter().collect::<Vec<_>>().join(", ")
            };
            Some(format!(
                "A look at HEAD finds no {rule} at {path}:{line}; it finds {there} there. Where one is found, it will not be told."
            ))
        }
    }
}

/// What a look at the file finds that it is in.
async fn found_in(
    invocation: &Invocation,
    dismissal: &Dismissal,
) -> Result<Vec<Finding>, CommandError> {
    let described = repositories::named(invocation, &dismissal.repository).await?.repository;
    let mut subject = subject::of_repository(invocation, &described, Vec::new()).await?;
    subject.asked = BTreeSet::from([dismissal.path.clone()]);
    look::all_findings(invocation, &mut subject).await
}

/// What is dismissed, and the line that it is at.
async fn dismissal(
    invocation: &Invocation,
    args: &Args,
    place: &str,
) -> Result<(Dismissal, u32), CommandError> {
    let hint = "Such as `/dismiss-finding shop/store.py:12 S608 the table is a constant`.";
    let usage = |message: &str| CommandError::usage(message).hint(hint);
    let parts = place.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?)));
    let (path, line): (&str, u32) = parts.ok_or_else(|| usage("the place is no FILE:LINE"))?;
    let rule = args.rule.as_deref().filter(|rule| is_rule(rule));
    let rule = rule.ok_or_else(|| usage("the rule is missing, or no name of a rule"))?;
    let reason = args.reason.join(" ").trim().to_owned();
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        let message =
            format!("a finding is dismissed for a reason of at most {MAX_REASON} characters");
        return Err(usage(&message));
    }
    let known = match &args.repo {
        Some(name) => repositories::named(invocation, &name.parse()?).await?,
        None => only(invocation).await?,
    };
    let described = known.repository;
    let folder = repositories::folder(invocation);
    let repository = Repository::open(&folder, &described.name, described.path.as_ref())?;
    let text = line_of(&repository, path, line).await?;
    let text = text.ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("HEAD of {} has no {place}", described.name))
            .hint("Give the place as `/scan-code --repo` or `/review-code` shows it.")
    })?;
    let dismissal = Dismissal {
        repository: described.name,
        finding: finding_id(rule, path, &text),
        rule: rule.to_owned(),
        path: path.to_owned(),
        reason,
    };
    Ok((dismissal, line))
}

async fn only(invocation: &Invocation) -> Result<repositories::Known, CommandError> {
    let mut known = repositories::all(invocation).await?.into_values();
    match (known.next(), known.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(CommandError::usage("it is not clear which repository is meant")
            .hint("Say it with --repo; see `/repository list`.")),
    }
}

/// A line of a file of HEAD, as findings take it.
async fn line_of(
    repository: &Repository,
    path: &str,
    line: u32,
) -> Result<Option<String>, CommandError> {
    let head = repository.head().await?;
    let blobs = repository.tree_blobs(&head.base.tree).await?;
    let Some(blob) = blobs.into_iter().find(|blob| blob.path == path.as_bytes()) else {
        return Ok(None);
    };
    let content = repository.sources()?.read(&[&blob.id]).await?.pop().flatten();
    let Some(content) = content else { return Ok(None) };
    let text = String::from_utf8_lossy(&content).into_owned();
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    let file = File { path: path.to_owned(), role: Role::Code, text };
    Ok((1..=lines).contains(&line).then(|| file.line(line)))
}
