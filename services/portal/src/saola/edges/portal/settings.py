"""What the portal may be told."""

from datetime import timedelta

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAOLA_PORTAL_")

    # The address by which browsers reach the portal; empty: as they call it (one machine only).
    public: str = ""
    # Whose portal it is, under the mark.
    place_vi: str = "Nền tảng dữ liệu tỉnh"
    place_en: str = "Provincial data platform"
    # The codes of the indicators at the head of the overview, in this order, and of the one on its
    # map; what is not said, the data choose.
    headlines: list[str] = []
    mapped: str = ""
    # Where a service takes files; `{0}` stands for its name.
    files: str = "http://127.0.0.1:8081/{0}/files"
    # The same, by name, of services that take them elsewhere.
    files_of: dict[str, str] = {}
    # The largest workbook that is passed on, in bytes.
    largest_upload: int = 20 << 20
    # How long a session lasts at most: that of the realm.
    session: timedelta = timedelta(hours=10)
    # How often a listener hears that the line is alive, in seconds.
    beat: float = 10

    def takes_files(self, service: str) -> str:
        return self.files_of.get(service, self.files).format(service)
