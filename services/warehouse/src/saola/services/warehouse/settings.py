"""The knobs of the warehouse."""

from datetime import timedelta

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_WAREHOUSE_")

    # When somebody is told of a report that is not submitted: for each type of period (`day`,
    # `month`, …; `other` for all else) the steps, in hours after the deadline. Whom a step reaches
    # stands in the plan of notices.
    reminders: dict[str, dict[str, int]] = {
        "day": {"before": -1, "due": 0, "late": 15, "overdue": 39},
        "other": {"before": -24, "due": 0, "late": 24, "overdue": 72},
    }
    # How long imports are kept, with the rows of them that were refused.
    keep_imports: timedelta = timedelta(days=400)
