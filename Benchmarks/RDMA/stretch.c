// Preloaded into a program that valgrind's callgrind runs: has stretches of STRETCH_POSTS round trips counted, each of
// them without waiting.
//
// A send work request rings the kernel through write(2), with software RDMA at least. After each of these the program
// sleeps until the answer is there, so that neither a poll of a queue nor a look at memory ever finds nothing: what is
// counted is the work that a round trip takes, not how slow the wire is. Nothing is counted, and nothing slowed down,
// before STRETCH_SKIP posts. Then stretches follow, each dumped by itself, with STRETCH_GAP posts before each that do not
// count: a dump takes long, and what a program does when time has passed is no part of a round trip. What is left when
// the program ends is dumped as well: with STRETCH_SKIP + n (STRETCH_GAP + STRETCH_POSTS) + 1 posts it is the last round
// trip and all that the program does with its samples afterwards.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <rdma/ib_user_verbs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

// The C library's nanosleep also makes a program of several threads ready to be cancelled: instructions that would count for it
// and are this file's.
static void sleep_uncounted(const struct timespec *wait) {
    long result = SYS_nanosleep;
    __asm__ volatile("syscall" : "+a"(result) : "D"(wait), "S"(NULL) : "rcx", "r11", "memory");
}

static long setting(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    static ssize_t (*original)(int, const void *, size_t);
    static long skip, gap, posts, pause, seen;
    if (!original) {
        original = dlsym(RTLD_NEXT, "write");
        skip = setting("STRETCH_SKIP");
        gap = setting("STRETCH_GAP");
        posts = setting("STRETCH_POSTS");
        pause = setting("STRETCH_PAUSE_US");
    }
    unsigned command = 0;
    if (count >= sizeof(struct ib_uverbs_cmd_hdr)) memcpy(&command, bytes, sizeof command);
    if (command != IB_USER_VERBS_CMD_POST_SEND) return original(descriptor, bytes, count);
    long place = seen++ - skip;
    if (place < 0) return original(descriptor, bytes, count);
    if (place == 0) CALLGRIND_START_INSTRUMENTATION;
    if (place % (gap + posts) == 0 && place > 0) CALLGRIND_DUMP_STATS_AT("stretch");
    if (place % (gap + posts) == gap) CALLGRIND_ZERO_STATS;
    ssize_t written = original(descriptor, bytes, count);
    struct timespec wait = {.tv_nsec = pause * 1000};
    sleep_uncounted(&wait);
    return written;
}
