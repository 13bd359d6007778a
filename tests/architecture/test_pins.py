"""Everything that is installed is pinned to what was tried, by hash, and without the address it came from."""

import re
import tomllib
from xml.etree import ElementTree

from tests.architecture.tree import REPOSITORY, kept_files

REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; .+?)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def locked() -> dict[str, int]:
    """The packages of requirements.lock, each with how many hashes it has; unreadable lines fail the test."""
    found: dict[str, int] = {}
    name = ""
    for number, line in enumerate((REPOSITORY / "requirements.lock").read_text().splitlines(), 1):
        requirement = REQUIREMENT.match(line)
        if requirement:
            name = normal(requirement[1])
            found.setdefault(name, 0)
            continue
        assert HASH.match(line), f"requirements.lock:{number}: expected `name==version \\` or a hash; got {line!r}"
        found[name] += 1
    return found


def normal(name: str) -> str:
    """A package name in the form that all its spellings share (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_locked_package_has_a_version_and_a_hash() -> None:
    without = [name for name, hashes in locked().items() if not hashes]
    assert locked()
    assert not without, f"run `make lock`: {without} have no hash"


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {normal(re.split(r"[\[<>=~! ;]", line, maxsplit=1)[0]) for line in asked}
    assert not names - locked().keys(), (
        f"run `make lock`: {sorted(names - locked().keys())} are not in requirements.lock"
    )


def test_no_package_lock_says_where_packages_came_from() -> None:
    locks = [name for name in kept_files() if name.endswith("package-lock.json")]
    found = [name for name in locks if '"resolved"' in (REPOSITORY / name).read_text()]
    assert not found, f"write these with `npm install --omit-lockfile-registry-resolved`: {found}"


def test_every_jar_has_one_version() -> None:
    pom = ElementTree.parse(REPOSITORY / "infra" / "kafka" / "pom.xml")
    versions = [(node.text or "").strip() for node in pom.iterfind(".//{*}version")]
    assert versions
    loose = [text for text in versions if "SNAPSHOT" in text or text[:1] in "[(" or text in {"LATEST", "RELEASE", ""}]
    assert not loose, f"infra/kafka/pom.xml has versions that may change by themselves: {loose}"
