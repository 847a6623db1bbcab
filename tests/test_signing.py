"""What is signed here is what itsdangerous signs, so that both read what the other has written."""

import pytest
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from wizard import signing

PAIRS = [(signing.signer, URLSafeSerializer), (signing.timed_signer, URLSafeTimedSerializer)]


@pytest.mark.parametrize(("make", "theirs"), PAIRS)
def test_itsdangerous_reads_it_and_is_read(make, theirs):
    """Also what it has compressed, and what an old key has signed; twice, as what is known of a key is kept."""
    ours = make("salt", "old", "new")
    for _ in range(2):
        assert theirs(["old", "new"], salt="salt").loads(ours.dumps({"a": 1})) == {"a": 1}
        assert ours.loads(theirs("old", salt="salt").dumps("b" * 1000)) == "b" * 1000
        assert ours.loads(theirs("new", salt="salt").dumps("c")) == "c"


@pytest.mark.parametrize("make", [make for make, _ in PAIRS])
def test_nothing_else_is_read(make):
    """Neither of another key, nor for another use, nor what was changed."""
    signed = make("salt", "key").dumps("a")
    for ours, text in (
        (make("salt", "other"), signed),
        (make("other", "key"), signed),
        (make("salt", "key"), f"I{signed}"),
    ):
        with pytest.raises(BadSignature):
            ours.loads(text)
