/* Content of papers: its one spelling, back from it, and building it. */
#include "base/msg.h"
#include "base/vec.h"
#include "paper/paper.h"

const char *const paper_role_names[] = {
#define X(name, word) word,
    PAPER_ROLES(X)
#undef X
        NULL};
const char *const paper_look_names[] = {"value", "label", "column", "figure", "signing", NULL};
const char *const paper_row_kind_names[] = {"line", "head", "data", NULL};

#define ANNEXED STR("附件：")
#define BELOW_ANNEXED STR("　　　") /* of several behind the first */

/* 附件说明: which papers are annexed. */
static bool names_annex(const struct paper_block *b)
{
    return b->role == PAPER_ATTACHMENT &&
           (str_starts(b->text, ANNEXED) || str_starts(b->text, BELOW_ANNEXED));
}

/* 特此通知。 alone is no text that a seal stands under. */
static bool is_closing(const struct paper_block *b)
{
    return b->role == PAPER_TEXT && str_starts(b->text, STR("特此"));
}

size_t paper_end(const struct paper *p)
{
    size_t end = paper_annex(p);
    while (end > 0 &&
           (p->blocks[end - 1].role == PAPER_SIGNER || p->blocks[end - 1].role == PAPER_DATE))
        end--;
    while (end > 0 && names_annex(&p->blocks[end - 1]))
        end--;
    while (end > 0 && is_closing(&p->blocks[end - 1]))
        end--;
    return end;
}

size_t paper_annex(const struct paper *p)
{
    size_t imprint = paper_imprint(p), at = 0;
    while (at < imprint && p->blocks[at].role != PAPER_ANNEX)
        at++;
    return at;
}

size_t paper_imprint(const struct paper *p)
{
    size_t from = p->block_count;
    while (from > 0 &&
           (p->blocks[from - 1].role == PAPER_COPY || p->blocks[from - 1].role == PAPER_IMPRINT))
        from--;
    return from;
}

/* --- out ------------------------------------------------------------------------------ */

static void put(struct jout *j, const char *name, struct str s)
{
    jout_pair_str(j, name, s.ptr ? s : STR(""));
}

