/* Accounts from a workbook, a row for each person, each by itself; who is there already stays as he is. The reply lists the
 * refused rows; with format=xlsx it is the workbook of them. */
#include "access/account.h"
#include "access/grant.h"
#include "access/unit.h"
#include "api/list_book.h"
#include "api/reply_book.h"
#include "base/fs.h"
#include "base/msg.h"
#include "base/vec.h"
#include "record/record.h"
#include "text/book.h"
#include "text/xlsx_out.h"
#include <unistd.h>

#define PEOPLE_MAX 2000 /* of one workbook */
#define HEADER_ROWS 20

enum { NAME, PERSON, UNIT, ROLE, FROM, TO, EMAIL, PHONE, COLUMNS };
static const struct book_column columns[] = {
    {"name", N_("Sign-in name"), NULL}, {"display_name", N_("Person's name"), NULL},
    {"unit", N_("Unit"), NULL},         {"role", N_("Role"), NULL},
    {"from", N_("From"), NULL},         {"to", N_("To"), NULL},
    {"email", N_("E-mail"), NULL},      {"phone", N_("Phone"), NULL},
    {"reason", N_("Problem"), NULL},    {0}};

struct person {
    struct str cells[COLUMNS];
    int64_t row, account; /* account 0: not made */
    struct str reason;    /* why it was refused */
};

struct people {
    const struct request *request;
    bool check;
    VEC(struct person) rows;
    size_t at;
    int64_t made, unchanged, rejected;
};

/* --- reading ------------------------------------------------------------------------------ */

/* Where each column stands, or -1; how many there are. */
static size_t find_columns(int at[COLUMNS], const struct row *row)
{
    size_t found = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        at[c] = -1;
        for (size_t i = 0; i < row->count && at[c] < 0; i++) {
            struct str text = str_trim(row->cells[i].text);
            if (str_is(text, msg_in(LANG_ZH, columns[c].head)) ||
                str_is(text, msg_in(LANG_EN, columns[c].head)))
                at[c] = (int)i;
        }
        found += at[c] >= 0;
    }
    return found;
}

static void take_row(struct people *x, const struct row *row, const int at[COLUMNS])
{
    struct person p = {.row = row->number};
    size_t filled = 0;
    for (size_t c = 0; c < COLUMNS; c++)
        if (at[c] >= 0 && (size_t)at[c] < row->count) {
            p.cells[c] = arena_dup(x->request->arena, str_trim(row->cells[at[c]].text));
            filled += p.cells[c].len > 0;
        }
    if (filled)
        VEC_PUSH(x->request->arena, &x->rows, p);
}

static err_t read_people(struct people *x, struct err *e)
{
    struct bytes file = {0};
    struct rows rows = {0};
    struct row row;
    bool has_row = true, headed = false;
    int at[COLUMNS];
    err_t rc = fs_map(&file, &fs_system, x->request->body_file, e);
    if (rc == OK)
        rc = book_open(&rows, BOOK_XLSX, file, x->request->api->pdf_program, e);
    while (rc == OK && (rc = rows_next(&has_row, &row, &rows, x->request->arena, e)) == OK &&
           has_row) {
        if (headed)
            take_row(x, &row, at);
        else if (row.number <= HEADER_ROWS)
            headed = find_columns(at, &row) >= 3;
        if (x->rows.len > PEOPLE_MAX)
            rc = err_set(e, E_LIMIT, "more than %d rows; divide the workbook", PEOPLE_MAX);
    }
    rows_close(&rows);
    fs_unmap(file);
    if (rc == OK && (!headed || at[NAME] < 0 || at[PERSON] < 0 || at[UNIT] < 0))
        rc = err_set(e, E_INVALID,
                     "the workbook has no sheet with the columns of people; the template has them");
    return rc;
}

/* --- one person --------------------------------------------------------------------------- */

static struct str role_named(struct str written)
{
    const struct role *role;
    for (size_t i = 0; (role = role_at(i)) != NULL; i++)
        if (str_eq(written, role->label_zh) || str_eq(written, role->label_en))
            return role->name;
    return written;
}

static err_t person_step(struct db *db, void *arg, struct err *e)
{
    struct people *x = arg;
    struct person *p = &x->rows.ptr[x->at];
    struct deed d = request_deed(x->request);
    struct new_account n = {p->cells[NAME], p->cells[PERSON], p->cells[EMAIL], p->cells[PHONE], 0};
    struct new_grant g = {0, role_named(p->cells[ROLE]), p->cells[FROM], p->cells[TO]};
    struct account_row there;
    struct err unknown;
    int64_t waits = 0, id;
    p->account = 0; /* a step may run again */
    err_t rc = unit_find(&n.unit, db, p->cells[UNIT], d.arena, e);
    if (rc == OK && account_find(&id, db, n.name, d.arena, &unknown) == OK) {
        if ((rc = account_read(&there, db, id, d.arena, e)) == OK && there.unit != n.unit)
            rc = err_set(e, E_CONFLICT, "the name %.*s is taken", STR_ARG(n.name));
        return rc;
    }
    if (rc == OK)
        rc = account_add(&p->account, db, &d, &n, e);
    d.waits = &waits;
    d.reason = str_of(msg_in(LANG_ZH, N_("from a list of people")));
    g.account = p->account;
    if (rc == OK && g.role.len)
        rc = grant_role(&id, db, &d, &g, e);
    return rc == OK && x->check ? err_set(e, E_LIMIT, "-") : rc; /* taken back */
}

