/* zhiyun-pdf forkserver: stays, and works as follows for each that asks (base/forkserver.h).
 * zhiyun-pdf text | mark LINE | cage: a PDF on standard input; its text, or its pages with a line of
 * text on each, on standard output;
 * page N WIDTH LINE: page N as PNG, behind how many pages there are and a line feed; LINE, unless it is empty, across it;
 * cage: reads nothing and says which layers its cage has (cage/cage.h). Exits 1 when it
 * cannot be read.
 * zhiyun-pdf check | text | rows LANG SIZE WORD: a file of SIZE bytes on standard input: whether it is taken under the
 * name WORD, the text of one of that kind, the rows of a workbook (office.h). Exits 4 where it is refused. */
#include "base/catalogue.h"
#include "base/forkserver.h"
#include "base/msg.h"
#include "cage/cage.h"
#include "model/file_text.h"
#include "pdf/office.h"
#include "pdf/page.h"
#include <cairo-pdf.h>
#include <errno.h>
#include <glib.h>
#include <poppler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)256 << 20)
#define MEMORY_MAX ((size_t)1 << 30) /* address space; what is used is a tenth */
#define TEXT_MAX ((size_t)128 << 10)
#define NICE 10
#define PAGES_MAX 5000

/* --- work -------------------------------------------------------------------------------- */

static GBytes *read_input(void)
{
    GByteArray *all = g_byte_array_new();
    static guint8 piece[65536];
    for (;;) {
        ssize_t n = read(STDIN_FILENO, piece, sizeof(piece));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || all->len > INPUT_MAX) {
            g_byte_array_free(all, TRUE);
            return NULL;
        }
        if (n == 0)
            return g_byte_array_free_to_bytes(all);
        g_byte_array_append(all, piece, (guint)n);
    }
}

static int write_all(const char *from, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, from, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        from += n;
        len -= (size_t)n;
    }
    return 0;
}

static int write_text(PopplerDocument *document)
{
    size_t left = TEXT_MAX;
    int count = poppler_document_get_n_pages(document);
    for (int i = 0; i < count && i < PAGES_MAX && left > 0; i++) {
        PopplerPage *page = poppler_document_get_page(document, i);
        char *text = page ? poppler_page_get_text(page) : NULL;
        size_t len = text ? strlen(text) : 0;
        len = len < left ? len : left;
        left -= len;
        int failed = write_all(text ? text : "", len) != 0 || write_all("\n", 1) != 0;
        g_free(text);
        if (page)
            g_object_unref(page);
        if (failed)
            return 1;
    }
    return 0;
}

static cairo_status_t write_surface(void *arg, const unsigned char *data, unsigned int len)
{
    (void)arg;
    return write_all((const char *)data, len) == 0 ? CAIRO_STATUS_SUCCESS
                                                   : CAIRO_STATUS_WRITE_ERROR;
}

