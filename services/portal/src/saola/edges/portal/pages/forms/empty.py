"""The empty table that a steward fills with what a unit had reported in an earlier system."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from saola.edges.portal import peers
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.exports.giving import given
from saola.edges.portal.pages.exports.tables import Table
from saola.edges.portal.readers import OfSteward

router = APIRouter(prefix="/forms/{form}/load/{agency}/table", route_class=Page)
HEADS: Final = {
    "vi": ("Kỳ", "Mã", "Chỉ tiêu", "Đơn vị tính", "Giá trị", "Ngày đến"),
    "en": ("Period", "Code", "Item", "Unit", "Value", "Came"),
}


@router.get("")
async def table(reader: OfSteward, form: UUID) -> Response:
    """What to fill in: a line for each item. What is said beside its code is passed over."""
    by, words = await peers.form(reader.call, f"forms/{form}"), reader.words
    rows = [
        ["", item.code, words.either(item.label_vi, item.label_en), item.unit, "", ""]
        for item in by.items
    ]
    return await given(reader, Table(by.code, (), HEADS[words.language], rows), "csv")
