"""First use: fetch a kernel, build siw, keep what guests need. Later uses find it ready.

Nothing is installed on the host: packages are downloaded and unpacked below the cache. A build happens in a directory of
its own and is renamed into place as the last step, under a lock, so an interrupted or a concurrent first use leaves
either nothing or all of it.
"""

import fcntl
import glob
import json
import lzma
import os
import re
import shutil
import struct
import subprocess
import tarfile
import tempfile
import time
from contextlib import contextmanager

from .common import LAB_DIRECTORY, LabError, die_with_parent, say

# Raise it when the contents of a cache entry change: older entries are then ignored and removed.
REVISION = 1

KERNEL_SERIES = "6.1"
STEP_TIMEOUT = 900

# Only these parts of the modules tree are kept (the whole is 300 MB, most of it drivers for hardware no guest has).
KEPT_MODULES = (
    "arch", "crypto", "lib", "net", "fs", "security",
    "drivers/block", "drivers/char", "drivers/infiniband", "drivers/net", "drivers/virtio", "drivers/scsi", "drivers/nvme",
)
DROPPED_MODULES = ("drivers/net/wireless", "drivers/net/wwan", "drivers/net/usb", "drivers/net/ethernet")

# What the packages file names, by the command that proves it is there.
REQUIRED_COMMANDS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "apt-get": "apt",
    "dpkg-deb": "dpkg",
    "ip": "iproute2",
    "rdma": "iproute2",
    "tc": "iproute2",
    "modprobe": "kmod",
    "depmod": "kmod",
}
REQUIRED_BUILD_COMMANDS = {"gcc-12": "gcc-12", "make": "make", "strip": "binutils"}

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _which(command):
    return shutil.which(command, path=SYSTEM_PATH)


def require(commands):
    missing = sorted({package for command, package in commands.items() if not _which(command)})
    if missing:
        raise LabError(
            f"missing on this host: {' '.join(missing)}\n"
            f"install what {os.path.relpath(os.path.join(LAB_DIRECTORY, 'packages'))} lists, for example\n"
            f"  apt-get install --no-install-recommends {' '.join(missing)}"
        )


def require_host():
    if os.uname().machine != "x86_64":
        raise LabError(f"the lab boots x86-64 guests and was only tried on an x86-64 host, this one is {os.uname().machine}")
    if os.geteuid() != 0:
        raise LabError("run the lab as root: guests see this host's files with the rights of the user who runs QEMU")
    require(REQUIRED_COMMANDS)
    if not glob.glob("/usr/lib/*/libibverbs/librxe-rdmav*.so"):
        raise LabError(
            "missing on this host: ibverbs-providers (libibverbs finds rxe and siw through it)\n"
            "  apt-get install --no-install-recommends ibverbs-providers"
        )


def cache_directory():
    return os.path.abspath(os.environ.get("LAB_CACHE") or os.path.join(LAB_DIRECTORY, ".cache"))


class Kernel:
    """One finished cache entry."""

    def __init__(self, directory):
        self.directory = directory
        with open(os.path.join(directory, "manifest.json")) as file:
            self.manifest = json.load(file)
        self.release = self.manifest["release"]
        self.version = self.manifest["version"]
        self.image = os.path.join(directory, "vmlinux")
        self.busybox = os.path.join(directory, "busybox")
        self.modules = os.path.join(directory, "lib/modules", self.release)


def _finished(cache):
    entries = []
    for manifest in glob.glob(os.path.join(cache, "kernel-*", "manifest.json")):
        try:
            kernel = Kernel(os.path.dirname(manifest))
        except (OSError, ValueError, KeyError):
            continue
        if kernel.manifest.get("revision") == REVISION:
            entries.append((kernel.manifest.get("built", 0), kernel))
    return max(entries, key=lambda entry: entry[0])[1] if entries else None


@contextmanager
def _lock(cache, deadline):
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(cache, "lock"), "w") as file:
        told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LabError(f"another use of the lab has held {cache}/lock for too long")
                if not told:
                    say("waiting for another first use to finish")
                    told = True
                time.sleep(0.2)
        yield


