/* SPDX-License-Identifier: Apache-2.0 */
/* The table of everything in registry.def. Included twice: declarations, then entries. */
#include "contract/workload.h"

#include <string.h>

#define WORKLOAD(name) extern const struct workload workload_##name;
#include "registry.def"
#undef WORKLOAD

const struct workload *const workload_registry[] = {
#define WORKLOAD(name) &workload_##name,
#include "registry.def"
#undef WORKLOAD
    NULL,
};

const struct workload *workload_find(const char *name)
{
    for (unsigned i = 0; workload_registry[i]; i++)
        if (!strcmp(workload_registry[i]->name, name))
            return workload_registry[i];
    return NULL;
}
