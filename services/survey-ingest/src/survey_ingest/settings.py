"""Settings of survey-ingest: the common ones, read from PARINDEX_SURVEY_… and PARINDEX_…."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from parindex.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PARINDEX_SURVEY_", extra="ignore", populate_by_name=True)

    personal_key: str = Field(default="", repr=False)
    """Encrypts contact data of respondents; none are taken without it. Several: the one in use first."""


def load_settings() -> Settings:
    return Settings()
