"""What all parts share: messages, failures, the life line that ties a child process to this one."""

import ctypes
import os
import signal
import sys

LAB_DIRECTORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GUEST_DIRECTORY = os.path.join(LAB_DIRECTORY, "guest")

EXIT_TIMEOUT = 124
EXIT_LAB_FAILURE = 125


class LabError(Exception):
    """The lab, not the command under test, failed. The text says what to do."""


def say(text):
    """One short message; several lines are each prefixed, so that `grep -v '^lab: '` leaves only the command's output."""
    out = "".join(f"lab: {line}\n" for line in str(text).splitlines())
    try:
        sys.stderr.write(out)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # nobody listens any more; the exit status still tells


_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def die_with_parent(parent):
    """Returns a preexec function: the child is killed when `parent` ends, even by SIGKILL."""

    def preexec():
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(127)

    return preexec
