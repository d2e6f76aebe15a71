"""Verifies a folder of `/audit attest` with public packages alone, and that they refuse what was altered."""

import json
import pathlib
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey


def opened(text: str, pem: bytes) -> bytes:
    """Returns the statement of an envelope that this key signed; raises where it did not."""
    data = json.loads(text)
    key = SSlibKey.from_crypto(load_pem_public_key(pem), keyid=data["signatures"][0]["keyid"])
    envelope = Envelope.from_dict(data)
    envelope.verify([key], 1)
    return envelope.payload


def refuses(text: str, pem: bytes) -> bool:
    """Tells whether an envelope with one byte of its statement changed is refused."""
    data = json.loads(text)
    data["payload"] = ("A" if data["payload"][0] != "A" else "B") + data["payload"][1:]
    try:
        opened(json.dumps(data), pem)
    except VerificationError:
        return True
    return False


folder = pathlib.Path(sys.argv[1])
pem = (folder / "log-key.pem").read_bytes()
names = sorted(path.name for path in folder.glob("*.dsse.json"))
kinds = []
for name in names:
    text = (folder / name).read_text()
    statement = json.loads(opened(text, pem))
    assert refuses(text, pem), f"{name}: an altered statement was accepted"
    Statement.copy_from_pb(json_format.ParseDict(statement, statement_pb2.Statement())).validate()
    kinds.append(statement["predicateType"])
    if statement["predicateType"] == "https://slsa.dev/verification_summary/v1":
        # By the text of SLSA 1.1 there is a `verifier.version`, and the levels are a list; the published message has neither.
        levels = statement["predicate"].pop("verifiedLevels")
        message = vsa_pb2.VerificationSummary()
        summary = json_format.ParseDict(statement["predicate"], message, ignore_unknown_fields=True)
        assert summary.verification_result == "PASSED", summary
        assert summary.verifier.id and summary.resource_uri and summary.policy.digest
        assert levels and not any(level.startswith("SLSA_") for level in levels), levels
assert len(names) >= 2 and "https://slsa.dev/verification_summary/v1" in kinds, names
print(f"{len(names)} attestations hold by public software: {', '.join(names)}")
