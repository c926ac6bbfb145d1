"""The command line, and the life of one run from boot to clean-up."""

import argparse
import asyncio
import fcntl
import glob
import os
import queue
import re
import shutil
import signal
import socket
import stat
import sys
import tempfile
import threading
import time

from . import accelerator, cache, initramfs
from .common import EXIT_LAB_FAILURE, EXIT_TIMEOUT, LAB_DIRECTORY, LabError, die_with_parent, say
from .drive import Drive
from .guest import Guest
from .operations import Operations

PASSED_VARIABLES = ("HOME", "LANG", "LC_ALL", "NO_COLOR", "TERM", "CONFORMANCE_DATA", "TZ")
PASSED_PREFIXES = ("LAB_", "RDMAPROBE_")
OWN_VARIABLES = ("LAB_CACHE", "LAB_ACCEL")
SYSTEM_DIRECTORIES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
DEVICES = {"roce": "rxe0", "iwarp": "siw0"}
BOOT_SECONDS = 180
RUN_PREFIX = "lab-run-"


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="lab", usage="lab [options] -- COMMAND…\n       lab [options] --drive SOCKET\n       lab --setup-only",
        description="Boots guests that stand in for hosts with RDMA NICs and runs COMMAND on the first of them.",
        epilog="Exit status: COMMAND's; 124 time over, 125 the lab failed, 130 SIGINT, 143 SIGTERM.",
    )
    parser.add_argument("--hosts", type=int, default=2, metavar="N", help="guests, 1 to 4 (default 2)")
    parser.add_argument("--transport", choices=sorted(DEVICES), default="roce", help="rxe0 (roce, default) or siw0 (iwarp)")
    parser.add_argument("--numa", type=int, default=1, metavar="N", help="NUMA nodes of each guest, 1 to 4; the NIC is on the last")
    parser.add_argument("--timeout", type=float, default=300, metavar="S", help="limit of the whole run, boot included (default 300)")
    parser.add_argument("--netem", metavar="SPEC", help="tc-netem on what host 1 sends, e.g. 'delay 2ms'")
    parser.add_argument("--mtu", type=int, default=9000, metavar="N", help="MTU of every NIC (default 9000: RDMA MTU 4096)")
    parser.add_argument("--memory", type=int, default=768, metavar="MIB", help="memory of each guest (default 768)")
    parser.add_argument("--peer", metavar="COMMAND", help="shell line that runs on hosts 2 and up")
    parser.add_argument("--ready", metavar="REGEX", help="peers are ready when their output matches (default: their first line)")
    parser.add_argument("--ready-timeout", type=float, default=30, metavar="S", help="limit for that (default 30)")
    parser.add_argument("--show", action="append", default=[], metavar="DIR", help="a directory below /tmp that guests shall see; may be repeated")
    parser.add_argument("--drive", metavar="SOCKET", help="serve requests on a Unix socket instead of running COMMAND")
    parser.add_argument("--setup-only", action="store_true", help="fetch and build what is missing, and end")
    parser.add_argument("--verbose", action="store_true", help="show progress and the peers' output; keep the console logs")
    parser.add_argument("--keep", action="store_true", help="keep the console logs")
    command = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, command = arguments[:at], arguments[at + 1:]
    try:
        options = parser.parse_args(arguments)
    except SystemExit as end:
        raise SystemExit(EXIT_LAB_FAILURE if end.code else 0)
    options.command = command

    def wrong(text):
        raise LabError(f"{text} (see lab --help)")

    if options.setup_only:
        return options
    if not 1 <= options.hosts <= 4:
        wrong(f"--hosts {options.hosts}: 1 to 4")
    if not 1 <= options.numa <= 4:
        wrong(f"--numa {options.numa}: 1 to 4")
    if not 1280 <= options.mtu <= 9216:
        wrong(f"--mtu {options.mtu}: 1280 (the least of IPv6) to 9216")
    if not 256 <= options.memory <= 16384:
        wrong(f"--memory {options.memory}: 256 to 16384")
    if not options.timeout > 0 or not options.ready_timeout > 0:
        wrong("a time limit is more than 0")
    if options.drive and command:
        wrong("either --drive SOCKET or COMMAND")
    if not options.drive and not command:
        wrong("nothing to run: give -- COMMAND…")
    if options.peer is None and options.ready is not None:
        wrong("--ready is about --peer")
    if options.peer is not None and options.hosts < 2:
        wrong("--peer needs --hosts 2 or more")
    if options.ready is not None:
        try:
            options.ready = re.compile(options.ready, re.M)
        except re.error as error:
            wrong(f"--ready: no regular expression: {error}")
    return options


