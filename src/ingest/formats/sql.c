/* MySQL dumps (mysqldump, Navicat, phpMyAdmin): CREATE TABLE names the columns,
 * INSERT INTO … VALUES (…),(…) the rows. It is a tokenizer over the stream, not a
 * database: every other statement is passed over, values are literals. The rows
 * go through the table reader as those of any spreadsheet, a table of the dump
 * being a sheet; a header row is made before the first row of each table and
 * wherever an INSERT lists its own columns. */
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ingest/formats_priv.h"
#include "ingest/sniff.h"
#include "ingest/table.h"
#include "text/encoding.h"

#define WINDOW ((size_t)64 << 10)

enum token {
    T_END,
    T_WORD,   /* keyword or bare identifier */
    T_NAME,   /* `quoted` identifier */
    T_STRING, /* '…' or "…" */
    T_NUMBER,
    T_MARK, /* one character */
};

struct names {
    struct str *ptr;
    size_t len, cap;
};

struct sql {
    struct stream *text;
    char *win;
    size_t at, len;
    bool eof;
    int64_t line;

    enum token token;
    struct buf word; /* its text */
    int64_t token_line;
    bool held; /* the token is to be read again */

    struct arena *names; /* of the table at hand */
    struct str table;
    struct names created; /* by CREATE TABLE */
    struct names columns; /* of the INSERT at hand */
    bool in_values;       /* inside VALUES of an INSERT into `table` */
    bool header_given;    /* of `columns` */
    int64_t rows;         /* of the table */
};

static err_t get_char(int *c, struct sql *s, struct err *e)
{
    if (s->at == s->len && !s->eof) {
        err_t rc = stream_read(&s->len, s->text, s->win, WINDOW, e);
        if (rc != OK)
            return rc;
        s->at = 0;
        s->eof = s->len == 0;
    }
    *c = s->eof ? -1 : (unsigned char)s->win[s->at++];
    s->line += *c == '\n';
    return OK;
}

/* Only directly after a get_char that gave a character. */
static void unget_char(struct sql *s, int c)
{
    if (c < 0)
        return;
    s->at--;
    s->line -= c == '\n';
}

static err_t skip_line(struct sql *s, struct err *e)
{
    int c = 0;
    err_t rc = OK;
    while (rc == OK && c >= 0 && c != '\n')
        rc = get_char(&c, s, e);
    return rc;
}

static err_t skip_comment(struct sql *s, struct err *e)
{
    int c = 0, before = 0;
    err_t rc;
    for (;;) {
        if ((rc = get_char(&c, s, e)) != OK || c < 0)
            return rc;
        if (before == '*' && c == '/')
            return OK;
        before = c;
    }
}

static char escaped(int c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case '0':
        return '\0';
    case 'b':
        return '\b';
    case 'Z':
        return '\x1a';
    default:
        return (char)c;
    }
}

static err_t read_quoted(struct sql *s, int quote, struct err *e)
{
    int c = 0;
    err_t rc;

    for (;;) {
        if ((rc = get_char(&c, s, e)) != OK)
            return rc;
        if (c < 0) {
            s->in_values = false;
            return err_set(e, E_INVALID,
                           "line %lld: the text that begins here never ends; the dump is cut off",
                           (long long)s->token_line);
        }
        if (c == '\\' && quote != '`') {
            if ((rc = get_char(&c, s, e)) != OK)
                return rc;
            if (c >= 0)
                buf_addc(&s->word, escaped(c));
            continue;
        }
        if (c == quote) {
            if ((rc = get_char(&c, s, e)) != OK)
                return rc;
            if (c != quote) {
                unget_char(s, c);
                return OK;
            }
        }
        buf_addc(&s->word, (char)c);
    }
}

static bool is_word_char(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '.' || c >= 0x80;
}

