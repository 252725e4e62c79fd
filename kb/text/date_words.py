"""How dates are written within a question, in Thai and English: the patterns alone. Texts are normalised (Arabic digits)."""

from __future__ import annotations

import re

from kb.text.dates import ENGLISH_MONTHS, THAI_MONTHS, THAI_SHORT

# ธ.ค., ธ.ค, ธค., มี.ค.: of the two consonants at least one has its dot.
_SHORT = [rf"{short[:-1]}\.\s?{short[-1]}\.?|{short}\." for short in THAI_SHORT]
_SPOKEN = [name.removesuffix("คม").removesuffix("ยน").removesuffix("พันธ์") for name in THAI_MONTHS]  # มีนา, กุมภา
THAI_MONTH = "|".join([*THAI_MONTHS, *_SHORT, *_SPOKEN])
ENGLISH_MONTH = "|".join([*ENGLISH_MONTHS, *(rf"{name[:3]}\b\.?" for name in ENGLISH_MONTHS), r"sept\b\.?"])

ERA = r"(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)"
ERA_AFTER = r"(?:b\.?e\b\.?|c\.?e\b\.?|a\.?d\b\.?)"
YEAR = r"(?<![\d,.])\d{4}(?![\d%]|[.,]\d)"
SHORT_YEAR = r"(?<![\d,.])\d{2}(?![\d%]|[.,]\d)"

# One date: its groups say what is known of it. The more telling forms come first.
ATOM = re.compile(
    rf"""
      (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?)?(?P<thai_month>{THAI_MONTH})
        \s*(?:ปี\s*)?(?P<thai_era>{ERA})?\s*(?P<thai_year>{YEAR}|{SHORT_YEAR})
    | (?:\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?\b(?P<english_month>{ENGLISH_MONTH})
        (?:\s+\d{{1,2}}(?:st|nd|rd|th)?,)?,?\s+(?P<english_year>{YEAR})
    | ทศวรรษ(?:ที่)?\s*(?:{ERA}\s*)?(?P<thai_decade>\d{{3}}0)(?!\d)
    | (?:the\s+)?(?<![\w.,])(?P<decade>\d{{3}}0)['’]?s\b
    | (?P<fiscal>ปีงบประมาณ|งบประมาณปี|\b(?:fiscal\s+year|FY)\b)\s*(?P<fiscal_era>{ERA})?\s*(?P<fiscal_year>{YEAR}|{SHORT_YEAR})
    | (?P<mark>(?<!\d)(?<!\d\s)ปี\s*(?:{ERA})?|{ERA}|\b(?:the\s+)?years?\b)\s*(?P<marked_year>{YEAR}|{SHORT_YEAR}(?!\s?[-–]\d))
    | (?<![A-Za-z][-–])(?<![A-Za-z$€£฿\#])(?P<year>{YEAR})(?:-(?P<month>0[1-9]|1[0-2])(?!\d))?(?:\s?(?P<era_after>{ERA_AFTER}))?(?![A-Za-z])
    """,
    re.IGNORECASE | re.VERBOSE,
)

RANGE = re.compile(r"\s*(?:[-–—]|ถึง|จนถึง|to\b|until\b|through\b)\s*", re.IGNORECASE)
AND = re.compile(r"\s*(?:และ|กับ|and\b)\s*", re.IGNORECASE)
SHORT_END = re.compile(r"[-–](\d{2})(?![\d%]|[.,]\d)")  # the 21 of 2019-21
BETWEEN = re.compile(r"(?:ระหว่าง|between\b)\s*$", re.IGNORECASE)

# What stands before a date, nearest first; each is taken out of the question together with it.
SINCE = re.compile(r"(?:นับ(?:ตั้ง)?แต่|ตั้งแต่)\s*$|\bsince\s*$|\bstarting\s+(?:in|from)\s*$", re.IGNORECASE)
AFTER = re.compile(r"(?:ภาย)?หลัง(?:จาก)?\s*$|\bafter\s*$|\blater\s+than\s*$", re.IGNORECASE)
BEFORE = re.compile(r"ก่อน(?:หน้า)?\s*$|\b(?:before|prior\s+to|earlier\s+than)\s*$", re.IGNORECASE)
UNTIL = re.compile(r"(?:จนถึง|จนกระทั่ง|(?<!กล่าว)(?<!พูด)(?<!หมาย)ถึง)\s*$|\b(?:until|till|up\s+to)\s*$", re.IGNORECASE)
WITHIN = re.compile(
    r"(?:(?<!ภาย)ใน|เมื่อ|ประจำ)?(?:ระหว่าง|ช่วง|(?<!ภาย)ใน|เมื่อ|ประจำ)\s*(?:วันที่\s*)?$|วันที่\s*$|\b(?:in|during|from|between|of|on)(?:\s+the)?\s*$",
    re.IGNORECASE,
)
ONWARDS = re.compile(
    r"\s*(?:เป็นต้น(?:มา|ไป)|(?:จน)?ถึง(?:ปัจจุบัน|วันนี้)|\bonwards?\b|\bto\s+(?:the\s+)?present\b|\buntil\s+now\b|\bto\s+date\b)", re.IGNORECASE
)

