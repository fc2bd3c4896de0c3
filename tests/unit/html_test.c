/* SPDX-License-Identifier: Apache-2.0 */
/* From the report's Markdown to a page: nothing that comes from elsewhere becomes markup. */
#include "quintet_criterion.h"

#include "report/html.h"

#include <errno.h>
#include <string.h>

TestSuite(html);

static struct report_workload workloads_g[] = {{.name = "fib"}, {.name = "sha256"}};
static struct report_strategy strategies_g[] = {{.name = "pool"}, {.name = "pool{spin_ns=0}"}, {.name = "threads"}};
static struct report_run run_g = {
    .dirfd = -1, .workloads = workloads_g, .n_workloads = 2, .strategies = strategies_g, .n_strategies = 3};
static struct document document_g = {.run = &run_g};

/* What becomes of one line's words. */
static const char *inline_of(const char *markdown)
{
    static struct text out;
    text_fini(&out);
    html_inline(&out, &run_g, markdown, strlen(markdown));
    return out.data ? out.data : "";
}

static const char *blocks_of(const char *markdown)
{
    static struct html_page page;
    text_fini(&page.body);
    text_fini(&page.toc);
    page = (struct html_page){.document = &document_g};
    html_blocks(&page, markdown);
    return page.body.data ? page.body.data : "";
}

/* Is every tag of the text one of these? A stray '<' is a tag of no name. */
static bool only_tags(const char *html, const char *const *allowed, size_t n)
{
    for (const char *tag = strchr(html, '<'); tag; tag = strchr(tag + 1, '<')) {
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known = known || strncmp(tag, allowed[i], strlen(allowed[i])) == 0;
        if (!known)
            return false;
    }
    return true;
}

Test(html, words_keep_their_meaning)
{
    cr_expect_str_eq(inline_of("**Run:** `a<b`, *now*"), "<strong>Run:</strong> <code>a&lt;b</code>, <em>now</em>");
    cr_expect_str_eq(inline_of("a \\* b \\| c\\\\d &lt;x&gt; &#64;you"), "a * b | c\\d &lt;x&gt; &#64;you");
    cr_expect_str_eq(inline_of("see [Failed trials](#failed-trials)."),
                     "see <a href=\"#failed-trials\">Failed trials</a>.");
    cr_expect_str_eq(inline_of("12 k/s [11.0, 12.6] *"), "12\u00a0k/s <span class=\"ci\">[11.0, 12.6]</span> *");
    cr_expect_str_eq(inline_of("one<br>two"), "one<br>two");
    cr_expect_str_eq(inline_of("2 * 3 * 4"), "2 * 3 * 4", "stars between spaces are stars");
}

Test(html, a_strategy_has_its_hue)
{
    cr_expect_str_eq(inline_of("`threads`"), "<code data-s=\"2\">threads</code>");
    cr_expect_str_eq(inline_of("`pool{spin_ns=0}`"), "<code data-s=\"1\">pool{spin_ns=0}</code>");
    cr_expect_str_eq(inline_of("`thread`"), "<code>thread</code>");
}

Test(html, what_is_not_closed_is_shown_as_it_is)
{
    cr_expect_str_eq(inline_of("a `b"), "a `b");
    cr_expect_str_eq(inline_of("**a *b"), "**a *b");
    cr_expect_str_eq(inline_of("[a](b"), "[a](b");
    cr_expect_str_eq(inline_of("\\"), "\\");
    cr_expect_str_eq(inline_of("AT&T & <i>"), "AT&amp;T &amp; &lt;i&gt;");
}

Test(html, hostile_words_stay_words)
{
    static const char *const hostile[] = {
        "<script>alert(1)</script>",
        "`</code><script>`",
        "[x](javascript:alert(1))",
        "[x](#\"><script>)",
        "[x](report/plots/\"><script>.dat)",
        "*<img src=x onerror=alert(1)>*",
        "&lt;script&gt;&#x3c;script>",
        "\" onmouseover=\"x",
        "`\x01\x7f\"'`",
        "<br onclick=x>",
    };
    static const char *const allowed[] = {"<code>",      "</code>", "<em>",           "</em>",
                                          "<a href=\"#", "</a>",    "<span title=\"", "</span>"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        const char *html = inline_of(hostile[i]);
        cr_expect(only_tags(html, allowed, sizeof allowed / sizeof *allowed), "%s", html);
        cr_expect_not(strstr(html, "\"><") || strpbrk(html, "\x01\x7f"), "%s", html);
    }
    cr_expect_not(strstr(inline_of("[x](javascript:alert(1))"), "href"), "no link leads anywhere else");
    cr_expect_not(strstr(inline_of("[x](http://example.org/)"), "href"));
}

