"""How the plugin runs on a GPU: whether it draws the same as on a CPU, how fast, and what holds it back.

Needs torch, Pillow, numpy and safetensors, and this checkout; nothing has to be installed. Writes gpu.json,
gpu.md (tables for docs/benchmarks.md) and gpu-profile.txt, and prints each line as it is measured. A section
that fails is noted with its traceback, and the others run all the same.

    python bench/gpu.py [--out FOLDER] [--minutes N] [--device auto|cuda|mps|cpu] [--small] [--only NAME ...]

Exits with 1 if the device differs from the CPU by more than the tolerances, or a section failed.
"""

import argparse
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from _bare_plugin import ROOT, make_importable
from _gpu_measure import Limits, ask_tool
from _gpu_report import Report, Section
from _machine import machine

make_importable()

from _gpu_memory import measure_memory  # noqa: E402
from _gpu_networks import Bench, check_equality, measure_compiled, measure_graphs, measure_network  # noqa: E402
from _gpu_runs import (  # noqa: E402
    check_runs,
    find_waits,
    measure_files,
    measure_optimize,
    measure_tuning,
    profile_works,
)
from pelican.plugins.stylize.engine.devices import DEVICES, choose_device  # noqa: E402
from pelican.plugins.stylize.model.errors import UserError  # noqa: E402

LEAST = 10  # seconds that must be left for a section to begin
SHARES = (
    "TFLOP/s count convolutions and matrix products; GB/s count what each operation reads and writes, as if"
    " nothing were cached. The percentages compare them with a matrix product of the same precision and with"
    " a copy on this machine; the limit is the one that takes longer."
)
LIMITS = "A product of two square matrices, a copy on the device, and copies from and to the host."
# name: what it does, and what its columns mean
SECTIONS: dict[str, tuple[Callable[[Bench], bool | None], str]] = {
    "equality": (check_equality, "Compared with the CPU in single precision, in levels of 255."),
    "equality of runs": (check_runs, "Compared with the CPU, which computes in its own precision."),
    "network": (measure_network, f"The shared network alone, on the device. {SHARES}"),
    "optimize": (measure_optimize, f"A whole optimization, from photo to picture. {SHARES}"),
    "memory": (
        measure_memory,
        "With all of the device's memory and with little: the same picture, in pieces.",
    ),
    "tune": (measure_tuning, f"One style, with the usual settings. {SHARES}"),
    "files": (measure_files, "From a JPEG to a PNG; `stylize` takes a decoded photo and returns a picture."),
    "waits": (find_waits, "Lines of code at which Python waits for the device."),
    "profile": (profile_works, "Where the time goes; whole tables are in gpu-profile.txt."),
    "graphs": (measure_graphs, "What CUDA graphs would gain; the plugin does not use them."),
    "compiled": (measure_compiled, "What torch.compile would gain; the plugin does not use it."),
}


def main(arguments: list[str]) -> int:
    """Run all sections; returns the exit code."""
    options = parse(arguments)
    try:
        device = choose_device(options.device)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    deadline = time.monotonic() + 60 * options.minutes
    report = Report(folder=options.out, machine=describe(device), deadline=deadline)
    print(", ".join(f"{name} {value}" for name, value in report.machine.items()), flush=True)
    with TemporaryDirectory() as scratch:
        bench = Bench(
            report=report, device=device, limits=Limits(), is_small=options.small, scratch=Path(scratch)
        )
        found: list[Limits] = []
        is_good = run_section(bench, "limits", lambda bench: found.append(measure_limits(bench)), LIMITS)
        bench = replace(bench, limits=found[0] if found else Limits())
        for name, (run, note) in SECTIONS.items():
            if not options.only or name in options.only:
                is_good = run_section(bench, name, run, note) and is_good
    skipped = ", ".join(section.name for section in report.sections if section.skipped)
    print(f"sections without time: {skipped or 'none'}")
    print(f"{'no section failed' if is_good else 'SOMETHING IS WRONG, see above'}; {options.out / 'gpu.md'}")
    return 0 if is_good else 1


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "output.gpu", help="folder for the results")
    parser.add_argument(
        "--minutes", type=float, default=8, help="what no longer fits is skipped (default: 8)"
    )
    parser.add_argument("--device", choices=DEVICES, default="auto")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to try the program itself")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=(), help="these sections only")
    return parser.parse_args(arguments)