static err_t read_word(struct sql *s, int c, struct err *e)
{
    err_t rc = OK;
    do {
        buf_addc(&s->word, (char)c);
        rc = get_char(&c, s, e);
    } while (rc == OK && c >= 0 &&
             (is_word_char(c) ||
              /* an exponent's sign: 1.5e-3 */
              ((c == '-' || c == '+') && s->token == T_NUMBER && s->word.len &&
               (s->word.ptr[s->word.len - 1] | 32) == 'e')));
    unget_char(s, c);
    return rc;
}

static err_t next_token(struct sql *s, struct err *e)
{
    int c = 0, d = 0;
    err_t rc;

    if (s->held) {
        s->held = false;
        return OK;
    }
    buf_reset(&s->word);
    for (;;) {
        if ((rc = get_char(&c, s, e)) != OK)
            return rc;
        s->token_line = s->line;
        if (c < 0) {
            s->token = T_END;
            return OK;
        }
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0)
            continue;
        if (c == '#') {
            if ((rc = skip_line(s, e)) != OK)
                return rc;
            continue;
        }
        if (c == '-' || c == '/') {
            if ((rc = get_char(&d, s, e)) != OK)
                return rc;
            if ((c == '-' && d == '-') || (c == '/' && d == '*')) {
                if ((rc = c == '-' ? skip_line(s, e) : skip_comment(s, e)) != OK)
                    return rc;
                continue;
            }
            unget_char(s, d);
        }
        break;
    }
    if (c == '\'' || c == '"' || c == '`') {
        s->token = c == '`' ? T_NAME : T_STRING;
        rc = read_quoted(s, c, e);
    } else if ((c >= '0' && c <= '9') || (c == '-' && d >= '0' && d <= '9')) {
        s->token = T_NUMBER;
        rc = read_word(s, c, e);
    } else if (is_word_char(c)) {
        s->token = T_WORD;
        rc = read_word(s, c, e);
    } else {
        s->token = T_MARK;
        buf_addc(&s->word, (char)c);
    }
    if (rc == OK && !buf_ok(&s->word))
        rc = err_set(e, E_LIMIT, "line %lld: a value is longer than %zu MiB",
                     (long long)s->token_line, FIELD_BYTES_MAX >> 20);
    return rc;
}

static bool is_mark(const struct sql *s, char c)
{
    return s->token == T_MARK && s->word.ptr[0] == c;
}

static bool is_word(const struct sql *s, const char *word)
{
    return s->token == T_WORD && str_eq_nocase(buf_str(&s->word), str_of(word));
}

static err_t skip_statement(struct sql *s, struct err *e)
{
    err_t rc = OK;
    while (rc == OK && s->token != T_END && !is_mark(s, ';'))
        rc = next_token(s, e);
    return rc;
}

/* db.table or `db`.`table`: the last part. */
static err_t read_table_name(struct str *out, struct sql *s, struct arena *a, struct err *e)
{
    err_t rc = OK;
    *out = STR_NONE;
    while (rc == OK && (s->token == T_NAME || s->token == T_WORD || s->token == T_STRING)) {
        struct str name = buf_str(&s->word);
        for (size_t i = 0; s->token == T_WORD && i < name.len; i++)
            if (name.ptr[i] == '.' && i + 1 < name.len) {
                name = str_range(name.ptr + i + 1, name.ptr + name.len);
                i = 0;
            }
        *out = arena_dup(a, name);
        if ((rc = next_token(s, e)) == OK && is_mark(s, '.'))
            rc = next_token(s, e);
        else
            break;
    }
    return rc;
}

