"""What the budget's codes are called."""

from typing import Final

from saola.apis.budget.v1 import entries_pb2 as entries
from saola.apis.budget.v1.projects_pb2 import Payment
from saola.edges.portal.i18n import Words

REVENUE: Final = ("domestic", "customs", "other_revenue")


def flows(words: Words) -> dict[int, str]:
    _ = words._
    return {entries.FLOW_REVENUE: _("Revenue"), entries.FLOW_EXPENDITURE: _("Expenditure")}


def levels(words: Words) -> dict[int, str]:
    """The district is for what is older than July 2025."""
    _ = words._
    return {
        entries.BUDGET_LEVEL_CENTRAL: _("Central"),
        entries.BUDGET_LEVEL_PROVINCE: _("Province"),
        entries.BUDGET_LEVEL_DISTRICT: _("District"),
        entries.BUDGET_LEVEL_COMMUNE: _("Commune"),
    }


def groups(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "domestic": _("Domestic revenue"),
        "customs": _("Revenue from foreign trade"),
        "other_revenue": _("Other revenue"),
        "recurrent": _("Recurrent expenditure"),
        "investment": _("Development investment"),
        "other_expenditure": _("Other expenditure"),
    }


def flow_of(group: str) -> entries.Flow.ValueType:
    return entries.FLOW_REVENUE if group in REVENUE else entries.FLOW_EXPENDITURE


def kinds(words: Words) -> dict[int, str]:
    _ = words._
    return {
        Payment.KIND_PLAN: _("Capital plan"),
        Payment.KIND_DISBURSEMENT: _("Disbursement"),
    }


def outcomes(words: Words) -> dict[str, tuple[str, str]]:
    """Of a row of a file: how it is shown, and what it is called."""
    _ = words._
    return {
        "recorded": ("good", _("recorded")),
        "corrected": ("watch", _("corrects what was there")),
        "unchanged": ("none", _("unchanged")),
        "refused": ("bad", _("refused")),
    }


def columns(words: Words) -> dict[str, str]:
    """Of a file of the treasury, as it is told which was wrong."""
    _ = words._
    return {
        "day": _("Day booked"),
        "flow": _("Revenue or expenditure"),
        "chapter": _("Chapter"),
        "sector": _("Sector"),
        "item": _("Item"),
        "level": _("Budget level"),
        "area": _("Area code"),
        "document": _("Document"),
        "amount": _("Amount"),
    }
