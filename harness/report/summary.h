/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_REPORT_SUMMARY_H
#define QUINTET_REPORT_SUMMARY_H

#include "report/aggregate.h"

#define SUMMARY_SCHEMA "quintet.summary/1.0"

/* Write summary.json into the run's directory. 0 or -errno. */
int summary_write(const struct report_run *run);

#endif
