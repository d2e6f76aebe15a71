//! Which address shows which page.
//!
//! Every page is for the owner alone: whoever has no session gets the page that says how to sign in. Assets and the stand-alone verifier
//! hold nothing of the home, and are for everybody whom the gate lets through.

use axum::extract::{Path, Request, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde_json::{Value, json};

use crate::surfaces::console::assets::{ASSETS, VERIFIER_PAGE};
use crate::surfaces::console::look::{Look, THEME_COOKIE, Theme};
use crate::surfaces::console::search_page::Found;
use crate::surfaces::console::trouble_page::{SignInPage, TroublePage, status};
use crate::surfaces::console::{
    concept_page, entry_page, inbox_page, knowledge_page, memory_page, raw_record, record_page,
    repositories_page, repository_page, respond, review_page, run_page, runs_page, search_page,
    sign_page, statistics_page,
};
use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::body::Whole;
use crate::surfaces::http::calling::call;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::visitor::Visitor;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};

/// How long the choice of colours is kept, in seconds.
const A_YEAR: u32 = 31_536_000;

/// The addresses of pages that need nothing in them.
pub const PLAIN: [&str; 7] =
    ["/", "/runs", "/record", "/statistics", "/knowledge", "/repositories", "/search"];

/// The pages, with a guard before all that show anything of the home.
pub fn routes() -> Router<Served> {
    Router::new()
        .route("/", get(inbox))
        .route("/proposals/{id}", get(review))
        .route("/runs", get(runs))
        .route("/runs/{id}", get(run))
        .route("/runs/{job}/cancel", post(cancel))
        .route("/record", get(record))
        .route("/record/{seq}", get(entry))
        .route("/record/{seq}/proof", get(raw_proof))
        .route("/record-head", get(raw_head))
        .route("/record-entries/{from}", get(raw_entries))
        .route("/statistics", get(statistics))
        .route("/statistics/{file}", get(numbers))
        .route("/knowledge", get(knowledge))
        .route("/knowledge/{name}", get(concept))
        .route("/repositories", get(repositories))
        .route("/repositories/{name}", get(repository))
        .route("/repositories/{name}/memory", get(memory))
        .route("/search", get(search))
        .route("/sign", post(ask_to_sign))
        .route("/sign/{id}", get(sign))
        .layer(from_fn(owners_only))
        .route("/theme", get(theme))
        .route("/verify.html", get(verifier))
        .route("/assets/{name}", get(asset))
}

/// Draws a page, or the page of its error.
macro_rules! page {
    ($served:expr, $look:expr, $made:expr) => {{
        let context: &Context = $served.desk.engine().context();
        match $made(context, &$look).await {
            Ok(page) => respond::page(StatusCode::OK, &page),
            Err(error) => trouble(context, &$look, &error).await,
        }
    }};
}

async fn inbox(State(served): State<Served>, look: Look) -> Response {
    page!(served, look, inbox_page::inbox)
}

async fn review(State(served): State<Served>, Path(id): Path<String>, look: Look) -> Response {
    page!(served, look, async |context, look| review_page::review(context, look, &id).await)
}

async fn runs(State(served): State<Served>, look: Look) -> Response {
    page!(served, look, runs_page::runs)
}

async fn run(State(served): State<Served>, Path(id): Path<String>, look: Look) -> Response {
    page!(served, look, async |context, look| run_page::run(context, look, &id).await)
}

async fn record(State(served): State<Served>, look: Look) -> Response {
    page!(served, look, record_page::record)
}

async fn entry(State(served): State<Served>, Path(seq): Path<String>, look: Look) -> Response {
    page!(served, look, async |context, look| {
        entry_page::entry(context, look, number(&seq)?).await
    })
}

async fn statistics(State(served): State<Served>, look: Look) -> Response {
    page!(served, look, statistics_page::statistics)
}

async fn knowledge(State(served): State<Served>, look: Look) -> Response {
    page!(served, look, knowledge_page::knowledge)
}

async fn concept(State(served): State<Served>, Path(name): Path<String>, look: Look) -> Response {
    page!(served, look, async |context, look| { concept_page::concept(context, look, &name).await })
}

/// The numbers of one figure, as a file.
async fn numbers(State(served): State<Served>, Path(file): Path<String>, look: Look) -> Response {
    let context: &Context = served.desk.engine().context();
    match statistics_page::numbers(context, &look, &file).await {
        Ok(table) => respond::table(table),
        Err(error) => trouble(context, &look, &error).await,
    }
}

async fn repositories(State(served): State<Served>, look: Look) -> Response {
    page!(served, look, repositories_page::repositories)
}

async fn repository(
    State(served): State<Served>,
    Path(name): Path<String>,
    look: Look,
) -> Response {
    page!(served, look, async |context, look| {
        repository_page::repository(context, look, &name).await
    })
}

async fn memory(
    State(served): State<Served>,
    Path(name): Path<String>,
    Extension(visitor): Extension<Visitor>,
    look: Look,
) -> Response {
    let context: &Context = served.desk.engine().context();
    let page = match admitted(&visitor) {
        Ok(caller) => memory_page::memory(context, &look, (&served, &caller, &name)).await,
        Err(error) => Err(error),
    };
    match page {
        Ok(page) => respond::page(page.status, &page),
        Err(error) => trouble(context, &look, &error).await,
    }
}

