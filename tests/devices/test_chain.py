"""The hash chain, against values worked out by hand with sha256sum and xxd."""

from devices.chain import START, link

FIRST = "d34c62dc638d417e3e980a0dc5ef43b9f36777f37bd04b2ac7d0b0a04a20ce9b".upper()
SECOND = "8add8b017afaf7ad1e0914cbdca839991feac438bde96eb841e14312fb54e4db".upper()


def test_the_chain_starts_at_the_hash_of_nothing():
    assert START == "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
    assert link("", b"sidik jari") == link(START, b"sidik jari") == FIRST


def test_each_link_holds_the_one_before():
    assert link(FIRST, b"iris") == link(FIRST.lower(), b"iris") == SECOND
