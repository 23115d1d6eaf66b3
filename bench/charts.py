"""Bar charts of the results, drawn by gnuplot: how much longer others take, and seconds per set."""

from pathlib import Path

from shell import run
from targets import Results, ratio, value

COLOURS = {"treecp": "#1b6ca8", "treecp-sync": "#6fa8d0", "cp": "#e08e36", "cp-reflink": "#e08e36",
           "cpio": "#b5473c", "bsdcpio": "#d98880", "tar": "#7d6b91", "rsync": "#4f8a5b",
           "fpsync": "#98b06f", "parallel": "#c9a227", "fio": "#555555", "floor": "#9e9e9e",
           "floor-read": "#cfcfcf", "floor-copy": "#b8b8b8"}
OTHER = "#3aa6a0"
# Series of the overview, and the tools which can stand for each.
OVERVIEW = {"cp": ("cp", "cp-reflink"), "cpio": ("cpio",), "floor": ("floor",)}

HEAD = """set terminal {terminal}
set output "{output}"
set datafile missing "?"
set style data histogram
set style histogram {style}
set style fill solid 1 noborder
set boxwidth 0.9 relative
set border 3 lc rgb "#888888"
set tics nomirror out textcolor rgb "#222222"
set xtics scale 0 noenhanced{turn}
set grid y lt 1 lw 0.5 lc rgb "#dddddd"
set key outside top center horizontal noenhanced reverse Left samplen 1.5
set title "{title}" noenhanced font ",15"
set ylabel "{label}"
set yrange [0:*]
set rmargin 10
set errorbars small lc rgb "#444444"
"""
SVG = 'svg size {width},{height} font "Helvetica,12" background "#ffffff"'


def script(table: list[list[str]], series: list[str], errors: bool, **words: str) -> str:
    """gnuplot's commands for clusters (rows of the table) of bars (its series)."""
    step = 3 if errors else 1
    plots = []
    for at, name in enumerate(series):
        columns = ":".join(str(2 + at * step + n) for n in range(step))
        plots.append(f'$data using {columns}:xtic(1) title "{name}" '
                     f'lc rgb "{COLOURS.get(name, OTHER)}"')
    rows = "\n".join(" ".join(row) for row in table)
    style = "errorbars gap 1.5 lw 1" if errors else "clustered gap 1.5"
    return (f"$data << END\n{rows}\nEND\n" + HEAD.format(style=style, **words)
            + words.get("more", "") + "plot " + ", \\\n".join(plots) + "\n")


def draw_one(directory: Path, name: str, table: list[list[str]], series: list[str], errors: bool,
             title: str, label: str, more: str = "") -> None:
    bars = len(table) * (len(series) + 1.5)
    width = round(min(1600, max(640, 160 + 26 * bars)))
    turn = " rotate by -35" if len(table) > 4 else ""
    commands = script(table, series, errors, title=title, label=label, more=more,
                      turn=turn, output=str(directory / f"{name}.svg"),
                      terminal=SVG.format(width=width, height=440 if not turn else 520))
    run(["gnuplot", "-"], stdin=commands.encode())


def overview(results: Results, directory: Path) -> bool:
    """Each tool's time in units of treecp's."""
    table = []
    for title in results:
        found = [ratio(next(filter(None, (value(results, title, t) for t in tools)), None),
                       value(results, title, "treecp")) for tools in OVERVIEW.values()]
        if any(found):
            table.append([title, *("?" if n is None else f"{n:.3f}" for n in found)])
    if not table:
        return False
    draw_one(directory, "overview", table, list(OVERVIEW), False,
             "Time of others, treecp's being 1", "times treecp's",
             more='set arrow from graph 0, first 1 to graph 1, first 1 nohead '
             f'lw 2 lc rgb "{COLOURS["treecp"]}" front\n')
    return True


def seconds(results: Results, titles: list[str], name: str, directory: Path) -> None:
    series = list(dict.fromkeys(tool for t in titles for tool in results[t]["tools"]))
    table = []
    for title in titles:
        rows = [results[title]["tools"].get(tool, {}) for tool in series]
        cells = [f"{row[key]:.5f}" if "median" in row and not row["status"] else "?"
                 for row in rows for key in ("median", "min", "max")]
        table.append([title, *cells])
    draw_one(directory, name, table, series, True, results[titles[0]]["corpus"]["about"],
             "seconds: median, min and max")


def draw(results: Results, directory: Path) -> list[str]:
    """All charts; their names."""
    drawn = ["overview"] if overview(results, directory) else []
    sets: dict[str, list[str]] = {}
    for title, case in results.items():
        if any("median" in row and not row["status"] for row in case["tools"].values()):
            sets.setdefault(case["set"], []).append(title)
    for name, titles in sets.items():
        seconds(results, titles, name, directory)
    return drawn + list(sets)
