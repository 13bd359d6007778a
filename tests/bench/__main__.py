"""Every bench after the other, each in a process of its own: `python -m tests.bench`, or `make bench`."""

import subprocess
import sys

BENCHES = (
    ("bench_publish",),
    ("bench_wakeup",),
    ("bench_push",),
    ("bench_rebuild",),
    ("bench_pipeline",),
    ("bench_chain", "100000"),
    ("bench_chain", "100000", "kafka"),
    ("bench_end_of_waste",),
)


def main() -> int:
    """Run them; how many ended with an error (a missed goal is none, except for those that say so)."""
    failed = 0
    for name, *arguments in BENCHES:
        sys.stderr.write(f"{name} {' '.join(arguments)}\n")
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{name}", *arguments], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
