//! Reads the addresses of resources.
//!
//! Clients fill templates in and escape what they fill in, each its own way: a slash within a path may come as it is or as
//! `%2F`. What comes out is looked up by a command, which judges it as it judges what a person types.

/// Begins the addresses of our resources.
const SCHEME: &str = "saraphina://";

/// A resource, by what its address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A proposal with its newest revision.
    Proposal(String),
    /// A file of a revision.
    File(FileAddress),
    /// The evidence of an execution.
    Execution(String),
    /// The signed head of the record.
    Checkpoint,
    /// Figures over all proposals.
    Stats,
}

/// The place of a file: the id of a proposal, the number of a revision, and its path there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAddress {
    /// The id, as the client wrote it.
    pub id: String,
    /// The revision.
    pub revision: u32,
    /// The path within the revision.
    pub path: String,
}

impl Address {
    /// Reads an address; `None` where no resource can have it.
    pub fn read(uri: &str) -> Option<Self> {
        let rest = uri.strip_prefix(SCHEME)?;
        let (kind, rest) = rest.split_once('/').unwrap_or((rest, ""));
        match (kind, rest) {
            ("stats", "") => Some(Self::Stats),
            ("record", "checkpoint") => Some(Self::Checkpoint),
            ("executions", id) if is_one_part(id) => Some(Self::Execution(decoded(id)?)),
            ("proposals", id) if is_one_part(id) => Some(Self::Proposal(decoded(id)?)),
            ("proposals", rest) => {
                let (id, rest) = rest.split_once("/revisions/")?;
                let (revision, path) = rest.split_once('/')?;
                let path = decoded(path).filter(|path| !path.is_empty())?;
                Some(Self::File(FileAddress {
                    id: decoded(id)?,
                    revision: revision.parse().ok()?,
                    path,
                }))
            }
            _ => None,
        }
    }
}

fn is_one_part(text: &str) -> bool {
    !text.is_empty() && !text.contains('/')
}

/// Puts the bytes that `%` and two digits stand for in their place.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_clients_write_them() {
        let file = |path: &str| {
            let (id, path) = ("proposal_7c2e".to_owned(), path.to_owned());
            Address::File(FileAddress { id, revision: 2, path })
        };
        let cases = [
            ("saraphina://stats", Address::Stats),
            ("saraphina://record/checkpoint", Address::Checkpoint),
            ("saraphina://proposals/7c2e", Address::Proposal("7c2e".to_owned())),
            ("saraphina://executions/exec_1", Address::Execution("exec_1".to_owned())),
            ("saraphina://proposals/proposal_7c2e/revisions/2/src/a.py", file("src/a.py")),
            ("saraphina://proposals/proposal_7c2e/revisions/2/src%2Fa%20b.py", file("src/a b.py")),
        ];
        for (uri, address) in cases {
            assert_eq!(Address::read(uri), Some(address), "{uri}");
        }
    }

    #[test]
    fn what_is_no_address_names_nothing() {
        let texts = [
            "",
            "saraphina:",
            "saraphina://",
            "saraphina://proposals",
            "saraphina://proposals/",
            "saraphina://proposals/a/b",
            "saraphina://proposals/a/revisions/x/b",
            "saraphina://proposals/a/revisions/1/",
            "saraphina://proposals/a/revisions/1",
            "saraphina://proposals/%2",
            "saraphina://proposals/%zz",
            "saraphina://proposals/%ff",
            "saraphina://stats/a",
            "file:///etc/passwd",
            "saraphina://keys",
        ];
        for text in texts {
            assert_eq!(Address::read(text), None, "{text}");
        }
    }
}
