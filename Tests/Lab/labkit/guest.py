"""One guest: the QEMU process, its console, its monitor, and the agent inside."""

import asyncio
import json
import os
import re
import signal
import socket
import struct

from .common import LabError, die_with_parent

# What a process may print before the rest is thrown away (and the reply says so).
OUTPUT_LIMIT = 32 << 20
FRAME_LIMIT = 128 << 20
AGENT_TIMEOUT = 60
# no_timer_check: on a busy machine an emulated timer may miss its test at boot, which the kernel answers with a panic.
KERNEL_ARGUMENTS = (
    "console=ttyS0 quiet loglevel=4 panic=-1 oops=panic tsc=reliable no_timer_check mitigations=off nokaslr "
    "cryptomgr.notests 8250.nr_uarts=1 audit=0 random.trust_cpu=on net.ifnames=0 rdinit=/init"
)

CRASH = re.compile(r"Kernel panic|Oops|BUG: |general protection fault")


def mac(host):
    return f"52:54:00:4c:41:{host:02x}"


class Process:
    """A process in a guest, started through the agent. Its output is kept here, so it can be read while the guest is frozen."""

    def __init__(self, guest, ident, listener=None):
        self.guest = guest
        self.ident = ident
        self.streams = {1: bytearray(), 2: bytearray()}
        self.truncated = False
        self.status = None
        self.started = asyncio.get_running_loop().create_future()
        self.exited = asyncio.get_running_loop().create_future()
        self.changed = asyncio.Event()
        self.listener = listener

    def append(self, stream, data):
        if self.listener:
            self.listener(stream, data)
        kept = self.streams[stream]
        if len(kept) + len(data) > OUTPUT_LIMIT:
            self.truncated = True
            data = data[:OUTPUT_LIMIT - len(kept)]
        kept += data
        self.changed.set()

    def finish(self, status):
        self.status = status
        if not self.exited.done():
            self.exited.set_result(status)
        self.changed.set()

    @property
    def running(self):
        return self.status is None

    def signal(self, number):
        self.guest.send({"op": "signal", "process": self.ident, "signal": int(number)})

    async def wait(self, timeout):
        """The exit status, or None when it still runs after `timeout` seconds."""
        done, _ = await asyncio.wait({self.exited}, timeout=timeout)
        return self.status if done else None

    async def matches(self, pattern, timeout):
        """True as soon as its output matches; False when it ended or the time is over without that.

        Without a pattern, a complete first line of standard output is what counts.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            self.changed.clear()
            if pattern is None:
                if b"\n" in self.streams[1]:
                    return True
            elif any(pattern.search(bytes(kept).decode(errors="replace")) for kept in self.streams.values()):
                return True
            left = deadline - asyncio.get_running_loop().time()
            if not self.running or left <= 0:
                return False
            try:
                await asyncio.wait_for(self.changed.wait(), left)
            except asyncio.TimeoutError:
                pass


class Guest:
    def __init__(self, host, options, directory, lost):
        self.host = host
        self.name = f"h{host}"
        self.options = options
        self.log_path = os.path.join(directory, f"console-{self.name}.log")
        self.processes = {}
        self.next_ident = 1
        self.requests = {}
        self.next_request = 1
        self.qmp_requests = {}
        self.next_qmp = 1
        self.lost = lost  # called with the reason when this guest is gone
        self.gone = False
        self.relay = None  # called with (guest, client, line) for what labctl in the guest asks
        self.frozen = False
        self.qemu = None
        self.watcher = None
        self.tasks = []
        self.console_tail = bytearray()

    # -- life

    def _arguments(self, kernel, initramfs, accel, console, agent, qmp, wire):
        options = self.options
        memory = options.memory
        arguments = [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-name", f"lab-{self.name}",
            "-machine", "q35,usb=off,vmport=off,smm=off,hpet=off" if options.numa < 2 else "q35,usb=off,vmport=off,smm=off",
            *(["-accel", "kvm", "-cpu", "host"] if accel == "kvm" else ["-accel", "tcg,thread=multi", "-cpu", "max"]),
            "-m", f"{memory}M", "-smp", str(max(1, options.numa)),
            "-kernel", kernel.image, "-initrd", initramfs, "-append", f"{KERNEL_ARGUMENTS} lab.host={self.host}",
            "-chardev", f"socket,id=console,fd={console}", "-serial", "chardev:console",
            "-chardev", f"socket,id=qmp,fd={qmp}", "-mon", "chardev=qmp,mode=control",
            "-chardev", f"socket,id=agent,fd={agent}",
            "-device", "virtio-serial-pci,max_ports=2", "-device", "virtserialport,chardev=agent,name=lab.agent",
            "-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=root,mount_tag=root",
            "-netdev", f"dgram,id=wire,local.type=fd,local.str={wire}",
        ]
        bus = ""
        if options.numa > 1:
            share = memory // options.numa
            for node in range(options.numa):
                arguments += [
                    "-object", f"memory-backend-ram,id=mem{node},size={share}M",
                    "-numa", f"node,nodeid={node},cpus={node},memdev=mem{node}",
                ]
            arguments[arguments.index("-m") + 1] = f"{share * options.numa}M"
            last = options.numa - 1
            arguments += [
                "-device", f"pxb-pcie,id=far,bus=pcie.0,bus_nr=128,numa_node={last}",
                "-device", "pcie-root-port,id=farport,bus=far,chassis=1",
            ]
            bus = ",bus=farport"
        arguments += ["-device", f"virtio-net-pci,id=nic,netdev=wire,mac={mac(self.host)},romfile=,speed=10000,duplex=full{bus}"]
        return arguments

    async def start(self, kernel, initramfs, accel, wire):
        pairs = [socket.socketpair() for _ in range(3)]
        theirs = [pair[1] for pair in pairs]
        fds = [sock.fileno() for sock in theirs] + [wire.fileno()]
        console, agent, qmp = fds[:3]
        arguments = self._arguments(kernel, initramfs, accel, console, agent, qmp, wire.fileno())
        # A session of its own: Ctrl-C at a terminal reaches the lab only, which then ends things in order.
        self.qemu = await asyncio.create_subprocess_exec(
            *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE, pass_fds=fds, start_new_session=True, preexec_fn=die_with_parent(os.getpid()),
        )
        for sock in theirs:
            sock.close()
        wire.close()
        loop = asyncio.get_running_loop()
        self.ready = loop.create_future()
        console_reader, self.console_writer = await asyncio.open_connection(sock=pairs[0][0])
        agent_reader, self.agent_writer = await asyncio.open_connection(sock=pairs[1][0], limit=1 << 20)
        qmp_reader, self.qmp_writer = await asyncio.open_connection(sock=pairs[2][0], limit=1 << 20)
        self.qmp_ready = loop.create_future()
        self.tasks = [
            asyncio.create_task(self._read_console(console_reader)),
            asyncio.create_task(self._read_agent(agent_reader)),
            asyncio.create_task(self._read_qmp(qmp_reader)),
        ]
        self.watcher = asyncio.create_task(self._watch())

    async def _watch(self):
        error = await self.qemu.stderr.read()
        status = await self.qemu.wait()
        # The console's last words may still be in its socket.
        await asyncio.wait(self.tasks[:1], timeout=2)
        told = error.decode(errors="replace").strip()
        text = f"guest {self.name} ended by itself" + (f" (QEMU status {status})" if status else "")
        if told:
            text += f"\n{told}"
        self._fail(text)

    def _fail(self, text):
        if self.gone:
            return
        self.gone = True
        tail = self.tail()
        self.lost(text + (f"\nlast lines of its console:\n{tail}" if tail else ""))
        error = LabError(f"guest {self.name} is gone")
        for process in self.processes.values():
            process.finish(137)
        for future in [*self.requests.values(), *self.qmp_requests.values(), self.ready]:
            if not future.done():
                future.set_exception(error)
                future.exception()  # nobody may be waiting for it

    def tail(self, lines=25):
        text = bytes(self.console_tail).decode(errors="replace").replace("\r", "")
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1bc", "", text)
        kept = [line for line in text.split("\n") if line.strip()]
        # After a crash its first words tell more than the registers at the end.
        crash = next((at for at, line in enumerate(kept) if CRASH.search(line)), None)
        if crash is not None and len(kept) - crash > lines:
            return "\n".join([*kept[crash:crash + lines], "…"])
        return "\n".join(kept[-lines:])

    async def stop(self):
        """Ends QEMU at once: the guest can write to nothing of the host, so there is nothing to save."""
        if self.qemu is None:
            return
        if self.watcher:
            self.watcher.cancel()
        if self.qemu.returncode is None:
            try:
                self.qemu.kill()
            except ProcessLookupError:
                pass
            try:
                await asyncio.wait_for(self.qemu.wait(), 10)
            except asyncio.TimeoutError:
                pass
        for task in self.tasks:
            task.cancel()

    # -- console and monitor

    async def _read_console(self, reader):
        with open(self.log_path, "wb", buffering=0) as log:
            while True:
                data = await reader.read(65536)
                if not data:
                    return
                log.write(data)
                self.console_tail += data
                del self.console_tail[:-65536]

    async def _read_qmp(self, reader):
        await reader.readline()  # greeting
        self.qmp_writer.write(b'{"execute":"qmp_capabilities"}\n')
        while True:
            line = await reader.readline()
            if not line:
                return
            message = json.loads(line)
            if "event" in message:
                continue
            future = self.qmp_requests.pop(message.get("id"), None)
            if future is None:
                if not self.qmp_ready.done():
                    self.qmp_ready.set_result(True)
            elif not future.done():
                if "error" in message:
                    future.set_exception(LabError(f"QEMU: {message['error'].get('desc')}"))
                else:
                    future.set_result(message.get("return"))

    async def qmp(self, command, **arguments):
        await asyncio.wait_for(asyncio.shield(self.qmp_ready), AGENT_TIMEOUT)
        ident = self.next_qmp
        self.next_qmp += 1
        future = self.qmp_requests[ident] = asyncio.get_running_loop().create_future()
        request = {"execute": command, "id": ident}
        if arguments:
            request["arguments"] = arguments
        self.qmp_writer.write(json.dumps(request).encode() + b"\n")
        try:
            return await asyncio.wait_for(future, AGENT_TIMEOUT)
        except asyncio.TimeoutError:
            raise LabError(f"QEMU of {self.name} did not answer {command}")

    async def set_link(self, up):
        await self.qmp("set_link", name="nic", up=up)

    async def freeze(self, frozen):
        await self.qmp("stop" if frozen else "cont")
        self.frozen = frozen

    # -- agent

    def send(self, message):
        payload = json.dumps(message).encode()
        if len(payload) > FRAME_LIMIT:
            raise LabError("message too large")
        self.agent_writer.write(struct.pack(">IB", len(payload) + 1, ord("J")) + payload)

    async def _read_agent(self, reader):
        try:
            while True:
                (length,) = struct.unpack(">I", await reader.readexactly(4))
                if not 0 < length <= FRAME_LIMIT:
                    raise LabError(f"frame of {length} bytes from the agent of {self.name}")
                frame = await reader.readexactly(length)
                if frame[0] == ord("O"):
                    ident, stream = struct.unpack_from(">QB", frame, 1)
                    process = self.processes.get(ident)
                    if process:
                        process.append(stream, frame[10:])
                else:
                    self._event(json.loads(frame[1:]))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # _watch tells why

    def _event(self, message):
        event = message["event"]
        if event == "ready":
            if not self.ready.done():
                self.ready.set_result(True)
        elif event == "started":
            process = self.processes.get(message["process"])
            if process and not process.started.done():
                process.started.set_result(True)
        elif event == "exited":
            process = self.processes.pop(message["process"], None)
            if process:
                process.finish(message["status"])
        elif event == "done":
            future = self.requests.pop(message["request"], None)
            if future and not future.done():
                if "error" in message:
                    future.set_exception(LabError(message["error"]))
                else:
                    future.set_result(message)
        elif event == "relay" and self.relay:
            self.relay(self, message["client"], message["line"])

    async def request(self, op, timeout=AGENT_TIMEOUT, **fields):
        if self.gone:
            raise LabError(f"guest {self.name} is gone")
        ident = self.next_request
        self.next_request += 1
        future = self.requests[ident] = asyncio.get_running_loop().create_future()
        self.send({"op": op, "request": ident, **fields})
        try:
            return await asyncio.wait_for(future, timeout)
        except asyncio.TimeoutError:
            self.requests.pop(ident, None)
            raise LabError(f"{self.name} did not answer {op} in {timeout} s" + (" (it is frozen)" if self.frozen else ""))

    def spawn(self, argv, environment, cwd, stdin=None, listener=None):
        if self.gone:
            raise LabError(f"guest {self.name} is gone")
        process = Process(self, self.next_ident, listener)
        self.next_ident += 1
        self.processes[process.ident] = process
        self.send({
            "op": "spawn", "process": process.ident, "argv": argv, "env": environment, "cwd": cwd,
            "stdin": None if stdin is None else stdin.hex(),
        })
        return process


SIGNALS = {name.removeprefix("SIG"): number for name, number in signal.__dict__.items() if re.fullmatch(r"SIG[A-Z0-9]+", name)}


def signal_number(value):
    """"TERM", "SIGTERM", 15 or "15"."""
    if isinstance(value, str):
        name = value.upper().removeprefix("SIG")
        if name in SIGNALS:
            return int(SIGNALS[name])
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise LabError(f"no such signal: {value}")
    if not 1 <= number <= 64:
        raise LabError(f"no such signal: {value}")
    return number
