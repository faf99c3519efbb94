"""Settings of scoring-api: the common ones, read from PARINDEX_SCORING_… and PARINDEX_…."""

from pydantic_settings import SettingsConfigDict

from parindex.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PARINDEX_SCORING_", extra="ignore")


def load_settings() -> Settings:
    return Settings()
