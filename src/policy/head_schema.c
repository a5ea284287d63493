/* What pack.yaml and the sections hold that are not lists of part_schema.c: their keys, with what each is.
 * Reading refuses every other key; docs/pack-reference.md is made of these tables. */
#include "policy/head_schema.h"
#include "base/msg.h"
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
    {":subject", N_("who is judged; every SELECT on facts asks for it")},
    {":as_of", N_("the business date, as text")},
    {":effective", N_("first day of the document")},
    {":expires", N_("its last day")},
    {":word", N_("the indicator's `word`")},
    {":applied", N_("the day by which an application counts: `handed_in`, else as_of")},
    {NULL, NULL}};

const struct part_key head_basis_end[] = {
    {.name = "title", .type = PART_TEXT, .required = true, .about = N_("title, one of `basis`")},
    {.name = "until",
     .type = PART_DATE,
     .required = true,
     .about = N_("last day that its title says")},
    {.name = NULL}};

const struct part_key head_document[] = {
    {.name = "title",
     .type = PART_TEXT,
     .required = true,
     .about = N_("title of the document, as in its text")},
    {.name = "number",
     .type = PART_TEXT,
     .about = N_("its number: 某市监办〔2030〕1号; a document in force has one")},
    {.name = "issuer", .type = PART_TEXT, .about = N_("who issued it")},
    {.name = "jurisdiction",
     .type = PART_TEXT,
     .about = N_("GB/T 2260 code of its province or city: \"510000\"; \"000000\" the whole "
                 "country; 99… an example")},
    {.name = "status",
     .type = PART_WORD,
     .required = true,
     .words = said_standings,
     .about = N_(
         "in_force; draft: judged in trial; informative: no verdict; library: parts for others")},
    {.name = "issued", .type = PART_DATE, .about = N_("day of issue: 2030-01-01")},
    {.name = "effective", .type = PART_DATE, .about = N_("first day on which it holds")},
    {.name = "expires", .type = PART_DATE, .about = N_("last day; absent: the text gives none")},
    {.name = "aliases", .type = PART_WORDS, .about = N_("other names of the document")},
    {.name = "basis", .type = PART_WORDS, .about = N_("documents that it names as its basis")},
    {.name = "basis_ends",
     .type = PART_ITEMS,
     .inner = head_basis_end,
     .about = N_("documents of the basis whose title says their end")},
    {.name = "note",
     .type = PART_TEXT,
     .about = N_("why keys of `own` stand here, and what to keep in mind")},
    {.name = "explained_by",
     .type = PART_WORDS,
     .about = N_("packs of interpretations of its basis")},
    {.name = "marks",
     .type = PART_WORDS,
     .about =
         N_("how the issuing marks (发文机关代字) of the offices of its place begin: [川]; nobody "
            "else enters one that begins so")},
    {.name = "source",
     .type = PART_WORD,
     .words = said_held,
     .about = N_("held: source.txt is here; not_held: the text was not supplied, and no decision "
                 "may cite it")},
    {.name = "replaced_by",
     .type = PART_TEXT,
     .about = N_("pack of the document that takes its place; with replaced_from")},
    {.name = "replaced_from", .type = PART_DATE, .about = N_("first day of that one")},
    {.name = "own", .type = PART_WORDS, .about = N_("keys above that the text does not have")},
    {.name = NULL}};

const struct part_key head_pack[] = {
    {.name = "id",
     .type = PART_ID,
     .required = true,
     .about = N_("the pack's name: that of its folder, [a-z0-9-]")},
    {.name = "version",
     .type = PART_TEXT,
     .required = true,
     .about = N_("which state of the pack: \"1\"; another number after each change that counts")},
    {.name = "format",
     .type = PART_INT,
     .about =
         N_("of the pack language: 2; absent: 1, and `pack lint` lists what is written otherwise "
            "now")},
    {.name = "extends",
     .type = PART_TEXT,
     .about = N_("a pack whose parts it has: common (days of 民法典, blocks of papers)")},
    {.name = "overrides",
     .type = PART_WORDS,
     .about = N_("ids of the extended pack that are said anew here; only those may be")},
    {.name = "document",
     .type = PART_MAP,
     .required = true,
     .inner = head_document,
     .about = N_("what the document is: the keys below")},
    {.name = NULL}};

