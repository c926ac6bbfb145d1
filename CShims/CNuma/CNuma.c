#define _GNU_SOURCE
#include "CNuma.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <sched.h>

bool cnuma_available(void) { return numa_available() >= 0; }

int cnuma_max_node(void) { return numa_max_node(); }

bool cnuma_has_node(int node) {
    return node >= 0 && numa_nodes_ptr != NULL && (unsigned long)node < numa_nodes_ptr->size &&
        numa_bitmask_isbitset(numa_nodes_ptr, (unsigned)node) != 0;
}

int cnuma_node_of_cpu(int cpu) { return numa_node_of_cpu(cpu); }

static int from_minus_one(int result) { return result == 0 ? 0 : (errno != 0 ? errno : EIO); }

int cnuma_thread_cpus(void *mask, size_t size) {
    errno = 0;
    return from_minus_one(sched_getaffinity(0, size, mask));
}

int cnuma_set_thread_cpus(const void *mask, size_t size) {
    errno = 0;
    return from_minus_one(sched_setaffinity(0, size, mask));
}

int cnuma_has_default_policy(bool *is_default) {
    int mode = MPOL_DEFAULT;
    errno = 0;
    int result = from_minus_one((int)get_mempolicy(&mode, NULL, 0, NULL, 0));
    *is_default = result == 0 && mode == MPOL_DEFAULT;
    return result;
}

int cnuma_run_on_node(int node) {
    errno = 0;
    int result = from_minus_one(numa_run_on_node(node));
    if (result == 0) numa_set_preferred(node);
    return result;
}

void cnuma_prefer_default(void) { set_mempolicy(MPOL_DEFAULT, NULL, 0); }

int cnuma_node_cpus(int node, void *mask, size_t size) {
    struct bitmask *cpus = numa_allocate_cpumask();
    if (cpus == NULL) return ENOMEM;
    errno = 0;
    int result = from_minus_one(numa_node_to_cpus(node, cpus));
    if (result == 0) {
        for (unsigned long bit = 0; bit < cpus->size && bit / 8 < size; bit++) {
            if (numa_bitmask_isbitset(cpus, (unsigned)bit)) ((unsigned char *)mask)[bit / 8] |= (unsigned char)(1u << bit % 8);
        }
    }
    numa_free_cpumask(cpus);
    return result;
}

long long cnuma_node_bytes(int node) { return numa_node_size64(node, NULL); }

int cnuma_distance(int from, int to) { return numa_distance(from, to); }
