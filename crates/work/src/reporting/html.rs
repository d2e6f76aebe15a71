//! Writes a report as one HTML page.
//!
//! The page can be mailed or archived, so it needs nothing from outside, and its own policy forbids scripts and loading.
//! Names, messages and outputs come from the code under test; every one of them is escaped as it goes in.

use crate::contract::page::{Cell, Tone};
use crate::reporting::change_page;
use crate::reporting::evidence_page;
use crate::reporting::evidence_report::Report;
use crate::reporting::file_reports;
use record::domain::evidence::{TestCase, TestOutcome};
use record::domain::text::Untrusted;

/// Tests listed.
const MAX_CASES: usize = 2_000;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 20%,transparent)}\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%;margin:1rem 0}\
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line)}\
pre{overflow-x:auto;padding:.75rem;border:1px solid var(--line);border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere}\
.good{color:light-dark(#0a6b2d,#5fd38d)}.bad{color:light-dark(#a8201a,#ff8a80)}.warn{color:light-dark(#8a5a00,#f2c14e)}\
.dim{opacity:.75}";

/// Writes the report as one page: no script, no outside part, everything from the code under test escaped.
pub fn html(report: &Report) -> String {
    let title = format!("Report on {} revision {}", report.proposal_id, report.revision);
    let fields = [evidence_page::summary(report), evidence_page::besides(report)].concat();
    let rows: String = fields.iter().map(|(name, cell)| row(name, cell)).collect();
    let status = row("Status", &Cell::from(report.status.word()));
    [
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        &format!("<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n", Untrusted(&title).html()),
        &format!("<h1>{}</h1>\n<pre>{}</pre>\n", Untrusted(&title).html(), Untrusted(&report.spec).html()),
        &format!("<table>\n{rows}{status}</table>\n"),
        &change(report),
        &table("Files", &file_reports::HEAD, &file_reports::rows(&report.listed, &report.files)),
        &table("Requirements", &file_reports::REQUIREMENTS, &file_reports::requirement_rows(&report.requirements)),
        &tests(report),
        &issues(report),
        &findings(report),
        &pairs("Sandbox", &report.guarantees),
        &pairs("Environment", &report.environment),
        &outputs(report),
        "</body>\n</html>\n",
    ]
    .concat()
}

fn row(name: &str, cell: &Cell) -> String {
    ["<tr><th scope=\"row\">", &Untrusted(name).html(), "</th>", &data(cell), "</tr>\n"].concat()
}

fn data(cell: &Cell) -> String {
    let class = match cell.tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warn => "warn",
        Tone::Dim => "dim",
        Tone::Plain | Tone::Strong => "",
    };
    format!("<td class=\"{class}\">{}</td>", Untrusted(&cell.text).html())
}

fn table(title: &str, head: &[&str], rows: &[Vec<Cell>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let row = |row: &Vec<Cell>| {
        let cells: String = row.iter().map(data).collect();
        ["<tr>", &cells, "</tr>\n"].concat()
    };
    let rows: String = rows.iter().map(row).collect();
    let head = head.join("</th><th>");
    format!("<h2>{title}</h2>\n<table>\n<tr><th>{head}</th></tr>\n{rows}</table>\n")
}

fn change(report: &Report) -> String {
    let lists = report.change.as_deref().map(change_page::lists).unwrap_or_default();
    let list = |(title, entries): (&str, Vec<String>)| {
        let item = |entry: &String| format!("<li>{}</li>\n", Untrusted(entry).html());
        let items: String = entries.iter().map(item).collect();
        format!("<h2>{title}</h2>\n<ul>\n{items}</ul>\n")
    };
    lists.into_iter().map(list).collect()
}

fn tests(report: &Report) -> String {
    if report.tests.cases.is_empty() {
        return String::new();
    }
    let rows: String = report.tests.cases.iter().take(MAX_CASES).map(case).collect();
    format!(
        "<h2>Tests</h2>\n<table>\n<tr><th>test</th><th>outcome</th><th>ms</th></tr>\n{rows}</table>\n"
    )
}

fn case(case: &TestCase) -> String {
    let (word, class) = match case.outcome {
        TestOutcome::Passed => ("passed", "good"),
        TestOutcome::Failed => ("failed", "bad"),
        TestOutcome::Error => ("error", "bad"),
        TestOutcome::Skipped => ("skipped", "warn"),
        TestOutcome::Xfailed => ("expected failure", "dim"),
        TestOutcome::Xpassed => ("unexpected pass", "warn"),
    };
    let message = if case.message.is_empty() {
        String::new()
    } else {
        format!(
            "<details><summary>why</summary><pre>{}</pre></details>",
            Untrusted(&case.message).html()
        )
    };
    format!(
        "<tr><td>{}{message}</td><td class=\"{class}\">{word}</td><td>{}</td></tr>\n",
        Untrusted(&case.id).html(),
        case.duration_ms
    )
}

fn issues(report: &Report) -> String {
    if report.lint.issues.is_empty() {
        return String::new();
    }
    let row = |issue: &record::domain::evidence::LintIssue| {
        let (symbol, message) = (Untrusted(&issue.symbol).html(), Untrusted(&issue.message).html());
        let path = issue.path.as_deref().map(|path| Untrusted(path).html() + ":");
        format!(
            "<tr><td>{}{}:{}</td><td>{symbol}</td><td>{message}</td></tr>\n",
            path.unwrap_or_default(),
            issue.line,
            issue.column
        )
    };
    let rows: String = report.lint.issues.iter().map(row).collect();
    format!(
        "<h2>Lint</h2>\n<table>\n<tr><th>line</th><th>symbol</th><th>message</th></tr>\n{rows}</table>\n"
    )
}

fn findings(report: &Report) -> String {
    if report.integrity.findings.is_empty() {
        return String::new();
    }
    let item = |finding: &record::domain::evidence::Finding| {
        let (code, message) = (Untrusted(&finding.code).html(), Untrusted(&finding.message).html());
        format!("<li class=\"warn\">{code}: {message}</li>\n")
    };
    let items: String = report.integrity.findings.iter().map(item).collect();
    format!("<h2>Findings</h2>\n<ul>\n{items}</ul>\n")
}

fn pairs(title: &str, pairs: &std::collections::BTreeMap<String, String>) -> String {
    let rows: String =
        pairs.iter().map(|(name, value)| row(name, &Cell::from(value.as_str()))).collect();
    format!("<h2>{title}</h2>\n<table>\n{rows}</table>\n")
}

fn outputs(report: &Report) -> String {
    let block = |title: &str, text: &str| match text.trim() {
        "" => String::new(),
        _ => ["<h2>", title, "</h2>\n<pre>", &Untrusted(text).html(), "</pre>\n"].concat(),
    };
    let pruned = if report.output.pruned {
        ["<p>", evidence_page::PRUNED, "</p>\n"].concat()
    } else {
        String::new()
    };
    block("Standard output", &report.output.stdout)
        + &block("Standard error", &report.output.stderr)
        + &pruned
}
