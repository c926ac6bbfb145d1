#include "CNuma.h"

#include <numa.h>

bool cnuma_available(void) { return numa_available() >= 0; }

int cnuma_max_node(void) { return numa_max_node(); }

int cnuma_node_of_cpu(int cpu) { return numa_node_of_cpu(cpu); }
