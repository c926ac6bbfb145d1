// Preloaded into a program under test, so that a scenario meets it in exactly the phase that it is about: the program
// says "held" on standard error and stops itself (SIGSTOP) once, just after it wrote HOLD_TEXT to standard error, or just before it sends the control
// frame of kind HOLD_FRAME. SIGCONT lets it go on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t write_through(int descriptor, const void *bytes, size_t count) {
    static ssize_t (*original)(int, const void *, size_t);
    if (!original) original = dlsym(RTLD_NEXT, "write");
    return original(descriptor, bytes, count);
}

static void hold(void) {
    static atomic_flag held = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&held)) return;
    write_through(STDERR_FILENO, "\nheld\n", 6);
    kill(getpid(), SIGSTOP);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t written = write_through(descriptor, bytes, count);
    const char *text = getenv("HOLD_TEXT");
    if (text && descriptor == STDERR_FILENO && memmem(bytes, count, text, strlen(text))) hold();
    return written;
}

// A frame begins with four letters and two bytes of version; its kind follows, big end first.
ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
    static ssize_t (*original)(int, const void *, size_t, int);
    if (!original) original = dlsym(RTLD_NEXT, "send");
    const char *kind = getenv("HOLD_FRAME");
    const unsigned char *frame = bytes;
    if (kind && count >= 12 && !memcmp(frame, "RDPC", 4) && frame[6] * 256 + frame[7] == atoi(kind)) hold();
    return original(descriptor, bytes, count, flags);
}
