"""What can be asked of the lab, by a test over the drive socket and by labctl inside a guest: one table for both.

A request is a dictionary with `op`; a reply is one too. `id` is returned as it came.
"""

import asyncio
import base64
import binascii
import json
import re
import shlex
import signal
import time

from .common import LabError
from .guest import signal_number

EXEC_TIMEOUT = 60
READY_TIMEOUT = 120  # an emulated guest on a busy machine may need half a minute for an interpreter to start
FILE_LIMIT = 32 << 20
REAP_TIMEOUT = 5


def _field(request, name, kind, default=None, required=False):
    value = request.get(name, default)
    if value is None and not required:
        return None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or isinstance(value, bool) and kind is not bool:
        raise LabError(f"{request.get('op')}: `{name}` is missing or not a {kind.__name__}")
    return value


class Operations:
    def __init__(self, guests, environment, cwd):
        self.guests = guests
        self.environment = environment
        self.cwd = cwd
        self.named = {}  # (host, name) -> Process

    # -- fields

    def guest(self, request):
        value = request.get("host")
        text = str(value)
        match = re.fullmatch(r"h?([1-9])", text)
        if not match or int(match.group(1)) > len(self.guests):
            raise LabError(f"no host {value}: there are {', '.join(guest.name for guest in self.guests)}")
        return self.guests[int(match.group(1)) - 1]

    def _thawed(self, request):
        guest = self.guest(request)
        if guest.frozen:
            raise LabError(f"{guest.name} is frozen")
        return guest

    def process(self, request):
        guest = self.guest(request)
        name = _field(request, "name", str, required=True)
        process = self.named.get((guest.host, name))
        if process is None:
            known = sorted(other for host, other in self.named if host == guest.host)
            raise LabError(f"{guest.name} has no process named {name}" + (f"; it has {', '.join(known)}" if known else ""))
        return process

    def _spawn(self, guest, request):
        command = request.get("command")
        if isinstance(command, str):
            argv = ["/bin/sh", "-c", command]
        elif isinstance(command, list) and command and all(isinstance(word, str) for word in command):
            argv = command
        else:
            raise LabError(f"{request['op']}: `command` is a shell line or a list of words")
        environment = dict(self.environment, LAB_HOST=str(guest.host))
        for key, value in (_field(request, "env", dict) or {}).items():
            environment[key] = str(value)
        stdin = _field(request, "stdin", str)
        data = stdin.encode() if stdin is not None else None
        if "stdin_base64" in request:
            data = self._decode(request, "stdin_base64")
        return guest.spawn(argv, environment, _field(request, "cwd", str) or self.cwd, data)

    def _decode(self, request, name):
        try:
            return base64.b64decode(_field(request, name, str, required=True), validate=True)
        except binascii.Error:
            raise LabError(f"{request['op']}: `{name}` is not base64")

    def _printed(self, request, process):
        out, err = (bytes(process.streams[stream]) for stream in (1, 2))
        if request.get("encoding") == "base64":
            reply = {"stdout_base64": base64.b64encode(out).decode(), "stderr_base64": base64.b64encode(err).decode()}
        else:
            reply = {"stdout": out.decode(errors="replace"), "stderr": err.decode(errors="replace")}
        if process.truncated:
            reply["truncated"] = True
        return reply

    # -- operations

    async def op_exec(self, request):
        guest = self._thawed(request)
        timeout = _field(request, "timeout", float, EXEC_TIMEOUT)
        began = time.monotonic()
        process = self._spawn(guest, request)
        status = await process.wait(timeout)
        reply = {}
        if status is None:
            reply["timed_out"] = True
            process.signal(signal.SIGKILL)
            status = await process.wait(0.1 if guest.frozen else REAP_TIMEOUT)
            if status is None:  # frozen, or not killable
                status = 128 + signal.SIGKILL
        reply.update(status=status, **self._printed(request, process))
        reply["duration_ms"] = round((time.monotonic() - began) * 1000)
        return reply

    async def op_start(self, request):
        guest = self._thawed(request)
        name = _field(request, "name", str, required=True)
        old = self.named.get((guest.host, name))
        if old and old.running:
            raise LabError(f"{guest.name} already runs {name}")
        timeout = _field(request, "timeout", float, READY_TIMEOUT)
        ready = _field(request, "ready", str)
        try:
            pattern = re.compile(ready, re.M) if ready is not None else None
        except re.error as error:
            raise LabError(f"start: `ready` is no regular expression: {error}")
        process = self.named[(guest.host, name)] = self._spawn(guest, request)
        if pattern is not None and not await process.matches(pattern, timeout):
            why = f"was not ready in {timeout:g} s" if process.running else f"ended with status {process.status} before it was ready"
            printed = self._printed({}, process)
            raise LabError(f"{name} on {guest.name} {why}; it printed {json.dumps(printed['stdout'] + printed['stderr'])}")
        if pattern is None:
            await asyncio.wait({process.started}, timeout=timeout)
        return {}

    async def op_output(self, request):
        process = self.process(request)
        return {"running": process.running, "status": process.status, **self._printed(request, process)}

    async def op_signal(self, request):
        process = self.process(request)
        number = signal_number(request.get("signal", "TERM"))
        if process.running:
            process.signal(number)
        return {"running": process.running}

    async def op_wait(self, request):
        process = self.process(request)
        status = await process.wait(_field(request, "timeout", float, EXEC_TIMEOUT))
        reply = {"status": status, **self._printed(request, process)}
        if status is None:
            reply["timed_out"] = True
        return reply

    async def op_killall(self, request):
        guest = self._thawed(request)
        await guest.request("killall")
        running = [process for process in list(guest.processes.values()) if process.running]
        if running:
            await asyncio.wait({process.exited for process in running}, timeout=REAP_TIMEOUT)
        return {}

    async def op_link(self, request):
        state = request.get("state")
        if state not in ("up", "down"):
            raise LabError("link: `state` is up or down")
        await self.guest(request).set_link(state == "up")
        return {}

    async def op_netem(self, request):
        guest = self._thawed(request)
        spec = _field(request, "spec", str)
        if spec is None or spec in ("", "off"):
            reply = await self._tc(guest, ["tc", "qdisc", "del", "dev", "eth0", "root"])
            if reply["status"] and "Cannot delete qdisc with handle of zero" not in reply["stderr"]:
                raise LabError(f"netem off on {guest.name}: {reply['stderr'].strip()}")
            return {}
        reply = await self._tc(guest, ["tc", "qdisc", "replace", "dev", "eth0", "root", "netem", *shlex.split(spec)])
        if reply["status"]:
            raise LabError(f"netem {spec} on {guest.name}: {(reply['stderr'] + reply['stdout']).strip()}")
        return {}

    async def _tc(self, guest, command):
        return await self.op_exec({"op": "exec", "host": guest.host, "command": command, "cwd": "/"})

    async def op_freeze(self, request):
        await self.guest(request).freeze(True)
        return {}

    async def op_thaw(self, request):
        await self.guest(request).freeze(False)
        return {}

    async def op_write(self, request):
        content = self._decode(request, "content_base64")
        if len(content) > FILE_LIMIT:
            raise LabError(f"write: more than {FILE_LIMIT} bytes")
        mode = request.get("mode", 0o644)
        if isinstance(mode, str):  # JSON has no octal numbers
            try:
                mode = int(mode, 8)
            except ValueError:
                raise LabError(f"write: `mode` is {mode}; it is a number or octal digits in a string")
        await self._thawed(request).request("write", path=_field(request, "path", str, required=True), mode=mode, content=content.hex())
        return {}

    async def op_read(self, request):
        done = await self._thawed(request).request("read", path=_field(request, "path", str, required=True), limit=FILE_LIMIT)
        return {"content_base64": base64.b64encode(bytes.fromhex(done["content"])).decode()}

    async def op_dmesg(self, request):
        reply = await self.op_exec({"op": "exec", "host": self.guest(request).host, "command": "dmesg || busybox dmesg"})
        return {"dmesg": reply["stdout"]}

    async def op_hosts(self, _):
        return {"hosts": [{"host": guest.host, "name": guest.name, "frozen": guest.frozen} for guest in self.guests]}

    async def perform(self, line):
        """One request line to one reply line. Never raises: what goes wrong is the reply."""
        ident = None
        try:
            try:
                request = json.loads(line)
            except ValueError as error:
                raise LabError(f"no JSON: {error}")
            if not isinstance(request, dict):
                raise LabError("a request is a JSON object")
            ident = request.get("id")
            op = request.get("op")
            operation = getattr(self, f"op_{op}", None) if isinstance(op, str) else None
            if operation is None:
                names = sorted(name[3:] for name in dir(self) if name.startswith("op_"))
                raise LabError(f"no operation {op}: there are {', '.join(names)}")
            reply = {"id": ident, **await operation(request)}
        except LabError as error:
            reply = {"id": ident, "error": str(error)}
        except asyncio.CancelledError:
            raise
        except Exception as error:  # a bug here must not look like a silent guest
            reply = {"id": ident, "error": f"lab bug: {type(error).__name__}: {error}"}
        return json.dumps(reply)
