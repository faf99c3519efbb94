"""Settings of survey-ingest: the common ones, read from PARINDEX_SURVEY_… and PARINDEX_…."""

from pydantic_settings import SettingsConfigDict

from parindex.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PARINDEX_SURVEY_", extra="ignore", populate_by_name=True)


def load_settings() -> Settings:
    return Settings()
