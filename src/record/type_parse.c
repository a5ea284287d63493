/* The top level of a type's file. */
#include "crypto/hash.h"
#include "record/type_priv.h"

static const char *const top_keys[] = {
    "name",         "label",        "hint",
    "owner",        "table",        "core",
    "facts",        "facts_shape",  "facts_of",
    "completes",    "key",          "key_scope",
    "key_state",    "fields",       "constraints",
    "states",       "access",       "written_by",
    "kept_by_case", "public",       "list",
    "sort",         "search",       "secrecy",
    "title",        "evidence",     "retention_years",
    "actions",      "claim",        "kinship",
    "kept",         "policies_ask", "public_unless",
    "recuses",      "duty",         "dated",
    "within",       "sections",     "stage",
    "dues",         "carry",        "asks",
    "answers",      "papers",       NULL,
};

/* core: {table: unit, where: {kind: [party]}} */
static void read_core(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const known[] = {"table", "where", NULL};
    static const char *const tables[] = {"core", NULL};
    const struct yvalue *core = yin_get(root, "core");
    t->core = ytake_choice(&r->take, root, "table", tables, -1) == 0;
    if (t->core != (core != NULL))
        type_fault(r, root->line, "table: core and core: {table: …} need each other");
    if (!core || core->type != Y_MAP) {
        t->table = arena_printf(r->take.arena, "record_%.*s", STR_ARG(t->name));
        return;
    }
    ytake_keys(&r->take, core, known);
    t->core = true;
    t->table = take_name(r, core, "table");
    const struct yvalue *where = yin_get(core, "where");
    if (!where)
        return;
    if (where->type != Y_MAP || where->count != 1) {
        type_fault(r, where->line, "where names one column and its values: {kind: [party]}");
        return;
    }
    t->where_column = arena_dup(r->take.arena, where->names[0].text);
    t->where_value_count = take_words(&t->where_values, r, where, t->where_column.ptr);
}

static void read_file_name(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    struct str file = r->file;
    for (size_t i = file.len; i > 0; i--)
        if (file.ptr[i - 1] == '/') {
            file = (struct str){file.ptr + i, file.len - i};
            break;
        }
    t->name = take_name(r, root, "name");
    if (str_ends(file, STR(".yaml")))
        file.len -= sizeof(".yaml") - 1;
    if (t->name.len && !str_eq(t->name, file))
        type_fault(r, ytake_place(root, "name")->line, "the name \"%.*s\" is not that of the file",
                   STR_ARG(t->name));
}

static void read_choices(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const shapes[] = {"list", "object", NULL};
    static const char *const whose[] = {"owner", "party", "province", NULL};
    static const char *const writers[] = {"people", "actions", NULL};
    static const char *const keepers[] = {"anywhere", "here", NULL};
    t->owner = (enum owner_kind)ytake_choice(&r->take, root, "owner", owner_names, OWNER_UNIT);
    t->facts_object = ytake_choice(&r->take, root, "facts_shape", shapes, 0) == 1;
    t->facts_of = (enum facts_of)ytake_choice(&r->take, root, "facts_of", whose, FACTS_OF_OWNER);
    t->key_scope =
        (enum key_scope)ytake_choice(&r->take, root, "key_scope", key_scope_names, KEY_OWNER);
    t->by_actions_only = ytake_choice(&r->take, root, "written_by", writers, 0) == 1;
    t->kept_by_case = ytake_bool(&r->take, root, "kept_by_case", false);
    t->kept_here = ytake_choice(&r->take, root, "kept", keepers, 0) == 1;
    t->secrecy =
        (enum secrecy)ytake_choice(&r->take, root, "secrecy", secrecy_names, SECRECY_INTERNAL);
}

static void read_completes(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const known[] = {"list", "up_to", NULL};
    const struct yvalue *map = yin_get(root, "completes");
    if (!map)
        return;
    ytake_keys(&r->take, map, known);
    t->completes = ytake_required(&r->take, map, "list");
    t->covers = ytake_required(&r->take, map, "up_to");
}

static void read_words(struct str_list *out, struct type_reader *r, const struct yvalue *map,
                       const char *key)
{
    out->count = yin_get(map, key) ? take_words(&out->items, r, map, key) : 0;
}

static void read_claim(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const known[] = {"what",    "number",  "title",   "amount", "date",
                                        "kind",    "parties", "patents", "files",  "repeats",
                                        "without", "yuan",    "holder",  "held",   NULL};
    static const char *const things[] = {"contract", "project", "patent",
                                         "product",  "invoice", NULL};
    struct claim_rule *c = &t->claim;
    const struct yvalue *map = yin_get(root, "claim");
    if (!map)
        return;
    ytake_keys(&r->take, map, known);
    int what = ytake_choice(&r->take, map, "what", things, -1);
    c->what = what >= 0 ? str_of(things[what]) : STR_NONE;
    c->line = map->line;
    c->number = ytake_required(&r->take, map, "number");
    c->title = ytake_text(&r->take, map, "title");
    c->amount = ytake_text(&r->take, map, "amount");
    c->yuan = ytake_text(&r->take, map, "yuan");
    c->date = ytake_text(&r->take, map, "date");
    c->kind = ytake_text(&r->take, map, "kind");
    c->parties = ytake_text(&r->take, map, "parties");
    c->patents = ytake_text(&r->take, map, "patents");
    c->files = ytake_text(&r->take, map, "files");
    read_words(&c->repeats, r, map, "repeats");
    read_words(&c->without, r, map, "without");
    c->holder = ytake_text(&r->take, map, "holder");
    read_words(&c->held, r, map, "held");
}

