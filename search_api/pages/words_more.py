"""Words of the pictures, citations, feeds, suggestions and colours; `words` holds those of the pages themselves."""

from __future__ import annotations

from collections.abc import Mapping

from kb.errors import Message

MORE: Mapping[str, Message] = {
    # What is new
    "news": Message("What is new", "มีอะไรใหม่"),
    "added": Message("Added {day}", "เพิ่มเมื่อ {day}"),
    "changed": Message("Changed {day}", "ปรับปรุงเมื่อ {day}"),
    "feed": Message("What is new", "เอกสารใหม่"),
    "feed_link": Message("Follow what is new (Atom feed)", "ติดตามเอกสารใหม่ (ฟีด Atom)"),
    "feed_search": Message("Follow this search (Atom feed)", "ติดตามการค้นนี้ (ฟีด Atom)"),
    "opensearch_name": Message("ASEAN green cities", "เมืองเขียวอาเซียน"),
    # The collection
    "collection": Message("The collection", "ภาพรวมเอกสาร"),
    "collection_more": Message(
        "{count} subjects: when they took place, where, and what lies near what in meaning. Every mark leads to a document.",
        "เอกสาร {count} เรื่อง เกิดขึ้นเมื่อใด ที่ใด และเรื่องใดใกล้เคียงกัน เลือกจุดใดก็ได้เพื่อเปิดเอกสาร",
    ),
    "collection_teaser": Message("See the whole collection", "ดูภาพรวมทั้งหมด"),
    "in_numbers": Message(
        "{subjects} subjects from {countries} countries and {cities} cities", "{subjects} เรื่อง จาก {countries} ประเทศ {cities} เมือง"
    ),
    "by_year": Message("By year", "ตามปี"),
    "by_year_more": Message("The year in which a case began or a dialogue was held.", "ปี พ.ศ. ที่เริ่มดำเนินการหรือจัดการหารือ"),
    "undated": Message("{count} without a date", "ไม่ระบุปี {count} เรื่อง"),
    "by_place": Message("By country and city", "ตามประเทศและเมือง"),
    "by_place_more": Message(
        "The countries of ASEAN, roughly where they lie. The deeper the green, the more documents.",
        "ประเทศสมาชิกอาเซียนวางตามตำแหน่งโดยประมาณ สีเขียวยิ่งเข้มยิ่งมีเอกสารมาก",
    ),
    "other_countries": Message("Other countries", "ประเทศอื่น"),
    "none_yet": Message("none yet", "ยังไม่มี"),
    "more_cities": Message("{count} more", "อีก {count} เมือง"),
    "by_meaning": Message("By meaning", "ตามความหมาย"),
    "by_meaning_more": Message(
        "What lies near each other treats of similar things. The directions themselves mean nothing.",
        "เรื่องที่อยู่ใกล้กันมีเนื้อหาใกล้เคียงกัน ทิศทางในภาพไม่มีความหมาย",
    ),
    "by_meaning_how": Message(
        "How it is made: each subject is the mean of its passages' vectors; classical scaling and stress majorisation (SMACOF) lay the "
        "subjects on a plane, and points that would touch are moved apart.",
        "วิธีจัดทำ: แต่ละเรื่องคือค่าเฉลี่ยเวกเตอร์ของข้อความทั้งหมดในเรื่อง จัดวางบนระนาบด้วยวิธี classical scaling และ SMACOF แล้วขยับจุดที่ทับกันให้แยกจากกัน",
    ),
    "stress": Message(
        "Stress-1 is {stress}: 0 would be a map that keeps every distance.",
        "ค่า stress-1 เท่ากับ {stress} ถ้าเป็น 0 หมายถึงภาพรักษาระยะห่างไว้ได้ครบถ้วน",
    ),
    "grouped": Message(
        "There are more than {limit} subjects: neighbours are drawn as one circle, its size by their number. A circle leads to the "
        "documents around its middle.",
        "มีมากกว่า {limit} เรื่อง จึงรวมเรื่องที่อยู่ใกล้กันเป็นวงเดียว ขนาดตามจำนวนเรื่อง เลือกวงเพื่อดูเอกสารในบริเวณนั้น",
    ),
    "group": Message("{count} documents around: {title}", "{count} เรื่อง รอบ ๆ: {title}"),
    "no_map": Message(
        "The map comes with the next change of the documents, or with kb index --rebuild.",
        "ภาพนี้จะมีเมื่อเอกสารมีการเปลี่ยนแปลงครั้งถัดไป หรือเมื่อสั่ง kb index --rebuild",
    ),
    "as_table": Message("As a table", "ดูเป็นตาราง"),
    "unlisted_values": Message("And {count} more: search for them by name.", "ยังมีอีก {count} รายการ ค้นหาได้ด้วยชื่อ"),
    "drawn": Message(
        "The picture shows {shown} of {count} subjects, taken evenly from the whole collection.",
        "ภาพนี้แสดง {shown} เรื่อง จากทั้งหมด {count} เรื่อง โดยสุ่มอย่างสม่ำเสมอจากทั้งคลังเอกสาร",
    ),
    "table_part": Message("The newest {shown} of {count}.", "แสดง {shown} เรื่องล่าสุด จาก {count} เรื่อง"),
    "column_year": Message("Year", "ปี พ.ศ."),
    "column_documents": Message("Documents", "เอกสาร"),
    "column_count": Message("Number", "จำนวน"),
    "column_country": Message("Country", "ประเทศ"),
    "column_cities": Message("Cities", "เมือง"),
    "column_document": Message("Document", "เอกสาร"),
    "column_nearest": Message("Nearest in meaning", "เรื่องที่ความหมายใกล้ที่สุด"),
    # A document
    "more_like": Message("More like this", "เรื่องที่คล้ายกัน"),
    "more_like_all": Message("All like this, with reasons", "ดูทั้งหมดพร้อมเหตุผล"),
    "like_title": Message("More like “{title}”", "เรื่องที่คล้ายกับ “{title}”"),
    "like_more": Message("Nearest in meaning first.", "เรียงจากความหมายใกล้ที่สุด"),
    "like_shared": Message("In common", "สิ่งที่มีร่วมกัน"),
    "closeness": Message("Closeness in meaning", "ความใกล้เคียงของความหมาย"),
    "cite": Message("Cite", "การอ้างอิง"),
    "cite_th": Message("Thai style", "รูปแบบไทย"),
    "cite_en": Message("English style", "รูปแบบอังกฤษ"),
    "cite_bibtex": Message("BibTeX", "BibTeX สำหรับโปรแกรมจัดการอ้างอิง"),
    "copy_text": Message("Copy", "คัดลอก"),
    "link_to_heading": Message("Link to this section", "ลิงก์ไปยังหัวข้อนี้"),
    # Results
    "sort": Message("Order", "เรียงตาม"),
    "sort_relevance": Message("Best first", "ตรงที่สุดก่อน"),
    "sort_date": Message("Newest first", "ใหม่ที่สุดก่อน"),
    "nearest_title": Message("Nearest, but not an answer", "ใกล้เคียงที่สุด แต่ไม่ใช่คำตอบ"),
    "nearest_more": Message(
        "No document is close enough to count as an answer. These are the nearest in meaning.",
        "ไม่มีเอกสารใดใกล้เคียงพอที่จะนับเป็นคำตอบ ต่อไปนี้คือเอกสารที่ความหมายใกล้ที่สุด",
    ),
    "nearest_unfiltered": Message("Without the filters these are the nearest.", "หากไม่ใช้ตัวกรอง เอกสารต่อไปนี้ใกล้เคียงที่สุด"),
    "near_terms": Message("Names and words here that are written alike", "ชื่อและคำในฐานความรู้ที่เขียนใกล้เคียงกัน"),
    # Completions
    "suggestions": Message("Suggestions", "คำแนะนำ"),
    "suggestions_one": Message("1 suggestion. Arrow keys choose, Enter opens.", "มี 1 คำแนะนำ ใช้ปุ่มลูกศรเลือก กด Enter เพื่อเปิด"),
    "suggestions_count": Message("{count} suggestions. Arrow keys choose, Enter opens.", "มี {count} คำแนะนำ ใช้ปุ่มลูกศรเลือก กด Enter เพื่อเปิด"),
    "suggestions_none": Message("No suggestions", "ไม่มีคำแนะนำ"),
    "is_title": Message("document", "เอกสาร"),
    "is_term": Message("term", "คำศัพท์"),
    "is_city": Message("city", "เมือง"),
    "is_organisation": Message("organisation", "หน่วยงาน"),
    "is_person": Message("person", "บุคคล"),
    # Colours
    "appearance": Message("Colours of the pages", "สีของหน้าเว็บ"),
    "scheme_auto": Message("As the system", "ตามระบบ"),
    "scheme_light": Message("Light", "สว่าง"),
    "scheme_dark": Message("Dark", "มืด"),
}
