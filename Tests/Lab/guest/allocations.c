// Preloaded into a program under test: after every COUNT_EVERY posted work requests it says on standard error how often
// the program has allocated memory and taken a lock of the C library so far:
//     posts 250 allocations 1834 locks 412
// A post is a write(2) to the kernel, with software RDMA. Whoever reads the lines sees what happened between two posts.
// Only calls from the executable itself count, which for an installed tool has Swift's runtime inside: what the libraries
// of the RDMA stack do for themselves is theirs (acknowledging an event takes a lock of the queue).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
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
static ElfW(Addr) begin, end;

// The first object is the executable.
static int note_executable(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[index];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X)) continue;
        begin = info->dlpi_addr + header->p_vaddr;
        end = begin + header->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void find_executable(void) { dl_iterate_phdr(note_executable, NULL); }

static void count(atomic_long *counter, void *caller) {
    ElfW(Addr) place = (ElfW(Addr))caller;
    if (place >= begin && place < end) (*counter)++;
}

void *malloc(size_t size) {
    count(&allocations, __builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(&allocations, __builtin_return_address(0));
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(&allocations, __builtin_return_address(0));
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(&allocations, __builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    count(&allocations, __builtin_return_address(0));
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : 12;
}

int pthread_mutex_lock(pthread_mutex_t *mutex) {
    static int (*original)(pthread_mutex_t *);
    if (!original) original = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    count(&locks, __builtin_return_address(0));
    return original(mutex);
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    static ssize_t (*original)(int, const void *, size_t);
    static long every, posts;
    if (!original) {
        original = dlsym(RTLD_NEXT, "write");
        const char *text = getenv("COUNT_EVERY");
        every = text ? atol(text) : 100;
    }
    ssize_t written = original(descriptor, bytes, length);
    unsigned command = 0;
    if (length >= sizeof(struct ib_uverbs_cmd_hdr)) memcpy(&command, bytes, sizeof command);
    if (command == IB_USER_VERBS_CMD_POST_SEND && ++posts % every == 0) {
        char line[128];
        int printed = snprintf(
            line, sizeof line, "posts %ld allocations %ld locks %ld\n", posts, (long)allocations, (long)locks);
        original(STDERR_FILENO, line, (size_t)printed);
    }
    return written;
}
