"""What every service reads from its environment; each service adds its own in its settings.py."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from parindex.kernel.clocks import refuse_rehearsal_in_production


class ServiceSettings(BaseSettings):
    """Common settings. A subclass sets `env_prefix="PARINDEX_<SERVICE>_"` for its database and key."""

    model_config = SettingsConfigDict(extra="ignore")

    database_url: str
    signing_key: str = Field(repr=False)
    database_pool: int = Field(default=10, ge=1)
    """Connections that are kept, and reads worked on at once; up to as many more are opened for the rest."""
    most_reads: int = Field(default=100, ge=1)
    """Reads that an API process works on or lets wait; what comes beyond is answered 429."""
    environment: Literal["production", "development", "rehearsal"] = Field(
        default="production", validation_alias=AliasChoices("PARINDEX_ENV")
    )
    redis_url: str = Field(validation_alias=AliasChoices("PARINDEX_REDIS_URL"))
    scoring_url: str = Field(validation_alias=AliasChoices("PARINDEX_SCORING_URL"))
    survey_url: str = Field(validation_alias=AliasChoices("PARINDEX_SURVEY_URL"))
    report_url: str = Field(validation_alias=AliasChoices("PARINDEX_REPORT_URL"))
    evidence_dir: Path = Field(
        default=Path("/var/lib/parindex/evidence"), validation_alias=AliasChoices("PARINDEX_EVIDENCE_DIR")
    )

    def model_post_init(self, _context: object) -> None:
        refuse_rehearsal_in_production(self.environment)

    @property
    def issuers(self) -> dict[str, str]:
        """Issuer of a token → base URL that serves its public key."""
        return {"scoring": self.scoring_url, "survey": self.survey_url, "report": self.report_url}
