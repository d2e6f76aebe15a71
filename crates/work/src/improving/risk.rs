//! The class of risk of a change of a repository.
//!
//! It follows from the bytes of the change and of its base. No memory is asked: a decision may rest on what the record vouches for and on nothing that was derived from elsewhere.

use crate::contract::context::Context;
use crate::contract::repositories;
use crate::drafting::changing;
use foundation::repository::shadow::Shadow;
use inspection::findings::finding::File;
use inspection::reach::Sides;
use inspection::risk::{Risk, risk};
use record::domain::changeset::{Changeset, Side, Touched};
use record::domain::role::Role;

/// Classes a change; where its base cannot be read, what it reaches counts as not known.
pub async fn of_change(context: &Context, change: &Changeset) -> Risk {
    let text = |side: &Option<Side>| {
        side.as_ref().map(|side| String::from_utf8_lossy(&side.content).into_owned())
    };
    let sides = |touched: &Touched| Sides {
        path: touched.path.to_string(),
        role: touched.role,
        before: text(&touched.before),
        after: text(&touched.after),
    };
    let touched: Vec<Sides> = change.touched().iter().map(sides).collect();
    risk(&touched, others(context, change).await.as_deref())
}

async fn others(context: &Context, change: &Changeset) -> Option<Vec<File>> {
    let shadow = Shadow::kept(&repositories::folder(context), &change.repository).ok()?;
    let listing = shadow.files(&change.base.tree).await.ok()?;
    let code = changing::with_roles(&listing).into_iter().filter(|file| file.role == Role::Code);
    let file = |file: record::domain::source::SourceFile| File {
        path: file.path.to_string(),
        role: file.role,
        text: file.text(),
    };
    Some(code.map(file).collect())
}
