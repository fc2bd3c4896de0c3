/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_CLI_HEAP_WRAP_H
#define QUINTET_CLI_HEAP_WRAP_H

/* From here on JSON values that could not be allocated are remembered, too (measure/heap.h). Call it first. */
void heap_wrap_json(void);

#endif
