#!/usr/bin/env -S python3 -B
"""The report on results measured before: report.md and charts, from the JSON files alone.

    bench/report.py DIR
    bench/report.py --compare DIR_A DIR_B
"""

import argparse
import json
import signal
import sys
from pathlib import Path

import charts
from cases import CASES
from shell import Failure
from targets import TARGETS, Results, Target, cpu, ratio, value

GROWTH = [f"{name}-tmpfs-tmpfs" for name in (
    "startup", "tiny10k", "tiny80k", "million", "flat", "gib", "large4", "large1", "deep1k",
    "deep")]
COLUMNS = ("tool", "seconds (min - max)", "÷ treecp", "÷ floor", "CPU s", "CPU ÷ treecp",
           "RSS MiB", "switches", "calls/object", "whole?")


def load(directory: Path) -> Results:
    """The cases of a directory, in the order of the table of cases."""
    results = {path.stem: json.loads(path.read_text("utf-8"))
               for path in directory.glob("*-*-*.json")}
    order = {case.title: at for at, case in enumerate(CASES)}
    return dict(sorted(results.items(), key=lambda item: order.get(item[0], len(order))))


def table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    """A Markdown table, padded to be read as plain text, too. All but the ends align right."""
    rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(head), *rows]) for at in range(len(head))]
    left = (0, len(head) - 1)

    def line(cells: list[str]) -> str:
        padded = (c.ljust(w) if at in left else c.rjust(w)
                  for at, (c, w) in enumerate(zip(cells, widths)))
        return "| " + " | ".join(padded).rstrip() + " |"
    rule = ["-" * w if at in left else "-" * (w - 1) + ":" for at, w in enumerate(widths)]
    return "\n".join([line(list(head)), line(rule), *map(line, rows)]) + "\n"


def number(n: float | None, digits: int = 2) -> str:
    return "" if n is None else f"{n:.{digits}f}"


def span(row: dict) -> str:
    if "median" not in row:
        return ""
    digits = 4 if row["median"] < 0.1 else 3 if row["median"] < 10 else 1
    middle, low, high = (number(row[key], digits) for key in ("median", "min", "max"))
    return f"{middle} ({low} - {high})"


def verdict(row: dict) -> str:
    return "; ".join(filter(None, (row.get("status"), row.get("check")))) or "-"


def case_row(results: Results, title: str, tool: str) -> list[str]:
    row = results[title]["tools"][tool]
    median, work = row.get("median"), cpu(results, title, tool)
    if work is None and "median" in row:
        work = row["user"] + row["system"]
    switches = "" if median is None else f"{row['voluntary'] + row['involuntary']:.0f}"
    return [tool, span(row), number(ratio(median, value(results, title, "treecp"))),
            number(ratio(median, value(results, title, "floor"))),
            number(work, 3 if work is not None and work < 1 else 2),
            number(ratio(work, cpu(results, title, "treecp"))),
            "" if median is None else number(row["rss_kib"] / 1024, 1), switches,
            number(row.get("calls_per_object"), 1), verdict(row)]


def case_section(results: Results, title: str) -> str:
    case = results[title]
    corpus, conditions = case["corpus"], case["conditions"]
    lines = [f"## {title}\n",
             f"{corpus['about']}: {corpus['objects']:,} objects, {corpus['files']:,} files, "
             f"{corpus['bytes'] / (1 << 20):,.1f} MiB. {conditions['text']}"
             + ("" if conditions.get("full") else " Not the full size.") + "\n",
             table(COLUMNS, [case_row(results, title, tool) for tool in case["tools"]])]
    lines += [f"- {tool}: `{row['command']}`" for tool, row in case["tools"].items()
              if row["command"]]
    lines += [f"- {tool} said: {row['messages']}" for tool, row in case["tools"].items()
              if row["messages"] and not row["status"]]
    return "\n".join(lines) + "\n"


def targets_section(results: Results, targets: tuple[Target, ...] = TARGETS,
                    whose: str = "treecp's") -> str:
    rows = []
    for target in targets:
        if target.case not in results:
            continue
        measured = target.metric(results, target.case)
        sign = "at least" if target.at_least else "at most"
        reached = "not measured" if measured is None else (
            "yes" if target.reached(measured) else "**no**")
        rows.append([target.case, target.text, f"{sign} {target.wanted:g}{target.unit}",
                     "" if measured is None else f"{measured:.2f}{target.unit}", reached])
    if not rows:
        return ""
    note = "" if all(case["conditions"].get("full") for case in results.values()) else (
        "Some corpora are smaller than those the targets are meant for.\n\n")
    columns = ("case", whose, "wants", "measured", "reached")
    return "## Targets\n\n" + note + table(columns, rows)