def ensure():
    """Returns the kernel, fetching and building it on first use."""
    require_host()
    cache = cache_directory()
    kernel = _finished(cache)
    if kernel:
        return kernel
    with _lock(cache, time.monotonic() + STEP_TIMEOUT):
        kernel = _finished(cache)
        if kernel:
            return kernel
        require(REQUIRED_BUILD_COMMANDS)
        for leftover in glob.glob(os.path.join(cache, "building-*")) + glob.glob(os.path.join(cache, "kernel-*")):
            shutil.rmtree(leftover, ignore_errors=True)  # interrupted, or of another revision
        building = tempfile.mkdtemp(prefix="building-", dir=cache)
        try:
            return _build(cache, building)
        finally:
            shutil.rmtree(building, ignore_errors=True)


def _run(arguments, cwd=None, what=None):
    """Runs a step. Its output is shown only if it fails."""
    environment = {"PATH": SYSTEM_PATH, "LC_ALL": "C", "HOME": os.environ.get("HOME", "/root")}
    for name in ("http_proxy", "https_proxy", "no_proxy", "APT_CONFIG"):
        if name in os.environ:
            environment[name] = os.environ[name]
    # A group of its own: on an interrupt the whole step (apt's or make's children too) is ended.
    child = subprocess.Popen(
        arguments, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, errors="replace", start_new_session=True, preexec_fn=die_with_parent(os.getpid()),
    )
    try:
        out, err = child.communicate(timeout=STEP_TIMEOUT)
    except BaseException as error:
        try:
            os.killpg(child.pid, 9)
        except ProcessLookupError:
            pass
        child.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise LabError(f"{what or arguments[0]} did not end in {STEP_TIMEOUT} s")
        raise
    if child.returncode != 0:
        tail = "\n".join((out + err).strip().splitlines()[-15:])
        raise LabError(f"{what or ' '.join(arguments)} failed with status {child.returncode}:\n{tail}")
    return out


def _kernel_package():
    """(package, version) of the series' newest kernel that apt knows, following the metapackage."""

    def ask():
        shown = _run(["apt-cache", "show", "--no-all-versions", "linux-image-amd64"])
        return re.search(rf"^Depends: (linux-image-{re.escape(KERNEL_SERIES)}\S*-amd64) \(= ([^)]+)\)", shown, re.M)

    try:
        found = ask()
    except LabError:
        found = None
    if not found:
        say("apt has no package lists yet: apt-get update")
        _run(["apt-get", "update", "-qq"])
        try:
            found = ask()
        except LabError:
            found = None
    if not found:
        raise LabError(
            f"apt offers no Debian kernel {KERNEL_SERIES}: the lab's siw module is built from linux-source-{KERNEL_SERIES}, "
            "so it needs the package sources of Debian 12 (bookworm), with security updates"
        )
    return found.group(1), found.group(2)


def _download(directory, packages):
    os.makedirs(directory, exist_ok=True)
    fetch = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *packages]
    try:
        _run(fetch, cwd=directory, what="apt-get download")
    except LabError:
        # Package lists older than the mirror name files that are gone.
        _run(["apt-get", "update", "-qq"])
        _run(fetch, cwd=directory, what="apt-get download")


def _unpack(directory, name, into):
    (archive,) = glob.glob(os.path.join(directory, name + "_*.deb"))
    _run(["dpkg-deb", "-x", archive, into])
    os.unlink(archive)


def _extract_vmlinux(bzimage, target):
    """The uncompressed kernel out of a bzImage: it boots by PVH, 2 s sooner under emulation."""
    with open(bzimage, "rb") as file:
        image = file.read()
    if image[0x202:0x206] != b"HdrS":
        raise LabError(f"{bzimage} is no bzImage")
    setup_sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    payload = image[start:start + length]
    if payload[:6] == b"\xfd7zXZ\x00":
        vmlinux = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload)
    elif payload[:2] == b"\x1f\x8b":
        import zlib
        vmlinux = zlib.decompressobj(31).decompress(payload)
    else:
        raise LabError(f"{bzimage}: compressed with a method this lab does not read ({payload[:4].hex()})")
    if vmlinux[:4] != b"\x7fELF":
        raise LabError(f"{bzimage} holds no ELF kernel")
    with open(target, "wb") as file:
        file.write(vmlinux)


