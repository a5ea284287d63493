/* The keys of pack.yaml and of sections that are not lists of part_schema.c, with their meanings.
 * The parser refuses every other key; docs/pack-reference.md is generated from these tables. */
#include "policy/head_schema.h"
#include "base/msg.h"
#include "policy/key_schema.h"
#include "policy/pack_priv.h"

const char *const said_standings[] = {"in_force", "draft", "informative", "library", NULL};
const char *const said_held[] = {"held", "not_held", NULL};
const char *const said_hows[] = {"enforced", "recorded", "informative", NULL};

const char *const said_fold_names[] = {"exists", "count", "sum", "rate", "every", "value", NULL};
const struct said_word said_folds[] = {
    {"exists", N_("true when a row holds; no unit")},
    {"count", N_("number of different `key`s; a row without a key may be one more")},
    {"sum", N_("sum of `amount` of different `key`s, in 元 or whole numbers")},
    {"rate", N_("percent of the rows with `base` whose `test` holds")},
    {"every", N_("true when each `grp` keeps its `bound`: each, must")},
    {"value", N_("the `amount` of the rows that hold; none: not known")},
    {NULL, NULL}};

const struct said_word said_parameters[] = {
    {":subject", N_("the judged party; every SELECT on facts must use it")},
    {":as_of", N_("the business date, as text")},
    {":effective", N_("first day of the document")},
    {":expires", N_("its last day")},
    {":word", N_("the indicator's `word`")},
    {":applied", N_("the day by which an application counts: `handed_in`, else as_of")},
    {NULL, NULL}};

const struct part_key head_basis_end[] = {
    KEY_NEED("title", PART_TEXT, N_("title, one of `basis`")),
    KEY_NEED("until", PART_DATE, N_("last day that its title says")),
    {.name = NULL}};

const struct part_key head_document[] = {
    KEY_NEED("title", PART_TEXT, N_("title of the document, as in its text")),
    KEY("number", PART_TEXT, N_("its number: 某市监办〔2030〕1号; a document in force has one")),
    KEY("issuer", PART_TEXT, N_("who issued it")),
    KEY("jurisdiction", PART_TEXT,
        N_("GB/T 2260 code of its province or city: \"510000\"; \"000000\" the whole "
           "country; 99… an example")),
    KEY_WORD_NEED(
        "status", said_standings,
        N_("in_force; draft: judged in trial; informative: no verdict; library: parts for others")),
    KEY("issued", PART_DATE, N_("day of issue: 2030-01-01")),
    KEY("effective", PART_DATE, N_("first day on which it holds")),
    KEY("expires", PART_DATE, N_("last day; absent: the text gives none")),
    KEY("aliases", PART_WORDS, N_("other names of the document")),
    KEY("basis", PART_WORDS, N_("documents that it names as its basis")),
    KEY_OF("basis_ends", PART_ITEMS, head_basis_end,
           N_("documents of the basis whose title says their end")),
    KEY("note", PART_TEXT, N_("the reason for the keys of `own`, and further remarks")),
    KEY("explained_by", PART_WORDS, N_("packs of interpretations of its basis")),
    KEY("marks", PART_WORDS,
        N_("how the issuing marks (发文机关代字) of the offices of its place begin: [川]; nobody "
           "else enters one that begins so")),
    KEY_WORD("source", said_held,
             N_("held: source.txt is here; not_held: the text was not supplied, and no decision "
                "may cite it")),
    KEY("replaced_by", PART_TEXT,
        N_("pack of the document that takes its place; with replaced_from")),
    KEY("replaced_from", PART_DATE, N_("first day of that one")),
    KEY("own", PART_WORDS, N_("keys above that the text does not have")),
    {.name = NULL}};

const struct part_key head_pack[] = {
    KEY_NEED("id", PART_ID, N_("the pack's name: that of its folder, [a-z0-9-]")),
    KEY_NEED("version", PART_TEXT,
             N_("which state of the pack: \"1\"; another number after each change that counts")),
    KEY("format", PART_INT,
        N_("of the pack language: 2; absent: 1, and `pack lint` lists what is written otherwise "
           "now")),
    KEY("extends", PART_TEXT,
        N_("a pack whose parts it has: common (days of 民法典, blocks of papers)")),
    KEY("overrides", PART_WORDS,
        N_("ids of the extended pack that are said anew here; only those may be")),
    KEY_OF_NEED("document", PART_MAP, head_document, N_("what the document is: the keys below")),
    {.name = NULL}};