# A number of things, not a year.
UNIT = re.compile(
    r"\s*(?:ตัน|บาท|ล้าน|พันล้าน|แสน|หมื่น|คน|ครัวเรือน|ครอบครัว|หลัง|แห่ง|ไร่|กิโล|กก\.|กม\.|เมตร|ลิตร|ลูกบาศก์|หน่วย|เมกะ|วัตต์|ยูโร|ดอลลาร์|ราย|ชิ้น|คัน|ต้น|"
    r"ครั้ง|วัน|ชั่วโมง|เปอร์เซ็นต์|ตาราง|ใบ|ขวด|ถุง|องศา|ปี|เท่า|จุด"
    r"|(?:tonn?es?|tons?|baht|people|persons?|residents|households?|homes|families|million|billion|thousand|hectares?|rai|km|kilomet\w+|kg|kilo\w*|"
    r"met(?:er|re)s?|lit(?:er|re)s?|m[23²³]|MWh?|kWh?|GWh?|units?|euros?|dollars?|USD|EUR|THB|percent|per\s+cent|ppm|trees|buses|cars|schools|hours|days|years|times|pieces|bags|bottles|cubic|square)\b)",
    re.IGNORECASE,
)
# A year that is aimed at, or part of the name of a law or a plan: a word of the question.
AIM_BEFORE = re.compile(
    r"(?:เป้าหมาย|เป้า|ภายใน|วาระ(?:การพัฒนา)?|วิสัยทัศน์|แผน[ก-๎]*|สุทธิเป็นศูนย์|\bby|\btargets?(?:\s+(?:for|of|in))?|\bgoals?(?:\s+(?:for|of|in))?|\bagenda|\bvision|\bplan|\bstrategy"
    r"|\broadmap|\bnet[- ]zero)\s*$",
    re.IGNORECASE,
)
AIM_AFTER = re.compile(r"\s+(?:targets?|goals?|agenda|vision|plans?|strategy|roadmap|act|census|edition)\b", re.IGNORECASE)
LAW_BEFORE = re.compile(
    r"(?:พ\.?\s?ร\.?\s?[บกฎ]\.?|พระราช(?:บัญญัติ|กำหนด|กฤษฎีกา)|กฎกระทรวง|ระเบียบ|ประกาศ|ข้อบัญญัติ|เทศบัญญัติ|รัฐธรรมนูญ)[^\d]{0,80}(?:ฉบับที่\s*\d+\W{0,3})?$"
)
NAME_BEFORE = re.compile(
    r"\b(?:act|law|decree|code|constitution|agreement|protocol|convention|census|framework|declaration|ISO)\s+(?:of\s+)?$", re.IGNORECASE
)

_NUMBER = r"(?:\d{1,2}|two|three|four|five|ten|สอง|สาม|สี่|ห้า|สิบ)"
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5, "สิบ": 10}
RELATIVE = re.compile(
    rf"""
      (?:ใน|ช่วง|ตลอด)*\s*(?P<past_th>{_NUMBER})\s*ปี(?:ที่ผ่านมา|ให้หลัง|ล่าสุด|หลังสุด)
    | (?:\b(?:in|over|during)\s+)?\b(?:the\s+)?(?:last|past)\s+(?P<past_en>{_NUMBER})\s+years\b
    | (?:เมื่อ\s*)?(?P<ago_th>{_NUMBER})\s*ปี(?:ที่แล้ว|ก่อน(?!\s*ๆ))
    | \b(?P<ago_en>{_NUMBER})\s+years\s+ago\b
    | (?:เมื่อ|ใน)?\s*(?P<last_year>(?<!\d)(?<!\d\s)ปี(?:ที่แล้ว|ที่ผ่านมา|กลาย|ก่อน(?!\s*ๆ|หน้า|\s*(?:พ|ค)\.|\s*\d))
        |\b(?:in\s+)?(?:the\s+)?(?:last|previous)\s+year\b(?!\s+of\b))
    | (?:ใน)?(?P<this_year>ปีนี้|ปีปัจจุบัน|\b(?:in\s+)?(?:this|the\s+current)\s+year\b)
    | (?:เมื่อ|ใน)?(?P<last_month>เดือน(?:ที่แล้ว|ที่ผ่านมา|ก่อน)|\blast\s+month\b)
    | (?:ใน)?(?P<this_month>เดือนนี้|\b(?:in\s+)?this\s+month\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
