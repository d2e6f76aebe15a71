//! Has commands carried out for resources, whose addresses stand for a command with arguments.
//!
//! A resource has no reading of its own: it asks the same command as the shell does, so that the data are the same. The call goes to
//! the desk as every other does.

use serde_json::Value;

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::served::Served;
use crate::surfaces::writer::desk::{News, OnDisconnect};
use record::domain::principal::{Surface, Via};
use work::contract::caller::Caller;
use work::contract::catalogue;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::order::Order;
use work::contract::outcome::Answer;

/// Runs a command of the registry with arguments, for somebody who was admitted.
pub async fn call(
    served: &Served,
    caller: &Admitted,
    (name, args): (&'static str, Value),
) -> Result<Answer, CommandError> {
    let session = uuid::Uuid::now_v7().to_string();
    let caller = Caller {
        who: caller.who.clone(),
        via: Via { surface: Surface::Http, uid: caller.uid, session },
        idempotency: uuid::Uuid::now_v7().to_string(),
        shown: None,
    };
    call_as(served, caller, (name, args)).await
}

/// Runs a command of the registry with arguments, as a caller that is known in full.
pub async fn call_as(
    served: &Served,
    caller: Caller,
    (name, args): (&'static str, Value),
) -> Result<Answer, CommandError> {
    let entry = catalogue::find_in(served.entries, name).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("this engine has no command {name}"))
    })?;
    let order = Order { entry, args: (entry.read)(args)?, caller };
    let mut waiting = served.desk.accept(order, OnDisconnect::Cancel).map_err(|_| {
        CommandError::new(ErrorKind::Unavailable, "the engine at work is ending")
            .hint("Ask again in a moment.")
    })?;
    loop {
        if let News::Answer(answer) = waiting.next().await {
            return answer;
        }
    }
}
