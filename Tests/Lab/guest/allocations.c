// Preloaded into a program under test: after every COUNT_EVERY posted work requests it says on standard error how often
// the whole program has allocated memory and taken a lock of the C library so far:
//     posts 250 allocations 1834 locks 412
// A post is a write(2) to the kernel, with software RDMA. Whoever reads the lines sees what happened between two posts.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <rdma/ib_user_verbs.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long allocations, locks;

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    allocations++;
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    allocations++;
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : 12;
}

int pthread_mutex_lock(pthread_mutex_t *mutex) {
    static int (*original)(pthread_mutex_t *);
    if (!original) original = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    locks++;
    return original(mutex);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    static ssize_t (*original)(int, const void *, size_t);
    static long every, posts;
    if (!original) {
        original = dlsym(RTLD_NEXT, "write");
        const char *text = getenv("COUNT_EVERY");
        every = text ? atol(text) : 100;
    }
    ssize_t written = original(descriptor, bytes, count);
    unsigned command = 0;
    if (count >= sizeof(struct ib_uverbs_cmd_hdr)) memcpy(&command, bytes, sizeof command);
    if (command == IB_USER_VERBS_CMD_POST_SEND && ++posts % every == 0) {
        char line[128];
        int length = snprintf(
            line, sizeof line, "posts %ld allocations %ld locks %ld\n", posts, (long)allocations, (long)locks);
        original(STDERR_FILENO, line, (size_t)length);
    }
    return written;
}