/* Across the page, light, and once more along its foot where a copy keeps it legible. */
static void draw_line(cairo_t *to, const char *line, double width, double height)
{
    cairo_text_extents_t extents;
    double diagonal = width < height ? width : height;
    cairo_save(to);
    cairo_select_font_face(to, "sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(to, 10);
    cairo_text_extents(to, line, &extents);
    double size = extents.width > 0 ? 10 * diagonal * 0.9 / extents.width : 10;
    cairo_set_source_rgba(to, 0.5, 0.5, 0.5, 0.25);
    cairo_translate(to, width / 2, height / 2);
    cairo_rotate(to, -0.6);
    cairo_set_font_size(to, size < 40 ? size : 40);
    cairo_text_extents(to, line, &extents);
    cairo_move_to(to, -extents.width / 2, 0);
    cairo_show_text(to, line);
    cairo_restore(to);
    cairo_save(to);
    cairo_set_source_rgba(to, 0.3, 0.3, 0.3, 0.8);
    cairo_set_font_size(to, 7);
    cairo_move_to(to, 12, height - 8);
    cairo_show_text(to, line);
    cairo_restore(to);
}

static int write_marked(PopplerDocument *document, const char *line)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_surface, NULL, 595, 842);
    cairo_t *to = cairo_create(surface);
    int count = poppler_document_get_n_pages(document), failed = count > PAGES_MAX;
    for (int i = 0; i < count && !failed; i++) {
        PopplerPage *page = poppler_document_get_page(document, i);
        double width = 0, height = 0;
        if (!page)
            failed = 1;
        if (failed)
            break;
        poppler_page_get_size(page, &width, &height);
        cairo_pdf_surface_set_size(surface, width, height);
        cairo_save(to);
        poppler_page_render_for_printing(page, to);
        cairo_restore(to);
        draw_line(to, line, width, height);
        cairo_show_page(to);
        g_object_unref(page);
        failed = cairo_status(to) != CAIRO_STATUS_SUCCESS;
    }
    cairo_surface_finish(surface);
    failed |= cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS || count == 0;
    cairo_destroy(to);
    cairo_surface_destroy(surface);
    return failed;
}

/* --- files that are no pages -------------------------------------------------------------- */

static const struct {
    const char *word;
    int (*work)(struct bytes file, const char *word);
} offices[] = {{"check", office_check}, {"text", office_text}, {"rows", office_rows}};

static const char *action_of(PopplerPage *page)
{
    const char *found = NULL;
    GList *all = page ? poppler_page_get_link_mapping(page) : NULL;
    for (GList *one = all; one && !found; one = one->next) {
        PopplerActionType type = ((PopplerLinkMapping *)one->data)->action->type;
        found = type == POPPLER_ACTION_LAUNCH       ? "Launch"
                : type == POPPLER_ACTION_JAVASCRIPT ? "JavaScript"
                : type == POPPLER_ACTION_RENDITION  ? "Rendition"
                                                    : NULL;
    }
    if (all)
        poppler_page_free_link_mapping(all);
    return found;
}

/* What it would do, as its reader sees it: also where it is encrypted. */
static const char *action_in(PopplerDocument *document)
{
    const char *found = poppler_document_has_javascript(document) ? "JavaScript" : NULL;
    int count = poppler_document_get_n_pages(document);
    for (int i = 0; i < count && i < PAGES_MAX && !found; i++) {
        PopplerPage *page = poppler_document_get_page(document, i);
        found = action_of(page);
        if (page)
            g_object_unref(page);
    }
    return found;
}

/* Also a PDF goes through its own reader when it is looked at: what that does not survive is refused. One with a password,
 * or damaged, may stay. */
static int read_pages(struct bytes file)
{
    GBytes *input = g_bytes_new_static(file.ptr, file.len);
    PopplerDocument *document = poppler_document_new_from_bytes(input, NULL, NULL);
    const char *found = document ? action_in(document) : NULL;
    if (document && !found)
        (void)write_text(document);
    if (document)
        g_object_unref(document);
    g_bytes_unref(input);
    return found ? office_refuse(found) : 0;
}

/* All of it: an open file as it lies, what comes through a pipe in memory. NULL: there is less. */
static const guint8 *whole_input(size_t size)
{
    struct stat is;
    void *all = fstat(STDIN_FILENO, &is) == 0 && S_ISREG(is.st_mode) && is.st_size == (off_t)size
                    ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0)
                    : MAP_FAILED;
    if (all != MAP_FAILED)
        return all;
    guint8 *to = malloc(size + 1);
    size_t len = 0;
    for (ssize_t n = 1; to && n != 0 && len<size; len += n> 0 ? (size_t)n : 0)
        if ((n = read(STDIN_FILENO, to + len, size - len)) < 0 && errno != EINTR)
            return NULL;
    return len == size ? to : NULL;
}

