//! What runs now, and what ran lately.
//!
//! Work of this engine is known as it happens; what ended is read from the end of the log. A run's own page shows every step of it.

use askama::Template;

use crate::surfaces::console::deeds::Deed;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::named;
use foundation::store::query::LogQuery;
use record::domain::id::ProposalId;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::reporting::{ago, views};

/// Entries that are looked at.
const LOOKED_AT: u32 = 400;
/// Runs that are shown.
const ROWS: usize = 40;
/// Characters of a request.
const REQUEST: usize = 120;

/// The page.
#[derive(Template)]
#[template(path = "runs.html")]
pub struct RunsPage {
    frame: Frame,
    running: Vec<Running>,
    lately: Vec<Ended>,
}

/// A run that goes on.
#[derive(Clone, Debug)]
pub struct Running {
    job: String,
    proposal: String,
    request: String,
    asked_by: String,
    since: String,
}

/// A run that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    deed: Deed,
    request: String,
}

/// Reads what runs and ran.
pub async fn runs(context: &Context, look: &Look) -> Result<RunsPage, CommandError> {
    let now = context.now().to_string();
    let mut running = Vec::new();
    for (job, work) in context.running.all() {
        running.push(Running {
            job: job.to_string(),
            request: request(context, &work.proposal).await?,
            proposal: work.proposal.to_string(),
            asked_by: named(&work.caller.who),
            since: ago::told(&work.started_at.to_string(), Some(&now)),
        });
    }
    let newest = LogQuery { proposal: None, limit: LOOKED_AT, before: None };
    let mut lately: Vec<Ended> = Vec::new();
    for row in context.store()?.log(&newest).await? {
        let deed = Deed::of(&row);
        let is_end = ["execution.verdict", "healing.ended", "execution.infra_error"];
        let is_known = lately.iter().any(|one| one.deed.proposal == deed.proposal);
        let Ok(proposal) = deed.proposal.parse::<ProposalId>() else { continue };
        if is_known || !is_end.contains(&deed.kind.as_str()) {
            continue;
        }
        let request = request(context, &proposal).await?;
        lately.push(Ended { deed, request });
        if lately.len() == ROWS {
            break;
        }
    }
    Ok(RunsPage {
        frame: Frame::of(context, look, Place::Runs, "Runs").await.via("", "Runs"),
        running,
        lately,
    })
}

async fn request(context: &Context, id: &ProposalId) -> Result<String, CommandError> {
    let proposal = context.store()?.proposal(id).await?;
    let request = proposal.map(|proposal| proposal.request).unwrap_or_default();
    Ok(views::preview(&request.replace('\n', " "), REQUEST))
}
