"""Every rulebook that open trades were judged by, as the files it was read from. In the schema `matching`.

A new version can only be compared with the former one when that can still be applied; the folder of it is gone by
then.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path

from infra.postgres.database import Connection

SAVE = "INSERT INTO matching.rulebooks (version, files) VALUES ($1, $2) ON CONFLICT DO NOTHING"
LOAD = "SELECT files FROM matching.rulebooks WHERE version = $1"


async def save_rulebook(connection: Connection, version: str, files: Mapping[str, bytes]) -> None:
    """Keep the files of a version, once."""
    text = json.dumps({name: content.decode("utf-8") for name, content in files.items()}, sort_keys=True)
    await connection.execute(SAVE, version, zlib.compress(text.encode("utf-8")))


async def load_rulebook_files(connection: Connection, version: str) -> dict[str, bytes] | None:
    """The files of a version; None when it was never kept."""
    packed = await connection.fetchval(LOAD, version)
    if packed is None:
        return None
    texts: dict[str, str] = json.loads(zlib.decompress(packed))
    return {name: text.encode("utf-8") for name, text in texts.items()}


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Lay the files out in a folder, as they were."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
