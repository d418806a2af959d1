"""The table, and its place in docs/performance.md."""

import os
import platform
import re

BEGIN, END = "<!-- written by .dev/bench -->\n", "<!-- end -->\n"


def table(results):
    lines = [f"{_machine()}\n", "| what | measured | target | |", "|---|---|---|---|"]
    for result in results:
        mark = "" if not result.target else "met" if result.met else "**missed**"
        lines.append(f"| {result.what} | {result.measured} | {result.target} | {mark} |")
    return "\n".join(lines) + "\n"


def write(path, text):
    with open(path) as file:
        page = file.read()
    with open(path, "w") as file:
        file.write(re.sub(f"{BEGIN}.*?{END}", lambda _: BEGIN + text + END, page, flags=re.DOTALL))


def _machine():
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / (1 << 20)
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown CPU")
    return f"{os.cpu_count()} × {model}, {memory:.0f} GB, Linux {'.'.join(platform.release().split('.')[:2])}, load {os.getloadavg()[0]:.1f}"
