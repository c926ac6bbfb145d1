"""What a run came to: a document, a table, an exit status."""

import ratios

# The goals: a median ratio on the right side of 1 with the far end of its interval at most 5 % beyond.
MARGIN = 0.05


def meets_goal(measure, summary):
    """Whether rdmaprobe is at least as good; None where the pairs are too few to say."""
    interval = summary["interval"]
    if interval is None:
        return None
    if measure == "latency":
        return summary["median"] <= 1 and interval["upper"] <= 1 + MARGIN
    return summary["median"] >= 1 and interval["lower"] >= 1 - MARGIN


def row_document(row):
    summary = ratios.summary([ours / theirs for ours, theirs in row.pairs])
    unit = "p50_ns" if row.measure == "latency" else "mean_bits_per_second"
    return {
        "transport": row.transport, "measure": row.measure, "operation": row.operation, "size_bytes": row.size,
        "pairs": [{f"rdmaprobe_{unit}": ours, f"perftest_{unit}": theirs} for ours, theirs in row.pairs],
        "median_ratio": summary["median"], "interval": summary["interval"],
        "meets_goal": meets_goal(row.measure, summary), "problems": row.problems,
    }


def instructions(tool):
    """All that a round trip takes; None where a part is not known."""
    parts = [tool[part] for part in ("loop_instructions", "clock_instructions", "afterwards_instructions")]
    return None if None in parts else sum(parts)


def instructions_document(row):
    """A row of instruction counts with its judgement: no more than the rival, no allocation, no lock."""
    ours, theirs = row["rdmaprobe"], row["perftest"]
    met = None
    if ours:
        if ours["allocations"] or ours["locks"]:
            met = False
        elif theirs and None not in (instructions(ours), instructions(theirs)):
            met = instructions(ours) <= instructions(theirs)
    return {**row, "meets_goal": met}


def document(started, machine, options, rows, counts):
    return {
        "schema": "rdmaprobe.benchmark/1", "started_unix_s": started, "machine": machine,
        "settings": {"pairs": options.pairs, "count": options.count, "flow_ms": options.milliseconds},
        "rows": [row_document(row) for row in rows], "instructions": [instructions_document(row) for row in counts],
    }


def status(document):
    """0 every goal met, 1 one missed, 2 one not determined and none missed."""
    met = [row["meets_goal"] for row in document["rows"] + document["instructions"]]
    return 1 if False in met else 2 if None in met else 0


def word(met):
    return {True: "met", False: "MISSED", None: "unknown"}[met]


def table(header, lines):
    """Columns as wide as they need; the first is text, the others are figures."""
    widths = [max(len(line[at]) for line in [header, *lines]) for at in range(len(header))]
    return "".join(
        "| " + " | ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths))) + " |\n"
        for line in [header, ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]], *lines])


def text(document):
    """The tables of the document, as Markdown."""
    lines = []
    for row in document["rows"]:
        name = f"{row['transport']} {row['measure']} {row['operation']} {row['size_bytes']}"
        if not row["pairs"]:
            lines.append([name, "0", "-", "-", row["problems"][-1] if row["problems"] else "not measured"])
            continue
        interval = row["interval"]
        between = f"{interval['lower']:.3f} to {interval['upper']:.3f}" if interval else "too few pairs"
        lines.append([name, str(len(row["pairs"])), f"{row['median_ratio']:.3f}", between, word(row["meets_goal"])])
    result = ""
    if lines:
        result += table(["rdmaprobe / perftest", "pairs", "median", "95 % interval", "goal"], lines)
    lines = []
    for row in document["instructions"]:
        for name in ("rdmaprobe", "perftest"):
            tool = row[name]
            figures = ["-"] * 6
            if tool:
                counts = [tool[key] for key in ("loop_instructions", "clock_instructions", "afterwards_instructions")]
                figures = ["?" if count is None else f"{count:.0f}" for count in [*counts, instructions(tool)]]
                figures += [str(tool[key]) for key in ("allocations", "locks")]
            goal = word(row["meets_goal"]) if name == "rdmaprobe" else ""
            lines.append([f"{row['transport']} {row['operation']} {row['size_bytes']}, {name}", *figures, goal])
    if lines:
        header = ["instructions a round trip", "loop", "clock", "afterwards", "sum", "allocations", "locks", "goal"]
        result += ("\n" if result else "") + table(header, lines)
    return result
