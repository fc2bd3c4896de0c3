/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "../remove_tree.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *fuzz_texts(const uint8_t *data, size_t len, char **out, unsigned max, unsigned *n)
{
    char *copy = malloc(len + 1);
    *n = 0;
    if (!copy)
        abort();
    memcpy(copy, data, len);
    copy[len] = '\0';
    for (size_t at = 0; at <= len && *n < max; at += strlen(copy + at) + 1)
        out[(*n)++] = copy + at;
    return copy;
}

static char directory[64];

static void remove_directory(void)
{
    remove_tree(directory);
}

const char *fuzz_directory(void)
{
    if (directory[0])
        return directory;
    snprintf(directory, sizeof directory, "%s/quintet-fuzz-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    FUZZ_REQUIRE(mkdtemp(directory));
    atexit(remove_directory);
    return directory;
}
