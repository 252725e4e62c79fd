"""Dates of questions: what becomes a period, what stays a word, in both languages. The clock is a value."""

from __future__ import annotations

import datetime

import pytest

from kb.text import periods
from kb.text.normalise import normalise
from kb.text.question_dates import find, without
from kb.types import PartialDate

TODAY = datetime.date(2026, 11, 24)

DATES = {
    "thai year": ("ขยะอาหาร ปี 2565", "2022", "ขยะอาหาร"),
    "thai digits and short month": ("ประชุม ธ.ค. ๖๕", "2022-12", "ประชุม"),
    "month without its last dot": ("ประชุมเดือน ธ.ค. 2565", "2022-12", "ประชุมเดือน"),
    "spoken month": ("ประชุม ธันวา 2565", "2022-12", "ประชุม"),
    "full month with era": ("ประชุมธันวาคม พ.ศ. 2565", "2022-12", "ประชุม"),
    "a day is read as its month": ("เวทีหารือ 6 ธันวาคม 2565", "2022-12", "เวทีหารือ"),
    "between": ("ขยะระหว่าง 2563-2565", "2020-2022", "ขยะ"),
    "between with year and to": ("ขยะ ระหว่างปี 2563 ถึง 2565", "2020-2022", "ขยะ"),
    "between with eras": ("ขยะ พ.ศ. 2563 – พ.ศ. 2565 เชียงราย", "2020-2022", "ขยะ เชียงราย"),
    "short end of a range": ("ขยะปี 2563-65", "2020-2022", "ขยะ"),
    "since": ("ตั้งแต่ปี 2562 ทำอะไรแล้วบ้าง", "2019..", "ทำอะไรแล้วบ้าง"),
    "since, said behind": ("โครงการปี 2562 เป็นต้นมา", "2019..", "โครงการ"),
    "before": ("งานก่อน พ.ศ. 2560", "..2016", "งาน"),
    "after": ("หลังปี 2562 มีอะไร", "2020..", "มีอะไร"),
    "until": ("จนถึงปี 2562", "..2019", ""),
    "last year": ("ขยะปีที่แล้ว", "2025", "ขยะ"),
    "this year": ("ปีนี้ทำอะไร", "2026", "ทำอะไร"),
    "years ago": ("เมื่อ 3 ปีที่แล้ว", "2023", ""),
    "past years": ("3 ปีที่ผ่านมา ขยะลดลงไหม", "2023-11..2026-11", "ขยะลดลงไหม"),
    "last month": ("ข่าวเดือนที่แล้ว", "2026-10", "ข่าว"),
    "fiscal year": ("งบ ปีงบประมาณ 2565", "2021-10..2022-09", "งบ"),
    "two digits after ปี": ("ขยะปี ๖๕", "2022", "ขยะ"),
    "decade": ("ทศวรรษ 2010 ขยะ", "2010-2019", "ขยะ"),
    "bare buddhist year": ("ประชุม ASCN 2562", "2019", "ประชุม ASCN"),
    "common era in Thai": ("ขยะ ค.ศ. 2021", "2021", "ขยะ"),
    "english last year": ("what happened last year", "2025", "what happened"),
    "english range": ("waste 2019–2021", "2019-2021", "waste"),
    "english from to": ("waste from 2019 to 2021", "2019-2021", "waste"),
    "english between": ("waste between 2019 and 2021", "2019-2021", "waste"),
    "english short range": ("waste 2019-21", "2019-2021", "waste"),
    "english since": ("waste since 2020", "2020..", "waste"),
    "english onwards": ("waste from 2020 onwards", "2020..", "waste"),
    "english before": ("dialogues before 2017", "..2016", "dialogues"),
    "english after": ("dialogues after 2017", "2018..", "dialogues"),
    "english until": ("dialogues until 2017", "..2017", "dialogues"),
    "english decade": ("waste in the 2010s", "2010-2019", "waste"),
    "english month": ("dialogue December 2022", "2022-12", "dialogue"),
    "english short month": ("dialogue in Dec. 2022", "2022-12", "dialogue"),
    "english day": ("dialogue of 6 December 2022", "2022-12", "dialogue"),
    "american day": ("dialogue on December 6, 2022", "2022-12", "dialogue"),
    "iso month": ("dialogue 2022-12", "2022-12", "dialogue"),
    "marked year 2000": ("waste in 2000", "2000", "waste"),
    "past years in English": ("waste in the last two years", "2024-11..2026-11", "waste"),
    "years ago in English": ("waste three years ago", "2023", "waste"),
    "buddhist era in English": ("waste 2565 BE", "2022", "waste"),
    "a year of a kind of law": ("ประกาศปี 2565 เรื่องขยะ", "2022", "ประกาศ เรื่องขยะ"),
}