static void put_row(struct jout *j, const struct paper_row *r)
{
    jout_object(j);
    put(j, "kind", str_of(paper_row_kind_names[r->kind]));
    put(j, "group", r->group);
    jout_pair_array(j, "cells");
    for (size_t i = 0; i < r->cell_count; i++) {
        jout_object(j);
        put(j, "look", str_of(paper_look_names[r->cells[i].look]));
        jout_pair_i64(j, "width", r->cells[i].width);
        put(j, "text", r->cells[i].text);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

static void put_block(struct jout *j, const struct paper_block *b)
{
    jout_object(j);
    put(j, "role", str_of(paper_role_names[b->role]));
    put(j, "label", b->label);
    put(j, "text", b->text);
    jout_pair_array(j, "rows");
    for (size_t i = 0; i < b->row_count; i++)
        put_row(j, &b->rows[i]);
    jout_end_array(j);
    if (b->piece_count)
        jout_pair_strs(j, "pieces", b->pieces, b->piece_count);
    jout_end_object(j);
}

void paper_canonical(struct buf *out, const struct paper *p)
{
    struct jout j;
    jout_init(&j, out);
    jout_object(&j);
    put(&j, "layout", p->layout);
    put(&j, "id", p->id);
    put(&j, "pack", p->pack);
    put(&j, "pack_version", p->pack_version);
    put(&j, "title", p->title);
    put(&j, "number", p->number);
    put(&j, "version", p->version);
    jout_pair_strs(&j, "marks", p->marks, p->mark_count);
    jout_pair_array(&j, "blocks");
    for (size_t i = 0; i < p->block_count; i++)
        put_block(&j, &p->blocks[i]);
    jout_end_array(&j);
    jout_end_object(&j);
}

struct digest paper_digest(const struct paper *p)
{
    struct buf text = {0};

    paper_canonical(&text, p);
    struct digest d = sha256_of(str_bytes(buf_str(&text)));
    buf_clear(&text);
    return d;
}

/* --- in --------------------------------------------------------------------------------- */

static int word_of(const char *const *words, struct str s)
{
    for (int i = 0; words[i]; i++)
        if (str_is(s, words[i]))
            return i;
    return -1;
}

static size_t list_of(const struct jvalue **out, const struct jvalue *v, const char *name)
{
    const struct jvalue *list = jin_get(v, name);
    *out = list && list->type == J_ARRAY ? list->items : NULL;
    return *out ? list->count : 0;
}

static err_t wrong(struct err *e, const char *what)
{
    return err_set(e, E_INVALID, "this is no content of a paper: \"%s\"", what);
}

static err_t read_row(struct paper_row *out, const struct jvalue *v, struct arena *a, struct err *e)
{
    const struct jvalue *items;
    int kind = word_of(paper_row_kind_names, jin_text(v, "kind")), sum = 0;
    out->cell_count = list_of(&items, v, "cells");
    struct paper_cell *cells = arena_array(a, out->cell_count + 1, sizeof(*cells));
    for (size_t i = 0; i < out->cell_count; i++) {
        int look = word_of(paper_look_names, jin_text(&items[i], "look"));
        int64_t width = 0;
        if (look < 0 || !jin_i64(&width, &items[i], "width") || width <= 0 || width > 1000)
            return wrong(e, "cells");
        cells[i] =
            (struct paper_cell){(enum paper_look)look, (int)width, jin_text(&items[i], "text")};
        sum += cells[i].width;
    }
    if (kind < 0 || sum != 1000)
        return wrong(e, "rows");
    out->kind = (enum paper_row_kind)kind;
    out->group = jin_text(v, "group");
    out->cells = cells;
    return OK;
}

static const struct str *texts_of(size_t *count, const struct jvalue *v, const char *name,
                                  struct arena *a)
{
    const struct jvalue *items;
    *count = list_of(&items, v, name);
    struct str *texts = arena_array(a, *count + 1, sizeof(*texts));
    for (size_t i = 0; i < *count; i++)
        texts[i] = items[i].text;
    return texts;
}

static err_t read_block(struct paper_block *out, const struct jvalue *v, struct arena *a,
                        struct err *e)
{
    const struct jvalue *items;
    int role = word_of(paper_role_names, jin_text(v, "role"));
    err_t rc = OK;
    if (role < 0)
        return wrong(e, "role");
    out->role = (enum paper_role)role;
    out->label = jin_text(v, "label");
    out->text = jin_text(v, "text");
    out->row_count = list_of(&items, v, "rows");
    struct paper_row *rows = arena_array(a, out->row_count + 1, sizeof(*rows));
    for (size_t i = 0; rc == OK && i < out->row_count; i++)
        rc = read_row(&rows[i], &items[i], a, e);
    out->rows = rows;
    out->pieces = texts_of(&out->piece_count, v, "pieces", a);
    return rc;
}

err_t paper_read(struct paper *out, const struct jvalue *v, struct arena *a, struct err *e)
{
    const struct jvalue *items;
    err_t rc = OK;
    *out = (struct paper){.layout = jin_text(v, "layout"),
                          .id = jin_text(v, "id"),
                          .pack = jin_text(v, "pack"),
                          .pack_version = jin_text(v, "pack_version"),
                          .title = jin_text(v, "title"),
                          .number = jin_text(v, "number"),
                          .version = jin_text(v, "version")};
    if (out->layout.len == 0)
        return wrong(e, "layout");
    out->marks = texts_of(&out->mark_count, v, "marks", a);
    out->block_count = list_of(&items, v, "blocks");
    struct paper_block *blocks = arena_array(a, out->block_count + 1, sizeof(*blocks));
    for (size_t i = 0; rc == OK && i < out->block_count; i++)
        rc = read_block(&blocks[i], &items[i], a, e);
    out->blocks = blocks;
    return rc;
}

/* --- building ------------------------------------------------------------------------------ */

struct paper_build {
    struct arena *arena;
    VEC(struct paper_block) blocks;
    VEC(struct paper_row) rows; /* of the table that is open */
    VEC(struct str) marks;
};

struct paper_build *paper_build_new(struct arena *a)
{
    struct paper_build *b = arena_alloc(a, sizeof(*b));
    b->arena = a;
    return b;
}

static void end_table(struct paper_build *b)
{
    if (b->rows.len == 0)
        return;
    struct paper_block table = {.role = PAPER_TABLE, .rows = b->rows.ptr, .row_count = b->rows.len};
    VEC_PUSH(b->arena, &b->blocks, table);
    b->rows.ptr = NULL;
    b->rows.len = b->rows.cap = 0;
}

void paper_add(struct paper_build *b, enum paper_role role, struct str text)
{
    end_table(b);
    VEC_PUSH(b->arena, &b->blocks, ((struct paper_block){.role = role, .text = text}));
}

void paper_add_title(struct paper_build *b, struct str text, const struct str *pieces, size_t count)
{
    end_table(b);
    VEC_PUSH(b->arena, &b->blocks,
             ((struct paper_block){
                 .role = PAPER_TITLE, .text = text, .pieces = pieces, .piece_count = count}));
}

void paper_add_item(struct paper_build *b, enum paper_role role, struct str label, struct str text)
{
    end_table(b);
    VEC_PUSH(b->arena, &b->blocks,
             ((struct paper_block){.role = role, .label = label, .text = text}));
}

void paper_add_row(struct paper_build *b, enum paper_row_kind kind, struct str group,
                   const struct paper_cell *cells, size_t count)
{
    struct paper_cell *own = arena_array(b->arena, count + 1, sizeof(*own));
    if (count)
        memcpy(own, cells, count * sizeof(*own));
    VEC_PUSH(b->arena, &b->rows,
             ((struct paper_row){.kind = kind, .group = group, .cells = own, .cell_count = count}));
}

void paper_add_mark(struct paper_build *b, struct str mark)
{
    VEC_PUSH(b->arena, &b->marks, mark);
}

/* Several annexes are counted, under one word (GB/T 9704 7.3.4). */
static void number_annexes(struct paper_build *b)
{
    for (size_t from = 0, end; from < b->blocks.len; from = end + 1) {
        for (end = from; end < b->blocks.len && names_annex(&b->blocks.ptr[end]);)
            end++;
        for (size_t i = from; end - from > 1 && i < end; i++) {
            struct str *text = &b->blocks.ptr[i].text;
            *text = arena_printf(b->arena, "%.*s%zu. %.*s",
                                 STR_ARG(i == from ? ANNEXED : BELOW_ANNEXED), i - from + 1,
                                 (int)(text->len - ANNEXED.len), text->ptr + ANNEXED.len);
        }
    }
}

void paper_build_end(struct paper *p, struct paper_build *b)
{
    end_table(b);
    p->blocks = b->blocks.ptr;
    p->block_count = b->blocks.len;
    p->marks = b->marks.ptr;
    p->mark_count = b->marks.len;
    number_annexes(b);
}
