"""The API against its own OpenAPI document: whatever is sent, no crash and nothing that is not documented.

Schemathesis makes the requests, from a fixed seed, with a valid token and with things that exist.
"""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.marketplace import Marketplace, Member, eventually, marketplace
from tests.support.postgres import NewDsn

SEED = "20261121"
EXAMPLES = "25"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
# Lines of JSON are a media type that Schemathesis does not know by itself.
HOOKS = """
import json

import schemathesis

@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")
"""
# One method that no address has is enough.
CONFIG = """
[phases.coverage]
unexpected-methods = ["OPTIONS"]
"""
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

pytestmark = pytest.mark.timeout(400)


async def schemathesis(market: Marketplace, token: str, folder: Path, *more: str) -> tuple[int, str]:
    """Exit code and report of a run."""
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert program is not None, "schemathesis is not installed; run `make test`, which installs everything"
    (folder / "hooks.py").write_text(HOOKS)
    (folder / "schemathesis.toml").write_text(CONFIG)
    process = await asyncio.create_subprocess_exec(
        program, "run", f"{market.url}/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS),
        "--seed", SEED, "--generation-deterministic", "--max-examples", EXAMPLES, "--no-shrink",
        "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all", "--warnings", "off",
        "--request-timeout", "60", *more,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160", "NO_PROXY": "*",
             "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(folder)},
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode(errors="replace")


async def with_things(holder: Member, seeker: Member, chipper: Member) -> None:
    """A market where something happens: listings, a document, a search, a trade, a joint trade, alerts."""
    offer = await holder.offer()
    await holder.client.post(
        f"/v1/listings/{offer['listing_id']}/evidence",
        data={"kind": "composition_report"},
        files={"file": ("report.pdf", PDF)},
    )
    search = {"name": "Hout", "looks_for": "offer", "concepts": ["wood"]}
    await holder.client.post("/v1/saved-searches", json=search)
    await seeker.want()
    await chipper.capability()
    await seeker.want(concepts=["wood_b_chips"], quantity="9")
    await seeker.want(max_distance_km=1, title="Te kleine straal")
    await eventually(holder.trades)
    await eventually(holder.joint_trades)


async def test_nothing_that_is_sent_is_answered_otherwise_than_documented(new_dsn: NewDsn, tmp_path: Path) -> None:
    async with (
        marketplace(tmp_path, await new_dsn()) as market,
        market.member("Holder") as holder,
        market.member("Seeker") as seeker,
        market.member("Chipper") as chipper,
    ):
        await with_things(holder, seeker, chipper)
        code, report = await schemathesis(market, market.token(holder.organisation_id), tmp_path)
        assert code == 0, report[-12_000:]
        assert market.supervisor.stopped == {}