@pytest.mark.parametrize("name", DATES)
def test_dates(name: str) -> None:
    text, period, rest = DATES[name]
    clean = normalise(text).text
    found = find(clean, TODAY)
    assert [str(each.period) for each in found] == [period]
    assert without(clean, found) == rest
    assert periods.parse(str(found[0].period)) == found[0].period


WORDS = {
    "an amount with comma": "ขยะ 2,500 ตัน",
    "an amount": "ขยะ 2550 ตันต่อวัน",
    "baht": "งบ 2565 ล้านบาท",
    "a size of dust": "PM2.5 กรุงเทพ",
    "a decimal": "2565.50 บาท",
    "an aim in Thai": "เป้าหมายปี 2573",
    "a past aim in Thai": "เป้าหมายปี 2563 คืออะไร",
    "within a year": "ลดขยะภายในปี 2565",
    "an aim": "2030 targets",
    "a past aim": "2020 targets of the city",
    "by a year": "cut waste by 2025",
    "net zero": "net zero 2050",
    "a year to come": "ความเป็นกลางทางคาร์บอน 2593",
    "a plan into the future": "แผนพัฒนา 2566-2570",
    "a Thai law": "พ.ร.บ. ส่งเสริมและรักษาคุณภาพสิ่งแวดล้อมแห่งชาติ พ.ศ. 2535",
    "a regulation": "ระเบียบกระทรวงมหาดไทย ว่าด้วยการจัดการขยะ พ.ศ. 2560",
    "an English law": "Clean Air Act 1992",
    "an agreement": "the Paris Agreement of 2015",
    "a standard": "ISO 14001",
    "households": "2010 households",
    "people in": "in 2010 households",
    "a telephone number": "021234567",
    "a number with letters": "COP-2022 P2022 $2020",
    "an aim spoken of": "พูดถึงเป้าหมายปี 2565",
    "an age": "อายุ 10 ปี 65 คน",
    "an old number alone": "เมือง 1500",
    "a month alone": "ธันวาคม",
    "may as a verb": "cities may cut waste",
    "years of age": "อายุ 2560 ปี",
    "earlier years": "ปีก่อน ๆ",
}


@pytest.mark.parametrize("name", WORDS)
def test_what_is_no_date_of_documents_stays_a_word(name: str) -> None:
    assert find(normalise(WORDS[name]).text, TODAY) == ()


def test_two_dates_are_two_periods() -> None:
    assert [str(each.period) for each in find("เปรียบเทียบปี 2562 กับปี 2565", TODAY)] == ["2019", "2022"]
    assert [str(each.period) for each in find("2019 and 2021 compared", TODAY)] == ["2019", "2021"]


@pytest.mark.parametrize("clock", [datetime.date(2023, 1, 1), datetime.date(2031, 6, 30)])
def test_the_clock_is_the_one_given(clock: datetime.date) -> None:
    assert [str(each.period) for each in find("last year", clock)] == [str(clock.year - 1)]
    assert bool(find("waste 2030", clock)) == (clock.year >= 2030)


@pytest.mark.parametrize(
    ("text", "date", "inside"),
    [
        ("2022", PartialDate(2022), True),
        ("2022-12", PartialDate(2022), True),  # known to the year: it may be so
        ("2022-12", PartialDate(2022, 11, 30), False),
        ("2020..", PartialDate(2019, 12, 31), False),
        ("..2016", PartialDate(2016, 12), True),
        ("2564-2565", PartialDate(2021, 1), True),
    ],
)
def test_a_period_holds_dates(text: str, date: PartialDate, inside: bool) -> None:
    period = periods.parse(text)
    assert period is not None and period.holds(date) is inside


@pytest.mark.parametrize("text", ["", "..", "22", "2022-13", "2021-2019", "20220", "two", "2022-2", "-2020"])
def test_what_is_no_period(text: str) -> None:
    assert periods.parse(text) is None


@pytest.mark.parametrize(
    ("text", "en", "th"),
    [
        ("2022", "2022", "พ.ศ. 2565"),
        ("2019-2021", "2019–2021", "พ.ศ. 2562–2564"),
        ("2022-12", "December 2022", "ธันวาคม 2565"),
        ("2020..", "since 2020", "ตั้งแต่ พ.ศ. 2563"),
        ("..2016", "up to 2016", "ถึง พ.ศ. 2559"),
        ("2021-10..2022-09", "October 2021–September 2022", "ตุลาคม 2564–กันยายน 2565"),
    ],
)
def test_what_a_chip_says(text: str, en: str, th: str) -> None:
    period = periods.parse(text)
    assert period is not None and (period.label.en, period.label.th) == (en, th)
