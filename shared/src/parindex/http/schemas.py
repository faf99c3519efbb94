"""The base of request bodies, and the field types that every service shares."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from parindex.kernel.text import nfc


def normal(text: object) -> object:
    """NFC before the length is judged: a title of blanks is no title."""
    return nfc(text) if isinstance(text, str) else text


class Body(BaseModel):
    """A request body: unknown fields are refused, so that a typing error is never silently lost."""

    model_config = ConfigDict(extra="forbid")


def exampled(example: dict[str, Any]) -> ConfigDict:
    """The configuration of a model that the OpenAPI description shows by an example.

    >>> class Greeting(Body):
    ...     model_config = exampled({"word": "chào"})
    >>> Greeting.model_config["extra"], Greeting.model_json_schema()["examples"]
    ('forbid', [{'word': 'chào'}])
    """
    return ConfigDict(json_schema_extra={"examples": [example]})


Code = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
"""A stable code in a path: lower-case ASCII."""

Label = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(normal)]
"""A Vietnamese name or title, stored in NFC."""

Words = Annotated[str, Field(max_length=20_000), BeforeValidator(normal)]
"""Longer Vietnamese text; may be empty."""


def _of_our_time(moment: datetime) -> datetime:
    """Instants at the ends of the calendar leave it as soon as they are turned to another offset."""
    if not 1900 <= moment.year <= 2200:
        raise ValueError(moment)
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
"""An instant; one without its offset is refused, and one that no document can name."""
