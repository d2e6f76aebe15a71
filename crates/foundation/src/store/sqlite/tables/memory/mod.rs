//! The memory of repositories as rows.
//!
//! `repositories` begins one, `history` has commits, files and what commits change, `sources` what was parsed, `blames` who wrote which
//! line, `beside` what comes from elsewhere than the objects. Each write is one of the steps of the contract; `ids` turns ids of git into bytes and back.

pub(crate) mod beside;
pub(crate) mod blames;
pub(crate) mod deeds;
pub(crate) mod history;
mod ids;
pub(crate) mod repositories;
pub(crate) mod sources;