def _extract_siw(source_archive, target):
    """Only siw's directory; reading stops after it."""
    prefix = None
    with tarfile.open(source_archive, "r|xz") as archive:
        for member in archive:
            at = member.name.find("drivers/infiniband/sw/siw/")
            if at >= 0 and member.isfile():
                prefix = member.name[:at]
                with open(os.path.join(target, os.path.basename(member.name)), "wb") as file:
                    shutil.copyfileobj(archive.extractfile(member), file)
            elif prefix is not None:
                break
    if prefix is None:
        raise LabError(f"{os.path.basename(source_archive)} holds no siw")


def _build_siw(building, package, version, target):
    flavour = package.removeprefix("linux-image-")
    common = flavour.removesuffix("-amd64") + "-common"
    headers, kbuild, source = f"linux-headers-{flavour}", f"linux-kbuild-{KERNEL_SERIES}", f"linux-source-{KERNEL_SERIES}"
    debs, tree, module = (os.path.join(building, name) for name in ("debs", "tree", "siw"))
    for directory in (tree, module):
        os.makedirs(directory, exist_ok=True)
    names = (headers, f"linux-headers-{common}", kbuild, source)
    _download(debs, [f"{name}={version}" for name in names])
    for name in names:
        _unpack(debs, name, tree)
    _extract_siw(os.path.join(tree, "usr/src", f"{source}.tar.xz"), module)

    # Debian's Makefile includes the common headers by their installed path.
    makefile = os.path.join(tree, "usr/src", headers, "Makefile")
    with open(makefile) as file:
        text = file.read()
    with open(makefile, "w") as file:
        file.write(text.replace("/usr/src/", os.path.join(tree, "usr/src/")))
    with open(os.path.join(module, "Makefile"), "w") as file:
        objects = " ".join(
            os.path.basename(path)[:-2] + ".o" for path in sorted(glob.glob(os.path.join(module, "*.c")))
        )
        file.write(f"obj-m := siw.o\nsiw-y := {objects}\n")
    _run(
        ["make", "-C", os.path.join(tree, "usr/src", headers), f"M={module}", "CC=gcc-12", "CONFIG_RDMA_SIW=m", "modules"],
        what="building siw",
    )
    os.makedirs(os.path.dirname(target), exist_ok=True)
    _run(["strip", "--strip-debug", "-o", target, os.path.join(module, "siw.ko")])


def _keep_modules(unpacked, modules):
    source = os.path.join(unpacked, "kernel")
    for part in KEPT_MODULES:
        if os.path.isdir(os.path.join(source, part)):
            shutil.copytree(os.path.join(source, part), os.path.join(modules, "kernel", part), dirs_exist_ok=True)
    for part in DROPPED_MODULES:
        shutil.rmtree(os.path.join(modules, "kernel", part), ignore_errors=True)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        if os.path.exists(os.path.join(unpacked, name)):
            shutil.copy(os.path.join(unpacked, name), modules)


def _build(cache, building):
    started = time.monotonic()
    package, version = _kernel_package()
    say(f"first use: fetching {package} {version} and building siw (230 MB to download, about a minute)")
    release = package.removeprefix("linux-image-")
    debs, tree, entry = (os.path.join(building, name) for name in ("debs", "tree", "entry"))
    modules = os.path.join(entry, "lib/modules", release)
    os.makedirs(modules)
    _download(debs, [f"{package}={version}", "busybox-static"])
    _unpack(debs, package, tree)
    _unpack(debs, "busybox-static", tree)
    _extract_vmlinux(os.path.join(tree, "boot", f"vmlinuz-{release}"), os.path.join(entry, "vmlinux"))
    unpacked = next(
        path for path in (os.path.join(tree, prefix, "lib/modules", release) for prefix in ("", "usr")) if os.path.isdir(path)
    )
    _keep_modules(unpacked, modules)
    shutil.copy(os.path.join(tree, "bin/busybox"), os.path.join(entry, "busybox"))
    _build_siw(building, package, version, os.path.join(modules, "updates", "siw.ko"))
    _run(["depmod", "-b", entry, release])
    with open(os.path.join(entry, "manifest.json"), "w") as file:
        json.dump({"revision": REVISION, "package": package, "version": version, "release": release, "built": time.time()}, file)
    os.sync()
    final = os.path.join(cache, f"kernel-{version}-r{REVISION}")
    os.rename(entry, final)
    say(f"first use done in {time.monotonic() - started:.0f} s")
    return Kernel(final)
