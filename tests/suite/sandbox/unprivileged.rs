//! The same sandbox without any privilege.