class Output:
    """Writes to a descriptor that may block, without blocking the lab."""

    def __init__(self, fd, loop, broken):
        self.fd = fd
        self.queue = queue.SimpleQueue()
        self.loop = loop
        self.broken = broken
        self.drained = loop.create_future()
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self):
        dead = False
        while (data := self.queue.get()) is not None:
            while data and not dead:
                try:
                    data = data[os.write(self.fd, data):]
                except BlockingIOError:
                    time.sleep(0.01)  # somebody made it non-blocking
                except OSError:
                    dead = True
                    self.loop.call_soon_threadsafe(self.broken)
        self.loop.call_soon_threadsafe(lambda: self.drained.done() or self.drained.set_result(True))

    def close(self):
        self.queue.put(None)
        return self.drained


class Run:
    def __init__(self, options, kernel, accel):
        self.options = options
        self.kernel = kernel
        self.accel = accel
        self.guests = []
        self.switch = None
        self.drive = None
        self.directory = None
        self.peers = []
        self.loop = asyncio.get_running_loop()
        self.ended = self.loop.create_future()  # (status, message): what ends the run from outside
        self.relays = set()

    def end(self, status, message=None):
        if not self.ended.done():
            self.ended.set_result((status, message))

    def note(self, text):
        if self.options.verbose:
            say(text)

    # -- parts

    def _make_directory(self):
        parent = tempfile.gettempdir()
        # A lab that was killed outright left its directory, but no lock on it.
        for path in glob.glob(os.path.join(parent, RUN_PREFIX + "*")):
            try:
                with open(os.path.join(path, "lock")) as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if not os.path.exists(os.path.join(path, "kept")):
                        shutil.rmtree(path, ignore_errors=True)
            except OSError:
                pass
        self.directory = tempfile.mkdtemp(prefix=RUN_PREFIX)
        # It gets its name when it is locked, so that no other lab takes a directory that begins for one left behind.
        path = os.path.join(self.directory, "lock")
        self.lock = open(path + ".new", "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(path + ".new", path)

    def _environment(self):
        passed = {
            key: value for key, value in os.environ.items()
            if (key in PASSED_VARIABLES or key.startswith(PASSED_PREFIXES)) and key not in OWN_VARIABLES
        }
        path = [part for part in os.environ.get("PATH", "").split(":") if part]
        passed["PATH"] = ":".join(["/lab/bin", *path, *(part for part in SYSTEM_DIRECTORIES if part not in path)])
        passed.setdefault("HOME", "/root")
        passed.update(
            LAB_HOSTS=str(self.options.hosts), LAB_TRANSPORT=self.options.transport, LAB_DEVICE=DEVICES[self.options.transport],
        )
        return passed

    def _shown(self, cwd):
        """Directories that guests must see although they have a /tmp of their own."""
        wanted = [cwd, LAB_DIRECTORY, *self.options.show]
        if "CONFORMANCE_DATA" in os.environ:
            wanted.append(os.environ["CONFORMANCE_DATA"])
        if self.options.command:
            command = shutil.which(self.options.command[0]) or self.options.command[0]
            wanted += [os.path.dirname(os.path.abspath(command)), os.path.dirname(os.path.realpath(command))]
        for directory in self.options.show:
            if not os.path.isdir(directory):
                raise LabError(f"--show {directory}: no such directory")
        paths = dict.fromkeys(os.path.abspath(path) for path in wanted)
        return [path for path in paths if path.startswith("/tmp/") and os.path.isdir(path)]

    async def _boot(self):
        options = self.options
        began = time.monotonic()
        self._make_directory()
        try:
            cwd = os.getcwd()
        except OSError as error:
            raise LabError(f"the working directory is gone: {error}")
        settings = {
            "LAB_HOSTS": options.hosts, "LAB_TRANSPORT": options.transport, "LAB_MTU": options.mtu,
            "LAB_KERNEL": self.kernel.release, "LAB_MODULES": self.kernel.modules, "LAB_DIRECTORY": LAB_DIRECTORY,
            "LAB_SHOWN": "\n".join(self._shown(cwd)),
        }
        image = os.path.join(self.directory, "initramfs")
        with open(image, "wb") as file:
            file.write(initramfs.build(self.kernel, options.transport, settings))
        ports = []
        for host in range(1, options.hosts + 1):
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            for sock in (ours, theirs):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            ports.append(ours)
            guest = Guest(host, options, self.directory, lambda text: self.end(EXIT_LAB_FAILURE, text))
            guest.relay = self._relay
            self.guests.append(guest)
            await guest.start(self.kernel, image, self.accel, theirs)
        descriptors = [port.fileno() for port in ports]
        self.switch = await asyncio.create_subprocess_exec(
            sys.executable, "-ISB", os.path.join(LAB_DIRECTORY, "labkit", "switch.py"), *map(str, descriptors),
            stdin=asyncio.subprocess.DEVNULL, pass_fds=descriptors, start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),
        )
        for port in ports:
            port.close()
        self.switch_watcher = asyncio.create_task(self._watch_switch())
        self.operations = Operations(self.guests, self._environment(), cwd)
        _, late = await asyncio.wait({guest.ready for guest in self.guests}, timeout=BOOT_SECONDS)
        if late:
            guest = next(guest for guest in self.guests if not guest.ready.done())
            raise LabError(f"guest {guest.name} did not come up in {BOOT_SECONDS} s; last lines of its console:\n{guest.tail()}")
        if any(guest.gone for guest in self.guests):
            await self.ended  # says why
        os.unlink(image)
        self.note(f"{options.hosts} guests up in {time.monotonic() - began:.1f} s ({self.accel}, {options.transport})")

    async def _watch_switch(self):
        status = await self.switch.wait()
        self.end(EXIT_LAB_FAILURE, f"the switch ended by itself with status {status}")

    def _relay(self, guest, client, line):
        async def answer():
            reply = await self.operations.perform(line)
            if not guest.gone:
                guest.send({"op": "relayed", "client": client, "line": reply})

        task = asyncio.create_task(answer())
        self.relays.add(task)
        task.add_done_callback(self.relays.discard)

    def _prefixed(self, guest):
        """The peers' output as the lab's messages, line by line."""
        rest = {1: b"", 2: b""}

        def listen(stream, data):
            *lines, rest[stream] = (rest[stream] + data).split(b"\n")
            for line in lines:
                say(f"{guest.name}| {line.decode(errors='replace')}")

        return listen if self.options.verbose else None

    async def _start_peers(self):
        options = self.options
        for guest in self.guests[1:]:
            environment = dict(self.operations.environment, LAB_HOST=str(guest.host))
            peer = guest.spawn(["/bin/sh", "-c", options.peer], environment, self.operations.cwd, listener=self._prefixed(guest))
            self.operations.named[(guest.host, "peer")] = peer
            self.peers.append(peer)
        deadline = self.loop.time() + options.ready_timeout
        for peer in self.peers:
            if not await peer.matches(options.ready, deadline - self.loop.time()):
                if peer.running:
                    wanted = f"nothing matched {options.ready.pattern!r}" if options.ready else "no line was printed"
                    why = f"the peer on {peer.guest.name} is not ready after {options.ready_timeout:g} s: {wanted}"
                else:
                    why = f"the peer on {peer.guest.name} ended with status {peer.status} before it was ready"
                raise LabError(why + self._peer_output(peer))

    @staticmethod
    def _peer_output(peer):
        text = ""
        for stream, name in ((1, "standard output"), (2, "standard error")):
            lines = bytes(peer.streams[stream]).decode(errors="replace").splitlines()
            text += "".join(f"\n  {line}" for line in [f"its {name}:", *lines[-20:]]) if lines else ""
        return text or "\n  it printed nothing"

    # -- the run

    async def work(self):
        options = self.options
        await self._boot()
        if options.peer is not None:
            await self._start_peers()
        if options.netem:
            await self.operations.op_netem({"op": "netem", "host": 1, "spec": options.netem})
        if options.drive:
            self.drive = Drive(options.drive, self.operations)
            await self.drive.open()
            await self._watch_stdin()
            say(f"ready: {options.drive}")
            await asyncio.Event().wait()
        outputs = {fd: Output(fd, self.loop, lambda: self.end(128 + signal.SIGPIPE)) for fd in (1, 2)}
        environment = dict(self.operations.environment, LAB_HOST="1")
        command = self.guests[0].spawn(
            options.command, environment, self.operations.cwd, listener=lambda stream, data: outputs[stream].queue.put(data),
        )
        status = await command.exited
        await asyncio.wait({output.close() for output in outputs.values()})
        return status

    async def _watch_stdin(self):
        """The parent's death ends the lab: the pipe that it holds as our standard input closes."""
        try:
            mode = os.fstat(0).st_mode
        except OSError:
            return
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
            return

        def readable():
            try:
                data = os.read(0, 65536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.loop.remove_reader(0)
                self.end(0)

        self.loop.add_reader(0, readable)

    async def clean_up(self):
        if self.drive:
            self.drive.close()
        if self.switch:
            self.switch_watcher.cancel()
            if self.switch.returncode is None:
                self.switch.kill()
                await self.switch.wait()
        await asyncio.gather(*(guest.stop() for guest in self.guests), return_exceptions=True)
        if self.directory:
            if self.options.verbose or self.options.keep:
                image = os.path.join(self.directory, "initramfs")
                if os.path.exists(image):
                    os.unlink(image)
                open(os.path.join(self.directory, "kept"), "w").close()
                say(f"console logs are in {self.directory}")
            else:
                shutil.rmtree(self.directory, ignore_errors=True)


async def run(options, kernel, accel):
    session = Run(options, kernel, accel)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, session.end, 128 + number)
    work = asyncio.create_task(session.work())
    try:
        await asyncio.wait({work, session.ended}, timeout=options.timeout, return_when=asyncio.FIRST_COMPLETED)
        if session.ended.done():
            status, message = session.ended.result()
            if message:
                say(message)
            return status
        if work.done():
            try:
                return work.result()
            except LabError as error:
                # A guest that went down is the reason, whatever its loss then broke.
                await asyncio.wait({session.ended}, timeout=0.5 if any(guest.gone for guest in session.guests) else 0)
                say(session.ended.result()[1] or error if session.ended.done() else error)
                return EXIT_LAB_FAILURE
        say(f"time is over: {options.timeout:g} s")
        for peer in session.peers:
            say(f"the peer on {peer.guest.name} {'runs' if peer.running else f'ended with status {peer.status}'}" + session._peer_output(peer))
        return EXIT_TIMEOUT
    finally:
        work.cancel()
        await asyncio.wait({work}, timeout=5)  # so that nothing is started while things are ended
        await session.clean_up()


def main(arguments):
    status = EXIT_LAB_FAILURE

    def terminated(number, _):
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, terminated)
    try:
        options = parse(arguments)
        if options.drive:
            Drive.check(options.drive)
        kernel = cache.ensure()
        accel = accelerator.choose(kernel)
        if options.setup_only:
            status = 0
        else:
            status = asyncio.run(run(options, kernel, accel))
    except LabError as error:
        say(error)
    except KeyboardInterrupt:
        status = 130
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else EXIT_LAB_FAILURE
    except Exception as error:
        say(f"a bug in the lab: {type(error).__name__}: {error}")
        if "--verbose" in arguments:
            import traceback
            traceback.print_exc()
    sys.stdout.flush()
    # Not sys.exit: a thread may be blocked in a write that nobody reads.
    os._exit(status)