def describe(device: torch.device) -> dict[str, str | int | float | bool | None]:
    """Return the machine: device, driver, processor and versions."""
    facts: dict[str, str | int | float | bool | None] = {"device": device.type}
    if device.type == "cuda":
        facts["device"] = torch.cuda.get_device_name()
        facts |= {"driver": ask_tool("driver_version"), "CUDA": torch.version.cuda}
        facts |= {"cuDNN": torch.backends.cudnn.version()}
    facts |= {"processor": machine(), "torch": torch.__version__, "threads": torch.get_num_threads()}
    return (
        facts
        | {name: metadata.version(name) for name in ("pillow", "numpy", "safetensors")}
        | {
            "system": platform.system(),
            "measured": time.strftime("%Y-%m-%d"),
            "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        }
    )


def run_section(bench: Bench, name: str, run: Callable[[Bench], bool | None], note: str) -> bool:
    """Run a section and save the report; returns whether it went well."""
    section, begun = Section(name=name, note=note), time.monotonic()
    bench.report.sections.append(section)
    is_good = True
    if bench.report.seconds_left < LEAST and not bench.is_small:
        section.skipped = "no time left"
        print(f"{name}: skipped, no time left", flush=True)
    else:
        try:
            is_good = run(bench) is not False
        except Exception:  # whatever it is, the other sections are still worth measuring
            section.error, is_good = traceback.format_exc(), False
            print(f"{name}: FAILED\n{section.error}", flush=True)
    if bench.device.type == "cuda":
        torch.cuda.empty_cache()
    section.seconds = round(time.monotonic() - begun, 2)
    print(f"{name}: {section.seconds} s, {bench.report.seconds_left:.0f} s left\n", flush=True)
    bench.report.save()
    return is_good


def measure_limits(bench: Bench) -> Limits:
    """Measure what the device reaches in a matrix product and in a copy."""
    device = bench.device
    is_cuda = device.type == "cuda"
    side = 8192 if is_cuda else (256 if bench.is_small else 1024)
    rates = {}
    for precision, dtype in (
        ("bf16", torch.bfloat16),
        ("fp16", torch.float16),
        ("tf32", torch.float32),
        ("fp32", torch.float32),
    ):
        if precision in ("fp16", "tf32") and not is_cuda:
            continue
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        left, right = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
        seconds = bench.measure_seconds(lambda left=left, right=right: left @ right)
        rates[precision] = 2 * side**3 / seconds
        bench.report.add(what=f"product of {side}² in {precision}", **{"TFLOP/s": rates[precision] / 1e12})
    size = 2**30 if is_cuda else 2**24
    source, target = (torch.zeros(size, dtype=torch.uint8, device=device) for _ in range(2))
    bandwidth = 2 * size / bench.measure_seconds(lambda: target.copy_(source))
    bench.report.add(what=f"copy of {size >> 20} MiB, read plus written", **{"GB/s": bandwidth / 1e9})
    if is_cuda:
        part = target[: 2**27]
        for what, host in (
            ("usual", torch.zeros(2**27, dtype=torch.uint8)),
            ("pinned", torch.zeros(2**27, dtype=torch.uint8).pin_memory()),
        ):
            for direction, to, from_ in (("from", part, host), ("to", host, part)):
                seconds = bench.measure_seconds(lambda to=to, from_=from_: to.copy_(from_))
                bench.report.add(
                    what=f"{direction} {what} memory of the host", **{"GB/s": 2**27 / seconds / 1e9}
                )
    one = torch.zeros(1, device=device)
    seconds = bench.measure_seconds(lambda: one.add_(1))
    bench.report.add(what="an addition of one number", microseconds=1e6 * seconds)
    return Limits(rates=rates, bandwidth=bandwidth)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
