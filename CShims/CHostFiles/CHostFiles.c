#define _GNU_SOURCE
#include "CHostFiles.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

struct how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

int chostfiles_openat2(int folder, const char *path, int flags, uint64_t resolve, int *descriptor) {
#ifdef SYS_openat2
    struct how how = {.flags = (uint64_t)(unsigned)flags, .resolve = resolve};
    long result = syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (result < 0) return errno != 0 ? errno : EIO;
    *descriptor = (int)result;
    return 0;
#else
    (void)folder, (void)path, (void)flags, (void)resolve, (void)descriptor;
    return ENOSYS;
#endif
}

long chostfiles_getdents(int folder, void *buffer, size_t size) {
    long result = syscall(SYS_getdents64, folder, buffer, size);
    return result < 0 ? -(long)(errno != 0 ? errno : EIO) : result;
}
