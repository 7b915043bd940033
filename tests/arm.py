"""The engine's bits on ARM: `make same-bits-arm` trains in an emulated processor and here.

Debian's Python for arm64 and the packages' wheels for it are unpacked below _build/arm, and run by
qemu-user. That needs Debian (a container will do) with the package qemu-user-static, no rights,
and some minutes: emulated, the engine takes more than a thousand times as long, so both train the
networks of `tests.reproduction.network.test_same_bits`, by every rule but on few patterns. What
came out stands in book/records/same-bits-arm.json.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measures import machine
from reproduction import sealed
from reproduction.network.kernels.sources import sources_sha256
from tests.reproduction.network.test_same_bits import EXPECTED, all_hashes

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "book" / "records" / "same-bits-arm.json"
BUILD = ROOT / "_build" / "arm"
DEBIAN, PACKAGES = BUILD / "debian", BUILD / "packages"

EMULATOR = "qemu-aarch64-static"
NEEDED = {EMULATOR: "qemu-user-static", "apt-get": "apt", "dpkg-deb": "dpkg"}

NEWEST_GLIBC = 41
"""The C library 2.41 is Debian 13's: wheels for it and older ones are taken."""


def found_here() -> dict[str, object]:
    """Train, and return what the bits can be compared by."""
    return {"hashes": all_hashes(), "engine": sources_sha256(), "machine": machine()}


def found_on_arm() -> dict[str, object]:
    """Do the same in an emulated processor."""
    (python,) = (DEBIAN / "usr" / "bin").glob("python3.[0-9]*")
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, PACKAGES))),
        "NUMBA_CACHE_DIR": str(BUILD / "code"),
        "MPLCONFIGDIR": str(BUILD / "matplotlib"),
    }
    command = [EMULATOR, "-L", str(DEBIAN), str(python), "-S", "-m", "tests.arm", "here"]
    return json.loads(_output(command, environment))


def make_debian() -> None:
    """Unpack Debian's Python for arm64, by the system's own sources of packages."""
    state = BUILD / "apt"
    for part in ("lists/partial", "archives/partial"):
        (state / part).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    settings = {
        "APT::Architecture": "arm64",
        "APT::Architectures": "arm64",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
        "Dir::State": state,
        "Dir::State::lists": state / "lists",
        "Dir::State::status": state / "status",
        "Dir::Cache": state,
        "Dir::Cache::archives": state / "archives",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items())]
    _output([*apt, "update"])
    wanted = ["python3", "libstdc++6"]
    _output([*apt, "-y", "--no-install-recommends", "--download-only", "install", *wanted])
    for package in (state / "archives").glob("*.deb"):
        _output(["dpkg-deb", "-x", str(package), str(DEBIAN)])


def make_packages() -> None:
    """Unpack the wheels for arm64 of all packages that training needs."""
    (python,) = (DEBIAN / "usr" / "bin").glob("python3.[0-9]*")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    libraries = [f"manylinux_2_{number}_aarch64" for number in range(17, NEWEST_GLIBC + 1)]
    for platform in (*libraries, "manylinux2014_aarch64"):
        pip += ["--platform", platform]
    pip += ["--python-version", python.name.removeprefix("python"), "--only-binary", ":all:"]
    pip += ["-c", str(ROOT / "constraints.txt"), "--target", str(PACKAGES)]
    _output([*pip, *project["dependencies"], "pytest"])


def _output(command: Sequence[str], environment: dict[str, str] | None = None) -> str:
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines() or ["it says nothing"]
        raise SystemExit(f"{Path(command[0]).name} ends with {ended.returncode}: {said[-1]}")
    return ended.stdout


def main() -> None:
    """Train on both, compare, and write the record."""
    for program, package in NEEDED.items():
        if shutil.which(program) is None:
            sys.exit(f"{program} is not here: on Debian, apt install {package} brings it.")
    if not (PACKAGES / "numba").exists():
        print("Unpacking Debian's Python and the packages for arm64 (once).", flush=True)
        shutil.rmtree(BUILD, ignore_errors=True)
        make_debian()
        make_packages()
    print("Training here.", flush=True)
    ours = found_here()
    print("Training on an emulated ARM processor, which takes some minutes.", flush=True)
    theirs = found_on_arm()
    if ours["hashes"] != EXPECTED:
        sys.exit("The weights trained here are not those that the tests expect.")
    for what in ("hashes", "engine"):
        if ours[what] != theirs[what]:
            sys.exit(f"On ARM they differ: {what} is {theirs[what]}, and {ours[what]} here.")
    emulator = _output([EMULATOR, "--version"]).splitlines()[0]
    record = {**theirs, "emulator": emulator, "compared_with": ours["machine"]}
    sealed.write_json(RECORD, record)
    print(f"The same bits, as {RECORD.relative_to(ROOT)} tells now.")


if __name__ == "__main__":
    if sys.argv[1:] == ["here"]:
        print(json.dumps(found_here()))
    else:
        main()
