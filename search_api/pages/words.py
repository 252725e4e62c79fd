"""Every word of the interface, in English and Thai. Templates name them by key."""

from __future__ import annotations

from collections.abc import Mapping

from kb.errors import Message
from search_api.pages.words_more import MORE

WORDS: Mapping[str, Message] = {
    **MORE,
    # The frame of every page
    "site": Message("Smart Green ASEAN Cities", "เมืองอาเซียนสีเขียวอัจฉริยะ"),
    "site_kind": Message("Knowledge base", "ฐานความรู้"),
    "skip": Message("Skip to the content", "ข้ามไปยังเนื้อหา"),
    "menu": Message("Main menu", "เมนูหลัก"),
    "home": Message("Search", "ค้นหา"),
    "browse": Message("All documents", "เอกสารทั้งหมด"),
    "about": Message("About", "เกี่ยวกับ"),
    "language": Message("Language of this page", "ภาษาของหน้านี้"),
    "footer": Message(
        "Questions and answers stay on this server. No tracking, nothing loaded from other sites.",
        "คำถามและคำตอบอยู่ภายในเซิร์ฟเวอร์นี้เท่านั้น ไม่มีการติดตาม และไม่เรียกข้อมูลจากเว็บไซต์อื่น",
    ),
    "api": Message("Data interface (API)", "ส่วนต่อประสานข้อมูล (API)"),
    # The question
    "question": Message("Your question", "คำถามของคุณ"),
    "placeholder": Message("Ask in Thai or English", "ถามภาษาไทยหรืออังกฤษ"),
    "search": Message("Search", "ค้นหา"),
    "hero": Message("Ask in Thai or English. Find the answer in both.", "ถามภาษาใดก็ได้ พบคำตอบจากทั้งสองภาษา"),
    "hero_more": Message(
        "Case studies and dialogues of cities in ASEAN, searched by meaning. Each result shows the passage that answers.",
        "กรณีศึกษาและบันทึกการหารือของเมืองในอาเซียน ค้นหาตามความหมาย พร้อมแสดงข้อความที่ตอบคำถาม",
    ),
    "examples": Message("Try a question", "ลองถาม"),
    "themes": Message("Themes", "หัวข้อ"),
    "newest": Message("Newest documents", "เอกสารล่าสุด"),
    "dialogues": Message("Dialogues", "บันทึกการหารือ"),
    "all_dialogues": Message("All dialogues", "บันทึกการหารือทั้งหมด"),
    "all_documents": Message("All {count} documents", "เอกสารทั้งหมด {count} เรื่อง"),
    # Results
    "results_title": Message("Results for “{query}”", "ผลการค้นหา “{query}”"),
    "results": Message("Results", "ผลการค้นหา"),
    "found_one": Message("1 document", "พบ 1 เรื่อง"),
    "found": Message("{count} documents", "พบ {count} เรื่อง"),
    "found_range": Message("{first}–{last} of {count} documents", "เรื่องที่ {first}–{last} จาก {count} เรื่อง"),
    "read_in": Message("Read in English", "อ่านฉบับภาษาไทย"),  # said in the language that the link leads to
    "only_th": Message("Thai only", "มีเฉพาะภาษาไทย"),
    "only_en": Message("English only", "มีเฉพาะภาษาอังกฤษ"),
    "more_passages": Message("{count} more from this document", "อีก {count} ข้อความจากเอกสารนี้"),
    "read_here": Message("Read in context", "อ่านในเอกสาร"),
    "twin_th": Message("The same in the Thai version", "ข้อความเดียวกันในฉบับภาษาไทย"),
    "twin_en": Message("The same in the English version", "ข้อความเดียวกันในฉบับภาษาอังกฤษ"),
    "twin_read_th": Message("Read in the Thai version", "อ่านในฉบับภาษาไทย"),
    "twin_read_en": Message("Read in the English version", "อ่านในฉบับภาษาอังกฤษ"),
    "answers_word": Message("“{word}” in your question", "ตรงกับคำว่า “{word}” ในคำถาม"),
    "why": Message("Why this result", "เหตุที่พบ"),
    "words_found": Message("Words found", "คำที่ตรงกัน"),
    "words_in_translation": Message("In its translation", "คำที่ตรงกันในฉบับแปล"),
    "words_translated": Message("Translated words and other names", "คำแปลและชื่ออื่นที่ตรงกัน"),
    "similarity": Message("Closeness in meaning", "ความใกล้เคียงของความหมาย"),
    "similarity_help": Message(
        "cosine between question and passage; 1 is the same meaning", "ค่าโคไซน์ระหว่างคำถามกับข้อความ 1 คือความหมายเดียวกัน"
    ),
    # How the question was understood
    "searched_for": Message("Searched for “{query}” instead.", "ค้นหา “{query}” แทน"),
    "search_as_written": Message("Search for “{words}” as typed", "ค้นหา “{words}” ตามที่พิมพ์"),
    "understood": Message("Read from your question", "เงื่อนไขที่อ่านได้จากคำถาม"),
    "take_as_words": Message("Take “{words}” as words only", "ใช้ “{words}” เป็นคำค้นเท่านั้น"),
    "phrase": Message("Exactly", "ตรงตามข้อความ"),
    "excluded": Message("Without", "ไม่มีคำว่า"),
    "searched_also": Message("Also searched for", "ค้นหาชื่ออื่นด้วย"),
    "without_names": Message("Search for these words only", "ค้นหาเฉพาะคำที่พิมพ์"),
    "about_this": Message("About", "เกี่ยวกับ"),
    "ranked_higher": Message("shown first", "แสดงก่อน"),
    "filters": Message("Narrow down", "กรองผลลัพธ์"),
    "active_filters": Message("Chosen filters", "ตัวกรองที่เลือก"),
    "remove": Message("Remove filter: {name}", "นำตัวกรองออก: {name}"),
    "clear": Message("Remove all filters", "นำตัวกรองออกทั้งหมด"),
    "more_values": Message("{count} more", "อีก {count} รายการ"),
    "pages": Message("Pages of results", "หน้าผลลัพธ์"),
    "previous": Message("Previous", "ก่อนหน้า"),
    "next": Message("Next", "ถัดไป"),
    "page": Message("Page {number}", "หน้า {number}"),
    # Nothing found
    "nothing_title": Message("Nothing found", "ไม่พบเอกสาร"),
    "nothing_question": Message("No document answers “{query}”.", "ไม่มีเอกสารที่ตอบคำถาม “{query}”"),
    "nothing_filters": Message("No document fits all the chosen filters.", "ไม่มีเอกสารที่ตรงกับตัวกรองทั้งหมดที่เลือก"),
    "nothing_page": Message("There are only {count} documents, fewer than this page would show.", "มีเพียง {count} เรื่อง ไม่ถึงหน้านี้"),
    "first_page": Message("Go to the first page", "ไปหน้าแรก"),
    "tried": Message("What was tried", "สิ่งที่ได้ค้นหา"),
    "tried_en": Message(
        "Words and meaning, in the Thai and the English documents. The question was read as English.",
        "ค้นทั้งคำและความหมาย ในเอกสารภาษาไทยและภาษาอังกฤษ โดยอ่านคำถามเป็นภาษาอังกฤษ",
    ),
    "tried_th": Message(
        "Words and meaning, in the Thai and the English documents. The question was read as Thai.",
        "ค้นทั้งคำและความหมาย ในเอกสารภาษาไทยและภาษาอังกฤษ โดยอ่านคำถามเป็นภาษาไทย",
    ),
    "tried_filters": Message("Only documents with: {names}", "เฉพาะเอกสารที่ตรงกับ: {names}"),
    "what_next": Message("What you can do", "สิ่งที่ทำได้"),
    "next_filters": Message("Search again without filters", "ค้นหาอีกครั้งโดยไม่ใช้ตัวกรอง"),
    "next_words": Message("Use fewer words, or name the place or the subject.", "ใช้คำให้น้อยลง หรือระบุชื่อเมืองหรือเรื่องที่ต้องการ"),
    "next_browse": Message("Look through all documents", "ดูรายการเอกสารทั้งหมด"),
    # A document
    "date": Message("Date", "วันที่"),
    "place": Message("Place", "สถานที่"),
    "kind": Message("Kind", "ประเภท"),
    "organisations": Message("Organisations", "หน่วยงาน"),
    "people": Message("People", "บุคคล"),
    "participants": Message("Participants", "ผู้เข้าร่วม"),
    "sources": Message("Sources", "แหล่งข้อมูล"),
    "contents": Message("On this page", "ในหน้านี้"),
    "details": Message("About this document", "ข้อมูลเอกสาร"),
    "similar": Message("Similar documents", "เอกสารที่ใกล้เคียง"),
    "raw": Message("Download as Markdown", "ดาวน์โหลดเป็น Markdown"),
    "copy": Message("Copy link", "คัดลอกลิงก์"),
    "copied": Message("Copied", "คัดลอกแล้ว"),
    "print": Message("Print", "พิมพ์"),
    "shown_th": Message("This document has no English version. This is the Thai one.", "เอกสารนี้ไม่มีฉบับภาษาอังกฤษ จึงแสดงฉบับภาษาไทย"),
    "shown_en": Message("This document has no Thai version. This is the English one.", "เอกสารนี้ไม่มีฉบับภาษาไทย จึงแสดงฉบับภาษาอังกฤษ"),
    # All documents
    "browse_more": Message("Newest first. Choose a filter to narrow the list.", "เรียงจากใหม่ไปเก่า เลือกตัวกรองเพื่อจำกัดรายการ"),
    # Faults
    "error_400": Message("This request cannot be understood", "ไม่เข้าใจคำขอนี้"),
    "error_404": Message("This page does not exist", "ไม่พบหน้านี้"),
    "error_503": Message("The knowledge base is not ready yet", "ฐานความรู้ยังไม่พร้อมใช้งาน"),
    "error_500": Message("Something went wrong", "เกิดข้อผิดพลาด"),
    "error_next": Message("You can search, or look through all documents.", "คุณสามารถค้นหา หรือดูรายการเอกสารทั้งหมด"),
    "error_wait": Message("Please try again in a minute.", "โปรดลองใหม่ในอีกสักครู่"),
}
