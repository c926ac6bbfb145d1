// Calls of Linux that neither Swift nor the C library of Debian 12 has.
#ifndef CHOSTFILES_H
#define CHOSTFILES_H

// openat2(2): opens a path below a folder, whatever links and `..` it goes through, and no link of /proc that leads
// elsewhere without a path. Returns 0 or an errno value; ENOSYS where the kernel or a filter has no such call.
int chostfiles_open_in_root(int folder, const char *path, int flags, int *descriptor);

#endif
