"""The drive socket: JSON lines in, JSON lines out, out of order, any number of connections."""

import asyncio
import os
import socket
import stat

from .common import LabError

LINE_LIMIT = 64 << 20


class Drive:
    def __init__(self, path, operations):
        self.path = os.path.abspath(path)
        self.operations = operations
        self.server = None
        self.tasks = set()

    async def open(self):
        """Appears at its path in one step, when it already listens."""
        temporary = f"{self.path}.{os.getpid()}"
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.bind(temporary)
        except OSError as error:
            sock.close()
            raise LabError(f"drive socket {self.path}: {error.strerror or error}")
        os.chmod(temporary, 0o600)
        try:
            self.server = await asyncio.start_unix_server(self._serve, sock=sock, limit=LINE_LIMIT)
            os.rename(temporary, self.path)
        except OSError as error:
            os.unlink(temporary)
            raise LabError(f"drive socket {self.path}: {error.strerror}")

    @staticmethod
    def check(path):
        """Before anything boots: is the path usable?"""
        path = os.path.abspath(path)
        if len(os.fsencode(path)) > 95:
            raise LabError(f"drive socket {path}: longer than a Unix socket's path can be")
        if not os.path.isdir(os.path.dirname(path)):
            raise LabError(f"drive socket {path}: no such directory")
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(mode):
            raise LabError(f"drive socket {path}: a file that is no socket is in the way")
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(path)
            except ConnectionRefusedError:
                os.unlink(path)  # left by a lab that was killed
                return
            except OSError as error:
                raise LabError(f"drive socket {path}: {error}")
        raise LabError(f"drive socket {path}: another lab serves it")

    async def _serve(self, reader, writer):
        async def answer(line):
            reply = await self.operations.perform(line)
            writer.write(reply.encode() + b"\n")
            await writer.drain()

        mine = set()
        try:
            while True:
                line = await reader.readline()
                if not line.strip():
                    if not line:
                        break
                    continue
                task = asyncio.create_task(answer(line))
                for owner in (mine, self.tasks):
                    owner.add(task)
                    task.add_done_callback(owner.discard)
                task.add_done_callback(lambda done: done.cancelled() or done.exception())
        except (ConnectionError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            if mine:  # requests sent before the connection was closed are carried out all the same
                await asyncio.wait(set(mine))
            writer.close()

    def close(self):
        if self.server:
            self.server.close()
            try:
                os.unlink(self.path)
            except OSError:
                pass
