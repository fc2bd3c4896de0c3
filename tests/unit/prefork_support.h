/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of prefork. The strategy is compiled into them a second time, with PREFORK_STEPS: it calls
 * prefork_step() between any two steps of a child, and the child may end there (deaths.h).
 */
#ifndef QUINTET_TESTS_PREFORK_SUPPORT_H
#define QUINTET_TESTS_PREFORK_SUPPORT_H

#include "unit/deaths.h"
#include "unit/strategy_promises.h"

#include "strategies/prefork_child.h"

extern const struct strategy strategy_prefork;

enum { STEPS = STEP_NEWS + 1 };

#endif