static int work_on_office(char **argv, size_t size)
{
    struct bytes file = {whole_input(size), size};
    size_t at = 0;
    if (!file.ptr)
        return 1;
    if (strcmp(argv[2], "zh") == 0)
        msg_set_table(catalogue_zh, catalogue_zh_count);
    while (strcmp(offices[at].word, argv[1]) != 0)
        at++;
    int how = offices[at].work(file, argv[4]);
    if (how == 0 && offices[at].work == office_check && size >= 5 &&
        memcmp(file.ptr, "%PDF-", 5) == 0)
        how = read_pages(file);
    return how;
}

static int is_office(int argc, char **argv)
{
    for (size_t i = 0; argc == 5 && i < G_N_ELEMENTS(offices); i++)
        if (strcmp(offices[i].word, argv[1]) == 0)
            return 1;
    return 0;
}

/* --- what is asked ------------------------------------------------------------------------ */

/* Beyond the last page: how many there are, and nothing else. */
static int write_page(GBytes *input, char **argv)
{
    char head[32];
    int pages = 0, n = atoi(argv[2]), width = atoi(argv[3]);
    cairo_surface_t *surface = n > 0 && width > 0 ? page_drawn(&pages, input, n, width) : NULL;
    int len = snprintf(head, sizeof(head), "%d\n", pages);
    int failed = pages == 0 || (!surface && n <= pages) || write_all(head, (size_t)len) != 0;
    if (!surface || failed)
        return failed;
    if (argv[4][0]) {
        cairo_t *to = cairo_create(surface);
        draw_line(to, argv[4], cairo_image_surface_get_width(surface),
                  cairo_image_surface_get_height(surface));
        cairo_destroy(to);
    }
    failed =
        cairo_surface_write_to_png_stream(surface, write_surface, NULL) != CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return failed;
}

static const char *const readable[] = {CAGE_FONTS, NULL};

static int work(int argc, char **argv)
{
    int mark = argc == 3 && strcmp(argv[1], "mark") == 0;
    int cage = argc == 2 && strcmp(argv[1], "cage") == 0;
    int page = argc == 5 && strcmp(argv[1], "page") == 0;
    int office = is_office(argc, argv);
    size_t size = office ? strtoull(argv[3], NULL, 10) : 0;
    if (!mark && !page && !cage && !office && !(argc == 2 && strcmp(argv[1], "text") == 0)) {
        fputs("usage: zhiyun-pdf text | mark LINE | cage   (a PDF on standard "
              "input)\n       zhiyun-pdf page N WIDTH LINE   (or a picture)\n       zhiyun-pdf "
              "check | text | rows LANG SIZE WORD\n",
              stderr);
        return 2;
    }
    unsigned layers;
    (void)!nice(NICE); /* requests that need no file go first */
    if (cage_enter(
            &(struct cage){MEMORY_MAX + size, FILE_LOOK_SECONDS + (unsigned)(size >> 20), readable},
            &layers) != 0) {
        perror("zhiyun-pdf: cannot give up its rights");
        return 3;
    }
    if (cage) {
        cage_say(layers);
        return 0;
    }
    if (office)
        return work_on_office(argv, size);
    GBytes *input = read_input();
    if (page)
        return input ? write_page(input, argv) : 1;
    PopplerDocument *document = input ? poppler_document_new_from_bytes(input, NULL, NULL) : NULL;
    if (!document)
        return 1;
    int failed = mark ? write_marked(document, argv[2]) : write_text(document);
    g_object_unref(document);
    g_bytes_unref(input);
    return failed;
}

int main(int argc, char **argv)
{
    int stays = argc == 2 && strcmp(argv[1], FORKSERVER_WORD) == 0;
    if (stays || is_office(argc, argv))
        office_prepare();
    if (!stays)
        return work(argc, argv);
    return cage_share(&(struct cage){.readable = readable}) == 0
               ? forkserver(cage_prepare_run, work)
               : 3;
}
