//! Makes keys that no other call or session has.
//!
//! They are ordered by time, which keeps the index over them small. Nobody has to guess them: a key is no secret.

/// Makes a key.
pub fn fresh_key() -> String {
    uuid::Uuid::now_v7().to_string()
}
