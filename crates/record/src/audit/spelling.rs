//! Digests in the spellings of in-toto and of checkpoints, for serde.
//!
//! Statements follow formats that are not ours: in-toto writes a digest as an object, a checkpoint writes a root as base64.

/// A digest as `{"sha256":"<hex>"}`.
pub(super) mod digest_set {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    use crate::domain::digest::Digest;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct DigestSet {
        sha256: String,
    }

    pub(in crate::audit) fn serialize<S: Serializer>(
        digest: &Digest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        DigestSet { sha256: digest.hex() }.serialize(to)
    }

    pub(in crate::audit) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Digest, D::Error> {
        DigestSet::deserialize(from)?.sha256.parse().map_err(D::Error::custom)
    }
}

/// A root as base64, the way a checkpoint writes it.
pub(super) mod root_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::domain::digest::Digest;

    pub(in crate::audit) fn serialize<S: Serializer>(
        root: &Digest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(root.as_bytes()))
    }

    pub(in crate::audit) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Digest, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)?;
        let bytes = bytes.try_into().map_err(|_| D::Error::custom("a root has 32 bytes"))?;
        Ok(Digest::from_bytes(bytes))
    }
}
