"""The knobs of the budget."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_BUDGET_")

    # Which items (mục, tiểu mục) count to which group of the plan: `1702`, or `1850-1999`. Revenue
    # that is in none is domestic, expenditure that is in none is `other_expenditure`. After TT
    # 324/2016/TT-BTC; to be compared with the index in force before it is relied on.
    groups: dict[str, list[str]] = {
        "customs": ["1702", "1751", "1850-1999"],
        "recurrent": ["6000-7999"],
        "investment": ["9200-9449"],
    }
    # How many days before the one on which an agency begins to keep money here it reports too: what
    # its books say of them is told to the warehouse at once, and is late there.
    days_before: int = Field(default=0, ge=0, le=366)
    # Which of the domestic revenue is from land.
    land: list[str] = ["1400-1449"]