static err_t take_people(struct people *x, struct err *e)
{
    err_t rc = read_people(x, e);
    for (x->at = 0; rc == OK && x->at < x->rows.len; x->at++) {
        struct person *p = &x->rows.ptr[x->at];
        struct err why;
        err_t done = store_write(x->request->api->store, person_step, x, &why);
        if (done == OK || (done == E_LIMIT && x->check)) {
            x->made += p->account != 0;
            x->unchanged += p->account == 0;
        } else if (done == E_INVALID || done == E_CONFLICT || done == E_NOTFOUND ||
                   done == E_DENIED) {
            p->reason = arena_dup(x->request->arena, str_of(why.text));
            x->rejected++;
        } else {
            *e = why;
            rc = done;
        }
    }
    return rc;
}

/* --- resources ------------------------------------------------------------------------------ */

static const char *const makers[] = {"security_administrator", "system_administrator",
                                     "centre_manager", NULL};
static const struct parameter import_parameters[] = {
    {"check", IN_QUERY, &schema_boolean, false, false,
     N_("true: say what would become of each row, and write none")},
    {0}};
OBJECT_SCHEMA(made_schema, NULL, REQUIRED("id", schema_integer), REQUIRED("name", schema_string));
ARRAY_SCHEMA(all_made_schema, made_schema);
OBJECT_SCHEMA(reject_schema, NULL, REQUIRED("row", schema_integer),
              REQUIRED("reason", schema_string), OPTIONAL("name", schema_string),
              OPTIONAL("display_name", schema_string), OPTIONAL("unit", schema_string),
              OPTIONAL("role", schema_string), OPTIONAL("from", schema_string),
              OPTIONAL("to", schema_string), OPTIONAL("email", schema_string),
              OPTIONAL("phone", schema_string));
ARRAY_SCHEMA(rejects_schema, reject_schema);
OBJECT_SCHEMA(import_schema, NULL, REQUIRED("made", schema_integer),
              REQUIRED("unchanged", schema_integer), REQUIRED("accounts", all_made_schema),
              REQUIRED("items", rejects_schema), REQUIRED("total", schema_integer),
              NULLABLE("next", schema_integer));

static void write_reject(struct jout *j, const struct person *p)
{
    jout_object(j);
    jout_pair_i64(j, "row", p->row);
    for (size_t c = 0; c < COLUMNS; c++)
        jout_pair(j, columns[c].path, p->cells[c]);
    jout_pair(j, "reason", p->reason);
    jout_end_object(j);
}

static err_t post_import(struct reply *out, const struct request *r, struct err *e)
{
    struct people x = {.request = r, .check = str_is(request_value(r, "check"), "true")};
    struct jout j;
    err_t rc = take_people(&x, e);
    jout_open(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; i < x.rows.len; i++)
        if (x.rows.ptr[i].reason.len)
            write_reject(&j, &x.rows.ptr[i]);
    jout_end_array(&j);
    jout_pair_i64(&j, "total", x.rejected);
    jout_pair_null(&j, "next");
    jout_pair_i64(&j, "made", x.made);
    jout_pair_i64(&j, "unchanged", x.unchanged);
    jout_pair_array(&j, "accounts");
    for (size_t i = 0; i < x.rows.len && !x.check; i++)
        if (x.rows.ptr[i].account && !x.rows.ptr[i].reason.len) {
            jout_object(&j);
            jout_pair_i64(&j, "id", x.rows.ptr[i].account);
            jout_pair(&j, "name", x.rows.ptr[i].cells[PERSON]);
            jout_end_object(&j);
        }
    jout_end_array(&j);
    jout_end_object(&j);
    return reply_json_if(rc, out, r, j.to, e);
}

const struct resource resource_account_import = {
    .method = "POST",
    .path = "/api/v1/account-imports",
    .summary = N_("make accounts from a workbook, each with the request for its role; who is there "
                  "already stays as he is"),
    .parameters = import_parameters,
    .body = BODY_UPLOAD,
    .reply = &import_schema,
    .book = columns,
    .handle = post_import,
    ROLE_AMONG(makers),
    .scope = "accounts",
    ENTRIES(EACH, N_("one for each account, and one for its role or for the request for it")),
};

static err_t get_template(struct reply *out, const struct request *r, struct err *e)
{
    struct xlsx_out *book = NULL;
    struct str cells[COLUMNS];
    const char *path = NULL;
    err_t rc = reply_book_path(&path, r, e);
    if (rc == OK)
        rc = xlsx_out_open(&book, path, msg(N_("People")), r->api->data_dir, e);
    if (rc != OK)
        return rc;
    for (size_t c = 0; c < COLUMNS; c++)
        cells[c] = str_of(msg(columns[c].head));
    xlsx_out_width(book, 0, COLUMNS, 20);
    xlsx_out_row(book, cells, COLUMNS, true);
    if ((rc = xlsx_out_finish(book, NULL, e)) == OK)
        return reply_book(out, r, path, STR("people"), e);
    unlink(path);
    return rc;
}

const struct resource resource_account_import_template = {
    .reads = READS_NONE,
    .path = "/api/v1/account-imports/template.xlsx",
    .summary = N_("an empty workbook of people to fill in and import"),
    .handle = get_template,
    ROLE_AMONG(makers),
    .scope = "accounts",
};
