"""The family of errors.

    CaveatError
    ├── BadRequest            BAD_REQUEST          400  the request contradicts itself or names what cannot be
    │   ├── BadCursor         BAD_CURSOR           400  a cursor of another list, or of a sync that is over
    │   ├── TooExpensive      TOO_EXPENSIVE        400  the operation asks for more than the server gives at once
    │   ├── ReservedAlias     RESERVED_ALIAS       400  an alias of the operation is one of ours
    │   └── DisclaimerRequired  DISCLAIMER_REQUIRED  400  the operation selects article content without its disclaimer
    ├── Unauthenticated       UNAUTHENTICATED      401  the token is unknown, revoked or expired
    ├── Forbidden             FORBIDDEN            403  the audience lacks a scope
    │   ├── IntrospectionDisabled  INTROSPECTION_DISABLED  403  the audience may not ask for the schema itself
    │   └── DocumentsOnly     DOCUMENTS_ONLY       403  the client may ask its trusted documents, and nothing else
    ├── NotFound              NOT_FOUND            404  what a write names does not exist
    │   └── DocumentNotFound  DOCUMENT_NOT_FOUND   404  the client has no trusted document of this id
    ├── PersistedQueryNotFound      PERSISTED_QUERY_NOT_FOUND      200  Apollo's clients send the text next
    ├── PersistedQueryNotSupported  PERSISTED_QUERY_NOT_SUPPORTED  200  Apollo's clients send texts from then on
    ├── BudgetSpent           BUDGET_SPENT         429  the client has spent what it may cost for now
    ├── Invalid               INVALID              422  a record, or the graph after a release, breaks a rule
    ├── NotReady              NOT_READY            503  the database is not migrated, or newer than this code
    ├── Busy                  BUSY                 503  the server had no time left for the operation
    └── RevisionNotReached    REVISION_NOT_REACHED 503  the revision that the client needs is not there yet

Each has a stable code, an HTTP status and a message that is safe to show and says what to do.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

MOST_TOLD = 2**53 - 1
"""The largest number that errors tell: beyond it JSON's readers differ (RFC 8259, 6)."""


class CaveatError(Exception):
    """An error that is safe to show. ``str(error)`` is the message."""

    code = "CAVEAT"
    status = 500

    @property
    def extensions(self) -> dict[str, Any]:
        """What GraphQL puts beside the message (GraphQL spec, 7.1.2 Errors)."""
        return {"code": self.code}


class BadRequest(CaveatError):
    """The request contradicts itself or names what cannot be."""

    code = "BAD_REQUEST"
    status = 400


class BadCursor(BadRequest):
    """A cursor of another list, order or filter, or of a sync that cannot be gone on with."""

    code = "BAD_CURSOR"


class TooExpensive(BadRequest):
    """The operation asks for more than the server gives at once. It names the limit, and both figures."""

    code = "TOO_EXPENSIVE"

    def __init__(self, message: str, *, limit: str, found: int, allowed: int) -> None:
        super().__init__(message)
        self.figures = {"limit": limit, "found": min(found, MOST_TOLD), "allowed": allowed}

    @property
    def extensions(self) -> dict[str, Any]:
        return super().extensions | self.figures


class ReservedAlias(BadRequest):
    """An alias of the operation is one of those that the server itself adds."""

    code = "RESERVED_ALIAS"


class DisclaimerRequired(BadRequest):
    """The operation selects article content without its disclaimer, and the client's policy is REQUIRE."""

    code = "DISCLAIMER_REQUIRED"


class Unauthenticated(CaveatError):
    """The token is unknown, revoked or expired."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(CaveatError):
    """The audience lacks a scope."""

    code = "FORBIDDEN"
    status = 403


class IntrospectionDisabled(Forbidden):
    """The audience may not ask for the schema itself."""

    code = "INTROSPECTION_DISABLED"


class DocumentsOnly(Forbidden):
    """The client may ask its trusted documents, and nothing else."""

    code = "DOCUMENTS_ONLY"


class NotFound(CaveatError):
    """What a write names does not exist."""

    code = "NOT_FOUND"
    status = 404


class DocumentNotFound(NotFound):
    """The client has no trusted document of this id."""

    code = "DOCUMENT_NOT_FOUND"


class PersistedQueryNotFound(CaveatError):
    """The hash of an automatic persisted query is unknown. Apollo's clients send the text next."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    status = 200


class PersistedQueryNotSupported(CaveatError):
    """The server takes no automatic persisted queries. Apollo's clients send texts from then on."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"
    status = 200


class BudgetSpent(CaveatError):
    """The client has spent what it may cost for now. It refills over time."""

    code = "BUDGET_SPENT"
    status = 429


class Problem(str):
    """One broken rule: a sentence that names the field and the thing. ``edition`` is the one that breaks it."""

    field: str
    edition: str | None = None

    def __new__(cls, field: str, sentence: str) -> "Problem":
        problem = super().__new__(cls, f"{field}: {sentence}")
        problem.field = field
        return problem

    @classmethod
    def of(cls, edition: str, name: str, problem: "Problem") -> "Problem":
        """The problem, said of an edition that goes by a name."""
        told = str.__new__(cls, f"{name}: {problem}")
        told.field, told.edition = problem.field, edition
        return told


class Invalid(CaveatError):
    """A record, or the graph after a release, breaks rules: all that were found, not the first."""

    code = "INVALID"
    status = 422

    def __init__(self, problems: list[Problem], subject: str = "") -> None:
        self.problems = problems
        self.subject = subject
        prefix = f"{subject}: " if subject else ""
        super().__init__("\n".join(prefix + problem for problem in problems))


class NotReady(CaveatError):
    """The database is not migrated, or newer than this code."""

    code = "NOT_READY"
    status = 503


class Busy(CaveatError):
    """The server had no time left for the operation."""

    code = "BUSY"
    status = 503


class RevisionNotReached(CaveatError):
    """The revision that the client needs is not there yet."""

    code = "REVISION_NOT_REACHED"
    status = 503


@contextmanager
def sentences() -> Iterator[None]:
    """End the process with a sentence, not a traceback: 1 for an error of the family, 2 for a wrong setting."""
    try:
        yield
    except CaveatError as error:
        print(f"caveat: {error.code}: {error}", file=sys.stderr)
        sys.exit(1)
    except ValidationError as error:
        for each in error.errors():
            name = "CAVEAT_" + "_".join(str(part) for part in each["loc"]).upper()
            print(f"caveat: {name.replace('CAVEAT_CAVEAT_', 'CAVEAT_')}: {each['msg']}", file=sys.stderr)
        sys.exit(2)
