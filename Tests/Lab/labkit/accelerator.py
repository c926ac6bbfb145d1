"""KVM where it works, plain emulation where it does not: /dev/kvm can exist, create a machine and never run it."""

import json
import os
import subprocess
import tempfile

from . import initramfs
from .cache import SYSTEM_PATH, cache_directory
from .common import LabError, die_with_parent, say

PROBE_SECONDS = 10
PROBE_WORD = "lab-guest-is-alive"


def _boot_id():
    with open("/proc/sys/kernel/random/boot_id") as file:
        return file.read().strip()


def _try_kvm(kernel):
    try:
        os.close(os.open("/dev/kvm", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    with tempfile.TemporaryDirectory(prefix="lab-probe-") as directory:
        image = os.path.join(directory, "initramfs")
        with open(image, "wb") as file:
            file.write(initramfs.build_probe(kernel, PROBE_WORD))
        child = subprocess.Popen(
            ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-machine", "q35",
             "-accel", "kvm", "-cpu", "host", "-m", "256M", "-kernel", kernel.image, "-initrd", image,
             "-append", "console=ttyS0 quiet panic=-1 rdinit=/init", "-serial", "stdio"],
            env={"PATH": SYSTEM_PATH}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=die_with_parent(os.getpid()),
        )
        try:
            out, _ = child.communicate(timeout=PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        finally:
            child.kill()
            child.wait()
        return PROBE_WORD.encode() in out


def choose(kernel):
    """"kvm" or "tcg". What a probe found is kept until the host boots anew. LAB_ACCEL decides without a probe."""
    asked = os.environ.get("LAB_ACCEL")
    if asked:
        if asked not in ("kvm", "tcg"):
            raise LabError(f"LAB_ACCEL is {asked}; it can be kvm or tcg")
        return asked
    if not os.path.exists("/dev/kvm"):
        return "tcg"
    note = os.path.join(cache_directory(), "kvm.json")
    boot = _boot_id()
    try:
        with open(note) as file:
            found = json.load(file)
        if found["boot"] == boot:
            return "kvm" if found["works"] else "tcg"
    except (OSError, ValueError, KeyError, TypeError):
        pass
    works = _try_kvm(kernel)
    if not works:
        say("/dev/kvm exists but runs no guest: emulating")
    with tempfile.NamedTemporaryFile("w", dir=cache_directory(), prefix="building-", delete=False) as file:
        json.dump({"boot": boot, "works": works}, file)
    os.rename(file.name, note)
    return "kvm" if works else "tcg"