const struct part_key head_deadline[] = {
    {.name = "id",
     .type = PART_ID,
     .required = true,
     .about = N_("its name, for steps and SQL: publicity; `effective` and `pack-expiry` count the "
                 "document's own days")},
    {.name = "rule",
     .type = PART_TEXT,
     .about = N_("how it is counted: one of the rules below; or later_of")},
    {.name = "later_of",
     .type = PART_WORDS,
     .about = N_("rules counted from the same day, of which the later day counts: [D30, Y12-31]")},
    {.name = "then",
     .type = PART_TEXT,
     .about = N_("a further rule, counted from the day that these give: WD5")},
    {.name = "carry",
     .type = PART_BOOL,
     .about = N_("true: a last day off moves on to the next working day")},
    {.name = "clause", .type = PART_TEXT, .required = true, .about = N_("clause that gives it")},
    {.name = "quote",
     .type = PART_QUOTE,
     .required = true,
     .about = N_("its words, with the number")},
    {.name = "note", .type = PART_TEXT, .about = N_("what of it the text does not say")},
    {.name = "chosen",
     .type = PART_BOOL,
     .about = N_("true: no text gives the day, its note says who chose it; it is a day to be "
                 "reminded on, and nothing is late by it")},
    {.name = NULL}};

const struct part_key head_indicator[] = {
    {.name = "id",
     .type = PART_ID,
     .required = true,
     .about = N_("its name in tests, and of its file indicators/ID.sql")},
    {.name = "fold",
     .type = PART_WORD,
     .required = true,
     .words = said_fold_names,
     .about = N_("what its rows come to: one of the folds below")},
    {.name = "unit",
     .type = PART_TEXT,
     .about = N_("unit of a quantity: 人, 家, 元, %; a truth has none")},
    {.name = "from",
     .type = PART_WORDS,
     .about = N_("lists whose absence leaves the number open upward: [staff]")},
    {.name = "label",
     .type = PART_TEXT,
     .about = N_("what people read for it; two letters of it stand in the criterion's quote")},
    {.name = "each",
     .type = PART_WORD,
     .words = said_fold_names,
     .about = N_("fold every: count or sum of each grp")},
    {.name = "must", .type = PART_TEXT, .about = N_("fold every: comparison with bound: \"<=\"")},
    {.name = "sql", .type = PART_TEXT, .about = N_("name of a SELECT shared with others")},
    {.name = "word", .type = PART_TEXT, .about = N_("value of :word in that SELECT")},
    {.name = NULL}};

const struct part_key head_reading[] = {
    {.name = "ambiguity", .type = PART_TEXT, .required = true, .about = N_("id of the ambiguity")},
    {.name = "reading",
     .type = PART_TEXT,
     .required = true,
     .about = N_("id of one of its alternatives")},
    {.name = "test",
     .type = PART_TEXT,
     .required = true,
     .about = N_("the test under that reading")},
    {.name = NULL}};

const struct part_key head_criterion[] = {
    {.name = "id",
     .type = PART_ID,
     .required = true,
     .about =
         N_("its name in questions, steps and cases; with a - it can be a part of another test")},
    {.name = "clause", .type = PART_TEXT, .required = true, .about = N_("clause that asks for it")},
    {.name = "quote",
     .type = PART_QUOTE,
     .required = true,
     .about = N_("the whole of its words: every number and comparison of the test stands in them")},
    {.name = "test",
     .type = PART_TEXT,
     .about = N_("the expression that must be true: staff >= 5 人")},
    {.name = "judged",
     .type = PART_BOOL,
     .about = N_("true: a person's finding decides; then no test")},
    {.name = "part",
     .type = PART_BOOL,
     .about = N_("true: only a part of others' tests, never decides by itself")},
    {.name = "advisory", .type = PART_BOOL, .about = N_("true: shown, never decides")},
    {.name = "applies",
     .type = PART_TEXT,
     .about = N_("expression; where it is false the criterion is not applicable")},
    {.name = "reason",
     .type = PART_TEXT,
     .about =
         N_("indicator of a reason: 原则上; leaving the rule needs one, which is then judged")},
    {.name = "advice",
     .type = PART_TEXT,
     .about = N_("what to do, with {missing}, {effective}, {expires}: \"还差 {missing} 人\"")},
    {.name = "ambiguities",
     .type = PART_WORDS,
     .about = N_("ids of the doubts by whose reading it is judged")},
    {.name = "readings",
     .type = PART_ITEMS,
     .inner = head_reading,
     .about = N_("other tests, by a reading that was chosen")},
    {.name = "never_fails",
     .type = PART_BOOL,
     .about =
         N_("true: not met is not known, for the text does not say what a failure would rest on")},
    {.name = "own",
     .type = PART_TEXT,
     .about = N_("what its test asks for and the quote does not say")},
    {.name = NULL}};

const struct part_key head_question[] = {
    {.name = "id",
     .type = PART_ID,
     .required = true,
     .about = N_("its name: apply, recognise, operate; steps name it in asks and passes")},
    {.name = "label", .type = PART_TEXT, .required = true, .about = N_("what people read for it")},
    {.name = "criteria",
     .type = PART_WORDS,
     .required = true,
     .about = N_("criteria that it asks, in order")},
    {.name = NULL}};