const struct part_key head_deadline[] = {
    KEY_NEED("id", PART_ID,
             N_("its name, for steps and SQL: publicity; `effective` and `pack-expiry` count the "
                "document's own days")),
    KEY("rule", PART_TEXT, N_("how it is counted: one of the rules below; or later_of")),
    KEY("later_of", PART_WORDS,
        N_("rules counted from the same day, of which the later day counts: [D30, Y12-31]")),
    KEY("then", PART_TEXT, N_("a further rule, counted from the day that these give: WD5")),
    KEY("carry", PART_BOOL, N_("true: a last day off moves on to the next working day")),
    KEY_NEED("clause", PART_TEXT, N_("clause that gives it")),
    KEY_NEED("quote", PART_QUOTE, N_("its words, with the number")),
    KEY("note", PART_TEXT, N_("what of it the text does not say")),
    KEY("chosen", PART_BOOL,
        N_("true: the text gives no day, and the note says who chose it; it triggers reminders, "
           "but nothing becomes late")),
    {.name = NULL}};

const struct part_key head_indicator[] = {
    KEY_NEED("id", PART_ID, N_("its name in tests, and of its file indicators/ID.sql")),
    KEY_WORD_NEED("fold", said_fold_names, N_("what its rows come to: one of the folds below")),
    KEY("unit", PART_TEXT, N_("unit of a quantity: 人, 家, 元, %; a truth has none")),
    KEY("from", PART_WORDS, N_("lists whose absence makes the number unbounded: [staff]")),
    KEY("label", PART_TEXT,
        N_("its label; two adjacent characters of it occur in the criterion's quote")),
    KEY_WORD("each", said_fold_names, N_("fold every: count or sum of each grp")),
    KEY("must", PART_TEXT, N_("fold every: comparison with bound: \"<=\"")),
    KEY("sql", PART_TEXT, N_("name of a SELECT shared with others")),
    KEY("word", PART_TEXT, N_("value of :word in that SELECT")),
    {.name = NULL}};

const struct part_key head_reading[] = {
    KEY_NEED("ambiguity", PART_TEXT, N_("id of the ambiguity")),
    KEY_NEED("reading", PART_TEXT, N_("id of one of its alternatives")),
    KEY_NEED("test", PART_TEXT, N_("the test under that reading")),
    {.name = NULL}};

const struct part_key head_criterion[] = {
    KEY_NEED(
        "id", PART_ID,
        N_("its name in questions, steps and cases; with a - it can be a part of another test")),
    KEY_NEED("clause", PART_TEXT, N_("clause that asks for it")),
    KEY_NEED("quote", PART_QUOTE,
             N_("the whole of its words: every number and comparison of the test stands in them")),
    KEY("test", PART_TEXT, N_("the expression that must be true: staff >= 5 人")),
    KEY("judged", PART_BOOL, N_("true: a person's finding decides; then no test")),
    KEY("part", PART_BOOL, N_("true: only a part of others' tests, never decides by itself")),
    KEY("advisory", PART_BOOL, N_("true: shown, never decides")),
    KEY("applies", PART_TEXT, N_("expression; where it is false the criterion is not applicable")),
    KEY("reason", PART_TEXT,
        N_("indicator of a reason: 原则上; leaving the rule needs one, which is then judged")),
    KEY("advice", PART_TEXT,
        N_("what to do, with {missing}, {effective}, {expires}: \"还差 {missing} 人\"")),
    KEY("ambiguities", PART_WORDS, N_("ids of the ambiguities whose reading it uses")),
    KEY_OF("readings", PART_ITEMS, head_reading, N_("other tests, by a reading that was chosen")),
    KEY("never_fails", PART_BOOL,
        N_("true: not met is not known, for the text does not say what a failure would rest on")),
    KEY("own", PART_TEXT, N_("what its test asks for and the quote does not say")),
    {.name = NULL}};

const struct part_key head_question[] = {
    KEY_NEED("id", PART_ID,
             N_("its name: apply, recognise, operate; steps name it in asks and passes")),
    KEY_NEED("label", PART_TEXT, N_("what people read for it")),
    KEY_NEED("criteria", PART_WORDS, N_("criteria that it asks, in order")),
    {.name = NULL}};

const struct part_key head_alternative[] = {
    KEY_NEED("id", PART_ID, N_("its name, for readings of criteria")),
    KEY_NEED("reading", PART_TEXT, N_("how the words are read")),
    KEY_NEED("effect", PART_TEXT, N_("what changes by it")),
    {.name = NULL}};

const struct part_key head_considered[] = {
    KEY_NEED("reading", PART_TEXT, N_("how the words could be read")),
    KEY_NEED("effect", PART_TEXT, N_("what would change by it")),
    {.name = NULL}};

