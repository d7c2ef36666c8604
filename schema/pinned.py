"""The perspective of an operation that syncs: that of the first page, for all pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from errors import BadRequest
from loaders.perspective import Perspective
from loaders.position import check_time, secret
from schema.changes import Asked
from schema.context import Context
from schema.directives import perspective_of

SEVERAL = "The positions of an operation's changes must be of one sync."


async def pinned(
    perspective: Perspective, asked: Sequence[Asked], given: Mapping[str, Any], context: Context
) -> Perspective:
    """The perspective for what is asked of ``changes``, under the directive's arguments.

    It takes a statement, and one for each sync that is behind the head.

    Raises BadRequest, BadCursor and RevisionNotReached.
    """
    if given.get("asOf") is not None or perspective.preview:
        raise BadRequest("changes tells of what is published, up to now: leave out asOf and preview.")
    context.secret, context.newest = await secret(context.database), perspective.revision
    pins = {each.start.pin for each in asked if each.start.pin is not None}
    if len(pins) > 1:
        raise BadRequest(SEVERAL)
    for each in asked:
        if each.start.pin is not None:
            each.start.check(context.secret, each.extent.scope(perspective, context.secret))
        await check_time(each.start, perspective.revision, context.clock(), context.database)
    for pin in pins:
        if any(each.start.after > pin[0] for each in asked):
            raise BadRequest(SEVERAL)
        return perspective_of(*pin, perspective.locales, False, perspective.audience)
    return perspective
