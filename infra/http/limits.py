"""A limit on the size of request bodies, before anything reads them whole."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Middleware: bodies may have at most `limit` bytes, or what `larger` gives for the end of a path."""

    def __init__(self, app: ASGIApp, limit: int, larger: dict[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger

    def _limit_of(self, path: str) -> int:
        return next((size for ending, size in self._larger.items() if path.endswith(ending)), self._limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes as they come; whoever reads on past the limit gets the error 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, f"The body has more than {limit} bytes; send less at once.")
            return message

        await self._app(scope, counted, send)
