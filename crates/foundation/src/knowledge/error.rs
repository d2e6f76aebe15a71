//! Errors of knowledge: a curated folder or a lesson that cannot be read.
//!
//! A curated folder is ours, so an error there is a bug that a test finds; a lesson comes from a model and may be anything.

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
        /// The place and the cause.
        #[source]
        source: toml::de::Error,
    },
    /// A lesson is neither JSON nor labelled sections.
    #[error("the lesson about {concept} is not a lesson: {detail}")]
    NoLesson {
        /// The concept.
        concept: String,
        /// The missing or wrong part.
        detail: String,
    },
}