Test(html, names_are_found)
{
    cr_expect_eq(html_workload_of(&run_g, "fib[cutoff=0]", 13), 0);
    cr_expect_eq(html_workload_of(&run_g, "sha256", 6), 1);
    cr_expect_eq(html_workload_of(&run_g, "sha256_other", 12), -1);
    cr_expect_eq(html_workload_of(&run_g, "sha", 3), -1);
    cr_expect_eq(html_workload_of(&run_g, "", 0), -1);
    cr_expect_eq(html_strategy_of(&run_g, "pool", 4), 0);
    static const char id[] = "fib[path=a/b]/threads/w2/k16";
    cr_expect_eq(html_strategy_of_cell(&run_g, id, sizeof id - 1), 2);
    cr_expect_eq(html_strategy_of_cell(&run_g, "fib/threads", 11), -1);
}

Test(html, a_table_knows_whose_its_rows_are)
{
    const char *html =
        blocks_of("## A [b] *c*\n\n| case | K | pool |\n| --- | ---: | ---: |\n| `fib[cutoff=0]` | 2 | 9 ns |\n"
                  "|  | 16 | \\| <b> |\n| `other` | 2 |  |\n\ntext\n");
    cr_expect(strstr(html, "<h2 id=\"a-b-c\">"), "%s", html);
    cr_expect(strstr(html, "<th scope=\"col\" class=\"n\" data-s=\"0\">pool</th>"), "%s", html);
    cr_expect(strstr(html, "<tr data-w=\"0\"><th scope=\"row\" class=\"b\"><code>fib[cutoff=0]</code></th>"), "%s",
              html);
    cr_expect(strstr(html, "<tr data-w=\"0\"><th scope=\"row\" class=\"again\"><code>fib[cutoff=0]</code></th>"),
              "an empty place says again what it is about: %s", html);
    cr_expect(strstr(html, "<td class=\"n\">| &lt;b&gt;</td>"), "%s", html);
    cr_expect(strstr(html, "<tr><th scope=\"row\" class=\"b\"><code>other</code></th>"), "%s", html);
    cr_expect(strstr(html, "<p>text</p>\n</section>"), "%s", html);
    html = blocks_of("| cell | why |\n| --- | --- |\n| `sha256/threads/w2/k1` | no |\n");
    cr_expect(strstr(html, "<tr data-w=\"1\" data-s=\"2\">"), "%s", html);
    html = blocks_of("| case | strategy |\n| --- | --- |\n| `fib` | pool |\n");
    cr_expect(strstr(html, "<tr data-w=\"0\" data-s=\"0\">"), "%s", html);
}

Test(html, lists_nest_and_close)
{
    cr_expect_str_eq(
        blocks_of("- a\n  - `fib` b\n  - c\n- d\n"),
        "<ul>\n<li>a\n<ul>\n<li data-w=\"0\"><code>fib</code> b</li>\n<li>c</li>\n</ul></li>\n<li>d</li>\n</ul>\n");
    cr_expect_str_eq(blocks_of("1. a\n2. b\n"), "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n");
    cr_expect_str_eq(blocks_of("```\na < `b`\n```\nc\n"),
                     "<pre tabindex=\"0\"><code>a &lt; `b`\n</code></pre>\n<p>c</p>\n");
    cr_expect_str_eq(blocks_of("> a <\n"), "<blockquote><p>a &lt;</p></blockquote>\n");
}

/* Cut anywhere, the document still ends, and every byte is read inside of its bounds (AddressSanitizer sees to that).
 */
Test(html, a_document_that_was_cut_is_read_to_its_end)
{
    static const char whole[] =
        "# A\n\n**b** `c` [d](#e)\n\n![f; g](report/plots/h.svg)\n\n*i* j\n\n- k\n  - l\n\n| case | K |\n"
        "| --- | ---: |\n| `fib` | 1 [2, 3] \\| |\n\n```\nm\n```\n> n\n1. o\n";
    for (size_t n = 0; n < sizeof whole; n++) {
        char *cut = strndup(whole, n);
        const char *html = blocks_of(cut);
        cr_expect(!*html || html[strlen(html) - 1] == '\n');
        free(cut);
    }
}

