/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_REPORT_SUMMARY_H
#define QUINTET_REPORT_SUMMARY_H

#include "report/aggregate.h"

#define SUMMARY_SCHEMA "quintet.summary/1.0"

/* A number with as many digits as a measurement can have: 10. Keeps the file short and equal on every machine. Null for
 * what is not finite. */
json_t *summary_number(double value);

/* {median, lo, hi, n}; lo and hi are null where there is no interval. NULL without memory. */
json_t *summary_estimate(const struct estimate *e);

/* Append an item to a list; both may be NULL, for want of memory before. Takes the item. The list, or NULL with all of
 * it freed. */
json_t *summary_list_add(json_t *list, json_t *item);

/* Write summary.json into the run's directory. 0 or -errno. */
int summary_write(const struct report_run *run);

#endif
