"""What a file is in that is not UTF-8."""

import pytest

from marpweave.text import encoding_of


@pytest.mark.parametrize(("text", "encoding", "told"), [
    ("# 講義の題", "cp932", "Shift JIS"), ("# 講義の題", "euc_jp", "EUC-JP"), ("# Cours", "utf-16", "UTF-16"),
    ("# été à la plage – œuvre", "cp1252", ""), ("# Größe, Straße", "latin-1", ""), ("# 講義の題", "utf-8", "")])
def test_only_an_encoding_that_leaves_no_doubt_is_named(text, encoding, told):
    assert encoding_of(text.encode(encoding)) == told
