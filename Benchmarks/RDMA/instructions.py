"""User-space instructions of a round trip, and that rdmaprobe's loop allocates nothing and takes no lock: by callgrind.

Counted are the loop (stretch.c says how) and what a tool does with each sample afterwards: rdmaprobe keeps its statistics
as it goes, perftest keeps the samples and sorts them in the end, so that only both together compare. The second is a
difference between a run with many samples and one with few, so that what a program does once cancels out.

Both tools read the processor's counter. Where one asks the system for the time, valgrind, which hides the kernel's vDSO,
makes that a system call; what it takes in truth is counted by itself (clock.c, instruction by instruction) and added.
"""

import base64
import os
import re
import subprocess
import tempfile

import callgrind
import tools

POSTS, GAP, STRETCHES = 40, 6, 4
PAUSE_MICROSECONDS = 4000
# Samples of a run, and of the one with fewer from which the work afterwards is told.
MANY, FEW = 1000, 400
# rdmaprobe's first message and what it leaves out before its samples.
BEFORE = 1 + tools.WARMUP
# Not part of any tool: the sleep behind each post.
RULER = ("stretch.so",)
# What these do is the adapter's driver's own business; both tools call them.
DRIVERS = ("librxe", "libsiw", "libibverbs")
CLOCK = re.compile("^clock_gettime")
# Receives that rdmaprobe has room for on a queue pair that measures latency.
RECEIVES = 8
SECONDS = 240


def build(source, arguments):
    """Compiles a file of this directory; its bytes."""
    with tempfile.TemporaryDirectory() as directory:
        target = os.path.join(directory, "built")
        subprocess.run(
            ["gcc-12", "-O", "-Wall", "-Werror", *arguments, "-o", target,
             os.path.join(os.path.dirname(os.path.realpath(__file__)), source)], check=True)
        with open(target, "rb") as file:
            return file.read()


def put(guests, path, content):
    guests.ask("write", host=1, path=path, content_base64=base64.b64encode(content).decode(), mode="0755")


class Counted:
    """What callgrind counted in one run of a tool with so many posts."""

    def __init__(self, guests, command, posts):
        skip = posts - 1 - STRETCHES * (GAP + POSTS)
        status, output, diagnostics = guests.run(
            "rm -rf /tmp/stretch; mkdir /tmp/stretch; "
            f"STRETCH_SKIP={skip} STRETCH_GAP={GAP} STRETCH_POSTS={POSTS} STRETCH_PAUSE_US={PAUSE_MICROSECONDS} "
            "LD_PRELOAD=/tmp/stretch.so valgrind --tool=callgrind --instr-atstart=no --vgdb=no "
            f"--callgrind-out-file=/tmp/stretch/out {command} >/tmp/stretch/printed 2>&1; "
            "echo $?; grep -l 'Trigger: .*stretch' /tmp/stretch/out.*; echo end; "
            "grep -l 'Trigger: Program termination' /tmp/stretch/out*", SECONDS)
        if status is None:
            raise tools.NoResult(f"callgrind did not end within {SECONDS} s")
        ended, *paths = output.split()
        if "end" not in paths or len(paths) != STRETCHES + 2:
            _, printed, _ = guests.run("grep -v ^== /tmp/stretch/printed | tail -n 12", 20)
            raise tools.NoResult(f"not every stretch was counted (status {ended}): {printed.strip()}{diagnostics}")
        at = paths.index("end")
        self.stretches = [self.profile(guests, path) for path in paths[:at]]
        self.rest = self.profile(guests, paths[at + 1])

    @staticmethod
    def profile(guests, path):
        _, text, _ = guests.run(["cat", path], 30)
        return callgrind.Profile(text)

    @property
    def best(self):
        """The stretch with the least instructions: in the others something was waited for after all."""
        return min(self.stretches, key=lambda profile: profile.instructions(RULER))

    @property
    def loop(self):
        return self.best.instructions(RULER) / POSTS

    @property
    def clock_reads(self):
        return sum(self.best.calls_matching(CLOCK).values()) / POSTS

    def calls(self, pattern):
        """Calls of functions with such names in all stretches, those of the drivers left out."""
        return sum(sum(profile.calls_matching(pattern, DRIVERS).values()) for profile in self.stretches)


