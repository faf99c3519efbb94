"""Settings of report-gen: the common ones, read from PARINDEX_REPORT_… and PARINDEX_…."""

from pydantic_settings import SettingsConfigDict

from parindex.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PARINDEX_REPORT_", extra="ignore")


def load_settings() -> Settings:
    return Settings()
