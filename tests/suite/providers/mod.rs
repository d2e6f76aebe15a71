//! Providers.

mod asked;
mod library;
mod openai;
mod openai_failures;
mod prompt;
mod server;
mod several;
mod told;
