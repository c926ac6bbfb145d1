#include "CVerbs.h"
