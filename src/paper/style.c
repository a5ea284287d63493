/* reference/paper.yaml, built into the program, and an administrator's fonts.yaml. */
#include "paper/style.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "paper_yaml.h"
#include "text/yaml_take.h"
#include <ctype.h>
#include <math.h>

#define POINTS_PER_MM (72 / 25.4)

struct styling {
    struct ytake take;
    struct arena *arena;
    struct err *e;
    const char *file;
    err_t rc; /* of the first fault */
    struct paper_style *out;
};

static void tell(void *arg, const struct yvalue *where, const char *fmt, va_list args)
{
    struct styling *s = arg;
    struct str reason = arena_vprintf(s->arena, msg(fmt), args);
    if (s->rc == OK)
        s->rc = err_set(s->e, E_INVALID, "%s:%d: %.*s", s->file, where->line, STR_ARG(reason));
}

/* "10.5"; absent: 0. */
static double number(struct styling *s, const struct yvalue *map, const char *key)
{
    struct str t = ytake_text(&s->take, map, key);
    double n = 0, place = 1;
    size_t i = 0;
    for (; i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9'; i++)
        n = n * 10 + (t.ptr[i] - '0');
    if (i < t.len && t.ptr[i] == '.')
        for (i++; i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9'; i++)
            n += (t.ptr[i] - '0') * (place /= 10);
    if (i < t.len)
        ytake_fault(&s->take, ytake_place(map, key), N_("\"%.*s\" is no number"), STR_ARG(t));
    return n;
}

static double positive(struct styling *s, const struct yvalue *map, const char *key)
{
    double n = number(s, map, key);
    if (n <= 0)
        ytake_fault(&s->take, ytake_place(map, key), N_("\"%s\" is to be above 0"), key);
    return n;
}

/* --- fonts ------------------------------------------------------------------------------- */

static struct paper_font read_font(struct styling *s, const struct yvalue *map)
{
    static const char *const known[] = {"id", "word", "faces", "bold", NULL};
    struct paper_font f = {.id = ytake_required(&s->take, map, "id"),
                           .word = ytake_text(&s->take, map, "word"),
                           .bold = ytake_bool(&s->take, map, "bold", false)};
    f.face_count = ytake_words(&f.faces, &s->take, map, "faces");
    ytake_keys(&s->take, map, known);
    if (f.face_count == 0)
        ytake_fault(&s->take, map, N_("\"%s\" is missing"), "faces");
    return f;
}

static const struct paper_font *font_named(const struct paper_style *s, struct str id)
{
    return FIND_BY(s->fonts, s->font_count, id, id);
}

static const struct paper_font *take_font(struct styling *s, const struct yvalue *map,
                                          const char *key)
{
    struct str id = ytake_required(&s->take, map, key);
    const struct paper_font *f = font_named(s->out, id);
    if (!f)
        ytake_fault(&s->take, ytake_place(map, key), N_("there is no font \"%.*s\""), STR_ARG(id));
    return f ? f : s->out->fonts;
}

static void read_fonts(struct styling *s, const struct yvalue *root)
{
    const struct yvalue *maps;
    size_t count = ytake_maps(&maps, &s->take, root, "fonts");
    struct paper_font *fonts = arena_array(s->arena, count + 1, sizeof(*fonts));
    for (size_t i = 0; i < count; i++)
        fonts[i] = read_font(s, &maps[i]);
    s->out->fonts = fonts;
    s->out->font_count = count;
}

static void read_own_fonts(struct styling *s, const struct yvalue *root)
{
    static const char *const known[] = {"fonts", NULL};
    const struct yvalue *maps;
    size_t count = ytake_maps(&maps, &s->take, root, "fonts");
    ytake_keys(&s->take, root, known);
    for (size_t i = 0; i < count; i++) {
        struct paper_font own = read_font(s, &maps[i]);
        struct paper_font *old = (struct paper_font *)font_named(s->out, own.id);
        if (!old) {
            ytake_fault(&s->take, &maps[i], N_("there is no font \"%.*s\""), STR_ARG(own.id));
            continue;
        }
        own.word = own.word.len ? own.word : old->word;
        *old = own;
    }
}

/* --- layouts ------------------------------------------------------------------------------- */

static void read_role(struct styling *s, struct paper_layout *l, const struct yvalue *map)
{
    static const char *const known[] = {"role",   "font",  "size", "line", "before", "after",
                                        "indent", "start", "end",  "hang", "fit",    "align",
                                        "red",    "rule",  "box",  "grid", "level",  NULL};
    static const char *const aligns[] = {"left", "center", "right", NULL};
    int role = ytake_choice(&s->take, map, "role", paper_role_names, -1);
    struct role_style r = {.font = take_font(s, map, "font"),
                           .size = positive(s, map, "size"),
                           .line = positive(s, map, "line"),
                           .before = number(s, map, "before"),
                           .after = number(s, map, "after"),
                           .indent = number(s, map, "indent"),
                           .start = number(s, map, "start"),
                           .end = number(s, map, "end"),
                           .hang = number(s, map, "hang"),
                           .fit = number(s, map, "fit"),
                           .red = ytake_bool(&s->take, map, "red", false),
                           .rule = ytake_bool(&s->take, map, "rule", false),
                           .box = ytake_bool(&s->take, map, "box", false),
                           .grid = ytake_bool(&s->take, map, "grid", false),
                           .level = (int)number(s, map, "level")};
    r.align = (enum paper_align)ytake_choice(&s->take, map, "align", aligns, ALIGN_LEFT);
    ytake_keys(&s->take, map, known);
    if (role >= 0 && role < PAPER_TABLE)
        l->roles[role] = r;
}

static void read_table(struct styling *s, struct paper_layout *l, const struct yvalue *map)
{
    static const char *const known[] = {"font", "label", "size",    "line",
                                        "pad",  "group", "signing", NULL};
    l->table.font = take_font(s, map, "font");
    l->table.label = take_font(s, map, "label");
    l->table.size = positive(s, map, "size");
    l->table.line = positive(s, map, "line");
    l->table.pad = positive(s, map, "pad");
    l->table.group = (int)positive(s, map, "group");
    l->table.signing = (int)positive(s, map, "signing");
    ytake_keys(&s->take, map, known);
}

static void read_page(struct styling *s, struct paper_layout *l, const struct yvalue *map)
{
    l->width = positive(s, map, "width") * POINTS_PER_MM;
    l->height = positive(s, map, "height") * POINTS_PER_MM;
    l->top = positive(s, map, "top") * POINTS_PER_MM;
    l->bottom = positive(s, map, "bottom") * POINTS_PER_MM;
    l->left = positive(s, map, "left") * POINTS_PER_MM;
    l->right = positive(s, map, "right") * POINTS_PER_MM;
}

static void read_layout(struct styling *s, struct paper_layout *l, const struct yvalue *map)
{
    static const char *const known[] = {"id",          "page",  "frame", "chars", "foot_at_bottom",
                                        "page_number", "table", "roles", NULL};
    const struct yvalue *maps, *page = ytake_value(map, "page"), *table = ytake_value(map, "table");
    l->id = ytake_required(&s->take, map, "id");
    l->page_number = ytake_text(&s->take, map, "page_number");
    l->frame = number(s, map, "frame") * POINTS_PER_MM;
    l->chars = (int)number(s, map, "chars");
    l->foot_at_bottom = ytake_bool(&s->take, map, "foot_at_bottom", false);
    size_t count = ytake_maps(&maps, &s->take, map, "roles");
    for (size_t i = 0; i < count; i++)
        read_role(s, l, &maps[i]);
    ytake_keys(&s->take, map, known);
    if (!page || !table) {
        ytake_fault(&s->take, map, N_("\"%s\" is missing"), page ? "table" : "page");
        return;
    }
    read_page(s, l, page);
    read_table(s, l, table);
    for (int r = 0; r < PAPER_TABLE; r++)
        if (l->roles[r].size <= 0)
            ytake_fault(&s->take, map, N_("\"%s\" is missing"), paper_role_names[r]);
}

static const struct yvalue *parse(struct styling *s, struct str text)
{
    const struct yvalue *root = NULL;
    const struct yfault *faults;
    size_t count = 0;
    if (s->rc == OK) {
        s->rc = yin_parse(&root, &faults, &count, text, s->arena, s->e);
        if (s->rc != OK)
            err_note(s->e, "%s", s->file);
    }
    return s->rc == OK ? root : NULL;
}

err_t paper_style_read(struct paper_style *out, struct str own, struct arena *a, struct err *e)
{
    struct styling s = {.take = {.arena = a, .tell = tell},
                        .arena = a,
                        .e = e,
                        .file = "reference/paper.yaml",
                        .out = out};
    const struct yvalue *root, *maps;
    s.take.arg = &s;
    *out = (struct paper_style){0};
    if ((root = parse(&s, str_of(paper_yaml))) == NULL)
        return s.rc;
    read_fonts(&s, root);
    out->latin = ytake_required(&s.take, root, "latin");
    out->word_count = ytake_words(&out->words, &s.take, root, "words");
    out->layout_count = ytake_maps(&maps, &s.take, root, "layouts");
    struct paper_layout *layouts = arena_array(a, out->layout_count + 1, sizeof(*layouts));
    for (size_t i = 0; i < out->layout_count; i++)
        read_layout(&s, &layouts[i], &maps[i]);
    out->layouts = layouts;
    s.file = "fonts.yaml";
    if (own.len && (root = parse(&s, own)) != NULL)
        read_own_fonts(&s, root);
    return s.rc;
}

err_t paper_style_layout(const struct paper_layout **out, const struct paper_style *s,
                         struct str id, struct err *e)
{
    *out = FIND_BY(s->layouts, s->layout_count, id, id);
    return *out ? OK : err_set(e, E_INVALID, "there is no layout \"%.*s\"", STR_ARG(id));
}

const struct paper_layout *paper_layout_smaller(const struct paper_layout *l, double scale,
                                                struct arena *a)
{
    struct paper_layout *out = arena_alloc(a, sizeof(*out));
    *out = *l;
    for (size_t i = 0; i < ARRAY_LEN(out->roles); i++) {
        struct role_style *r = &out->roles[i];
        r->size *= scale;
        r->line *= scale;
        r->before *= scale;
        r->after *= scale;
    }
    return out;
}

struct str paper_page_number(const struct paper_layout *l, int page, int pages, struct arena *a)
{
    struct str t = l->page_number, out = STR_NONE;
    while (t.len) {
        size_t at = str_find(t, STR("{"), 0), end = str_find(t, STR("}"), at);
        struct str name = at < t.len ? str_range(t.ptr + at + 1, t.ptr + end) : STR_NONE;
        out = arena_printf(a, "%.*s%.*s", STR_ARG(out), (int)at, t.ptr);
        if (at == t.len || end == t.len)
            break;
        out = arena_printf(a, "%.*s%d", STR_ARG(out), str_is(name, "page") ? page : pages);
        t = (struct str){t.ptr + end + 1, t.len - end - 1};
    }
    return out;
}

/* --- who signs ------------------------------------------------------------------------------- */

#define SIGNED_ROOM 8 /* characters to write a name by hand */

double paper_ems(struct str text)
{
    double ems = 0;
    for (size_t at = 0; at < text.len;)
        ems += utf8_next(text, &at) >= 0x2000 ? 1 : 0.52;
    return ems;
}

static bool by_hand(struct str text)
{
    return str_ends(text, STR("："));
}

bool paper_signs(const struct paper *p, size_t i)
{
    size_t name = p->blocks[i].role == PAPER_DATE && i ? i - 1 : i;
    return name + 1 < p->block_count && p->blocks[name].role == PAPER_SIGNER &&
           p->blocks[name + 1].role == PAPER_DATE && !by_hand(p->blocks[name].text);
}

struct role_style paper_role_style(const struct paper_layout *l, const struct paper *p, size_t i,
                                   double name, double day)
{
    struct role_style r = l->roles[p->blocks[i].role];
    double room = l->width - l->left - l->right, wide = name > day ? name : day;
    if (p->blocks[i].role == PAPER_SIGNER && by_hand(p->blocks[i].text))
        r.end += SIGNED_ROOM;
    if (!paper_signs(p, i))
        return r;
    wide = wide < room ? wide : room;
    double right = l->roles[PAPER_DATE].end * l->roles[PAPER_DATE].size + (day - wide) / 2;
    right = right > 0 ? right : 0;
    r.align = ALIGN_CENTER;
    r.end = right / r.size;
    r.start = (room - right - wide) / r.size;
    return r;
}

#define CREDIT_CODE 18

/* Where the code that ends the text begins; its length: none. */
static size_t code_at(struct str text)
{
    size_t at = text.len;
    while (at > 0 && isalnum((unsigned char)text.ptr[at - 1]))
        at--;
    return text.len - at == SHA256_HEX_LEN || (at == 0 && text.len <= CREDIT_CODE) ? at : text.len;
}

double paper_code_least(struct str text, double size)
{
    size_t length = text.len - code_at(text);
    return length == 0 ? size : size * (length == SHA256_HEX_LEN ? 0.55 : 0.8);
}

double paper_code_size(struct str text, double size, double width)
{
    double ems = 0, least = paper_code_least(text, size);
    for (size_t i = 0; i < text.len; i++)
        ems += i < code_at(text)                     ? ((unsigned char)text.ptr[i] & 0xc0) != 0x80
               : isupper((unsigned char)text.ptr[i]) ? 0.74
                                                     : 0.58;
    while (least < size && ems * size > width)
        size -= 0.5;
    return size < least ? least : size;
}
