//! What can go wrong with knowledge.

use thiserror::Error;

/// A concept that cannot be read.
#[derive(Debug, Error)]
pub enum KnowledgeError {
    /// A curated folder does not hold what it must.
    #[error("{folder} has no {file}")]
    Missing {
        /// The folder.
        folder: String,
        /// The file it should hold.
        file: &'static str,
    },
    /// A curated description is not what the format says.
    #[error("{folder}/concept.toml cannot be read")]
    Curated {
        /// The folder.
        folder: String,
        /// Where and why.
        #[source]
        source: toml::de::Error,
    },
    /// A lesson is neither JSON nor labelled sections.
    #[error("the lesson about {concept} is no lesson: {detail}")]
    NoLesson {
        /// The concept.
        concept: String,
        /// What is missing or wrong.
        detail: String,
    },
}