const struct part_key head_alternative[] = {
    {.name = "id",
     .type = PART_ID,
     .required = true,
     .about = N_("its name, for readings of criteria")},
    {.name = "reading", .type = PART_TEXT, .required = true, .about = N_("how the words are read")},
    {.name = "effect", .type = PART_TEXT, .required = true, .about = N_("what changes by it")},
    {.name = NULL}};

const struct part_key head_considered[] = {
    {.name = "reading",
     .type = PART_TEXT,
     .required = true,
     .about = N_("how the words could be read")},
    {.name = "effect", .type = PART_TEXT, .required = true, .about = N_("what would change by it")},
    {.name = NULL}};

const struct part_key head_ambiguity[] = {
    {.name = "id", .type = PART_ID, .required = true, .about = N_("its name: A-01")},
    {.name = "clause", .type = PART_TEXT, .required = true, .about = N_("clause that is unclear")},
    {.name = "quote",
     .type = PART_QUOTE,
     .about = N_("words that are unclear; absent where silence is")},
    {.name = "problem", .type = PART_TEXT, .required = true, .about = N_("what is unclear")},
    {.name = "reading", .type = PART_TEXT, .required = true, .about = N_("reading that is taken")},
    {.name = "default",
     .type = PART_TEXT,
     .about = N_("name of that reading, where another may be chosen")},
    {.name = "alternatives",
     .type = PART_ITEMS,
     .inner = head_alternative,
     .about = N_("readings that may be chosen")},
    {.name = "considered",
     .type = PART_ITEMS,
     .inner = head_considered,
     .about = N_("readings thought of and not offered")},
    {.name = "switch",
     .type = PART_WORDS,
     .about = N_("authorities, or a function, that may choose: [province]")},
    {.name = "noted",
     .type = PART_BOOL,
     .about = N_("true: papers that print the words say under them how they are read")},
    {.name = "carries",
     .type = PART_TEXT,
     .about = N_("alternative under which last days move behind days off")},
    {.name = NULL}};

const struct part_key head_flag[] = {
    {.name = "id", .type = PART_ID, .required = true, .about = N_("its name")},
    {.name = "questions", .type = PART_WORDS, .about = N_("questions at which it is shown")},
    {.name = "indicator",
     .type = PART_TEXT,
     .required = true,
     .about = N_("indicator whose rows are shown")},
    {.name = "text",
     .type = PART_TEXT,
     .required = true,
     .about = N_("what a person is told; it decides nothing")},
    {.name = "watch",
     .type = PART_BOOL,
     .about =
         N_("looked at every day for each party in the register: while it holds, the office has "
            "it among its flags")},
    {.name = NULL}};

const struct part_key head_clause[] = {
    {.name = "id",
     .type = PART_TEXT,
     .required = true,
     .about = N_("its place in the text: 第五条（一）; several may stand for one place")},
    {.name = "quote", .type = PART_QUOTE, .required = true, .about = N_("the sentence, whole")},
    {.name = "force",
     .type = PART_WORD,
     .words = force_names,
     .about = N_("M must, E encouraged, D definition, T target")},
    {.name = "actor", .type = PART_TEXT, .about = N_("who is bound by it")},
    {.name = "how",
     .type = PART_WORD,
     .required = true,
     .words = said_hows,
     .about = N_("enforced by criteria or deadlines, recorded by record types, or informative")},
    {.name = "by", .type = PART_WORDS, .about = N_("criteria, deadlines, naming; or record types")},
    {.name = "reason", .type = PART_TEXT, .about = N_("why it is informative")},
    {.name = "why_only_recorded",
     .type = PART_TEXT,
     .about = N_("why nothing can be done about a must that is only recorded")},
    {.name = "rows",
     .type = PART_WORDS,
     .about = N_("rows of the requirements matrix; a pack of one's own leaves it out")},
    {.name = "screens", .type = PART_WORDS, .about = N_("pages where a person meets it")},
    {.name = NULL}};

const struct part_key head_unquoted[] = {
    {.name = "text",
     .type = PART_TEXT,
     .required = true,
     .about = N_("words of the source that no clause quotes: headings, addressees")},
    {.name = "reason", .type = PART_TEXT, .required = true, .about = N_("why")},
    {.name = NULL}};

const struct part_key head_naming[] = {
    {.name = "template",
     .type = PART_TEXT,
     .required = true,
     .about = N_("name with {industry} in it: 某省{industry}产业知识产权运营中心")},
    {.name = "drop_suffix",
     .type = PART_TEXT,
     .about = N_("ending of the industry that is left out")},
    {.name = "refuse", .type = PART_WORDS, .about = N_("words that alone name no industry")},
    {.name = "refuse_within", .type = PART_WORDS, .about = N_("words that may not stand in it")},
    {.name = "clause",
     .type = PART_TEXT,
     .required = true,
     .about = N_("clause that lays the name down")},
    {.name = "quote", .type = PART_QUOTE, .required = true, .about = N_("its words")},
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
