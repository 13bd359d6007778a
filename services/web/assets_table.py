"""What pages load: files under names that change with their content, so that browsers may keep them for ever."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.building import MADE

router = APIRouter(include_in_schema=False)

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
FOR_EVER = "public, max-age=31536000, immutable"


class AssetsMissing(RuntimeError):
    """The pages' assets were not built."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, plain and compressed."""

    content: bytes
    media_type: str
    compressed: bytes | None


@cache
def manifest(folder: Path = MADE) -> dict[str, str]:
    """File by its name in the sources; raises AssetsMissing."""
    file = folder / "manifest.json"
    if not file.is_file():
        raise AssetsMissing("the pages' assets are not built; run `make assets` (or `python -m services.web.building`)")
    return dict(orjson.loads(file.read_bytes())["files"])


def address_of(name: str) -> str:
    """The address of an asset by its name in the sources; raises AssetsMissing, and KeyError for an unknown name."""
    return f"/static/{manifest()[name]}"


@cache
def assets(folder: Path = MADE) -> dict[str, Asset]:
    """Every file that may be asked, read once: no request ever names a path on disk."""
    files = {file.name: file for file in folder.iterdir() if file.suffix in TYPES} if folder.is_dir() else {}
    return {name: _read(file) for name, file in files.items()}


def _read(file: Path) -> Asset:
    packed = file.with_name(f"{file.name}.gz")
    return Asset(file.read_bytes(), TYPES[file.suffix], packed.read_bytes() if packed.is_file() else None)


def accepts_gzip(request: Request) -> bool:
    """Whether the browser reads compressed answers."""
    return "gzip" in request.headers.get("accept-encoding", "").lower()


def packed(content: bytes) -> bytes:
    """Compressed; the level that costs least for what it saves on pages of some tens of kilobytes."""
    return gzip.compress(content, 5, mtime=0)


@router.get("/static/{name}")
async def asset(name: str, request: Request) -> Response:
    """One file."""
    found = assets().get(name)
    if found is None:
        raise HTTPException(404)
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    if found.compressed is not None:
        headers["Vary"] = "Accept-Encoding"
        if accepts_gzip(request):
            return Response(found.compressed, 200, {**headers, "Content-Encoding": "gzip"}, found.media_type)
    return Response(found.content, 200, headers, found.media_type)
