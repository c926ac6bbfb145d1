// dladdr is an addition of glibc.
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CodingRivals.h"

static void *symbol(void *handle, const char *name) { return dlsym(handle, name); }

bool rival_open(
    const char *path, const char *encode, rival_library *library, char *found, char *problem, size_t room) {
    memset(library, 0, sizeof *library);
    found[0] = problem[0] = 0;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(problem, room, "%s", dlerror());
        return false;
    }
    char update[64], tables[64] = "ec_init_tables";
    const char *set = strncmp(encode, "ec_encode_data", 14) == 0 ? encode + 14 : "";
    snprintf(update, sizeof update, "ec_encode_data_update%s", set);
    // The function of one instruction set takes the tables of that set.
    if (strstr(set, "gfni")) {
        snprintf(tables, sizeof tables, "ec_init_tables_gfni");
    } else if (*set && symbol(handle, "ec_init_tables_base")) {
        snprintf(tables, sizeof tables, "ec_init_tables_base");
    }
    // POSIX lets a pointer to an object be one to a function; C does not.
#define LOAD(member, name) *(void **)&library->member = symbol(handle, name)
    LOAD(gf_gen_rs_matrix, "gf_gen_rs_matrix");
    LOAD(gf_gen_cauchy1_matrix, "gf_gen_cauchy1_matrix");
    LOAD(gf_invert_matrix, "gf_invert_matrix");
    LOAD(ec_init_tables, tables);
    LOAD(ec_encode_data, encode);
    LOAD(ec_encode_data_update, update);
    LOAD(pq_gen, "pq_gen");
    LOAD(xor_gen, "xor_gen");
#undef LOAD
    if (!library->gf_gen_rs_matrix || !library->gf_gen_cauchy1_matrix || !library->gf_invert_matrix ||
        !library->ec_init_tables || !library->ec_encode_data || !library->ec_encode_data_update) {
        snprintf(problem, room, "%s has no %s or what belongs to it", path, encode);
        return false;
    }
    Dl_info place;
    char *resolved = dladdr(*(void **)&library->ec_init_tables, &place) ? realpath(place.dli_fname, NULL) : NULL;
    snprintf(found, room, "%s", resolved ? resolved : path);
    free(resolved);
    return true;
}
