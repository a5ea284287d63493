/* Derwent Innovations Index as the Web of Science exports it: two-letter tags, further lines of a
 * value indented by three blanks, "ER" behind each record. A record is an invention: its first
 * publication is the document, the others are its family. Application and priority numbers lack
 * their year ("CN11000396"), so only their days are read. */
#include "base/msg.h"
#include "ingest/fields_priv.h"
#include "ingest/tagged.h"

/* "CN110000969-A": number and kind. */
static bool read_number(struct number *out, struct doc *f, struct str written)
{
    struct str kind = written, number = str_split(&kind, STR("-"));
    return doc_number(out, f, STR_NONE, number, kind, NUMBER_PUBLICATION);
}

/* The next piece of a list whose entries stand on lines or between semicolons. */
static struct str next_entry(struct str *rest)
{
    size_t end = 0;

    while (end < rest->len && rest->ptr[end] != '\n' && rest->ptr[end] != ';')
        end++;
    return str_trim(str_split(rest, (struct str){rest->ptr + end, end < rest->len}));
}

/* "CN110000969-A   25 Feb 2020   G01N-033/68 …", "CN11000396    05 Nov 2019": the day, behind
 * the first column that is a date. */
static struct date day_of(struct str line)
{
    struct date d = {0};

    for (struct str rest = line; rest.ptr && d.day == 0;) {
        struct str cell = str_trim(str_split(&rest, STR("  ")));
        if (cell.len != 11 || !foreign_date_parse(&d, cell))
            d = (struct date){0};
    }
    return d;
}

static void read_publications(struct doc *f, struct str value)
{
    for (struct str rest = value; rest.ptr;) {
        struct number n = {0};
        if (!read_number(&n, f, next_entry(&rest)))
            continue;
        if (f->p->publication.key.len == 0)
            f->p->publication = n;
        else
            VEC_PUSH(f->a, &f->p->family_members, n);
    }
}

static void read_priorities(struct doc *f, struct str value)
{
    for (struct str rest = value; rest.ptr;) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        struct priority priority = {.date = day_of(line)};
        if (priority.date.year == 0 || line.len < 2)
            continue;
        priority.country = (struct str){line.ptr, 2};
        VEC_PUSH(f->a, &f->p->priorities, priority);
    }
}

static void read_parties(struct doc *f, enum party_role role, struct str value)
{
    for (struct str rest = value; rest.ptr;) {
        struct party p = {.name = next_entry(&rest)};
        party_take_derwent_code(&p);
        doc_party(f, role, p.name, STR_NONE, STR_NONE, p.identifier);
    }
}

/* "G01N-033/68" → "G01N 033/68" */
static void read_classes(struct doc *f, struct str value)
{
    for (struct str rest = value; rest.ptr;) {
        struct str group = next_entry(&rest), subclass = str_split(&group, STR("-"));
        doc_ipcr(f, CLASS_IPC, arena_printf(f->a, "%.*s %.*s", STR_ARG(subclass), STR_ARG(group)));
    }
}

static bool read_record(struct doc *f, struct str text)
{
    struct tagged_list list = tagged_read(text, 2, '\n', f->a);

    for (size_t i = 0; i < list.len; i++) {
        struct str tag = list.ptr[i].tag, value = str_trim(list.ptr[i].value);
        if (str_is(tag, "PT") && !str_is(value, "P")) {
            f->item->value = value;
            f->item->reason = str_of(msg("the record is no patent (PT)"));
            return false;
        }
        if (str_is(tag, "PN"))
            read_publications(f, value);
        else if (str_is(tag, "TI"))
            doc_text(f, TEXT_TITLE, STR("en"), tagged_line(value, f->a), false);
        else if (str_is(tag, "AB"))
            doc_text(f, TEXT_ABSTRACT, STR("en"), value, false);
        else if (str_is(tag, "AU"))
            read_parties(f, PARTY_INVENTOR, value);
        else if (str_is(tag, "AE"))
            read_parties(f, PARTY_APPLICANT, value);
        else if (str_is(tag, "IP"))
            read_classes(f, value);
        else if (str_is(tag, "GA"))
            f->p->source_id = value;
        else if (tag.len == 2 && !str_is(tag, "PT") && !str_is(tag, "ER"))
            doc_extra_str(f, tag, value);
        if (str_is(tag, "PD"))
            (void)find_numbered_day(&f->p->publication_date, &f->p->publication, value, f->a);
        else if (str_is(tag, "AD"))
            (void)find_numbered_day(&f->p->application_date, &f->p->publication, value, f->a);
        else if (str_is(tag, "PI"))
            read_priorities(f, value);
    }
    f->item->reason = str_of(msg("the record has no patent number (PN)"));
    return f->p->publication.key.len > 0;
}

/* --- the file ------------------------------------------------------------------- */

static size_t next_record(struct str all, size_t at)
{
    size_t found = str_find(all, STR("\nPT "), at);
    return found < all.len ? found + 1 : all.len;
}

static size_t first_record(struct str all)
{
    return str_starts(all, STR("PT ")) ? 0 : next_record(all, 0);
}

static struct str cut_record(struct str all, size_t *at)
{
    size_t from = *at;

    *at = next_record(all, from);
    size_t end = str_find((struct str){all.ptr, *at}, STR("\nER"), from);
    return (struct str){all.ptr + from, end - from};
}

static const struct tagged_format tagged = {
    .source = "",
    .office = "",
    .none = N_("no line PT in this file, with which a record of the Web of Science begins"),
    .first = first_record,
    .cut = cut_record,
    .read = read_record,
};

static int sniff(struct bytes head)
{
    struct str s = bytes_str(head);

    if (str_starts(s, STR("\xEF\xBB\xBF")))
        s = (struct str){s.ptr + 3, s.len - 3};
    return (str_starts(s, STR("FN ")) || str_starts(s, STR("PT "))) && first_record(s) < s.len &&
                   (str_contains(s, STR("\nUT ")) || str_contains(s, STR("\nPN ")) ||
                    str_contains(s, STR("\nVR ")))
               ? 95
               : 0;
}

const struct format format_derwent = {.name = "derwent",
                                      .title =
                                          N_("Derwent records of the Web of Science (tagged text)"),
                                      .sniff = sniff,
                                      TAGGED_FORMAT(tagged)};
