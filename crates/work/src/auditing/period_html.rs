//! Writes a period report as one page of HTML.
//!
//! The page is filed and opened years later: it loads nothing, runs nothing (its own policy forbids both) and prints well.
//! Every text from the record is escaped.

use crate::auditing::noted_acts::{NotedAct, Sort};
use crate::auditing::period::{Reported, SECTIONS, Section, UNCERTAIN, WITHOUT_QUORUM};
use crate::auditing::period_days::Span;
use crate::auditing::population::{Change, Decided, Deed};
use record::domain::text::Untrusted;
use verifier::verified::EmergencyView;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 20%,transparent)}\
body{font:15px/1.5 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}\
h1{margin-bottom:0}h2{margin-top:2.5rem;font-size:1.15rem}\
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.9rem}\
th,td{text-align:left;vertical-align:top;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}\
thead th{white-space:nowrap}th[scope=row]{width:9rem;font-weight:600}td.n{font-variant-numeric:tabular-nums;white-space:nowrap}\
code{font:.85em ui-monospace,monospace}.bad{color:light-dark(#a8201a,#ff8a80)}.good{color:light-dark(#0a6b2d,#5fd38d)}\
.none{opacity:.75}@media print{body{max-width:none;margin:0}}";

const DECISION_HEAD: &str = "<tr><th>entry</th><th>time (UTC)</th><th>decision</th><th>by</th><th>change</th><th>verdict</th>\
    <th>evidence</th><th>signed by</th><th>policy</th><th>reason, comment, and what became of it</th></tr>";
const ACT_HEAD: &str =
    "<tr><th>entry</th><th>time (UTC)</th><th>by</th><th>what was done</th><th>reason</th></tr>";
const CHANGE_HEAD: &str = "<tr><th>change</th><th>content</th><th>requested</th><th>brought in</th><th>author</th>\
    <th>executions</th><th>verdict</th><th>decision</th></tr>";

/// Writes the report as one page: no script, no outside part, every text from the record escaped.
pub fn html(report: &Reported) -> String {
    let title = format!("Change report, {}", Untrusted(&report.period()).html());
    let sections: String = SECTIONS.iter().map(|section| of_section(report, section)).collect();
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    [
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width\">\n",
        &format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n"),
        &format!("<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"),
        "<p>For SOC 2 CC8.1 and ISO 27001 A.8.32. Times are those of the machine's clock; the order is that of the entries.</p>\n",
        &completeness(report),
        &sections,
        &without_quorum(report),
        &Sort::ALL.map(|sort| of_acts(report, sort)).concat(),
        &uncertain(report),
        &table("All decisions", DECISION_HEAD, &report.decisions.iter().map(decision).collect::<Vec<_>>()),
        &table("Population: every change", CHANGE_HEAD, &report.population.iter().map(change).collect::<Vec<_>>()),
        "</body>\n</html>\n",
    ]
    .concat()
}

fn completeness(report: &Reported) -> String {
    let log_entries = report.completeness.log_entries;
    let (root, signed_by) = report.completeness.seal();
    let row = |name: &str, value: String| {
        format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>\n")
    };
    let rows = [
        row(
            "Log",
            format!(
                "{log_entries} entries, numbered from 0 without gaps; all were verified for this report"
            ),
        ),
        row("Root", format!("<code>{}</code>", Untrusted(root).html())),
        row("Signed by", format!("<code>{}</code>", Untrusted(signed_by).html())),
        row("In the period", report.completeness.range()),
        row("Changes", report.population.len().to_string()),
        row("Decisions", report.decisions.len().to_string()),
    ];
    format!("<h2>Completeness</h2>\n<table>\n{}</table>\n", rows.concat())
}

fn of_section(report: &Reported, section: &Section) -> String {
    table(section.title, DECISION_HEAD, &report.section(section).map(decision).collect::<Vec<_>>())
}

fn without_quorum(report: &Reported) -> String {
    let words = |one: &EmergencyView| row(&[("bad", escaped(&one.words()))]);
    let rows: Vec<String> = report.completeness.emergencies.iter().map(words).collect();
    table(WITHOUT_QUORUM, "<tr><th>what was done, and why</th></tr>", &rows)
}

fn of_acts(report: &Reported, sort: Sort) -> String {
    let rows: Vec<String> = report.acts(sort).map(act).collect();
    table(sort.title(), ACT_HEAD, &rows)
}

fn act(act: &NotedAct) -> String {
    row(&[
        ("n", act.deed.seq.to_string()),
        ("n", time(&act.deed)),
        ("", escaped(&act.deed.by)),
        ("", escaped(&act.words())),
        ("", escaped(act.reason.as_deref().unwrap_or_default())),
    ])
}

fn uncertain(report: &Reported) -> String {
    let words = |span: &Span| row(&[("bad", escaped(&span.words()))]);
    let rows: Vec<String> = report.completeness.uncertain.iter().map(words).collect();
    table(UNCERTAIN, "<tr><th>entries</th></tr>", &rows)
}

fn table(title: &str, head: &str, rows: &[String]) -> String {
    let title = Untrusted(title).html();
    if rows.is_empty() {
        return format!("<h2>{title}</h2>\n<p class=\"none\">None.</p>\n");
    }
    let (count, rows) = (rows.len(), rows.concat());
    format!(
        "<h2>{title} ({count})</h2>\n<div class=\"wide\"><table>\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn decision(one: &Decided) -> String {
    let evidence = one.evidence.map_or_else(
        || "<span class=\"bad\">none before it</span>".to_owned(),
        |seq| format!("entry {seq}"),
    );
    let comment = one.comment.as_ref().map(|comment| format!("comment: {comment}"));
    let remarks = [one.reason.as_deref(), comment.as_deref(), one.undone.as_deref()];
    let remarks: Vec<String> =
        remarks.into_iter().flatten().map(|text| Untrusted(text).html()).collect();
    let class = if one.assurance == "unsigned" { "bad" } else { "" };
    row(&[
        ("n", one.deed.seq.to_string()),
        ("n", time(&one.deed)),
        ("", escaped(&one.decision)),
        ("", escaped(&one.deed.by)),
        ("", subject(&one.proposal, one.revision, one.request.as_deref())),
        verdict(one.verdict.as_deref()),
        ("n", evidence),
        (class, escaped(&one.assurance)),
        ("n", short(one.policy.as_deref().unwrap_or_default())),
        ("", remarks.join("; ")),
    ])
}

/// The proposal and revision, with the request beside them.
fn subject(proposal: &str, revision: u32, request: Option<&str>) -> String {
    let request = request.map(|request| format!(": {}", escaped(request))).unwrap_or_default();
    format!("{} r{revision}{request}", escaped(proposal))
}

fn change(change: &Change) -> String {
    let deed = |deed: &Deed| format!("{}, {}, entry {}", escaped(&deed.by), time(deed), deed.seq);
    let decided = change.decided.map(|seq| format!(", entry {seq}")).unwrap_or_default();
    row(&[
        ("", subject(&change.proposal, change.revision, change.request.as_deref())),
        ("n", short(&change.content_hash)),
        ("", change.requested.as_ref().map(deed).unwrap_or_default()),
        ("", deed(&change.authored)),
        ("", escaped(&change.author)),
        ("n", change.executions.to_string()),
        verdict(change.verdict.as_deref()),
        ("", escaped(change.decision.as_deref().unwrap_or("none")) + &decided),
    ])
}

fn row(cells: &[(&str, String)]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|(class, text)| match *class {
            "" => ["<td>", text, "</td>"].concat(),
            class => ["<td class=\"", class, "\">", text, "</td>"].concat(),
        })
        .collect();
    ["<tr>", &cells.concat(), "</tr>\n"].concat()
}

fn verdict(word: Option<&str>) -> (&'static str, String) {
    let class = match word {
        Some("passed") => "good",
        Some(_) => "bad",
        None => "",
    };
    (class, escaped(word.unwrap_or("none")))
}

/// The beginning of a digest, with all of it beneath the pointer.
fn short(digest: &str) -> String {
    let start: String = digest.trim_start_matches("sha256:").chars().take(16).collect();
    format!("<code title=\"{}\">{}</code>", escaped(digest), escaped(&start))
}

fn time(deed: &Deed) -> String {
    escaped(&deed.when().replace('T', " ").replace('Z', ""))
}

fn escaped(text: &str) -> String {
    Untrusted(text).html()
}
