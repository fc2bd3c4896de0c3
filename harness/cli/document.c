/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/document.h"
#include "cli/message.h"

#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static int no_memory(const char *object)
{
    message_error("E-MEMORY", object, strerror(ENOMEM), NULL, NULL);
    return EXIT_CANNOT;
}

int document_print(const json_t *document)
{
    if (!document)
        return no_memory("--json");
    json_dumpf(document, stdout, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
    putchar('\n');
    return 0;
}

int document_write(const json_t *document, const char *path)
{
    struct stat st;
    if (!document)
        return no_memory(path);
    /* It is replaced by a rename, which would put a file where a device was. */
    int rc = !stat(path, &st) && !S_ISREG(st.st_mode) ? -EINVAL : store_write_json(AT_FDCWD, path, document);
    if (!rc)
        return 0;
    message_error("E-STORE", path, rc == -EINVAL ? "is no regular file" : strerror(-rc), NULL, NULL);
    return EXIT_STORAGE;
}
