"""What the benchmarks found, for a person (tables) and for a record (JSON)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.measures import machine
from benchmarks.scaling import Training
from reproduction import sealed
from reproduction.network import LENET1
from reproduction.network.operations import Operations, operations, operations_by_layer

OPERATIONS: Operations = operations(LENET1)
OF_WORK = {
    "training": OPERATIONS.training,
    "forward": OPERATIONS.forward,
    "curvature": OPERATIONS.training,
}
ENGINE = "this engine"


def gflops(work: str, microseconds: float) -> float:
    """GFLOP/s of sixteen networks in step, from the microseconds a pattern and network."""
    return OF_WORK[work] / microseconds / 1e3


@dataclass
class Tables:
    """The figures of one run, as they come in."""

    found: dict[str, Any] = field(default_factory=dict)

    def peak(self, gflops_of_peak: float) -> None:
        """Keep the measured peak of one core."""
        self.found["peak_gflops"] = gflops_of_peak

    def speed(self, work: str, microseconds: float) -> None:
        """Keep the speed of training, forward or curvature."""
        self.found.setdefault("microseconds", {})[work] = microseconds

    def threads(self, microseconds: float) -> None:
        """Keep the speed of training of 32 networks on two threads."""
        self.found["two_threads_microseconds"] = microseconds

    def layers(self, figures: dict[str, Any]) -> None:
        """Keep what loading and each layer take, and the operations of each layer."""
        counts = operations_by_layer(LENET1)
        for layer in figures["layers"]:
            layer["operations"] = counts[layer["name"]]._asdict()
        self.found |= figures

    def trainings(self, seconds: Mapping[Training, float]) -> None:
        """Keep how long trainings of some networks, passes and cores take."""
        self.found["trainings"] = [
            training._asdict() | {"seconds": took} for training, took in seconds.items()
        ]

    def whole_training(self, passes: int, seconds: Mapping[int, float]) -> None:
        """Keep how long the main recipe takes, by cores: on all that there are, and on one."""
        most = max(seconds)
        self.found["whole_training"] = {
            "passes": passes,
            "cores": most,
            "seconds": seconds[most],
            "seconds_on_one_core": seconds[1],
        }

    def start(self, from_nothing: dict[str, float], compiled_before: dict[str, float]) -> None:
        """Keep how long a start takes, without and with code at hand."""
        self.found["start"] = {"from_nothing": from_nothing, "compiled_before": compiled_before}

    def avx2(self, figures: dict[str, Any]) -> None:
        """Keep the speeds with vectors of 256 bits."""
        self.found["avx2"] = figures

    def peer(self, name: str, networks: int, microseconds: float | None, missing: str = "") -> None:
        """Keep a peer's speed, or why there is none."""
        entry = {"name": name, "networks": networks, "microseconds": microseconds}
        if missing:
            entry["missing"] = missing
        self.found.setdefault("peers", []).append(entry)

    def print(self, console: Console) -> None:
        """Print every table that has figures."""
        here = machine()
        versions = ", ".join(f"{name} {version}" for name, version in here["versions"].items())
        console.print(
            f"\n[bold]LENET1 in float32[/bold]  {here['processor']} ({here['code_for']}), "
            f"{here['cores']} cores, {here['system']}, {here['date']}"
        )
        console.print(f"{versions}\n", style="dim")
        for table in (self._speeds(), self._layers(), self._peers()):
            if table.row_count:
                console.print(table)
                console.print()
        for line in self._lines():
            console.print(line)

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        record = {"machine": machine(), "operations": OF_WORK} | self.found
        sealed.write_json(path, record)

    def _speeds(self) -> Table:
        table = Table(
            title="The engine, 16 networks in step on one core",
            box=box.SIMPLE_HEAD,
            title_justify="left",
            caption=(
                f"Operations of a pattern: forward {OPERATIONS.forward:,}, "
                f"training and curvature {OPERATIONS.training:,} (a multiply-add is two)."
            ),
            caption_justify="left",
        )
        for heading in ("", "us a pattern and network", "GFLOP/s", "share of peak"):
            table.add_column(heading, justify="right" if heading else "left")
        for title, figures in (("", self.found), (", AVX2 only", self.found.get("avx2", {}))):
            peak = figures.get("peak_gflops")
            for work, microseconds in figures.get("microseconds", {}).items():
                speed = gflops(work, microseconds)
                share = f"{speed / peak:.0%}" if peak else ""
                table.add_row(work + title, f"{microseconds:.2f}", f"{speed:.0f}", share)
            if peak:
                table.add_row(f"measured peak of fma{title}", "", f"{peak:.0f}", "100%")
        return table

    def _layers(self) -> Table:
        table = Table(
            title="Each layer, us a pattern and network",
            box=box.SIMPLE_HEAD,
            title_justify="left",
            caption="Alone: what its multiply-adds would take at the peak.",
            caption_justify="left",
        )
        for heading in ("", "forward", "alone", "squashing", "backward", "alone"):
            table.add_column(heading, justify="right" if heading else "left")
        peak = self.found.get("peak_gflops", float("nan"))
        for layer in self.found.get("layers", []):
            alone = {way: count / peak / 1e3 for way, count in layer["operations"].items()}
            took = layer["forward"], alone["forward"], layer["squashing"]
            back = layer["backward"], alone["backward"]
            table.add_row(layer["name"], *(f"{each:.3f}" for each in (*took, *back)))
        if "load" in self.found:
            table.add_row("loading", f"{self.found['load']:.3f}", *[""] * 4)
        return table

    def _peers(self) -> Table:
        table = Table(
            title="The same training step, one thread each",
            box=box.SIMPLE_HEAD,
            title_justify="left",
        )
        for heading in ("", "networks", "us a pattern and network", "times this engine"):
            table.add_column(heading, justify="right" if heading else "left")
        peers = self.found.get("peers", [])
        ours = next((p["microseconds"] for p in peers if p["name"] == ENGINE), None)
        for peer in sorted(peers, key=lambda peer: peer["microseconds"] or float("inf")):
            value = peer["microseconds"]
            speed = f"{value:.1f}" if value else peer["missing"]
            ratio = f"{value / ours:.1f}" if value and ours else ""
            table.add_row(peer["name"], str(peer["networks"]), speed, ratio)
        return table

    def _lines(self) -> list[str]:
        lines = []
        one = self.found.get("microseconds", {}).get("training")
        two = self.found.get("two_threads_microseconds")
        if one and two:
            lines.append(
                f"32 networks on two threads: {two:.2f} us, {one / two:.2f} times as fast as "
                "16 networks on one."
            )
        if start := self.found.get("start"):
            before, after = (start[when] for when in ("from_nothing", "compiled_before"))
            lines.append(
                f"From start to first outputs: {before['start_seconds']:.1f} s with compilation, "
                f"{after['start_seconds']:.2f} s with the code at hand "
                f"({after['import_seconds']:.2f} s of both are imports)."
            )
        if whole := self.found.get("whole_training"):
            lines.append(
                f"The main recipe, {whole['passes']} passes with curvature and both evaluations: "
                f"{whole['seconds']:.1f} s on {whole['cores']} cores, "
                f"{whole['seconds_on_one_core']:.1f} s on one."
            )
        if trainings := self.found.get("trainings"):
            most = max(each["networks"] for each in trainings)
            times = {
                each["cores"]: each["seconds"] for each in trainings if each["networks"] == most
            }
            lines += [
                f"{most} networks on {on} cores: {times[1] / took:.2f} times as fast as on one."
                for on, took in times.items()
                if on > 1
            ]
        return lines
