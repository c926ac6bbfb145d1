"""First process of a guest once it is up: does what the lab asks, over a virtio-serial port.

Not over the network, because tests cut the network. It keeps no state beyond the running processes: output and exit
statuses go to the lab as they come. A frame is a big-endian length, a kind byte and that many bytes less one:
  J  a JSON message
  O  8 bytes process id chosen by the lab, 1 byte stream (1 or 2), then output of that process
"""

import errno
import json
import os
import resource
import select
import signal
import socket
import struct
import sys

PORT_NAME = "lab.agent"
LABCTL_SOCKET = "/run/labctl.sock"
HIGH_WATER = 1 << 20  # beyond this much unsent output, processes are left to block on their pipes
MEMLOCK = 8 << 20  # what a Debian 12 login session has


def open_port():
    for name in os.listdir("/sys/class/virtio-ports"):
        try:
            with open(f"/sys/class/virtio-ports/{name}/name") as file:
                if file.read().strip() == PORT_NAME:
                    return os.open(f"/dev/{name}", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            continue
    raise SystemExit("lab: agent: no virtio port")


class Agent:
    def __init__(self):
        self.port = open_port()
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.pipes = {}  # file descriptor -> (id, stream)
        self.by_pid = {}  # pid -> id
        self.inputs = {}  # file descriptor of a process's stdin -> (id, bytes still to write)
        self.clients = {}  # file descriptor -> (socket, buffer)
        self.next_client = 0
        self.wake_r, self.wake_w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self.wake_w, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(LABCTL_SOCKET)
        os.chmod(LABCTL_SOCKET, 0o666)
        self.listener.listen(32)
        self.listener.setblocking(False)

    # -- to the lab

    def send(self, message):
        payload = json.dumps(message).encode()
        self.outgoing += struct.pack(">IB", len(payload) + 1, 74) + payload

    def send_output(self, ident, stream, data):
        self.outgoing += struct.pack(">IBQB", len(data) + 10, 79, ident, stream) + data

    def flush(self):
        while self.outgoing:
            try:
                done = os.write(self.port, self.outgoing[:32768])
            except BlockingIOError:
                return
            if done <= 0:
                return
            del self.outgoing[:done]

    # -- processes

    def spawn(self, message):
        ident = message["process"]
        out_r, out_w = os.pipe2(os.O_CLOEXEC)
        err_r, err_w = os.pipe2(os.O_CLOEXEC)
        told_r, told_w = os.pipe2(os.O_CLOEXEC)
        in_r = in_w = None
        data = message.get("stdin")
        if data is None:
            in_r = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
        else:
            in_r, in_w = os.pipe2(os.O_CLOEXEC)
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                os.dup2(in_r, 0)
                os.dup2(out_w, 1)
                os.dup2(err_w, 2)
                signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                os.chdir(message.get("cwd") or "/")
                os.execvpe(message["argv"][0], message["argv"], message["env"])
            except OSError as error:
                os.write(told_w, f"{error.errno}".encode())
            except BaseException:
                os.write(told_w, b"22")
            finally:
                os._exit(127)
        for fd in (in_r, out_w, err_w, told_w):
            os.close(fd)
        failed = os.read(told_r, 64)
        os.close(told_r)
        if failed:
            # As a shell would: 127 not found, 126 found and not runnable.
            number = int(failed)
            text = f"{message['argv'][0]}: {os.strerror(number)}\n".encode()
            for fd in (out_r, err_r, in_w):
                if fd is not None:
                    os.close(fd)
            self.send({"event": "started", "process": ident})
            self.send_output(ident, 2, text)
            self.send({"event": "exited", "process": ident, "status": 127 if number == errno.ENOENT else 126})
            return
        for fd, stream in ((out_r, 1), (err_r, 2)):
            os.set_blocking(fd, False)
            self.pipes[fd] = (ident, stream)
        if in_w is not None:
            os.set_blocking(in_w, False)
            self.inputs[in_w] = (ident, bytearray.fromhex(data))
        self.by_pid[pid] = (ident, out_r, err_r, in_w)
        self.send({"event": "started", "process": ident, "pid": pid})

    def read_pipe(self, fd, limit=None):
        """False when there is nothing more for now; at the end the pipe is closed."""
        ident, stream = self.pipes[fd]
        try:
            data = os.read(fd, 65536)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            del self.pipes[fd]
            os.close(fd)
            return False
        self.send_output(ident, stream, data)
        return True

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            entry = self.by_pid.pop(pid, None)
            if not entry:
                continue  # an orphan that fell to the first process
            ident, out_r, err_r, in_w = entry
            # All that the process itself wrote is in the pipes now. Children that it left behind may hold them open for
            # ever, so this is where its output ends.
            for fd in (out_r, err_r):
                while self.pipes.get(fd, (None,))[0] == ident and self.read_pipe(fd):
                    pass
                if self.pipes.get(fd, (None,))[0] == ident:
                    del self.pipes[fd]
                    os.close(fd)
            if self.inputs.get(in_w, (None,))[0] == ident:
                del self.inputs[in_w]
                os.close(in_w)
            code = os.waitstatus_to_exitcode(status)
            self.send({"event": "exited", "process": ident, "status": code if code >= 0 else 128 - code})

    def feed(self, fd):
        _, data = self.inputs[fd]
        try:
            if data:
                del data[:os.write(fd, data[:65536])]
        except BlockingIOError:
            return
        except OSError:
            data.clear()
        if not data:
            del self.inputs[fd]
            os.close(fd)

    def signal_group(self, message):
        for pid, entry in self.by_pid.items():
            if entry[0] == message["process"]:
                try:
                    os.killpg(pid, message["signal"])
                except ProcessLookupError:
                    pass

    # -- what the lab asks

    def handle(self, message):
        op = message["op"]
        if op == "spawn":
            self.spawn(message)
        elif op == "signal":
            self.signal_group(message)
        elif op == "killall":
            try:
                os.kill(-1, signal.SIGKILL)  # from the first process: everything but itself and kernel threads
            except ProcessLookupError:
                pass
            self.send({"event": "done", "request": message["request"]})
        elif op == "relayed":
            client = self.clients.get(message["client"])
            if client:
                client[2].extend(message["line"].encode() + b"\n")
                self.push_client(message["client"])
        else:
            self.answer_file(message)

    def answer_file(self, message):
        reply = {"event": "done", "request": message["request"]}
        try:
            if message["op"] == "write":
                fd = os.open(message["path"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, message["mode"])
                with os.fdopen(fd, "wb") as file:
                    os.fchmod(file.fileno(), message["mode"])
                    file.write(bytes.fromhex(message["content"]))
            elif message["op"] == "read":
                # Files of /sys and /proc have no length; the limit is the lab's.
                with open(message["path"], "rb") as file:
                    data = file.read(message["limit"] + 1)
                if len(data) > message["limit"]:
                    raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), message["path"])
                reply["content"] = data.hex()
            else:
                reply["error"] = f"unknown agent operation {message['op']}"
        except OSError as error:
            reply["error"] = f"{message['path']}: {error.strerror}"
        self.send(reply)

    def receive(self):
        while True:
            try:
                data = os.read(self.port, 65536)
            except BlockingIOError:
                break
            if not data:
                break
            self.incoming += data
            if len(data) < 65536:
                break
        while len(self.incoming) >= 5:
            (length,) = struct.unpack_from(">I", self.incoming)
            if len(self.incoming) < 4 + length:
                break
            payload = bytes(self.incoming[5:4 + length])
            del self.incoming[:4 + length]
            self.handle(json.loads(payload))

    # -- labctl in this guest: lines are relayed to the lab, which answers

    def accept(self):
        try:
            connection, _ = self.listener.accept()
        except BlockingIOError:
            return
        connection.setblocking(False)
        self.clients[self.next_client] = (connection, bytearray(), bytearray())
        self.next_client += 1

    def drop_client(self, number):
        connection, _, _ = self.clients.pop(number)
        connection.close()

    def read_client(self, number):
        connection, buffer, _ = self.clients[number]
        try:
            data = connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or len(buffer) > 64 << 20:
            self.drop_client(number)
            return
        buffer += data
        while b"\n" in buffer:
            line, _, rest = buffer.partition(b"\n")
            buffer[:] = rest
            self.send({"event": "relay", "client": number, "line": line.decode(errors="replace")})

    def push_client(self, number):
        connection, _, pending = self.clients[number]
        try:
            while pending:
                del pending[:connection.send(pending[:65536])]
        except BlockingIOError:
            pass
        except OSError:
            self.drop_client(number)

    def run(self):
        self.send({"event": "ready"})
        while True:
            self.flush()
            poll = select.poll()
            poll.register(self.port, select.POLLIN | (select.POLLOUT if self.outgoing else 0))
            poll.register(self.wake_r, select.POLLIN)
            poll.register(self.listener, select.POLLIN)
            if len(self.outgoing) < HIGH_WATER:
                for fd in self.pipes:
                    poll.register(fd, select.POLLIN)
            for fd in self.inputs:
                poll.register(fd, select.POLLOUT)
            numbers = {}
            for number, (connection, _, pending) in self.clients.items():
                numbers[connection.fileno()] = number
                poll.register(connection, select.POLLIN | (select.POLLOUT if pending else 0))
            ready = poll.poll()
            for fd, events in ready:
                if fd in self.pipes:
                    self.read_pipe(fd)
                elif fd in self.inputs:
                    self.feed(fd)
                elif fd in numbers:
                    number = numbers[fd]
                    if events & select.POLLOUT and number in self.clients:
                        self.push_client(number)
                    if events & ~select.POLLOUT and number in self.clients:
                        self.read_client(number)
            # Last, because these open and close descriptors.
            for fd, events in ready:
                if fd == self.wake_r:
                    try:
                        os.read(self.wake_r, 4096)
                    except BlockingIOError:
                        pass
                    self.reap()
                elif fd == self.listener.fileno():
                    self.accept()
                elif fd == self.port and events & ~select.POLLOUT:
                    self.receive()


os.environ.clear()
os.chdir("/")
for what, limits in (
    (resource.RLIMIT_MEMLOCK, (MEMLOCK, MEMLOCK)),
    (resource.RLIMIT_NOFILE, (1024, 524288)),
    (resource.RLIMIT_CORE, (0, resource.RLIM_INFINITY)),
):
    resource.setrlimit(what, limits)
# Python ignores SIGPIPE; children get the default back in spawn.
console = os.open("/dev/console", os.O_RDWR)
for fd in (0, 1, 2):
    os.dup2(console, fd)
Agent().run()
