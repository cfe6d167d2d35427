"""Notices about connectors, and the words for one that keeps failing and one that works again."""

import json
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# Title and text, in Vietnamese and in English.
WORDS = {
    "connector_failing": (
        "Kết nối liên tục gặp lỗi: {connector}, {agency}",
        "Connector keeps failing: {connector}, {agency}",
        "Kết nối “{connector}” của {agency} đã {count} lần liên tiếp không lấy được số liệu. Đề "
        "nghị xem lý do tại trang của kết nối và khắc phục.",
        "The connector “{connector}” of {agency} has failed {count} times on end. Please read why "
        "on its page and see to it.",
    ),
    "connector_working": (
        "Kết nối hoạt động trở lại: {connector}, {agency}",
        "Connector works again: {connector}, {agency}",
        "Kết nối “{connector}” của {agency} đã lấy được số liệu trở lại, sau {count} lần liên tiếp "
        "không thành công.",
        "The connector “{connector}” of {agency} works again, after it had failed {count} times on "
        "end.",
    ),
}
PARTS = ("title_vi", "title_en", "body_vi", "body_en")
TEMPLATE = sa.text("""
    insert into templates (id, version, created_at, code, words, draft, published_at)
    values (:id, 1, now(), :code, cast(:words as jsonb), null, now())
""")


def upgrade() -> None:
    op.add_column("notices", sa.Column("connector", sa.Uuid(), nullable=True))
    for code, words in WORDS.items():
        said = json.dumps(dict(zip(PARTS, words, strict=True)), ensure_ascii=False)
        id = str(uuid5(NAMESPACE_URL, f"saola:templates/{code}"))
        op.get_bind().execute(TEMPLATE, {"id": id, "code": code, "words": said})
