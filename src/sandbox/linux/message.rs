//! What a jail says.

/// The first byte of many messages that come as one, each with its length before it.
const MANY: u8 = b'M';

/// A message of a jail: whose word it is, and the JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// `J` the jail, `W` the worker before it is confined, `P` the harness, `C` the suite.
    pub(crate) origin: u8,
    /// The JSON.
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The messages that came at once; what is cut off is none.
    pub(crate) fn all_in(bytes: &[u8]) -> Vec<Self> {
        let Some((&MANY, mut rest)) = bytes.split_first() else {
            return Self::of(bytes).into_iter().collect();
        };
        let mut found = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk() {
            let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
            let Some((one, after)) = after.split_at_checked(length) else { break };
            found.extend(Self::of(one));
            rest = after;
        }
        found
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let (origin, body) = bytes.split_first()?;
        Some(Self { origin: *origin, body: body.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    fn message(origin: u8, body: &[u8]) -> Message {
        Message { origin, body: body.to_vec() }
    }

    #[test]
    fn messages_come_one_by_one_or_many_as_one() {
        let one = Message::all_in(b"P{}");
        let many = Message::all_in(b"M\0\0\0\x03P{}\0\0\0\x02C1\0\0\0\0\0\0\0\x01J");

        assert_eq!(one, [message(b'P', b"{}")]);
        assert_eq!(many, [message(b'P', b"{}"), message(b'C', b"1"), message(b'J', b"")]);
    }

    #[test]
    fn what_is_cut_off_is_no_message() {
        let cut: [&[u8]; 5] = [b"", b"M", b"M\0\0\0", b"M\0\0\0\x05P{}", b"M\xff\xff\xff\xffP{}"];
        assert_eq!(cut.map(Message::all_in), [const { Vec::new() }; 5]);

        let begun = Message::all_in(b"M\0\0\0\x01P\0\0\0\x09C");
        assert_eq!(begun, [message(b'P', b"")]);
    }
}
