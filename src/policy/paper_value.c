/* Names that papers may use; docs/policy-packs.md says what each is for. */
#include "policy/paper_value.h"
#include "base/msg.h"

const struct paper_value_name paper_value_names[] = {
    /* of the pack, by themselves */
    {"policy.title", N_("title of the policy"), false},
    {"policy.number", N_("number of the policy"), false},
    {"policy.issuer", N_("issuer of the policy"), false},
    /* of the step at which it is drawn up, by themselves */
    {"step.label", N_("step"), false},
    {"step.clause", N_("clause of the step"), false},
    {"step.quote", N_("words of that clause"), false},
    /* of the paper */
    {"paper.issuer", N_("issuing office"), false},
    {"paper.number", N_("document number"), false},
    {"paper.to", N_("addressee"), false},
    {"paper.date", N_("date of the document"), false},
    {"paper.copies", N_("copies to"), false},
    {"paper.check_url", N_("address where it can be checked"), false},
    /* of the case */
    {"case.number", N_("number of the case"), false},
    {"case.call", N_("call"), false},
    {"case.opened", N_("day on which the case began"), false},
    {"party.name", N_("name of the party"), false},
    {"party.code", N_("unified social credit code"), false},
    {"party.city", N_("city of the party"), false},
    {"centre.name", N_("name by the rule of the pack"), false},
    {"centre.number", N_("number of the certificate"), false},
    {"centre.industry", N_("industry"), false},
    {"centre.recognised", N_("day of recognition"), false},
    /* entered by the officer */
    {"decision.basis", N_("basis of the decision"), false},
    {"decision.facts", N_("facts of the decision"), false},
    {"decision.reason", N_("reason of the decision"), false},
    {"decision.result", N_("result of the decision"), false},
    {"remedy.organ", N_("organ to which it can be taken (remedies)"), false},
    {"remedy.period", N_("period within which it can be taken there (remedies)"), false},
    {"reply.period", N_("period for a reply"), false},
    {"publicity.from", N_("first day of publicity"), false},
    {"publicity.until", N_("last day of publicity"), false},
    {"publicity.days", N_("length of publicity"), false},
    {"publicity.contact", N_("where objections go"), false},
    {"rectification.grounds", N_("grounds of rectification"), false},
    {"rectification.due", N_("last day of rectification"), false},
    {"report.year", N_("year of the report"), false},
    {"report.text", N_("text of the report"), false},
    {"report.plan", N_("plan of the next year"), false},
    {"evaluation.grade", N_("grade"), false},
    {"evaluation.opinion", N_("opinion of the evaluation"), false},
    {"receipt.subject", N_("what was received"), false},
    {"receipt.time", N_("time of receipt"), false},
    {"receipt.digest", N_("digest of what was received"), false},
    {"receipt.entry", N_("entry in the evidence log"), false},
    {"delivery.channel", N_("way of delivery"), false},
    {"delivery.recipient", N_("who received it"), false},
    {"delivery.time", N_("time of delivery"), false},
    {"meeting.time", N_("time of the meeting"), false},
    {"meeting.place", N_("place of the meeting"), false},
    {"meeting.chair", N_("chair"), false},
    {"meeting.people", N_("who attended"), false},
    {"meeting.content", N_("what was discussed"), false},
    {"meeting.result", N_("what was resolved"), false},
    /* lists */
    {"parties.name", N_("name of the party"), true},
    {"parties.code", N_("unified social credit code"), true},
    {"parties.city", N_("city of the party"), true},
    {"parties.industry", N_("industry"), true},
    {"parties.centre", N_("name by the rule of the pack"), true},
    {"parties.rank", N_("rank"), true},
    {"parties.score", N_("score"), true},
    {"parties.opinion", N_("opinion"), true},
    {"experts.name", N_("expert"), true},
    {"experts.unit", N_("unit of the expert"), true},
    {"experts.opinion", N_("opinion"), true},
    {"scores.head", N_("head"), true},
    {"scores.weight", N_("weight"), true},
    {"scores.score", N_("score"), true},
    {"criteria.quote", N_("words of the condition"), true},
    {"criteria.clause", N_("clause"), true},
    {"criteria.value", N_("value"), true},
    {"criteria.verdict", N_("verdict"), true},
    {"indicators.label", N_("indicator"), true},
    {"indicators.value", N_("value"), true},
    {"indicators.rows", N_("records behind it"), true},
    {"findings.facts", N_("facts found"), true},
    {"findings.ground", N_("ground"), true},
    {"materials.name", N_("material"), true},
    {"materials.digest", N_("digest"), true},
    {NULL, NULL, false}};

const struct paper_value_name *paper_value_name(struct str name)
{
    for (const struct paper_value_name *n = paper_value_names; n->name; n++)
        if (str_is(name, n->name))
            return n;
    return NULL;
}

bool paper_value_list(struct str list)
{
    for (const struct paper_value_name *n = paper_value_names; n->name; n++)
        if (n->list && str_starts(str_of(n->name), list) && n->name[list.len] == '.')
            return true;
    return false;
}

const char *const paper_block_roles[] = {
    "masthead",   "number", "title", "addressee", "heading", "subheading", "text",  "item",
    "attachment", "signer", "date",  "copy",      "note",    "display",    "table", NULL};

bool paper_text_next(struct str *rest, struct str *text, struct str *name)
{
    size_t at = str_find(*rest, STR("{"), 0), end = str_find(*rest, STR("}"), 0);
    *text = (struct str){rest->ptr, at};
    *name = STR_NONE;
    if (at == rest->len) {
        bool whole = end == rest->len;
        *rest = STR_NONE;
        return whole;
    }
    if (end < at || end == rest->len)
        return false;
    *name = str_range(rest->ptr + at + 1, rest->ptr + end);
    *rest = (struct str){rest->ptr + end + 1, rest->len - end - 1};
    return true;
}