def count_rdmaprobe(guests, options, operation, size, samples):
    return Counted(
        guests, f"{options.stripped} test 10.77.0.2 --completions poll --pattern echo --operations {operation} "
                f"--sizes {size} --count {samples} --duration 90s --connect-timeout 60s --profile software "
                "--clock counter --format oneline", BEFORE + samples)


def count_perftest(guests, operation, size, samples):
    # Samples in cycles: to turn them into time perftest measures the counter for as long as it takes, which is none of them.
    # As many receives ahead as rdmaprobe has: with its own 512 perftest posts none any more in the last 512 messages of a run,
    # which are those that are counted, and any longer run has one a message.
    receives = f" -r {RECEIVES}" if operation == "send" else ""
    command = tools.perftest_command(guests, "lat", operation, size, samples + 1, "-C" + receives)
    problem = ""
    for _ in range(tools.TRIES):
        problem = guests.start("perftest", f"exec stdbuf -oL {command}", "Waiting for client")
        try:
            if not problem:
                return Counted(guests, f"{command} 10.77.0.2", samples + 1)
        except tools.NoResult as error:
            problem = str(error)
        finally:
            guests.stop("perftest")
    raise tools.NoResult(f"perftest under callgrind: {problem}")


def afterwards(many, few):
    """Instructions for each sample once all are taken."""
    return (many.rest.instructions(RULER) - few.rest.instructions(RULER)) / (MANY - FEW)


def clock_instructions(guests):
    """What one reading of the clock takes, counted in the guest; None where stepping through it did not work."""
    for _ in range(tools.TRIES):
        _, printed, _ = guests.run("/tmp/clock", SECONDS)
        if printed.strip().isdigit():
            return int(printed)
    return None


def measure(guests, options, operations, size, rows, say):
    """Adds a row for each operation: what either tool takes, or why that is not known."""
    put(guests, "/tmp/stretch.so", build("stretch.c", ["-shared", "-fPIC"]))
    put(guests, "/tmp/clock", build("clock.c", []))
    clock = clock_instructions(guests)
    counters = {
        "perftest": lambda operation, samples: count_perftest(guests, operation, size, samples),
        "rdmaprobe": lambda operation, samples: count_rdmaprobe(guests, options, operation, size, samples)}
    # What happens to a sample afterwards does not depend on the operation.
    after = {}
    for operation in operations:
        name = f"{guests.transport} instructions {operation} {size}"
        if not re.search(options.rows, name):
            continue
        row = {
            "transport": guests.transport, "operation": operation, "size_bytes": size, "rdmaprobe": None,
            "perftest": None, "problems": []}
        rows.append(row)
        for tool, counter in counters.items():
            try:
                counted = counter(operation, MANY)
                if tool not in after:
                    after[tool] = afterwards(counted, counter(operation, FEW))
            except tools.NoResult as problem:
                row["problems"].append(str(problem))
                say(f"{name}: {problem}")
                continue
            clock_cost = 0.0
            if counted.clock_reads:
                clock_cost = None if clock is None else round(counted.clock_reads * clock, 1)
            if clock_cost is None:
                row["problems"].append("what reading the clock takes could not be counted")
            row[tool] = {
                "loop_instructions": round(counted.loop, 1), "afterwards_instructions": round(after[tool], 1),
                "clock_reads": counted.clock_reads,
                "clock_instructions": clock_cost,
                "stretch_posts": STRETCHES * POSTS, "allocations": counted.calls(callgrind.ALLOCATING),
                "locks": counted.calls(callgrind.LOCKING)}
            say(f"{name}: {tool} {row[tool]}")