static void read_kinship(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    static const char *const known[] = {"name", "code", "by", NULL};
    const struct yvalue *map = yin_get(root, "kinship");
    if (!map)
        return;
    ytake_keys(&r->take, map, known);
    t->kinship.line = map->line;
    t->kinship.name = ytake_required(&r->take, map, "name");
    t->kinship.code = ytake_required(&r->take, map, "code");
    read_words(&t->kinship.by, r, map, "by");
}

#define RETENTION_YEARS_MAX 1000

static void read_root(struct record_type *t, struct type_reader *r, const struct yvalue *root)
{
    int64_t years = 0;
    ytake_keys(&r->take, root, top_keys);
    read_file_name(t, r, root);
    r->type_name = t->name;
    t->label = take_label(r, root, "label", true);
    t->hint = take_label(r, root, "hint", false);
    read_choices(t, r, root);
    read_core(t, r, root);
    t->facts = ytake_text(&r->take, root, "facts");
    read_completes(t, r, root);
    read_claim(t, r, root);
    read_kinship(t, r, root);
    t->is_public = ytake_bool(&r->take, root, "public", false);
    t->public_unless = ytake_text(&r->take, root, "public_unless");
    t->policies_ask = ytake_bool(&r->take, root, "policies_ask", false);
    if (take_i64(&years, r, root, "retention_years", 1, RETENTION_YEARS_MAX))
        t->retention_years = (int)years;
    r->key_count = t->key_count = take_words(&t->key, r, root, "key");
    t->key_state = ytake_text(&r->take, root, "key_state");
    r->key = t->key;
    r->number = t->claim.number;
    r->sort = t->sort = ytake_text(&r->take, root, "sort");
    t->field_count = fields_parse(&t->fields, r, root, false);
    if (!yin_get(root, "fields"))
        type_fault(r, root->line, "\"fields\" is missing");
    t->list_count = take_words(&t->list, r, root, "list");
    t->search_count = take_words(&t->search, r, root, "search");
    t->evidence_count = take_words(&t->evidence, r, root, "evidence");
    t->title = ytake_text(&r->take, root, "title");
    if (!yin_get(root, "list"))
        type_fault(r, root->line, "\"list\" is missing: the columns of the list");
    rules_parse(r, t, root);
    pages_parse(r, t, root);
    asks_parse(r, t, root);
    t->access.recuses = ytake_text(&r->take, root, "recuses");
}

static void note_lines(struct type_source *source, const struct yvalue *root)
{
    static const char *const keys[TYPE_LINES] = {[LINE_KEY] = "key",
                                                 [LINE_LIST] = "list",
                                                 [LINE_SEARCH] = "search",
                                                 [LINE_EVIDENCE] = "evidence",
                                                 [LINE_SORT] = "sort",
                                                 [LINE_TITLE] = "title",
                                                 [LINE_PUBLIC_UNLESS] = "public_unless",
                                                 [LINE_FACTS] = "facts",
                                                 [LINE_STATES] = "states",
                                                 [LINE_CORE] = "core",
                                                 [LINE_SCOPE] = "key_scope",
                                                 [LINE_KEY_STATE] = "key_state",
                                                 [LINE_FACTS_OF] = "facts_of",
                                                 [LINE_COMPLETES] = "completes",
                                                 [LINE_KEPT] = "kept",
                                                 [LINE_WITHIN] = "within"};
    for (int i = 0; i < TYPE_LINES; i++)
        source->lines[i] = ytake_place(root, keys[i])->line;
}

struct record_type *type_parse(struct type_reader *r, struct str text)
{
    const struct yvalue *root;
    const struct yfault *faults;
    size_t fault_count;
    struct digest digest = sha256_of(str_bytes(text));
    char hex[HASH_HEX_LEN + 1];
    if (yin_parse(&root, &faults, &fault_count, text, r->take.arena, NULL) != OK)
        for (size_t i = 0; i < fault_count; i++)
            type_fault(r, faults[i].line, "%.*s", STR_ARG(faults[i].reason));
    if (!root)
        return NULL;
    if (root->type != Y_MAP) {
        type_fault(r, root->line, "the file must be a map: name, label, fields, …");
        return NULL;
    }
    struct type_source *source = arena_alloc(r->take.arena, sizeof(*source));
    struct record_type *t = &source->type;
    digest_hex(hex, &digest);
    t->digest = arena_dup(r->take.arena, str_of(hex));
    t->file = arena_dup(r->take.arena, r->file);
    read_root(t, r, root);
    note_lines(source, root);
    t->access.table = t->table;
    const struct field *programme = record_field(t, STR("programme"));
    words_apply(t, r->take.arena);
    t->access.has_programme = programme && programme->column.len > 0;
    return t;
}
