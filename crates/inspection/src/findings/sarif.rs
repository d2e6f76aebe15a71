//! Findings in SARIF 2.1.0, which editors and code hosts read.
//!
//! A finding keeps its id as a partial fingerprint, so that they know it again as we do.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::findings::finding::{Finding, Severity};

/// The document of some findings, by the version of the program.
pub fn sarif(found: &[Finding], version: &str) -> Value {
    let rules: BTreeSet<&str> = found.iter().map(|finding| finding.rule.as_str()).collect();
    let rules: Vec<Value> = rules.into_iter().map(|rule| json!({ "id": rule })).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "saraphina", "version": version, "rules": rules } },
            "results": found.iter().map(result).collect::<Vec<Value>>(),
        }],
    })
}

fn result(finding: &Finding) -> Value {
    json!({
        "ruleId": finding.rule,
        "level": match finding.severity {
            Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low => "note",
        },
        "message": { "text": format!("{}: {}", finding.message, finding.reason) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&finding.path) },
                "region": { "startLine": finding.line.max(1) },
            },
        }],
        "partialFingerprints": { "saraphinaFinding/v1": finding.id },
        "rank": finding.heat.clamp(0.0, 100.0),
    })
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    let written = |byte: u8| {
        if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    path.bytes().map(written).collect()
}