const struct part_key head_ambiguity[] = {
    KEY_NEED("id", PART_ID, N_("its name: A-01")),
    KEY_NEED("clause", PART_TEXT, N_("clause that is unclear")),
    KEY("quote", PART_QUOTE, N_("words that are unclear; absent where silence is")),
    KEY_NEED("problem", PART_TEXT, N_("what is unclear")),
    KEY_NEED("reading", PART_TEXT, N_("reading that is taken")),
    KEY("default", PART_TEXT, N_("name of that reading, where another may be chosen")),
    KEY_OF("alternatives", PART_ITEMS, head_alternative, N_("readings that may be chosen")),
    KEY_OF("considered", PART_ITEMS, head_considered, N_("readings thought of and not offered")),
    KEY("switch", PART_WORDS, N_("authorities, or a function, that may choose: [province]")),
    KEY("noted", PART_BOOL,
        N_("true: papers that print the words say under them how they are read")),
    KEY("carries", PART_TEXT, N_("alternative under which last days move behind days off")),
    {.name = NULL}};

const struct part_key head_flag[] = {
    KEY_NEED("id", PART_ID, N_("its name")),
    KEY("questions", PART_WORDS, N_("questions at which it is shown")),
    KEY_NEED("indicator", PART_TEXT, N_("indicator whose rows are shown")),
    KEY_NEED("text", PART_TEXT, N_("what a person is told; it decides nothing")),
    KEY("watch", PART_BOOL,
        N_("looked at every day for each party in the register: while it holds, the office has "
           "it among its flags")),
    {.name = NULL}};

const struct part_key head_clause[] = {
    KEY_NEED("id", PART_TEXT,
             N_("its place in the text: 第五条（一）; one place may have several")),
    KEY_NEED("quote", PART_QUOTE, N_("the sentence, whole")),
    KEY_WORD("force", force_names, N_("M must, E encouraged, D definition, T target")),
    KEY("actor", PART_TEXT, N_("who is bound by it")),
    KEY_WORD_NEED(
        "how", said_hows,
        N_("enforced by criteria or deadlines, recorded by record types, or informative")),
    KEY("by", PART_WORDS, N_("criteria, deadlines, naming; or record types")),
    KEY("reason", PART_TEXT, N_("why it is informative")),
    KEY("why_only_recorded", PART_TEXT, N_("why a mandatory clause is only recorded")),
    KEY("rows", PART_WORDS,
        N_("rows of the requirements matrix; a pack of one's own leaves it out")),
    KEY("screens", PART_WORDS, N_("pages where a person meets it")),
    {.name = NULL}};

const struct part_key head_unquoted[] = {
    KEY_NEED("text", PART_TEXT,
             N_("words of the source that no clause quotes: headings, addressees")),
    KEY_NEED("reason", PART_TEXT, N_("why")),
    {.name = NULL}};

const struct part_key head_naming_level[] = {
    KEY_NEED("level", PART_TEXT,
             N_("level of the recognition that the step records: national, provincial, city")),
    KEY_NEED("template", PART_TEXT, N_("as above, for this level")),
    KEY("drop_suffix", PART_TEXT, N_("as above")),
    KEY("longest", PART_INT, N_("as above")),
    {.name = NULL}};

const struct part_key head_naming[] = {
    KEY_NEED("template", PART_TEXT,
             N_("name with {industry} in it: 某省{industry}产业知识产权运营中心")),
    KEY("drop_suffix", PART_TEXT, N_("ending of the industry that is left out")),
    KEY("longest", PART_INT, N_("the most characters that the whole name has")),
    KEY_OF("levels", PART_ITEMS, head_naming_level,
           N_("templates of recognitions of another level: the keys below")),
    KEY("refuse", PART_WORDS, N_("words that alone name no industry")),
    KEY("refuse_within", PART_WORDS, N_("words that must not occur in it")),
    KEY_NEED("clause", PART_TEXT, N_("clause that lays the name down")),
    KEY_NEED("quote", PART_QUOTE, N_("its words")),
    {.name = NULL}};

const struct part_kind head_kinds[] = {
    {"deadlines", N_("Deadlines"), head_deadline},
    {"indicators", N_("Indicators"), head_indicator},
    {"criteria", N_("Criteria"), head_criterion},
    {"questions", N_("Questions"), head_question},
    {"ambiguities", N_("Ambiguities"), head_ambiguity},
    {"flags", N_("Flags"), head_flag},
    {"clauses", N_("Clauses"), head_clause},
    {"unquoted", N_("Words that no clause quotes"), head_unquoted},
    {"naming", N_("Naming"), head_naming},
    {"labels_en", N_("English labels, by the Chinese ones"), NULL},
    {NULL, NULL, NULL}};
