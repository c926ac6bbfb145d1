"""The first root of a guest: busybox, the modules that reach the host's files, the init script, this run's settings."""

import os
import shlex

from .common import GUEST_DIRECTORY, LabError

BASE_MODULES = ("virtio_pci", "virtio_net", "virtio_console", "9pnet_virtio", "9p", "overlay")
TRANSPORT_MODULES = {
    # The checksums first: rxe asks for crc32, libcrc32c (under siw) for crc32c, and neither names it as a dependency.
    "roce": ("crc32_generic", "rdma_rxe", "rdma_ucm", "ib_uverbs"),
    "iwarp": ("crc32c_generic", "siw", "rdma_ucm", "ib_uverbs"),
}


def _load_order(modules_directory, names):
    """Paths below the modules directory, each after what it depends on."""
    dependencies = {}
    paths = {}
    with open(os.path.join(modules_directory, "modules.dep")) as file:
        for line in file:
            path, _, rest = line.partition(":")
            name = os.path.basename(path).removesuffix(".ko").replace("-", "_")
            paths[name] = path
            dependencies[path] = rest.split()
    with open(os.path.join(modules_directory, "modules.builtin")) as file:
        builtin = {os.path.basename(line.strip()).removesuffix(".ko").replace("-", "_") for line in file}
    order = []

    def add(path):
        if path in order:
            return
        for needed in dependencies[path]:
            add(needed)
        order.append(path)

    for name in names:
        name = name.replace("-", "_")
        if name in paths:
            add(paths[name])
        elif name not in builtin:
            raise LabError(f"the kernel has no module {name}")
    return order


def _unsigned(module):
    """Without its signature: checking it costs time under emulation and proves nothing here."""
    marker = b"~Module signature appended~\n"
    if not module.endswith(marker):
        return module
    end = len(module) - len(marker)
    length = int.from_bytes(module[end - 4:end], "big")
    return module[:end - 12 - length]


class _Archive:
    """cpio, newc format."""

    def __init__(self):
        self.parts = []
        self.inode = 1

    def add(self, name, data=b"", mode=0o100644, rdev=(0, 0)):
        encoded = name.encode() + b"\0"
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(encoded), 0)
        header = b"070701" + b"".join(b"%08x" % field for field in fields)
        self.inode += 1
        self.parts += [header, encoded, b"\0" * (-(len(header) + len(encoded)) % 4), data, b"\0" * (-len(data) % 4)]

    def bytes(self):
        self.add("TRAILER!!!", mode=0)
        return b"".join(self.parts)


def _base(kernel, init):
    archive = _Archive()
    for directory in ("bin", "dev", "modules"):
        archive.add(directory, mode=0o040755)
    archive.add("dev/console", mode=0o020600, rdev=(5, 1))
    with open(kernel.busybox, "rb") as file:
        archive.add("bin/busybox", file.read(), mode=0o100755)
    archive.add("bin/sh", b"busybox", mode=0o120777)
    archive.add("init", init, mode=0o100755)
    return archive


def build_probe(kernel, word):
    """A guest that says `word` on its console and powers off."""
    return _base(kernel, f"#!/bin/sh\necho {word}\nbusybox poweroff -f\n".encode()).bytes()


def build(kernel, transport, settings):
    with open(os.path.join(GUEST_DIRECTORY, "init"), "rb") as file:
        archive = _base(kernel, file.read())
    order = _load_order(kernel.modules, BASE_MODULES + TRANSPORT_MODULES[transport])
    for path in order:
        with open(os.path.join(kernel.modules, path), "rb") as file:
            archive.add("modules/" + os.path.basename(path), _unsigned(file.read()))
    archive.add("modules/order", "".join(os.path.basename(path) + "\n" for path in order).encode())
    archive.add("lab.conf", "".join(f"{key}={shlex.quote(str(value))}\n" for key, value in settings.items()).encode())
    return archive.bytes()
