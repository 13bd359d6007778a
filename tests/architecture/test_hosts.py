"""What must never be in the repository: addresses of package registries, and files of the shared open data.

An address of a registry in a file would send machines behind a mirror to the wrong place. The shared data have
licences of their own; facts may be carried over with their source, files may not.
"""

from hashlib import sha256

from tests.architecture.tree import REPOSITORY, kept_files
from tests.support.shared_data import shared_data

# Taken apart, so that this file passes its own test.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
        ("debian", "org/debian"),
        ("registry-1", "docker", "io"),
        ("proxy", "golang", "org"),
    )
)


def test_no_file_names_the_host_of_a_package_registry() -> None:
    found = [
        f"{name}: {host}"
        for name in kept_files()
        for host in REGISTRIES
        if host.encode() in (REPOSITORY / name).read_bytes().lower()
    ]
    assert not found, "leave the registry to the machine's own settings:\n" + "\n".join(found)


def test_no_file_of_the_shared_data_was_copied() -> None:
    theirs = {sha256(file.read_bytes()).digest(): file.name for file in shared_data(".").rglob("*") if file.is_file()}
    ours = {name: sha256((REPOSITORY / name).read_bytes()).digest() for name in kept_files()}
    found = [f"{name} is {theirs[digest]}" for name, digest in ours.items() if digest in theirs]
    assert not found, "carry over facts in our own form, with the source, not files:\n" + "\n".join(found)
