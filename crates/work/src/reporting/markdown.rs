//! Writes a report as Markdown.
//!
//! Made for pull requests and tickets, where text from the code under test could otherwise become links, images or markup. So
//! texts are escaped, and messages go into fences that they cannot close.

use crate::reporting::change_page;
use crate::reporting::evidence_page;
use crate::reporting::evidence_report::Report;
use crate::reporting::file_reports;
use record::domain::text::Untrusted;

/// Failed tests shown.
const MAX_FAILURES: usize = 3;
/// Characters of a message shown.
const MAX_MESSAGE: usize = 1_000;
/// Lint messages shown.
const MAX_ISSUES: usize = 10;

/// Writes the report as Markdown; nothing from the code under test acts in it.
pub fn markdown(report: &Report) -> String {
    let mut text = format!(
        "# Report on {} revision {}\n\n{}\n\n",
        report.proposal_id,
        report.revision,
        Untrusted(&report.spec).fenced("text")
    );
    text.push_str("| | |\n| --- | --- |\n");
    for (name, cell) in
        evidence_page::summary(report).into_iter().chain(evidence_page::besides(report))
    {
        let value = Untrusted(&cell.text.replace('\n', " ")).markdown();
        text.push_str(&["| ", name, " | ", &value, " |\n"].concat());
    }
    text.push_str(&["| Status | ", report.status.word(), " |\n"].concat());
    text.push_str(&change(report));
    text.push_str(&files(report));
    text.push_str(&failures(report));
    text.push_str(&issues(report));
    text.push_str(&findings(report));
    text.push_str(&layers(report));
    if report.output.pruned {
        text.push_str(&["\n", evidence_page::PRUNED, "\n"].concat());
    }
    text
}

fn files(report: &Report) -> String {
    let mut text = String::new();
    let cells = |row: Vec<String>| format!("| {} |\n", row.join(" | "));
    for (title, head, rows) in [
        ("Files", &file_reports::HEAD[..], file_reports::rows(&report.listed, &report.files)),
        (
            "Requirements",
            &file_reports::REQUIREMENTS[..],
            file_reports::requirement_rows(&report.requirements),
        ),
    ] {
        if rows.is_empty() {
            continue;
        }
        text.push_str(&["\n## ", title, "\n\n"].concat());
        text.push_str(&cells(head.iter().map(|name| (*name).to_owned()).collect()));
        text.push_str(&cells(vec!["---".to_owned(); head.len()]));
        for row in rows {
            let row = row.iter().map(|cell| Untrusted(&cell.text).markdown());
            text.push_str(&cells(row.collect()));
        }
    }
    text
}

fn change(report: &Report) -> String {
    let lists = report.change.as_deref().map(change_page::shown).unwrap_or_default();
    let list = |(title, entries): (&str, Vec<String>)| {
        let item = |entry: &String| {
            let entry = Untrusted(&entry.replace('\n', " ")).markdown();
            ["- ", &entry, "\n"].concat()
        };
        let items: String = entries.iter().map(item).collect();
        format!("\n## {title}\n\n{items}")
    };
    lists.into_iter().map(list).collect()
}

fn failures(report: &Report) -> String {
    let (word, cases) = report.telling_tests();
    if cases.is_empty() {
        return String::new();
    }
    let title = if word == "failed" { "Failed" } else { "Skipped" };
    let mut text = format!("\n## {title} tests\n\n");
    for case in cases.iter().take(MAX_FAILURES) {
        let message: String = case.message.chars().take(MAX_MESSAGE).collect();
        let name = Untrusted(&case.id).markdown();
        text.push_str(
            &["### ", &name, "\n\n", &Untrusted(&message).fenced("text"), "\n\n"].concat(),
        );
    }
    text
}

fn issues(report: &Report) -> String {
    if report.lint.issues.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n## Lint\n\n");
    for issue in report.lint.issues.iter().take(MAX_ISSUES) {
        let message = Untrusted(&issue.message.replace('\n', " ")).markdown();
        let (line, symbol) = (issue.line.to_string(), Untrusted(&issue.symbol).markdown());
        text.extend(["- line ", &line, ": ", &message, " (", &symbol, ")\n"]);
    }
    text
}

fn findings(report: &Report) -> String {
    if report.integrity.findings.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n## Findings\n\n");
    for finding in &report.integrity.findings {
        let message = Untrusted(&finding.message.replace('\n', " ")).markdown();
        text.push_str(&["- ", &Untrusted(&finding.code).markdown(), ": ", &message, "\n"].concat());
    }
    text
}

fn layers(report: &Report) -> String {
    let mut text = String::from("\n## Sandbox\n\n| layer | established |\n| --- | --- |\n");
    for (name, value) in &report.guarantees {
        let row = ["| ", &Untrusted(name).markdown(), " | ", &Untrusted(value).markdown(), " |\n"]
            .concat();
        text.push_str(&row);
    }
    text
}
