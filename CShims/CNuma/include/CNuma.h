// libnuma for Swift: what its headers offer only as macros or as global variables.
#ifndef CNUMA_H
#define CNUMA_H

#if !__has_include(<numa.h>)
#error "numa.h is missing: install the Debian package libnuma-dev"
#endif

#include <stdbool.h>

// Whether the kernel has NUMA calls; without them no other function here may be called.
bool cnuma_available(void);
// The highest node number, or -1.
int cnuma_max_node(void);
// The node of a CPU, or -1 where it is not known.
int cnuma_node_of_cpu(int cpu);

#endif
