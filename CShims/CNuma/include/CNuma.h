// libnuma for Swift: what its headers offer only as macros or as global variables.
#ifndef CNUMA_H
#define CNUMA_H

#if !__has_include(<numa.h>)
#error "numa.h is missing: install the Debian package libnuma-dev"
#endif

#include <stdbool.h>
#include <stddef.h>

// Whether the kernel has NUMA calls; without them no other function here may be called.
bool cnuma_available(void);
// The highest node number, or -1.
int cnuma_max_node(void);
// Whether libnuma knows of a node, with or without processors and memory.
bool cnuma_has_node(int node);
// The node of a CPU, or -1 where it is not known.
int cnuma_node_of_cpu(int cpu);
// The processors of a node, as a bit mask of `size` bytes that is zero before. Returns 0 or an errno value.
int cnuma_node_cpus(int node, void *mask, size_t size);
// The memory of a node in bytes, or -1.
long long cnuma_node_bytes(int node);
// How far one node is from another: 10 is itself, 0 unknown.
int cnuma_distance(int from, int to);

// The processors that the calling thread may run on, as a bit mask of `size` bytes. Both return 0 or an errno value.
int cnuma_thread_cpus(void *mask, size_t size);
int cnuma_set_thread_cpus(const void *mask, size_t size);
// Whether the kernel's default says where the calling thread's memory comes from. Returns 0 or an errno value.
int cnuma_has_default_policy(bool *is_default);
// Lets the calling thread run on the processors of a node only, and its new memory come from there as long as there is
// some. Returns 0 or an errno value.
int cnuma_run_on_node(int node);
// Lets the kernel's default say again where the calling thread's new memory comes from.
void cnuma_prefer_default(void);

#endif
