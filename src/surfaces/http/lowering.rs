//! Lets a peer act as an agent, with less than its own authority.
//!
//! The socket makes every process of our own user the owner. The server of the Model Context Protocol is such a process, and
//! speaks for a client that may only propose. It says so with each request; a peer can give authority up this way, and no
//! header gives any.

use axum::http::HeaderMap;

use crate::contract::error::CommandError;
use crate::surfaces::http::auth::Admitted;
use crate::surfaces::writer::protocol::AGENT;
use record::domain::principal::Principal;

/// Makes a peer that names a client that agent; every other stays who it is.
pub fn lowered(admitted: Admitted, headers: &HeaderMap) -> Result<Admitted, CommandError> {
    let mut named = headers.get_all(AGENT).iter();
    let Some(name) = named.next() else { return Ok(admitted) };
    let refused = |problem: &str| CommandError::usage(format!("{AGENT} {problem}"));
    let name = name.to_str().map_err(|_| refused("is not plain text"))?;
    match named.next() {
        Some(_) => Err(refused("stands there twice")),
        None => Ok(Admitted { who: Principal::client(name), ..admitted }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn owner() -> Admitted {
        Admitted { who: Principal::owner(), uid: Some(1000) }
    }

    #[test]
    fn a_peer_can_give_authority_up() {
        let mut headers = HeaderMap::new();
        headers.insert(AGENT, HeaderValue::from_static("agent:claude-code"));

        let agent = Admitted { who: Principal::client("claude-code"), uid: Some(1000) };
        assert_eq!(lowered(owner(), &headers).unwrap(), agent);
        assert_eq!(lowered(owner(), &HeaderMap::new()).unwrap(), owner());
    }

    #[test]
    fn a_name_that_cannot_be_read_does_not_leave_the_peer_its_authority() {
        for values in [
            vec![HeaderValue::from_bytes(b"\xff").unwrap()],
            vec![HeaderValue::from_static("a"); 2],
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AGENT, value);
            }

            assert!(lowered(owner(), &headers).is_err());
        }
    }
}
