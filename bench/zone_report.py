"""The report on the zone tools: zones.md, from zones.json alone."""

import json
from pathlib import Path

import report
import zone_cases
from targets import Results, cpu, ratio, value

COLUMNS = ("tool", "seconds (min - max)", "÷ treecp", "÷ zoneadm", "CPU s", "CPU ÷ treecp",
           "RSS MiB", "whole?")
INTRODUCTION = """\
Whole commands, from start to exit. Medians of interleaved runs, each on new file systems in memory
with the source just written, and checked after each run.

`zoneadm` does more than copy: what it made is durable, the registry is written, a moved copy was
compared with its source in names and metadata, a clone has lost its source's identity.
`zoneadm-verify` compares contents, too. `treecp` does nothing of that; `treecp-sync` makes durable; `treecp-verify` compares
as well, contents included, and so it is what `zoneadm-verify` is to be held against. All others
leave what they wrote in memory, but for `cp-sync-rm`; `systemd` copies as `machinectl clone` does.
`bench/README.md` says more.
"""


def load(directory: Path) -> Results:
    """The cases of a directory, in the order of the table of cases."""
    path = directory / "zones.json"
    results = json.loads(path.read_text("utf-8")) if path.exists() else {}
    order = {case.title: at for at, case in enumerate(zone_cases.CASES)}
    return dict(sorted(results.items(), key=lambda item: order.get(item[0], len(order))))


def tool_row(results: Results, title: str, tool: str) -> list[str]:
    row = results[title]["tools"][tool]
    median, work = row.get("median"), cpu(results, title, tool)
    return [tool, report.span(row), report.number(ratio(median, value(results, title, "treecp"))),
            report.number(ratio(median, value(results, title, "zoneadm"))),
            report.number(work), report.number(ratio(work, cpu(results, title, "treecp"))),
            "" if median is None else report.number(row["rss_kib"] / 1024, 1), report.verdict(row)]


def tool_table(results: Results, title: str) -> str:
    """A row for each tool, without columns that say nothing in this case."""
    rows = [tool_row(results, title, tool) for tool in results[title]["tools"]]
    kept = [at for at in range(len(COLUMNS)) if any(row[at] for row in rows)]
    return report.table(tuple(COLUMNS[at] for at in kept),
                        [[row[at] for at in kept] for row in rows])


def steps_section(row: dict) -> str:
    """Where the time went, in one run: how long it was until the next line was printed."""
    steps = row.get("steps", [])
    rows = [[text or "(nothing yet)", report.number(after - before, 2)]
            for (text, before), (_, after) in zip([("", 0.0), *steps], steps)]
    return report.table(("after it printed", "seconds"), rows) if rows else ""


def case_section(results: Results, title: str) -> str:
    case = results[title]
    corpus, conditions, tools = case["corpus"], case["conditions"], case["tools"]
    tree = "" if title.startswith("install") else (
        f", {corpus['about']}: {corpus['objects']:,} objects, "
        f"{corpus['bytes'] / (1 << 20):,.1f} MiB")
    lines = [f"## {title}\n", f"{case['about']}{tree}. Rounds: {conditions['rounds']}.\n",
             tool_table(results, title)]
    lines += [steps_section(row) for row in tools.values() if "steps" in row]
    lines += [f"- {tool}: `{row['command']}`" for tool, row in tools.items()]
    lines += [f"- {tool} said: {row['messages']}" for tool, row in tools.items()
              if row["messages"] and not row["status"]]
    return "\n".join(lines) + "\n"


def write(directory: Path, skipped: list[str]) -> Path:
    results = load(directory)
    parts = ["# How fast zones are cloned and moved\n"]
    if results:
        parts += [report.circumstances(results), INTRODUCTION,
                  report.targets_section(results, zone_cases.TARGETS, "zoneadm's")]
    if skipped:
        parts.append("## Skipped\n\n" + "\n".join(f"- {line}" for line in skipped) + "\n")
    parts += [case_section(results, title) for title in results]
    path = directory / "zones.md"
    path.write_text("\n".join(parts), "utf-8")
    return path
