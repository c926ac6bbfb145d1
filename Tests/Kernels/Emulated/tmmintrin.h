// SSSE3 as the other instruction sets.
#include "immintrin.h"
