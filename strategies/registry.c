/* SPDX-License-Identifier: Apache-2.0 */
/* The table of everything in registry.def. Included twice: declarations, then entries. */
#include "contract/strategy.h"

#include <string.h>

#define STRATEGY(name) extern const struct strategy strategy_##name;
#include "registry.def"
#undef STRATEGY

const struct strategy *const strategy_registry[] = {
#define STRATEGY(name) &strategy_##name,
#include "registry.def"
#undef STRATEGY
    NULL,
};

const struct strategy *strategy_find(const char *name)
{
    for (unsigned i = 0; strategy_registry[i]; i++)
        if (!strcmp(strategy_registry[i]->name, name))
            return strategy_registry[i];
    return NULL;
}
