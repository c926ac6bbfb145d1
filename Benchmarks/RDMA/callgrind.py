"""What callgrind counted in one stretch: instructions by function, and who called whom how often."""

import collections
import re

# Functions that allocate, free, count references or lock, by the name that the linker knows them by.
ALLOCATING = re.compile(
    r"^(malloc|calloc|realloc|reallocarray|free|posix_memalign|aligned_alloc|memalign|mmap|munmap"
    r"|swift_(slowAlloc|slowDealloc|alloc\w*|dealloc\w*)|_?operator (new|delete).*)(@@.*)?(')?\d*$")
LOCKING = re.compile(r"^(pthread_(mutex|rwlock|spin)_\w*lock|__lll_lock_wait\w*|sem_wait|swift_once)(@@.*)?$")


class Profile:
    """The figures of one file that callgrind wrote."""

    def __init__(self, text):
        # Instructions that a function executed itself, by (object, function).
        self.own = collections.Counter()
        # Calls, by (calling object, function, called function).
        self.calls = collections.Counter()
        names = {"ob": {}, "fn": {}}

        def name(kind, word):
            number, _, rest = word.partition(" ")
            if rest:
                names[kind][number] = rest
            return names[kind].get(number, number)

        place = function = called = ""
        is_call = False
        for line in text.splitlines():
            key, _, value = line.partition("=")
            if key == "ob":
                place = name("ob", value)
            elif key == "fn":
                function = name("fn", value)
            elif key == "cob":
                name("ob", value)
            elif key == "cfn":
                called = name("fn", value)
            elif key == "calls":
                self.calls[(place, function, called)] += int(value.split()[0])
                is_call = True
            elif line[:1] in "0123456789+-*" and line:
                # The line behind a call is what the called function cost, with all that it called.
                if not is_call:
                    self.own[(place, function)] += int(line.split()[1])
                is_call = False

    def instructions(self, leaving_out=()):
        """All instructions but those of functions, or objects, whose names contain one of these words."""
        return sum(
            cost for (place, function), cost in self.own.items()
            if not any(word in place or word in function for word in leaving_out))

    def calls_matching(self, pattern, leaving_out=()):
        """How often functions were called whose name matches, by name; not from objects with one of these words."""
        found = collections.Counter()
        for (place, _, called), count in self.calls.items():
            if pattern.match(called) and not any(word in place for word in leaving_out):
                found[called] += count
        return found
