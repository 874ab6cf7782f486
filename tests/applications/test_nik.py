"""NIK: read apart by hand for fifty-odd people, then by hypothesis (facts F2.1-F2.5)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.nik import Flaw, NotANik, grouped, likely_birth, masked, parse, warnings

# digits, region, day, month, two-digit year, female, serial, flaws
CASES = [
    ("3508171503900001", "350817", 15, 3, 90, False, 1, ()),
    ("3508175503900002", "350817", 15, 3, 90, True, 2, ()),
    ("3508170101000003", "350817", 1, 1, 0, False, 3, ()),
    ("3508177112990004", "350817", 31, 12, 99, True, 4, ()),
    ("3508173112990005", "350817", 31, 12, 99, False, 5, ()),
    ("3508174101010006", "350817", 1, 1, 1, True, 6, ()),
    ("1101012908850007", "110101", 29, 8, 85, False, 7, ()),
    ("9999996908859999", "999999", 29, 8, 85, True, 9999, ()),
    # The first and the last day of women, 41 and 71, and those around the turn of a month.
    ("3508174103900020", "350817", 1, 3, 90, True, 20, ()),
    ("3508177103900021", "350817", 31, 3, 90, True, 21, ()),
    ("3508177004900022", "350817", 30, 4, 90, True, 22, ()),
    ("3508176802970023", "350817", 28, 2, 97, True, 23, ()),
    ("3508173103900024", "350817", 31, 3, 90, False, 24, ()),
    ("3508170103900025", "350817", 1, 3, 90, False, 25, ()),
    # Serials count within one day and region; only 0000 is never given.
    ("3508171503900010", "350817", 15, 3, 90, False, 10, ()),
    ("3508171503909999", "350817", 15, 3, 90, False, 9999, ()),
    ("3508175503900100", "350817", 15, 3, 90, True, 100, ()),
    # Years that may be of either century, and the ends of both.
    ("3508171503260001", "350817", 15, 3, 26, False, 1, ()),
    ("3508171503270001", "350817", 15, 3, 27, False, 1, ()),
    ("3508173112000001", "350817", 31, 12, 0, False, 1, ()),
    ("3508170101990001", "350817", 1, 1, 99, False, 1, ()),
    # Regions are read, never judged: neighbours, cities, and codes of before a region was split (F2.3).
    ("3509011503900001", "350901", 15, 3, 90, False, 1, ()),
    ("3573035503900001", "357303", 15, 3, 90, True, 1, ()),
    ("3171011503900001", "317101", 15, 3, 90, False, 1, ()),
    ("9107011503900001", "910701", 15, 3, 90, False, 1, ()),
    ("9401015503900001", "940101", 15, 3, 90, True, 1, ()),
    ("5401011503750001", "540101", 15, 3, 75, False, 1, ()),
    ("0000001503900001", "000000", 15, 3, 90, False, 1, ()),
    # 29 February: 2000 and 1996 had one, 1900 had none; a year that has one in either century is possible.
    ("3508172902000008", "350817", 29, 2, 0, False, 8, ()),
    ("3508176902960009", "350817", 29, 2, 96, True, 9, ()),
    ("3508172902010010", "350817", 29, 2, 1, False, 10, (Flaw.DATE,)),
    ("3508172902960011", "350817", 29, 2, 96, False, 11, ()),
    ("3508176902000011", "350817", 29, 2, 0, True, 11, ()),
    ("3508172902970011", "350817", 29, 2, 97, False, 11, (Flaw.DATE,)),
    ("3508176902970011", "350817", 29, 2, 97, True, 11, (Flaw.DATE,)),
    ("3508177002960011", "350817", 30, 2, 96, True, 11, (Flaw.DATE,)),
    ("3508177102960011", "350817", 31, 2, 96, True, 11, (Flaw.DATE,)),
    ("3508173002960011", "350817", 30, 2, 96, False, 11, (Flaw.DATE,)),
    ("3508173104900012", "350817", 31, 4, 90, False, 12, (Flaw.DATE,)),
    ("3508177104900013", "350817", 31, 4, 90, True, 13, (Flaw.DATE,)),
    # Days between those of men and of women, and beyond both.
    ("3508170003900014", "350817", 0, 3, 90, False, 14, (Flaw.DAY,)),
    ("3508173203900015", "350817", 32, 3, 90, False, 15, (Flaw.DAY,)),
    ("3508173903900016", "350817", 39, 3, 90, False, 16, (Flaw.DAY,)),
    ("3508173600900016", "350817", 36, 0, 90, False, 16, (Flaw.DAY, Flaw.MONTH)),
    ("3508174003900016", "350817", 40, 3, 90, False, 16, (Flaw.DAY,)),
    ("3508177203900017", "350817", 32, 3, 90, True, 17, (Flaw.DAY,)),
    ("3508178003900018", "350817", 40, 3, 90, True, 18, (Flaw.DAY,)),
    ("3508177313900018", "350817", 33, 13, 90, True, 18, (Flaw.DAY, Flaw.MONTH)),
    ("3508179903900018", "350817", 59, 3, 90, True, 18, (Flaw.DAY,)),
    ("3508171500900019", "350817", 15, 0, 90, False, 19, (Flaw.MONTH,)),
    ("3508175599900019", "350817", 15, 99, 90, True, 19, (Flaw.MONTH,)),
    ("3508171513900020", "350817", 15, 13, 90, False, 20, (Flaw.MONTH,)),
    ("3508171503900000", "350817", 15, 3, 90, False, 0, (Flaw.SERIAL,)),
    ("3508175503900000", "350817", 15, 3, 90, True, 0, (Flaw.SERIAL,)),
    ("3508170000000000", "350817", 0, 0, 0, False, 0, (Flaw.DAY, Flaw.MONTH, Flaw.SERIAL)),
    ("3508173102000000", "350817", 31, 2, 0, False, 0, (Flaw.DATE, Flaw.SERIAL)),
    ("9999999999999999", "999999", 59, 99, 99, True, 9999, (Flaw.DAY, Flaw.MONTH)),
]


@pytest.mark.parametrize(("digits", "region", "day", "month", "year", "female", "serial", "flaws"), CASES)
def test_a_nik_is_read_apart_as_a_clerk_reads_it(digits, region, day, month, year, female, serial, flaws):
    nik = parse(digits)
    assert (nik.region, nik.day, nik.month, nik.year) == (region, day, month, year)
    assert (nik.female, nik.serial, nik.flaws) == (female, serial, flaws)


@pytest.mark.parametrize(
    "text",
    [
        "3508 1715 0390 0001", " 3508171503900001\n", "350817 150390 0001", "3508\t171503900001",
        "3508171503900001\r\n", "3508\u00a01715\u00a00390\u00a00001", "3508\u202f1715\u202f0390\u202f0001",
        "3 5 0 8 1 7 1 5 0 3 9 0 0 0 0 1",
    ],
)
def test_spaces_in_a_nik_do_not_matter(text):
    assert parse(text).digits == "3508171503900001"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("350817150390000", "15 angka"),
        ("35081715039000012", "17 angka"),
        ("1", "1 angka"),
        ("", "angka"),
        ("350817150390000O", "huruf"),
        ("35O8171503900001", "huruf"),  # the letter O for a nought
        ("350817150390000l", "huruf"),
        ("3508I71503900001", "huruf"),
        ("NIK 3508171503900001", "huruf"),
        ("None", "huruf"),
        ("nan", "huruf"),
        ("   ", "angka"),
        # Dots, dashes and the like are not taken out: what stands in a NIK is typed as it stands on the card.
        ("3508.1715.0390.0001", "tanda"),
        ("3508-1715-0390-0001", "tanda"),
        ("3508171503900001.0", "tanda"),
        ("'3508171503900001", "tanda"),
        ("3,50817E+15", "tanda"),
        ("3508/17/150390/0001", "tanda"),
        ("+3508171503900001", "tanda"),
        ("3508171503900001\u200b", "tanda"),
        ("350817150390000１", "huruf"),  # one full-width digit among ordinary ones
        ("३५०८१७१५०३९००००१", "huruf"),
        ("3508 1715 0390 001", "15 angka"),
        ("3508 1715 0390 00011", "17 angka"),
        ("3508171503900001" * 2, "32 angka"),
        ("-350817150390001", "tanda"),
        ("３５０８１７１５０３９００００１", "huruf"),
        ("٣٥٠٨١٧١٥٠٣٩٠٠٠٠١", "huruf"),
        ("350817150390000²", "huruf"),
    ],
)
def test_what_is_not_16_digits_is_refused_with_a_sentence(text, says):
    with pytest.raises(NotANik) as refused:
        parse(text)
    assert says in str(refused.value) and str(refused.value).endswith(".")


def test_a_nik_that_agrees_with_the_person_raises_no_doubt():
    assert warnings(parse("3508175503900002"), birth=date(1990, 3, 15), female=True) == []


def test_each_difference_from_the_person_is_a_doubt_of_its_own():
    nik = parse("3508175503900002")
    assert warnings(nik, birth=date(1990, 3, 16), female=True) == ["Tanggal lahir berbeda dengan NIK."]
    assert warnings(nik, birth=date(1990, 3, 15), female=False) == ["Jenis kelamin berbeda dengan NIK."]
    elsewhere = warnings(parse("3507015503900002"), birth=date(1990, 3, 15), female=True)
    assert elsewhere == ["NIK pertama kali terdaftar di luar Kecamatan Jatiroto."]
    assert len(warnings(parse("3507015503900002"), birth=date(2000, 1, 1), female=False)) == 3


def test_the_century_of_a_nik_raises_no_doubt_because_two_digits_cannot_tell():
    assert warnings(parse("3508171503190001"), birth=date(1919, 3, 15), female=False) == []
    assert warnings(parse("3508171503190001"), birth=date(2019, 3, 15), female=False) == []


def test_what_is_not_known_of_the_person_raises_no_doubt():
    assert warnings(parse("3508171503900001"), birth=None, female=None) == []


@pytest.mark.parametrize(
    ("digits", "today", "birth"),
    [
        ("3508171503900001", date(2026, 7, 1), date(1990, 3, 15)),
        ("3508171503100001", date(2026, 7, 1), date(2010, 3, 15)),
        # Born today, and born tomorrow: the latter can only be a hundred years old.
        ("3508170107260001", date(2026, 7, 1), date(2026, 7, 1)),
        ("3508170207260001", date(2026, 7, 1), date(1926, 7, 2)),
        ("3508172902000001", date(2026, 7, 1), date(2000, 2, 29)),
        ("3508172902000001", date(1999, 7, 1), None),
        ("3508173002960001", date(2026, 7, 1), None),
        ("3508171503900000", date(2026, 7, 1), None),
    ],
)
def test_the_birth_date_that_a_nik_offers(digits, today, birth):
    assert likely_birth(parse(digits), today) == birth


def test_a_nik_is_shown_in_fours_and_masked_in_the_middle():
    assert grouped("3508171503900002") == "3508 1715 0390 0002"
    assert parse("3508171503900002").grouped == "3508 1715 0390 0002"
    assert masked("3508171503900002") == "3508 17•• •••• 0002"


BIRTHS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
DIGITS = st.text("0123456789", min_size=16, max_size=16)


@given(birth=BIRTHS, female=st.booleans(), serial=st.integers(1, 9999))
def test_any_person_s_nik_gives_the_person_back_without_flaw_or_doubt(birth, female, serial):
    day = birth.day + 40 * female
    nik = parse(f"350817{day:02d}{birth.month:02d}{birth.year % 100:02d}{serial:04d}")
    assert nik.flaws == () and warnings(nik, birth=birth, female=female) == []
    assert (nik.day, nik.month, nik.year, nik.female, nik.serial) == (
        birth.day, birth.month, birth.year % 100, female, serial
    )


@given(birth=BIRTHS, female=st.booleans(), today=BIRTHS)
def test_an_offered_birth_date_agrees_with_the_nik_and_is_not_in_the_future(birth, female, today):
    nik = parse(f"350817{birth.day + 40 * female:02d}{birth.month:02d}{birth.year % 100:02d}0001")
    offered = likely_birth(nik, today)
    if offered is None:
        assert today < birth
    else:
        assert offered <= today and warnings(nik, birth=offered, female=female) == []


@given(DIGITS)
def test_any_16_digits_are_read_and_what_is_read_writes_the_same_digits(digits):
    nik = parse(digits)
    day = nik.day + 40 * nik.female
    assert f"{nik.region}{day:02d}{nik.month:02d}{nik.year:02d}{nik.serial:04d}" == digits
    assert bool(nik.flaws) == (likely_birth(nik, date(2100, 1, 1)) is None)


@given(DIGITS)
def test_a_masked_nik_shows_ten_of_its_digits_and_no_more(digits):
    shown = masked(digits).replace(" ", "")
    assert len(shown) == 16 and shown[6:12] == "••••••" and shown[:6] + shown[12:] == digits[:6] + digits[12:]


@given(st.text(max_size=20))
def test_any_text_is_a_nik_of_16_digits_or_refused_with_a_sentence(text):
    try:
        assert len(parse(text).digits) == 16
    except NotANik as refused:
        assert str(refused).endswith(".")
