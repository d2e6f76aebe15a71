//! Lets a peer act as an agent, with less than its own authority.
//!
//! The socket makes every process of our own user the owner. The server of the Model Context Protocol is such a process, and
//! speaks for a client that may only propose. It says so with each request; a peer can give authority up this way, and no
//! header gives any.

use axum::http::HeaderMap;

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::writer::protocol::AGENT;
use record::domain::principal::Principal;
use work::contract::error::CommandError;

/// Makes a process that names a client that agent; every other visitor stays who it is.
pub fn lowered(admitted: Admitted, headers: &HeaderMap) -> Result<Admitted, CommandError> {
    // Who comes over the network is named by its token, and may not take another's name.
    if admitted.uid.is_none() {
        return Ok(admitted);
    }
    let mut named = headers.get_all(AGENT).iter();
    let Some(name) = named.next() else { return Ok(admitted) };
    let refused = |problem: &str| CommandError::usage(format!("{AGENT} {problem}"));
    let name = name.to_str().map_err(|_| refused("is not plain text"))?;
    if named.next().is_some() {
        return Err(refused("stands there twice"));
    }
    let who = Principal::client(name);
    let reach = admitted.reach.min(who.authority());
    Ok(Admitted { who, reach, ..admitted })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use record::domain::principal::Authority;

    fn owner() -> Admitted {
        Admitted { who: Principal::owner(), uid: Some(1000), reach: Authority::Own }
    }

    #[test]
    fn a_peer_can_give_authority_up() {
        let mut headers = HeaderMap::new();
        headers.insert(AGENT, HeaderValue::from_static("agent:claude-code"));

        let (who, reach) = (Principal::client("claude-code"), Authority::Propose);
        let agent = Admitted { who, uid: Some(1000), reach };
        assert_eq!(lowered(owner(), &headers).unwrap(), agent);
        assert_eq!(lowered(owner(), &HeaderMap::new()).unwrap(), owner());
    }

    #[test]
    fn a_token_keeps_its_name() {
        let mut headers = HeaderMap::new();
        headers.insert(AGENT, HeaderValue::from_static("agent:another"));
        let (who, reach) = (Principal::agent("ci"), Authority::Propose);
        let bearer = Admitted { who, uid: None, reach };

        assert_eq!(lowered(bearer.clone(), &headers).unwrap(), bearer);
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
