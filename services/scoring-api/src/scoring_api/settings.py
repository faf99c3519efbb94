"""Settings of scoring-api: the common ones, read from PARINDEX_SCORING_… and PARINDEX_…."""

from ipaddress import ip_network

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from parindex.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PARINDEX_SCORING_", extra="ignore", populate_by_name=True)

    webhook_key: str = Field(default="", repr=False)
    """What the secrets of webhooks are derived from; without it the signing key. Whoever changes the signing
    key and wants the secrets to stay puts the old one here first."""
    webhook_hosts: str = ""
    """Hosts that may be sent to, parted by commas, `*.domain` for all below one; empty: any host."""
    webhook_networks: str = ""
    """Networks beside the public ones that may be sent to, as CIDR parted by commas: inside the province."""
    webhook_plain_http: bool = False
    """Whether http is allowed as well as https."""

    @field_validator("webhook_networks")
    @classmethod
    def _check_networks(cls, text: str) -> str:
        """Raises ValueError for what is no network: the process does not start with half a list."""
        for part in parted(text):
            ip_network(part)
        return text

    @property
    def webhook_seed(self) -> bytes:
        return (self.webhook_key or self.signing_key).encode()


def parted(text: str) -> list[str]:
    """The parts of a list in one variable."""
    return [part.strip() for part in text.split(",") if part.strip()]


def load_settings() -> Settings:
    return Settings()
