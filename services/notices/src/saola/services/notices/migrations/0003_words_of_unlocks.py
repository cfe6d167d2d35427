"""Words for reports that are asked to be open again, are open for a while, or stay closed."""

import json
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Title and text, in Vietnamese and in English.
WORDS = {
    "unlock_requested": (
        "Đề nghị mở khoá báo cáo: {agency}, {form}, {period}",
        "Unlock requested: {agency}, {form}, {period}",
        "Có đề nghị mở khoá báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} để đính "
        "chính. Đề nghị xem lý do và quyết định.",
        "Somebody asks to unlock the report “{form}” ({code}) of {agency} for {period} so that it "
        "can be corrected. Please read why and decide.",
    ),
    "unlocked": (
        "Báo cáo được mở khoá: {form}, {period}",
        "Report unlocked: {form}, {period}",
        "Báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} được mở khoá đến {until}. "
        "Đề nghị chỉnh sửa và gửi lại trước thời điểm đó.",
        "The report “{form}” ({code}) of {agency} for {period} is unlocked until {until}. Please "
        "correct it and submit it again before then.",
    ),
    "unlock_refused": (
        "Báo cáo không được mở khoá: {form}, {period}",
        "Unlock refused: {form}, {period}",
        "Đề nghị mở khoá báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} không được "
        "chấp thuận. Lý do được ghi tại báo cáo.",
        "The request to unlock the report “{form}” ({code}) of {agency} for {period} was refused. "
        "The report says why.",
    ),
}
PARTS = ("title_vi", "title_en", "body_vi", "body_en")
TEMPLATE = sa.text("""
    insert into templates (id, version, created_at, code, words, draft, published_at)
    values (:id, 1, now(), :code, cast(:words as jsonb), null, now())
""")


def upgrade() -> None:
    for code, words in WORDS.items():
        said = json.dumps(dict(zip(PARTS, words, strict=True)), ensure_ascii=False)
        id = str(uuid5(NAMESPACE_URL, f"saola:templates/{code}"))
        op.get_bind().execute(TEMPLATE, {"id": id, "code": code, "words": said})
