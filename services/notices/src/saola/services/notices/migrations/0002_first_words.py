"""The words and the plan with which a site begins. Stewards change them from there on."""

import json
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Title and text, in Vietnamese and in English.
WORDS = {
    "before": (
        "Sắp đến hạn báo cáo: {form}, {period}",
        "Report due soon: {form}, {period}",
        "Báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} phải gửi trước {due}. "
        "Đến nay báo cáo chưa được gửi.",
        "The report “{form}” ({code}) of {agency} for {period} must be submitted before {due}. "
        "It has not been submitted yet.",
    ),
    "due": (
        "Đến hạn báo cáo: {form}, {period}",
        "Report due now: {form}, {period}",
        "Báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} đã đến hạn lúc {due} nhưng "
        "chưa được gửi. Đề nghị gửi ngay.",
        "The report “{form}” ({code}) of {agency} for {period} was due at {due} and has not been "
        "submitted. Please submit it now.",
    ),
    "late": (
        "Quá hạn báo cáo: {form}, {period}",
        "Report late: {form}, {period}",
        "Báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} đã quá hạn từ {due} và vẫn "
        "chưa được gửi. Đề nghị lãnh đạo đơn vị chỉ đạo thực hiện.",
        "The report “{form}” ({code}) of {agency} for {period} has been overdue since {due} and is "
        "still missing. The head of the agency is asked to see to it.",
    ),
    "overdue": (
        "Chậm báo cáo kéo dài: {agency}, {form}, {period}",
        "Report long overdue: {agency}, {form}, {period}",
        "{agency} chưa gửi báo cáo “{form}” ({code}), kỳ báo cáo {period}, quá hạn từ {due}. "
        "Đề nghị cơ quan cấp trên đôn đốc.",
        "{agency} has not submitted the report “{form}” ({code}) for {period}, due at {due}. "
        "The agency above is asked to follow it up.",
    ),
    "returned": (
        "Báo cáo bị trả lại: {form}, {period}",
        "Report returned: {form}, {period}",
        "Báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} đã bị trả lại. Đề nghị xem "
        "lý do, chỉnh sửa và gửi lại.",
        "The report “{form}” ({code}) of {agency} for {period} was returned. Please read why, "
        "correct it and submit it again.",
    ),
    "approved": (
        "Báo cáo đã được phê duyệt: {form}, {period}",
        "Report approved: {form}, {period}",
        "Báo cáo “{form}” ({code}), kỳ báo cáo {period}, của {agency} đã được phê duyệt.",
        "The report “{form}” ({code}) of {agency} for {period} was approved.",
    ),
}
PARTS = ("title_vi", "title_en", "body_vi", "body_en")
STEPS = [
    {"code": "before", "rungs": ["reporters"], "template": "before", "urgent": False},
    {"code": "due", "rungs": ["reporters", "heads"], "template": "due", "urgent": True},
    {
        "code": "late",
        "rungs": ["reporters", "heads", "parent"],
        "template": "late",
        "urgent": False,
    },
    {
        "code": "overdue",
        "rungs": ["heads", "parent", "office"],
        "template": "overdue",
        "urgent": False,
    },
]
TEMPLATE = sa.text("""
    insert into templates (id, version, created_at, code, words, draft, published_at)
    values (:id, 1, now(), :code, cast(:words as jsonb), null, now())
""")
PLAN = sa.text("""
    insert into plans (id, version, created_at, code, steps)
    values (:id, 1, now(), 'reports', cast(:steps as jsonb))
""")


def upgrade() -> None:
    connection = op.get_bind()
    for code, words in WORDS.items():
        said = json.dumps(dict(zip(PARTS, words, strict=True)), ensure_ascii=False)
        connection.execute(TEMPLATE, {"id": _id("templates", code), "code": code, "words": said})
    connection.execute(PLAN, {"id": _id("plans", "reports"), "steps": json.dumps(STEPS)})


def _id(table: str, code: str) -> str:
    """The same on every site, so that one may be told apart from another's by its words alone."""
    return str(uuid5(NAMESPACE_URL, f"saola:{table}/{code}"))