async fn search(State(served): State<Served>, look: Look) -> Response {
    let context: &Context = served.desk.engine().context();
    match search_page::search(context, &look).await {
        Ok(Found::Page(page)) => respond::page(StatusCode::OK, &*page),
        Ok(Found::Proposal(id)) => see_other(&format!("/proposals/{id}")),
        Err(error) => trouble(context, &look, &error).await,
    }
}

/// Stops a run, and leads back to what it has come to.
async fn cancel(
    State(served): State<Served>,
    Path(job): Path<String>,
    Extension(visitor): Extension<Visitor>,
    look: Look,
) -> Response {
    let stopped = match admitted(&visitor) {
        Ok(caller) => call(&served, &caller, ("cancel", json!({ "job": job }))).await,
        Err(error) => Err(error),
    };
    match stopped {
        Ok(answer) => {
            let proposal = answer.data.get("proposal_id").and_then(Value::as_str);
            see_other(&proposal.map_or("/runs".to_owned(), |id| format!("/runs/{id}")))
        }
        Err(error) => trouble(served.desk.engine().context(), &look, &error).await,
    }
}

fn admitted(visitor: &Visitor) -> Result<Admitted, CommandError> {
    let nobody = || CommandError::new(ErrorKind::Forbidden, "nobody is signed in");
    visitor.admitted().ok_or_else(nobody)
}

/// Asks for a signature, and leads to the page that waits for it.
async fn ask_to_sign(
    State(served): State<Served>,
    Extension(visitor): Extension<Visitor>,
    Extension(body): Extension<Whole>,
    look: Look,
) -> Response {
    match sign_page::ask(&served, &visitor, &body).await {
        Ok(id) => see_other(&format!("/sign/{id}")),
        Err(error) => {
            let page = TroublePage::of(served.desk.engine().context(), &look, &error).await;
            let page = match sign_page::form_of(&body) {
                Some(form) => page.of_review(form),
                None => page,
            };
            respond::page(status(&error), &page)
        }
    }
}

async fn sign(State(served): State<Served>, Path(id): Path<String>, look: Look) -> Response {
    page!(served, look, async |context, look| sign_page::sign(context, look, (&served, &id)).await)
}

async fn raw_head(State(served): State<Served>, look: Look) -> Response {
    raw(&served, &look, raw_record::head(served.desk.engine().context()).await).await
}

async fn raw_entries(
    State(served): State<Served>,
    Path(from): Path<String>,
    look: Look,
) -> Response {
    let bytes = match number(&from) {
        Ok(from) => raw_record::entries(served.desk.engine().context(), from).await,
        Err(error) => Err(error),
    };
    raw(&served, &look, bytes).await
}

async fn raw_proof(State(served): State<Served>, Path(seq): Path<String>, look: Look) -> Response {
    let bytes = match number(&seq) {
        Ok(seq) => raw_record::proof(served.desk.engine().context(), seq).await,
        Err(error) => Err(error),
    };
    raw(&served, &look, bytes).await
}

async fn raw(served: &Served, look: &Look, made: Result<Response, CommandError>) -> Response {
    match made {
        Ok(response) => response,
        Err(error) => trouble(served.desk.engine().context(), look, &error).await,
    }
}

async fn asset(uri: Uri) -> Response {
    match ASSETS.find(uri.path()) {
        Some(asset) => respond::asset(asset),
        None => respond::plain(StatusCode::NOT_FOUND, "There is no such file."),
    }
}

async fn verifier() -> Response {
    respond::download("attachment; filename=\"verify.html\"", &VERIFIER_PAGE)
}

/// Keeps the choice of colours and leads back; it changes nothing of the home.
async fn theme(look: Look) -> Response {
    let theme = Theme::of(look.asked("to").unwrap_or_default());
    let mut response = see_other(look.back());
    let word = if theme == Theme::System { "system" } else { theme.word() };
    let cookie =
        format!("{THEME_COOKIE}={word}; Path=/; Max-Age={A_YEAR}; SameSite=Strict; HttpOnly");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
    response
}

fn see_other(place: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(place) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}

fn number(text: &str) -> Result<u64, CommandError> {
    text.parse().map_err(|_| {
        CommandError::new(ErrorKind::NotFound, format!("{text} is no entry of the record"))
            .hint("Entries have numbers from 0 on.")
    })
}

async fn trouble(context: &Context, look: &Look, error: &CommandError) -> Response {
    respond::page(status(error), &TroublePage::of(context, look, error).await)
}

/// Answers an address where nothing is with a page, for whoever reads pages.
pub async fn nothing_here(served: &Served, look: &Look) -> Response {
    let error = CommandError::new(ErrorKind::NotFound, "no page has this address")
        .hint("Start at the inbox, or search for what you are looking for.");
    trouble(served.desk.engine().context(), look, &error).await
}

/// Tells whether a visitor may see pages: the owner, at the socket or in a browser.
pub const fn is_owner(visitor: Option<&Visitor>) -> bool {
    matches!(visitor, Some(Visitor::Process { .. } | Visitor::Session(_)))
}

async fn owners_only(look: Look, request: Request, next: Next) -> Response {
    if is_owner(request.extensions().get::<Visitor>()) {
        return next.run(request).await;
    }
    let wanted = if request.method() == Method::GET { look.address.as_str() } else { "/" };
    respond::page(StatusCode::UNAUTHORIZED, &SignInPage::of(&look, "").leading_to(wanted))
}
