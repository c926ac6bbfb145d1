"""Two guests of the lab, driven over its socket (Docs/Lab.md, "Many scenarios, one boot")."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time

REPOSITORY = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))


class LabProblem(Exception):
    """The lab itself failed, not a program in it."""


def group_niceness(process):
    """The niceness of a process's session, where the kernel schedules by them; else None."""
    try:
        with open(f"/proc/{process}/autogroup") as file:
            return int(file.read().split()[-1])
    except (OSError, ValueError, IndexError):
        return None


class Guests:
    """Hosts 1 and 2, booted; as a context they end with it."""

    BOOT_SECONDS = 180

    def __init__(self, transport, limit_seconds):
        self.transport = transport
        self.device = {"roce": "rxe0", "iwarp": "siw0"}[transport]
        self.directory = tempfile.mkdtemp(prefix="bench-rdma-")
        path = os.path.join(self.directory, "drive")
        self.process = subprocess.Popen(
            [os.path.join(REPOSITORY, "Tests/Lab/lab"), "--transport", transport, "--timeout", str(limit_seconds),
             "--show", self.directory, "--drive", path],
            cwd=REPOSITORY, stdin=subprocess.PIPE)
        self.number = 0
        self.received = b""
        deadline = time.monotonic() + self.BOOT_SECONDS
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(path)
                break
            except OSError:
                self.socket.close()
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise LabProblem(f"the lab did not boot ({transport}, status {self.process.returncode})")
            time.sleep(0.1)
        self.raise_all()
        self.steady()

    def steady(self):
        """Holds each guest to a processor of its own and lets what moves its packets go before what it computes.

        The guests' programs poll, so their one processor is never idle, and the thread of the emulator that delivers packets
        would wait for the end of a time slice, or not, as the scheduler has it: half a round trip more or less, by chance.
        Where the system does not allow it, nothing is changed.
        """
        processors = sorted(os.sched_getaffinity(0))
        guests = [process for process in self.children() if self.command(process).startswith("qemu")]
        for number, process in enumerate(sorted(guests, key=int)):
            try:
                for thread in os.listdir(f"/proc/{process}/task"):
                    os.sched_setaffinity(int(thread), {processors[number % len(processors)]})
                os.sched_setscheduler(int(process), os.SCHED_FIFO, os.sched_param(1))
            except OSError:
                continue

    @staticmethod
    def command(process):
        try:
            with open(f"/proc/{process}/comm") as file:
                return file.read()
        except OSError:
            return ""

    def children(self):
        """The processes that the lab started."""
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/stat") as file:
                    if int(file.read().rpartition(")")[2].split()[1]) == self.process.pid:
                        yield process
            except (OSError, ValueError):
                continue

    def raise_all(self):
        """Gives all that the lab started the priority of this process: each of the lab's processes leads a session of its
        own, and priority goes by session where the kernel schedules by groups."""
        niceness = group_niceness("self")
        for process in self.children():
            try:
                if niceness is not None and niceness != group_niceness(process):
                    with open(f"/proc/{process}/autogroup", "w") as file:
                        file.write(str(niceness))
            except (OSError, ValueError):
                continue

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for name in os.listdir(self.directory):
            os.unlink(os.path.join(self.directory, name))
        os.rmdir(self.directory)

    def ask(self, operation, seconds=60, **values):
        """Carries out a request; its reply."""
        self.number += 1
        request = {"id": self.number, "op": operation, "timeout": seconds, **values}
        self.socket.settimeout(seconds + 30)
        try:
            self.socket.sendall(json.dumps(request).encode() + b"\n")
            while True:
                while b"\n" not in self.received:
                    chunk = self.socket.recv(1 << 16)
                    if not chunk:
                        raise LabProblem("the lab has ended")
                    self.received += chunk
                line, self.received = self.received.split(b"\n", 1)
                reply = json.loads(line)
                if reply.get("id") == self.number:
                    return reply
        except OSError as error:
            raise LabProblem(f"the lab does not answer: {error}")

    def run(self, command, seconds, host=1):
        """A shell line in a guest: (status, standard output, standard error); status None when its time is over."""
        reply = self.ask("exec", seconds, host=host, command=command)
        if "error" in reply:
            raise LabProblem(reply["error"])
        status = None if reply.get("timed_out") else reply["status"]
        return status, reply["stdout"], reply["stderr"]

    def start(self, name, command, ready, host=2):
        """Starts a server in a guest and waits until its output matches; None, or what went wrong."""
        return self.ask("start", 20, host=host, name=name, command=command, ready=ready).get("error")

    def stop(self, name, host=2):
        """Ends a server that was started."""
        if "error" not in self.ask("signal", host=host, name=name, signal="KILL"):
            self.ask("wait", 10, host=host, name=name)
