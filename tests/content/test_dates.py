from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import ContentFault
from kb.text.dates import format_date, parse_date, to_common_era
from kb.types import PartialDate


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2022-12-06", "2022-12-06"),
        ("2022-12", "2022-12"),
        ("2022", "2022"),
        ("2565", "2022"),
        ("2565-12-06", "2022-12-06"),
        ("๒๕๖๕-๑๒-๐๖", "2022-12-06"),
        ("2022-12-06T09:30:00+07:00", "2022-12-06"),
        ("6 December 2022", "2022-12-06"),
        ("6th of December 2022", "2022-12-06"),
        ("December 6, 2022", "2022-12-06"),
        ("6 dec 2022", "2022-12-06"),
        ("Dec. 2022", "2022-12"),
        ("Sept 2020", "2020-09"),
        ("6 December 2565", "2022-12-06"),
        ("6 ธันวาคม 2565", "2022-12-06"),
        ("๖ ธ.ค. ๖๕", "2022-12-06"),
        ("6 ธค 65", "2022-12-06"),
        ("6 ธ.ค.65", "2022-12-06"),
        ("ธันวาคม 2565", "2022-12"),
        ("กุมภา 2565", "2022-02"),
        ("6 ธันวาคม พ.ศ. 2565", "2022-12-06"),
        ("6 ธันวาคม ค.ศ. 2022", "2022-12-06"),
        ("วันที่ 6 ธันวาคม 2565", "2022-12-06"),
        ("วันอังคารที่ ๖ ธันวาคม พ.ศ. ๒๕๖๕", "2022-12-06"),
        ("พ.ศ. 2565", "2022"),
        ("พ.ศ.65", "2022"),
        ("ค.ศ. 2022", "2022"),
        ("2565 BE", "2022"),
        ("6/12/2565", "2022-12-06"),
        ("13/12/2022", "2022-12-13"),
        ("12/13/2022", "2022-12-13"),
        ("6\u00a0ธันวาคม\u200b 2565", "2022-12-06"),
        ("29 ก.พ. 2567", "2024-02-29"),
    ],
)
def test_dates_as_people_write_them(written: str, iso: str) -> None:
    assert str(parse_date(written)) == iso


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "not a date that can be read"),
        ("soon", "not a date that can be read"),
        ("30–31 มีนาคม 2566", "not a date that can be read"),
        ("2022-13", "not a day of the calendar"),
        ("2022-02-29", "not a day of the calendar"),
        ("29 ก.พ. 2566", "not a day of the calendar"),
        ("0 ธันวาคม 2565", "not a day of the calendar"),
        ("2022-00", "not a day of the calendar"),
        ("2022-12-00", "not a day of the calendar"),
        ("6 Foo 2022", "does not hold the name of a month"),
        ("6 มอคอ 2565", "does not hold the name of a month"),
        ("6/12/2022", "day/month or month/day"),
        ("6 ธันวาคม 2022", "write พ.ศ. 2565 or ค.ศ. 2022"),
        ("65", "out of range"),
        ("6 December 22", "out of range"),
        ("0999", "out of range"),
        ("2700", "out of range"),
    ],
)
def test_what_is_not_a_date(written: str, why: str) -> None:
    with pytest.raises(ContentFault) as caught:
        parse_date(written)
    assert why in caught.value.message.en
    assert "เขียน" in caught.value.message.th


@pytest.mark.parametrize(
    ("date", "th", "en"),
    [
        (PartialDate(2022, 12, 6), "6 ธันวาคม 2565", "6 December 2022"),
        (PartialDate(2022, 12), "ธันวาคม 2565", "December 2022"),
        (PartialDate(2022), "พ.ศ. 2565", "2022"),
    ],
)
def test_dates_as_they_are_shown(date: PartialDate, th: str, en: str) -> None:
    assert (format_date(date, "th"), format_date(date, "en")) == (th, en)


@settings(deadline=None)
@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2150, 1, 1)), st.sampled_from(["day", "month", "year"]))
def test_what_is_shown_can_be_read_again(day: datetime.date, precision: str) -> None:
    date = PartialDate(day.year, day.month if precision != "year" else None, day.day if precision == "day" else None)
    assert parse_date(format_date(date, "th")) == parse_date(format_date(date, "en")) == parse_date(str(date)) == date


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_content_fault(text: str) -> None:
    with contextlib.suppress(ContentFault):
        assert 0 < parse_date(text).year < 2400


@pytest.mark.parametrize(("year", "common"), [(2399, 2399), (2400, 1857), (2565, 2022), (2699, 2156), (2700, 2700)])
def test_years_from_2400_to_2699_are_buddhist_era(year: int, common: int) -> None:
    assert to_common_era(year) == common
