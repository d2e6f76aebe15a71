//! A proposal from elsewhere, ready to be stored in one change.
//!
//! Originals and bundles both become this. Everything of a proposal is written in one transaction, so an import that breaks
//! off leaves whole proposals only. It comes as pending, whatever its source claims.

use record::domain::act::{Act, ActKind, Subject};
use record::domain::change::{Change, NewProposal, Write};
use record::domain::history::{HistoryItem, HistoryKind, MAX_CLAIM_CHARS, Provenance};
use record::domain::language::Language;
use record::domain::revision::Revision;
use work::contract::acts;
use work::contract::invocation::Invocation;

/// A proposal with its revisions, and what its source says about it.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The request, verbatim.
    pub request: String,
    /// The language.
    pub language: Language,
    /// The module name of the code.
    pub module: String,
    /// Names of related concepts.
    pub related: Vec<String>,
    /// The revisions, oldest first; at least one.
    pub revisions: Vec<Revision>,
    /// Its source, and what that claims.
    pub provenance: Provenance,
    /// Everything that was done about it there.
    pub history: Vec<HistoryItem>,
}

impl Incoming {
    /// Counts the items of a kind in its history.
    pub fn count(&self, kind: HistoryKind) -> u64 {
        self.history.iter().filter(|item| item.kind == kind).count() as u64
    }

    /// Builds one change of everything: it comes as a pending proposal, whatever its source claims.
    pub fn change(&self, invocation: &Invocation) -> Change {
        let proposal = NewProposal {
            id: self.provenance.proposal.clone(),
            request: self.request.clone(),
            language: self.language,
            module: self.module.clone(),
            related_concepts: self.related.clone(),
        };
        let revisions = self.revisions.iter().cloned().map(Box::new).map(Write::NewRevision);
        let history = self.history.iter().cloned().map(Box::new).map(Write::NewHistory);
        let writes = std::iter::once(Write::NewProposal(proposal))
            .chain(revisions)
            .chain([Write::NewProvenance(Box::new(self.provenance.clone()))])
            .chain(history)
            .collect();
        let added = self.revisions.iter().map(|one| acts::revision_added(invocation, one));
        Change {
            act: self.created(invocation),
            consequences: added.chain([self.imported(invocation)]).collect(),
            writes,
            expected: None,
            // The source is known by its digest, so another run of the command finds it by itself.
            idempotency: format!(
                "{}/{}",
                invocation.caller.idempotency,
                self.provenance.digest.hex()
            ),
            at: invocation.now(),
        }
    }

    fn created(&self, invocation: &Invocation) -> Act {
        let subject =
            Subject { proposal: Some(self.provenance.proposal.clone()), ..Subject::default() };
        let mut act =
            invocation.act(ActKind::ProposalCreated).about(subject).with("source", "import");
        if let Some(first) = self.revisions.first() {
            let language = self.language.word();
            let made =
                acts::proposal_created(invocation, first, &self.request, &self.module, language);
            act.data.extend(made.data);
        }
        act.with("provider", "import")
    }

    fn imported(&self, invocation: &Invocation) -> Act {
        let provenance = &self.provenance;
        let subject = Subject { proposal: Some(provenance.proposal.clone()), ..Subject::default() };
        invocation
            .act(ActKind::HistoryImported)
            .about(subject)
            .with("source", provenance.source.word())
            .with("source_id", claim(&provenance.source_id))
            .with("source_digest", provenance.digest.to_string())
            .with("history_digest", provenance.digest_with(&self.history).to_string())
            .with("claimed_status", claim(&provenance.claimed_status))
            .with("revisions", self.revisions.len())
            .with("executions", self.count(HistoryKind::Execution))
            .with("reviews", self.count(HistoryKind::Review))
            .with("zone", provenance.zone.as_deref())
    }
}

/// Cuts what a source says to the length of a name.
pub fn claim(text: &str) -> String {
    text.chars().take(MAX_CLAIM_CHARS).collect()
}
