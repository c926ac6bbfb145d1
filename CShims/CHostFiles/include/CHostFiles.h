// Calls of Linux that neither Swift nor the C library of Debian 12 has.
#ifndef CHOSTFILES_H
#define CHOSTFILES_H

#include <stddef.h>
#include <stdint.h>

// RESOLVE_NO_MAGICLINKS and RESOLVE_IN_ROOT of linux/openat2.h, which headers older than Linux 5.6 do not have.
#define CHOSTFILES_NO_MAGIC_LINKS 0x02
#define CHOSTFILES_IN_ROOT 0x10

// openat2(2): opens a path from a folder on, following links as `resolve` says. Returns 0 or an errno value; ENOSYS where
// the kernel or a filter has no such call.
int chostfiles_openat2(int folder, const char *path, int flags, uint64_t resolve, int *descriptor);

// getdents64(2): puts records `struct linux_dirent64` of a folder into a buffer. Returns how many bytes they take, 0 at the end,
// or a negative errno value.
long chostfiles_getdents(int folder, void *buffer, size_t size);

#endif
