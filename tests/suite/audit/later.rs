//! Frozen logs of kinds that came later.

use record::domain::act::ActKind;
use serde_json::json;

use super::forge::{Log, digest, owner, proposed, revised, system};
use super::golden::{leased, revision_added, submitted, verdict};

/// What was imported.
pub(super) fn history() -> Log {
    let mut log = Log::begun();
    log.append(&submitted());
    let imported = owner(ActKind::HistoryImported)
        .about(proposed())
        .with("source", "original")
        .with("source_id", "proposal_0123456789ab")
        .with("source_digest", digest("rows"))
        .with("history_digest", digest("history"))
        .with("claimed_status", "approved")
        .with("revisions", 2)
        .with("executions", 3)
        .with("reviews", 1)
        .with("zone", "+02:00");
    let finished = owner(ActKind::ImportFinished)
        .with("source", "original")
        .with("shape", "whole")
        .with("file_digest", digest("file"))
        .with("proposals", 5)
        .with("imported", 4)
        .with("skipped", 1)
        .with("orphans", 2)
        .with("audit_rows", 7)
        .with("concepts", 3);
    log.append(&imported);
    log.append(&finished);
    log
}

/// A call of a model that played a role, its answer found later, and a call that was stopped.
pub(super) fn roles() -> Log {
    let mut log = Log::begun();
    log.append(&submitted());
    let asked = |kind| {
        owner(kind)
            .about(proposed())
            .with("provider", "openai")
            .with("model", "gpt-4o")
            .with("latency_ms", 2_310)
            .with("persona", "a-role-of-my-own2")
            .with("prompt_digest", digest("prompt"))
    };
    log.append(&asked(ActKind::ModelCalled).with("reply_digest", digest("reply")));
    log.append(&asked(ActKind::ModelAnswered).with("reply_digest", digest("reply")));
    log.append(&asked(ActKind::ModelCalled).with("finish", "cancelled"));
    log
}

/// A healing, as far as it has records of its own.
pub(super) fn healing() -> Log {
    let mut log = Log::begun();
    for act in [submitted(), revision_added(), leased(), verdict()] {
        log.append(&act);
    }
    let started = owner(ActKind::HealingStarted)
        .about(revised())
        .with("strategies", json!(["mechanical", "search", "model"]))
        .with("max_iterations", 3)
        .with("budget_tokens", 20_000)
        .with("budget_microusd", 50_000)
        .with("budget_seconds", 120);
    let ended = owner(ActKind::HealingEnded)
        .about(revised())
        .with("stop", "passed")
        .with("base", 1)
        .with(
            "steps",
            json!([{"part": "attempt", "strategy": "search", "parent": 1, "class": "logic",
                    "candidates": 122, "revision": 2, "operator": "compare",
                    "confidence": "held_back", "behaviours": 1}]),
        )
        .with("candidates", 122)
        .with("notes", json!(["the newest revision was not executed again"]));
    log.append(&started);
    log.append(&ended);
    log
}

/// A change that went into its target and out again, and one whose engine died.
pub(super) fn applying() -> Log {
    let mut log = Log::begun();
    for act in [submitted(), revision_added()] {
        log.append(&act);
    }
    let started = |kind, target: &str| {
        owner(kind)
            .about(revised())
            .with("target", target)
            .with("place", "/srv/shop")
            .with("paths", 3)
            .with("order_digest", digest("order"))
    };
    log.append(&started(ActKind::ApplyStarted, "commit"));
    let applied = owner(ActKind::ApplyFinished).about(revised());
    log.append(&applied.with("started", 3).with("outcome", "applied"));
    log.append(&started(ActKind::RollbackStarted, "commit").with("undoes", 3));
    let out = owner(ActKind::RollbackFinished).about(revised());
    log.append(&out.with("started", 5).with("outcome", "applied"));
    log.append(&started(ActKind::ApplyStarted, "folder"));
    let recovered = system(ActKind::ApplyFinished)
        .about(revised())
        .with("started", 7)
        .with("outcome", "undone")
        .with("recovered", true)
        .with("cause", "engine_died")
        .with("left", json!(["src/shop.py"]));
    log.append(&recovered);
    log
}

/// A finding that an owner dismissed, and let count again.
pub(super) fn findings() -> Log {
    let mut log = Log::begun();
    let of = |kind| owner(kind).with("repository", "shop").with("finding", "7c2e91aa0d15ea5e");
    let dismissed = of(ActKind::OwnerFindingDismissed)
        .with("rule", "S608")
        .with("path", "shop/store.py")
        .with("reason", "the table is one of three constants – „so“");
    log.append(&dismissed);
    log.append(&of(ActKind::OwnerFindingReinstated).with("reason", "a fourth came"));
    log
}

/// Two programs that are let in, one of them for good, and one that is turned away again.
pub(super) fn tokens() -> Log {
    let mut log = Log::begun();
    let added = owner(ActKind::OwnerTokenAdded)
        .with("id", "7c2e91aa")
        .with("name", "editor")
        .with("scope", "propose")
        .with("hash", digest("token"))
        .with("expires_at", "2027-02-18T08:47:00.000Z");
    log.append(&added);
    let lasting = owner(ActKind::OwnerTokenAdded)
        .with("id", "0d15ea5e")
        .with("name", "board")
        .with("scope", "read")
        .with("hash", digest("another token"));
    log.append(&lasting);
    let revoked = owner(ActKind::OwnerTokenRevoked).with("id", "7c2e91aa").with("name", "editor");
    log.append(&revoked);
    log
}

/// A repository that is described, changed once and taken off.
pub(super) fn repositories() -> Log {
    let mut log = Log::begun();
    let described = owner(ActKind::OwnerRepositoryAdded)
        .with("name", "shop")
        .with("path", "/srv/shop")
        .with("roots", vec!["src", "."])
        .with("tests", vec!["tests"])
        .with("packages", vec!["attrs>=23"])
        .with("lock", digest("lock"))
        .with("python", ">=3.10")
        .with("seconds", 300)
        .with("memory_mib", 1_024);
    log.append(&described);
    log.append(&submitted());
    let changed = revision_added()
        .with("repository", "shop")
        .with("base_commit", "c".repeat(40))
        .with("base_tree", "7".repeat(40));
    log.append(&changed);
    log.append(&owner(ActKind::OwnerRepositoryRemoved).with("name", "shop"));
    log
}