static bool is_key_clause(const struct sql *s)
{
    static const char *const words[] = {"PRIMARY",  "KEY",     "UNIQUE", "INDEX",  "CONSTRAINT",
                                        "FULLTEXT", "SPATIAL", "CHECK",  "FOREIGN"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (is_word(s, words[i]))
            return true;
    return false;
}

/* From the token after the opening bracket to the one after the closing one.
 * Each definition, or name, ends at a comma of this depth. */
static err_t read_columns(struct names *out, struct sql *s, struct err *e)
{
    size_t depth = 1;
    bool first = true;
    err_t rc = OK;

    *out = (struct names){0};
    while (rc == OK && depth > 0 && s->token != T_END) {
        if (first && s->token != T_MARK && !is_key_clause(s) && out->len < COLUMNS_MAX)
            VEC_PUSH(s->names, out, arena_dup(s->names, buf_str(&s->word)));
        first = depth == 1 && is_mark(s, ',');
        if (is_mark(s, '('))
            depth++;
        else if (is_mark(s, ')'))
            depth--;
        rc = next_token(s, e);
    }
    return rc;
}

/* Forget the table before when this is another one. */
static void enter_table(struct sql *s, struct str name)
{
    if (s->table.len && str_eq(s->table, name))
        return;
    struct arena *fresh = arena_new();
    s->table = arena_dup(fresh, name);
    arena_free(s->names);
    s->names = fresh;
    s->columns = s->created = (struct names){0};
    s->header_given = false;
    s->rows = 0;
}

static err_t create_table(struct sql *s, struct err *e)
{
    struct str name;
    struct arena *a = arena_new();
    err_t rc = next_token(s, e);

    while (rc == OK && (is_word(s, "IF") || is_word(s, "NOT") || is_word(s, "EXISTS")))
        rc = next_token(s, e);
    if (rc == OK)
        rc = read_table_name(&name, s, a, e);
    if (rc == OK && name.len && is_mark(s, '(')) {
        enter_table(s, name);
        if ((rc = next_token(s, e)) == OK)
            rc = read_columns(&s->created, s, e);
        s->columns = s->created;
        s->header_given = false;
    }
    arena_free(a);
    return rc == OK ? skip_statement(s, e) : rc;
}

/* A header row is due when they are others than before. */
static void use_columns(struct sql *s, const struct names *columns)
{
    bool same = columns->len == s->columns.len;
    for (size_t i = 0; same && i < columns->len; i++)
        same = str_eq(columns->ptr[i], s->columns.ptr[i]);
    s->columns = *columns;
    s->header_given &= same;
}

static err_t insert_into(struct sql *s, struct err *e)
{
    struct str name;
    struct arena *a = arena_new();
    err_t rc = next_token(s, e);

    while (rc == OK && (is_word(s, "LOW_PRIORITY") || is_word(s, "DELAYED") ||
                        is_word(s, "HIGH_PRIORITY") || is_word(s, "IGNORE") || is_word(s, "INTO")))
        rc = next_token(s, e);
    if (rc == OK)
        rc = read_table_name(&name, s, a, e);
    if (rc == OK && name.len) {
        enter_table(s, name);
        struct names columns = s->created;
        if (is_mark(s, '(') && (rc = next_token(s, e)) == OK)
            rc = read_columns(&columns, s, e);
        use_columns(s, &columns);
    }
    arena_free(a);
    if (rc == OK && (is_word(s, "VALUES") || is_word(s, "VALUE"))) {
        s->in_values = true;
        return OK;
    }
    return rc == OK ? skip_statement(s, e) : rc;
}

/* The statement that the token begins. */
static err_t statement(struct sql *s, struct err *e)
{
    if (is_word(s, "CREATE")) {
        err_t rc = next_token(s, e);
        if (rc == OK && is_word(s, "TEMPORARY"))
            rc = next_token(s, e);
        if (rc == OK && is_word(s, "TABLE"))
            return create_table(s, e);
        return rc == OK ? skip_statement(s, e) : rc;
    }
    if (is_word(s, "INSERT") || is_word(s, "REPLACE"))
        return insert_into(s, e);
    return skip_statement(s, e);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* 0x… and X'…' hold bytes: text where they are UTF-8, else as written. */
static struct str hex_text(struct str digits, struct arena *a)
{
    if (digits.len % 2)
        return STR_NONE;
    char *out = arena_alloc(a, digits.len / 2 + 1);
    for (size_t i = 0; i < digits.len; i += 2) {
        int high = hex_digit(digits.ptr[i]), low = hex_digit(digits.ptr[i + 1]);
        if (high < 0 || low < 0)
            return STR_NONE;
        out[i / 2] = (char)(high * 16 + low);
    }
    struct str s = {out, digits.len / 2};
    return utf8_check(s) == s.len ? s : STR_NONE;
}

static bool is_introducer(const struct sql *s)
{
    return s->token == T_WORD && s->word.len > 1 && s->word.ptr[0] == '_';
}

/* One value; ends on the comma or bracket behind it. */
static err_t read_value(struct cell *out, struct sql *s, struct arena *a, struct err *e)
{
    err_t rc = OK;
    size_t depth = 0;
    struct buf rest; /* of an expression that is no literal */

    *out = (struct cell){0};
    if (is_introducer(s) && (rc = next_token(s, e)) != OK)
        return rc;
    if (s->token == T_STRING || s->token == T_NUMBER || is_word(s, "NULL")) {
        struct str word = buf_str(&s->word);
        struct str hex = STR_NONE;
        if (s->token == T_NUMBER && word.len > 2 && word.ptr[0] == '0' && (word.ptr[1] | 32) == 'x')
            hex = hex_text((struct str){word.ptr + 2, word.len - 2}, a);
        if (!is_word(s, "NULL"))
            out->text = hex.len ? hex : arena_dup(a, word);
        if (out->text.len && utf8_check(out->text) < out->text.len)
            out->flag = CELL_BAD_BYTES;
        if ((rc = next_token(s, e)) != OK || is_mark(s, ',') || is_mark(s, ')'))
            return rc;
    } else if (is_word(s, "X")) {
        if ((rc = next_token(s, e)) != OK)
            return rc;
        out->text = s->token == T_STRING ? hex_text(buf_str(&s->word), a) : STR_NONE;
        if (s->token == T_STRING && (rc = next_token(s, e)) != OK)
            return rc;
    }
    buf_init(&rest, FIELD_BYTES_MAX);
    while (rc == OK && s->token != T_END && !(depth == 0 && (is_mark(s, ',') || is_mark(s, ')')))) {
        depth += is_mark(s, '(');
        depth -= depth && is_mark(s, ')');
        buf_add(&rest, buf_str(&s->word));
        rc = next_token(s, e);
    }
    if (rest.len && out->text.len == 0)
        out->text = arena_dup(a, buf_str(&rest));
    buf_clear(&rest);
    return rc;
}

static err_t damaged(struct sql *s, const char *wanted, struct err *e)
{
    s->in_values = false;
    if (s->token == T_END)
        return err_set(e, E_INVALID, "line %lld: the dump ends inside a row; it is cut off",
                       (long long)s->line);
    return err_set(e, E_INVALID, "line %lld: %s was expected in the rows of table %.*s",
                   (long long)s->token_line, msg(wanted), STR_ARG(s->table));
}

static err_t read_row(struct row *out, struct sql *s, struct arena *a, struct err *e)
{
    struct {
        struct cell *ptr;
        size_t len, cap;
    } cells = {0};
    err_t rc;

    out->line = s->token_line;
    out->number = ++s->rows;
    out->sheet = s->table;
    do {
        struct cell cell;
        if ((rc = next_token(s, e)) != OK || (rc = read_value(&cell, s, a, e)) != OK)
            return rc;
        if (cells.len == COLUMNS_MAX)
            return err_set(e, E_LIMIT, "line %lld: a row of more than %d values",
                           (long long)out->line, COLUMNS_MAX);
        VEC_PUSH(a, &cells, cell);
    } while (is_mark(s, ','));
    if (!is_mark(s, ')'))
        return damaged(s, N_("a comma or a closing bracket"), e);
    out->cells = cells.ptr;
    out->count = cells.len;
    /* Behind the row: a comma and the next row, or the end of the statement. */
    if ((rc = next_token(s, e)) != OK)
        return rc;
    if (is_mark(s, ','))
        return OK;
    s->in_values = false;
    return skip_statement(s, e);
}

static void header_row(struct row *out, struct sql *s, struct arena *a)
{
    struct cell *cells = arena_array(a, s->columns.len, sizeof(*cells));
    for (size_t i = 0; i < s->columns.len; i++)
        cells[i].text = arena_dup(a, s->columns.ptr[i]);
    *out = (struct row){.line = s->token_line,
                        .sheet = arena_dup(a, s->table),
                        .cells = cells,
                        .count = s->columns.len};
    s->header_given = true;
}

static err_t sql_rows_next(bool *has, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct sql *s = state;
    err_t rc = OK;

    *has = true;
    *out = (struct row){0};
    while (rc == OK) {
        if (!s->in_values) {
            if ((rc = next_token(s, e)) != OK)
                break;
            if (s->token == T_END) {
                *has = false;
                return OK;
            }
            rc = statement(s, e);
            continue;
        }
        if (!s->header_given && s->columns.len) {
            header_row(out, s, a);
            return OK;
        }
        if ((rc = next_token(s, e)) != OK)
            break;
        if (!is_mark(s, '('))
            return damaged(s, N_("an opening bracket"), e);
        rc = read_row(out, s, a, e);
        if (rc == OK)
            out->sheet = arena_dup(a, s->table);
        return rc;
    }
    return rc;
}

static void sql_rows_close(void *state)
{
    struct sql *s = state;
    if (!s)
        return;
    stream_close(s->text);
    arena_free(s->names);
    buf_clear(&s->word);
    free(s->win);
    free(s);
}

static const struct rows_ops sql_rows = {sql_rows_next, sql_rows_close};

static int sql_sniff(struct bytes head)
{
    static const char *const starts[] = {"--",    "/*",   "#",    "CREATE ", "INSERT ",
                                         "DROP ", "SET ", "USE ", "LOCK ",   "REPLACE "};
    struct arena *a = arena_new();
    struct str text = sniff_skip_blank(sniff_text(head, a));
    bool begins = false, holds = false;

    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        struct str start = str_of(starts[i]);
        begins |= text.len > start.len && str_eq_nocase((struct str){text.ptr, start.len}, start);
    }
    for (size_t i = 0; begins && !holds && i + 12 < text.len; i++) {
        struct str s = {text.ptr + i, 12};
        holds = str_eq_nocase((struct str){s.ptr, 12}, STR("CREATE TABLE")) ||
                str_eq_nocase((struct str){s.ptr, 11}, STR("INSERT INTO")) ||
                str_eq_nocase((struct str){s.ptr, 12}, STR("REPLACE INTO"));
    }
    arena_free(a);
    return holds ? 85 : 0;
}

static err_t sql_open(void **state, struct input *in, struct err *e)
{
    struct sql *s = mem_zalloc(sizeof(*s));
    err_t rc = encoding_open(&s->text, stream_borrow(in->stream), ENCODING_REPLACE, NULL, e);

    if (rc != OK) {
        free(s);
        return rc;
    }
    s->win = mem_alloc(WINDOW);
    s->names = arena_new();
    s->line = 1;
    buf_init(&s->word, FIELD_BYTES_MAX);
    struct table *t = table_new(in, (struct rows){&sql_rows, s});
    table_damage_cuts(t);
    *state = t;
    return OK;
}

const struct format format_sql = {
    .name = "sql",
    .title = N_("MySQL dump of a patent table"),
    .surveyed = true,
    .sniff = sql_sniff,
    .open = sql_open,
    .next = table_format_next,
    .close = table_format_close,
};
