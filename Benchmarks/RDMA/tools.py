"""The two rivals: how each is run between two guests, and how what they print becomes the same figure.

perftest's latency sample is the time from one post to the next, which it halves for sends and writes; its summary leaves
out the largest two samples. So its samples are read one by one (-U), in cycles (-C), and doubled again: a sample is a round
trip with both. The guest's kernel says how many cycles a microsecond has, and CLOCK_MONOTONIC_RAW, which rdmaprobe reads,
counts the same cycles.
"""

import json
import re

import ratios

# As many operations before the samples as rdmaprobe leaves out.
WARMUP = 100
# rdmaprobe's acknowledgement timeout, 4.096 µs · 2^17, instead of perftest's 2^14: what a lost packet costs is the same.
TIMEOUT_EXPONENT = 17
TRIES = 3


class NoResult(Exception):
    """A program gave no figure, with its own words."""


def cycles_per_microsecond(kernel_log):
    """What the kernel measured of the time stamp counter; its last word counts."""
    found = re.findall(r"tsc: [A-Z].*?([0-9]+\.[0-9]+) MHz", kernel_log)
    if not found:
        raise NoResult("the kernel does not say how fast the time stamp counter runs")
    return float(found[-1])


# MARK: perftest

def perftest_samples(text, operation):
    """Round trips in cycles, in the order in which they were measured, out of `ib_…_lat -U -C`."""
    factor = 1 if operation == "read" else 2
    samples = [factor * float(value) for value in re.findall(r"^\d+, (\S+)$", text, re.M)]
    if not samples:
        raise NoResult("no samples in what perftest printed")
    return samples


def perftest_bits_per_second(text, size):
    """The average out of `ib_…_bw`: its rate of messages, in millions a second, has more digits than that of bytes."""
    if "Conflicting CPU frequency" in text:
        raise NoResult("perftest measured a wrong clock frequency")
    row = re.search(rf"^ *{size} +\d+((?:\s+[0-9.a-z+-]+){{3}})\s*$", text, re.M)
    if not row:
        raise NoResult("no result line in what perftest printed")
    rate = float(row[1].split()[2])
    if not 0 < rate < 1e6:
        raise NoResult(f"perftest printed a rate of {rate} Mpps")
    return rate * 1e6 * size * 8


def perftest_command(guests, kind, operation, size, count, extra):
    # perftest cannot find siw's queue pairs by itself: iWARP needs the connection manager.
    manager = " -R" if guests.transport == "iwarp" else ""
    return f"ib_{operation}_{kind} -d {guests.device} -s {size} -n {count} -u {TIMEOUT_EXPONENT}{manager} {extra}"


def run_perftest(guests, command, seconds):
    """Server on host 2, client on host 1; the client's output. It hangs or crashes now and then: a limit, and again."""
    problem = ""
    for _ in range(TRIES):
        # It prints into a buffer unless told otherwise, and then nobody sees that it is ready.
        error = guests.start("perftest", f"exec stdbuf -oL {command}", "Waiting for client")
        if not error:
            status, output, diagnostics = guests.run(f"stdbuf -oL {command} 10.77.0.2", seconds)
            guests.stop("perftest")
            if status == 0:
                return output + diagnostics
            words = [line for line in (diagnostics + output).splitlines() if re.search("[a-z]", line)]
            last = words[-1].strip() if words else "nothing"
            error = f"no end within {seconds} s" if status is None else f"status {status}, last words: {last}"
        else:
            guests.stop("perftest")
        problem = error.splitlines()[0]
    raise NoResult(f"perftest failed {TRIES} times: {problem}")


def perftest_latency(guests, operation, size, count, seconds, cycles):
    """The median round trip in nanoseconds."""
    command = perftest_command(guests, "lat", operation, size, count + WARMUP + 1, "-U -C")
    samples = perftest_samples(run_perftest(guests, command, seconds), operation)[WARMUP:]
    return ratios.nearest_rank(samples, 1, 2) * 1000 / cycles


def perftest_bandwidth(guests, operation, size, messages, seconds, depth):
    """Payload bits a second over so many messages."""
    command = perftest_command(guests, "bw", operation, size, max(messages, 5), f"-N -t {depth}")
    return perftest_bits_per_second(run_perftest(guests, command, seconds), size)


# MARK: rdmaprobe

def run_rdmaprobe(guests, program, arguments, seconds, prefix=""):
    """The report of one run; the server runs already."""
    status, output, diagnostics = guests.run(
        f"{prefix}{program} test 10.77.0.2 --completions poll --profile software --format json {arguments}", seconds)
    if status is None:
        raise NoResult(f"rdmaprobe did not end within {seconds} s")
    try:
        report = json.loads(output)
    except ValueError:
        raise NoResult(f"rdmaprobe ended with {status}: {diagnostics.strip()[-200:]}")
    failed = report["connection"]["failed_step"]
    if failed or any(cell["lost"] for cell in report["latency"]):
        reasons = "; ".join(report["verdict"]["reasons"])
        raise NoResult(f"rdmaprobe: {failed or 'an operation was lost'}: {reasons}")
    return report


def rdmaprobe_latency(guests, program, operation, size, count, seconds):
    """The median round trip in nanoseconds."""
    report = run_rdmaprobe(
        guests, program,
        f"--pattern echo --operations {operation} --sizes {size} --count {count} --duration {seconds // 2}s", seconds)
    cell = report["latency"][0]
    if cell["samples"] < count:
        raise NoResult(f"rdmaprobe took {cell['samples']} samples of {count}")
    return cell["p50_ns"]


def rdmaprobe_bandwidth(guests, program, operation, size, milliseconds, seconds):
    """Payload bits a second, and how many messages they were."""
    report = run_rdmaprobe(
        guests, program,
        f"--operations read --sizes 64 --count 1 --bandwidth {operation} --bandwidth-sizes {size} "
        f"--bandwidth-duration {milliseconds}ms", seconds)
    flow = report["bandwidth"][0]
    return flow["mean_bits_per_second"], flow["messages"]
