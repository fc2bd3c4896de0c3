/* SPDX-License-Identifier: Apache-2.0 */
/* Words from outside on their way into documents: whatever they are, nothing of them is markup, and no line ends. */
#include "fuzz.h"

#include "report/text.h"

#include <string.h>

/* Neither a control character nor one of Unicode's that turns or hides text. */
static void check_plain(const struct text *text)
{
    static const char *const forbidden[] = {"\u200b", "\u200e", "\u200f", "\u2028", "\u2029",   "\u202a",
                                            "\u202e", "\u2066", "\u2069", "\ufeff", "\xc2\x85", "\xc2\x9b"};
    for (size_t i = 0; i < text->len; i++)
        FUZZ_REQUIRE((unsigned char)text->data[i] >= 0x20 && text->data[i] != 0x7f);
    for (size_t i = 0; text->len && i < sizeof forbidden / sizeof *forbidden; i++)
        FUZZ_REQUIRE(!strstr(text->data, forbidden[i]));
    FUZZ_REQUIRE(!text->len || strlen(text->data) == text->len);
}

/* Every character with a meaning has a backslash before it, or is an entity; a backslash is one of ours. */
static void check_markdown(const struct text *text)
{
    for (size_t i = 0; i < text->len; i++) {
        char c = text->data[i];
        FUZZ_REQUIRE(c != '<' && c != '>' && c != '@' && c != '$');
        if (c == '&') {
            const char *entity = text->data + i;
            FUZZ_REQUIRE(!strncmp(entity, "&lt;", 4) || !strncmp(entity, "&gt;", 4) || !strncmp(entity, "&amp;", 5) ||
                         !strncmp(entity, "&#64;", 5) || !strncmp(entity, "&#36;", 5));
            i += strcspn(entity, ";");
        } else if (c == '\\') {
            i++;
            FUZZ_REQUIRE(i < text->len && strchr("\\`*_{}[]#|~!", text->data[i]));
        } else {
            FUZZ_REQUIRE(!strchr("`*_{}[]#|~!", c));
        }
    }
}

static void check_code(const struct text *text)
{
    FUZZ_REQUIRE(text->len > 2 && text->data[0] == '`' && text->data[text->len - 1] == '`');
    FUZZ_REQUIRE(!memchr(text->data + 1, '`', text->len - 2) && !memchr(text->data, '|', text->len));
    for (const char *c = text->data; (c = strchr(c, '<')); c++)
        FUZZ_REQUIRE(c[1] && !strchr("/!?", c[1]) && !(c[1] >= 'a' && c[1] <= 'z') && !(c[1] >= 'A' && c[1] <= 'Z'));
}

/* Between single quotes: each quote is doubled, and neither back-tick nor backslash is left. */
static void check_gnuplot(const struct text *text)
{
    for (size_t i = 0; i < text->len; i++) {
        FUZZ_REQUIRE(text->data[i] != '`' && text->data[i] != '\\');
        if (text->data[i] == '\'') {
            i++;
            FUZZ_REQUIRE(i < text->len && text->data[i] == '\'');
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct {
        void (*add)(struct text *text, const char *words);
        void (*check)(const struct text *text);
    } ways[] = {{text_add_escaped, check_markdown}, {text_add_code, check_code}, {text_add_gnuplot, check_gnuplot}};
    char *words;
    unsigned n;
    char *copy = fuzz_texts(data, len, &words, 1, &n);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct text text = {0};
        ways[i].add(&text, words);
        FUZZ_REQUIRE(!text.failed);
        check_plain(&text);
        ways[i].check(&text);
        text_fini(&text);
    }
    free(copy);
    return 0;
}
