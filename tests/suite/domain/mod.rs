//! The pure rules, through their public face.

mod approvals;