def growth_section(results: Results) -> str:
    """What treecp takes for an object and for a byte, as trees grow."""
    rows = []
    for title, case in results.items():
        seconds, corpus = value(results, title, "treecp"), case["corpus"]
        if seconds is None or title not in GROWTH:
            continue
        rows.append([title, f"{corpus['objects']:,}", f"{corpus['bytes'] / (1 << 20):,.0f}",
                     number(seconds, 3), number(seconds / corpus["objects"] * 1e6, 1),
                     number(corpus["bytes"] / (1 << 20) / seconds, 0),
                     number(case["tools"]["treecp"]["rss_kib"] / 1024, 1)])
    columns = ("case", "objects", "MiB", "seconds", "µs/object", "MiB/s", "RSS MiB")
    return "## How treecp's time grows\n\n" + table(columns, rows) if rows else ""


def circumstances(results: Results) -> str:
    """Machine and conditions: of all cases, should they differ."""
    lines = []
    machines: dict[str, list[str]] = {}
    for title, case in results.items():
        m = case["machine"]
        text = (f"{m['cpus']} CPUs ({m['processor']}), {m['memory_mib'] / 1024:.1f} GiB of memory, "
                f"Linux {m['kernel']}, commit {m['commit']}, {m['date'][:10]}")
        machines.setdefault(text, []).append(title)
    for text, titles in machines.items():
        lines.append(f"- {text}" + (f": {', '.join(titles)}" if len(machines) > 1 else ""))
    versions: dict[str, str] = {}
    for case in results.values():
        versions |= {package: v for package, v in case["versions"].items() if v}
    lines.append("- " + ", ".join(f"{p} {v}" for p, v in sorted(versions.items())))
    busy = max(case["conditions"]["busy_percent"] for case in results.values())
    lines.append(f"- other work kept at most {busy:.0f} % of the CPUs busy before a case\n")
    return "\n".join(lines)


def head(results: Results) -> str:
    return "\n".join([
        "# How fast treecp copies\n", circumstances(results),
        "Medians of interleaved runs. `floor` only writes the objects, from memory: no copier can "
        "be faster. CPU is user and system time. `bench/README.md` says how to read the rest.\n"])


def skipped_section(directory: Path) -> str:
    path = directory / "skipped.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return "## Skipped\n\n" + "\n".join(f"- {line}" for line in lines) + "\n" if lines else ""


def write(directory: Path) -> Path:
    results = load(directory)
    if not results:
        raise Failure(f"no results in {directory}")
    drawn = charts.draw(results, directory)
    parts = [head(results), targets_section(results), growth_section(results), skipped_section(directory),
             *(f"![{name}]({name}.svg)\n" for name in drawn),
             *(case_section(results, title) for title in results)]
    path = directory / "report.md"
    path.write_text("\n".join(part for part in parts if part), "utf-8")
    return path


def compare(a: Path, b: Path) -> str:
    """Medians of two directories beside each other."""
    first, second = load(a), load(b)
    rows = []
    for title in (t for t in first if t in second):
        for tool in first[title]["tools"]:
            x, y = value(first, title, tool), value(second, title, tool)
            if x is not None and y is not None:
                work = ratio(cpu(second, title, tool), cpu(first, title, tool))
                rows.append([f"{title} {tool}", number(x, 4), number(y, 4), number(ratio(y, x), 3),
                             number(work, 3)])
    return table(("case and tool", "A, s", "B, s", "B ÷ A", "CPU B ÷ A"), rows)


def main() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # into head, say
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compare", action="store_true", help="print medians of two directories")
    parser.add_argument("directories", nargs="+", type=Path, metavar="DIR")
    options = parser.parse_args()
    if len(options.directories) != (2 if options.compare else 1):
        parser.error("one DIR, or two with --compare")
    try:
        print(compare(*options.directories) if options.compare
              else write(options.directories[0]))
    except Failure as failure:
        print(f"report.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
