"""The sorts of values that records of a scenario are made of, and what all records share."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, NaiveDatetime, field_validator

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that would drive a terminal instead of being read; a text may hold tabs and new lines."""


def _written_as_date(value: object) -> object:
    """Refuse a bare number, which would pass for seconds since 1970, and a date with a time of day."""
    text = isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip())
    if text or isinstance(value, (int, float, datetime)):
        raise ValueError("should be a date such as 2020-04-01")
    return value


def _written_as_moment(value: object) -> object:
    """Refuse a bare number, and a time with an offset: simulated time is local."""
    if isinstance(value, (int, float)) or (isinstance(value, datetime) and value.tzinfo is not None):
        raise ValueError("should be a local date and time such as 2020-07-15T14:30:00")
    return value


# strict: a number must be written as a number; without it `true` would pass for 1 and "12" for 12.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Share = Annotated[Number, Field(ge=0.0, le=1.0)]
Points = Annotated[Number, Field(ge=-1.0, le=1.0)]  # added to a share
LARGEST = 1e6  # of any number without a bound of its own: single precision, and a run, must bear it
Positive = Annotated[Number, Field(gt=0.0, le=LARGEST)]
NotNegative = Annotated[Number, Field(ge=0.0, le=LARGEST)]
Relative = Annotated[Number, Field(ge=0.0, le=LARGEST)]  # of parts that are scaled to 1
Factor = Annotated[Number, Field(gt=0.0, le=10.0)]
Sigma = Annotated[Number, Field(ge=0.0, le=3.0)]  # of a lognormal; 3 is a scatter of 20 to 1
Flag = Annotated[bool, Field(strict=True)]
Moment = Annotated[NaiveDatetime, BeforeValidator(_written_as_moment)]
Day = Annotated[date, BeforeValidator(_written_as_date)]
Hour = Annotated[Whole, Field(ge=0, le=24)]  # the end of a span may be 24
HourOfDay = Annotated[Whole, Field(ge=0, le=23)]
Latitude = Annotated[Number, Field(ge=-90.0, le=90.0)]
Longitude = Annotated[Number, Field(ge=-180.0, le=180.0)]
Hours = Annotated[tuple[NotNegative, ...], Field(min_length=24, max_length=24)]  # by local hour, 00 first
ShareByHour = Annotated[tuple[Share, ...], Field(min_length=24, max_length=24)]  # by local hour, 00 first
Confidence = Literal["confirmed", "high", "medium", "low", "knowledge", "assumption", "guess"]


class Model(BaseModel):
    """Base of every record: frozen, and a field it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="after")
    @classmethod
    def _printable(cls, value: object) -> object:
        """Refuse text and names that would drive a terminal instead of being read."""
        texts = value if isinstance(value, (tuple, dict)) else (value,)
        for text in texts:
            if isinstance(text, str) and set(CONTROL.findall(text)) - {"\t", "\n"}:
                raise ValueError(f"contains a control character: {text!r}")
        return value


class Source(Model):
    """Where a row comes from; ``confidence`` other than high or confirmed counts as an assumption."""

    source: str = ""
    confidence: Confidence = "assumption"
    note: str = ""


class MonthProfile(Source):
    """Relative calls a day by calendar month, January first; only ratios matter."""

    months: Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)]