/* --- pictures -------------------------------------------------------------------------------------------------------
 */

static struct text svg_g;

static int svg(const char *drawing)
{
    text_fini(&svg_g);
    text_add(&svg_g, "before");
    return html_svg(&svg_g, drawing, strlen(drawing), "fig-a", "A \"b\" <c>", "caption-a");
}

Test(html, a_drawing_gets_ids_of_its_own)
{
    cr_assert_eq(
        svg("<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 2 1\" width='9' onyx=''\n xmlns=\"http://x\">\n</svg>"),
        -EBADMSG, "whatever begins with on");
    cr_assert_eq(
        svg("<?xml version=\"1.0\"?>\n<svg\n viewBox=\"0 0 2 1\" width='9' xmlns=\"http://x\">\n<title>t</title>\n"
            "<g id='one' class='c' style='x'><use xlink:href='#one'/><rect width='3' filter='url(#one)'/>\n"
            "<polygon fill = 'red' points = '1,2 '/><text>a &lt; b</text></g>\n</svg>\n"),
        0);
    cr_expect_str_eq(
        svg_g.data,
        "before<svg role=\"img\" aria-label=\"A &quot;b&quot; &lt;c&gt;\" aria-describedby=\"caption-a\" "
        "viewBox=\"0 0 2 1\"><g id=\"fig-a-one\"><use href=\"#fig-a-one\"/><rect width=\"3\" "
        "filter=\"url(#fig-a-one)\"/><polygon fill=\"red\" points=\"1,2 \"/><text>a &lt; b</text></g></svg>");
}

Test(html, what_is_no_drawing_is_not_taken)
{
    static const char *const refused[] = {
        "",
        "no drawing",
        "<svg>",
        "<svg></svg></svg>",
        "<svg></svg><svg></svg>",
        "<svg><g></svg>",
        "<svg><g></g></g></svg>",
        "<svg><g></svg></g>",
        "<g></g>",
        "<svg></svg>words",
        "<svg><script>alert(1)</script></svg>",
        "<svg><foreignObject/></svg>",
        "<svg><image href='data:image/png;base64,AAAA'/></svg>",
        "<svg><a href='#x'></a></svg>",
        "<svg onload='x'></svg>",
        "<svg><g OnClick='x'/></svg>",
        "<svg><use href='http://example.org/#a'/></svg>",
        "<svg><use xlink:href='other.svg#a'/></svg>",
        "<svg><rect fill='url(http://example.org/)'/></svg>",
        "<svg><rect fill='red url(x)'/></svg>",
        "<svg><rect fill='a\"b'/></svg>",
        "<svg><rect fill=red/></svg>",
        "<svg><rect fill='red/></svg>",
        "<svg><rect",
        "<svg><!-- ",
        "<!DOCTYPE svg><svg></svg>",
        "<svg><title>x</svg>",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        cr_expect_eq(svg(refused[i]), -EBADMSG, "%s", refused[i]);
        cr_expect_str_eq(svg_g.data, "before", "%s", refused[i]);
    }
}

/* --- the page -------------------------------------------------------------------------------------------------------
 */

Test(html, the_page_lets_nothing_in)
{
    struct text page = {0};
    strategies_g[2].summary = "";
    run_g.run = json_pack("{s:s}", "run_id", "</title><script>\"");
    cr_assert_eq(report_html_write(&page, &document_g, "# A\n\n## The answer first\n\nb\n"), 0);
    cr_assert_not(page.failed);
    cr_expect(strstr(page.data, "content=\"default-src 'none'; style-src 'sha256-"));
    cr_expect(strstr(page.data, "<title>Quintet report &lt;/title&gt;&lt;script&gt;&quot;</title>"));
    cr_expect(strstr(page.data, "<li><a href=\"#the-answer-first\">The answer first</a></li>"));
    cr_expect_not(strstr(page.data, "http:") || strstr(page.data, "https:"));
    const char *script = strstr(page.data, "<script>");
    cr_assert(script);
    cr_expect_not(strstr(script + 1, "<script"), "one script");
    cr_expect_not(strstr(html_script, "</script") || strstr(html_style, "</style"));
    text_fini(&page);
    json_decref(run_g.run);
}
