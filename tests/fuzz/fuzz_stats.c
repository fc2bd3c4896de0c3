/* SPDX-License-Identifier: Apache-2.0 */
/* quintet stats: a file of columns, read, described and compared. The first byte chooses among the options. */
#include "fuzz.h"

#include "cli/commands.h"
#include "cli/message.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static FILE *nowhere;
    char path[32];
    if (len < 1 || len > 8192) /* some of the statistics are quadratic, and rightly so */
        return 0;
    if (!nowhere)
        nowhere = fopen("/dev/null", "we");
    int fd = memfd_create("columns", MFD_CLOEXEC);
    FUZZ_REQUIRE(nowhere && fd >= 0 && write(fd, data + 1, len - 1) == (ssize_t)len - 1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct options options = {.margin = 0.03,
                              .paired = data[0] & 1,
                              .json = data[0] & 2,
                              .higher_is_better = data[0] & 4,
                              .baseline = data[0] & 8 ? "2" : NULL,
                              .operands = {path},
                              .n_operands = 1};
    FILE *out = stdout, *errors = stderr;
    stdout = stderr = nowhere;
    int rc = command_stats(&options, 0, NULL);
    stdout = out;
    stderr = errors;
    FUZZ_REQUIRE(rc == 0 || rc == EXIT_JOB_FILE || rc == EXIT_USAGE);
    close(fd);
    return 0;
}
