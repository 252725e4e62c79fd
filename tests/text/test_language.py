from __future__ import annotations

import pytest

from kb.text.language import detect, scripts

CASES = {
    "ลดขยะพลาสติกในเมืองท่องเที่ยว": "th",
    "how do tourist towns cut plastic waste": "en",
    "ASCN คืออะไร": "th",
    "โครงการ Smart Green ASEAN Cities คืออะไร": "th",
    "Smart Green ASEAN Cities คืออะไร": "th",
    "What did ยโสธร do with organic waste?": "en",
    "Who is สมศักดิ์ สรรพโกศลกุล and what did he say": "en",
    "PM2.5 ในเชียงใหม่": "th",
    "2565": "en",
    "": "en",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=CASES)
def test_detect(text: str, expected: str) -> None:
    assert detect(text) == expected


def test_scripts_counts_words() -> None:
    assert scripts("ขยะ plastic waste BCG") == {"thai": 1, "other": 2}
