"""What the calls of samestory take, for those who check types."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol, TypedDict


class Article(TypedDict, total=False):
    """An article; all but the text may be missing."""

    id: str | int | None
    title: str | None
    text: str | None
    published: datetime | date | str | None


class ArrowStream(Protocol):
    """Anything that gives its rows as a stream of Arrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = ...) -> object: ...


class ArrowArray(Protocol):
    """Anything that gives its rows as one array of Arrow."""

    def __arrow_c_array__(self, requested_schema: object | None = ...) -> tuple[object, object]: ...
