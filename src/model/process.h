/* A process that a policy lays down (申报认定, 年度报告, 整改 …), as plain data for whoever moves
 * cases through it: states, and the steps between them, each with who may take it, what must
 * hold, by when, and what it does. Ids name parts of the pack (criteria, questions, deadlines,
 * forms); what they mean is asked of the pack, so that this header needs nothing of it.
 *
 * All of it belongs to the pack it came from (struct pack, `processes`), is never changed, and
 * goes with packs_close: a case that outlives the pack copies what it keeps. */
#ifndef MODEL_PROCESS_H
#define MODEL_PROCESS_H
#include "model/citation.h"
#include "model/due_day.h"
#include <stdbool.h>
#include <stddef.h>

enum process_effect_kind {
    EFFECT_DATE,    /* today's date into a field of a record: "process.recommended" */
    EFFECT_RECORD,  /* a record of this type is made: "publicity" */
    EFFECT_CHANGE,  /* a record of this type is changed: "centre"; its state by "state" */
    EFFECT_HAND_IN, /* a form of the pack is handed in: its cells filled, the materials of the
                       process there, its commitment accepted; else the step is refused */
    EFFECT_PAPER,   /* a form or paper of the pack is issued */
    EFFECT_RECEIPT, /* the actor gets a receipt; object: of what ("filing") */
    EFFECT_NAME,    /* the name is formed by the rule of the pack; object: "centre" */
    EFFECT_NOTIFY,  /* an actor is told */
    EFFECT_COPY,    /* an actor gets a copy (抄送) */
    EFFECT_START,   /* another process of the pack begins */
    EFFECT_END      /* the record of this type ends: it is no fact from then on */
};

struct process_value {
    struct str name, value;
    bool other; /* a condition: anything but this */
};

/* The record of a list that is made public; what is done to it is an effect of its own (`list`). */
#define PROCESS_LIST_TYPE "publicity"

struct process_effect {
    enum process_effect_kind kind;
    struct str object;
    struct str
        list; /* of `list`, a change of PROCESS_LIST_TYPE: what is done to it, one of process_list_acts */
    /* What a record holds then, by field: "today", "now", "name", "reason", "actor" stand for that
     * day, the moment, the name formed or else said of the register, the reason written, who did it; "due:RULE" for
     * the last day of a deadline that begins then, "of:TYPE.FIELD" for what that record of the case holds
     * (process_value_of); any other word for itself.
     * The rest comes from who takes the step, of what he may enter there (matter/entered.h). */
    const struct process_value *values;
    size_t value_count;
    const struct str *enters; /* fields that he may enter beside those that must be */
    size_t enter_count;
    const struct process_value
        *when; /* only where these hold, as conditions of a step; none: always */
    size_t when_count;
};

struct process_state {
    struct str id, label, label_en;
    bool end;          /* nothing more happens in this process */
    struct str holder; /* the actor who has the case in it; empty: who can move it on, one alone */
    bool
        unseen; /* hides a case from its party until it reaches another state (flow_unseen_after) */
};

struct process_step { /* a transition */
    struct str id, label, label_en;
    const size_t *from; /* indexes of states; at least one */
    size_t from_count;
    size_t to;         /* index of a state; where `stays`, not used */
    struct str stream; /* the way of a case from here on (推荐, 自荐); empty: as before */
    bool stays;        /* the case stays where it is: a step beside the way (备案) */
    struct str actor;  /* an authority of the pack, or applicant, centre, expert, public, system */
    const struct str *roles; /* who acts for it (types/roles.yaml); system: none */
    size_t role_count;
    /* Fields of records ("application.to") and what they must hold; else the step is not this
     * party's. */
    const struct process_value *when;
    size_t when_count;
    bool two_persons, reason; /* a second person confirms; a reason is written */
    const struct str *needs;  /* criteria: none false and none unknown */
    size_t need_count;
    const struct str *fails; /* criteria that are not met, each known to be so */
    size_t fail_count;
    const struct str *asks; /* questions whose verdict is shown and is not fail */
    size_t ask_count;
    const struct str *passes; /* questions whose verdict is pass */
    size_t pass_count;
    const struct str *served; /* papers: issued, and served on the party, before */
    size_t served_count;
    /* Indexes of steps of others whose period has to be over before, in the states where it counts: of
     * a list made public, of a rectification, of a party's reply. Not written in a pack: no text says
     * it, so it stands under no clause (policy/process.c). */
    const size_t *waits;
    size_t wait_count;
    /* An evaluation of the pack, and what a closed panel of it must have come to of this case ("pass",
     * "fail"); empty name: no panel is asked for. */
    struct process_value panel;
    /* A deadline rule of the pack, counted from the date (or the year) in the field `counted`
     * ("publicity.published_on"); both or neither is empty. Of a rule that is a range an officer
     * enters the day. */
    struct str due, counted;
    bool after_due;    /* open only when the deadline is over (公示期满) */
    bool refused_late; /* not open after it; else a late step is marked late */
    bool reason_early; /* before its last day a reason is written */
    const int *remind; /* days before it, falling */
    size_t remind_count;
    const struct process_effect *effects; /* in order */
    size_t effect_count;
    struct citation citation; /* empty clause: the document does not say this step … */
    struct str own;           /* … and this is why it is there: an officer's action whose basis
                                 he enters, or the platform's */
    int line;
};

struct process {
    struct str id, label, label_en, subject; /* subject: the record type that it moves */
    const struct process_state *states;
    size_t state_count, start; /* start: index of the first state */
    /* What the subject record of a new case holds: nobody's to enter ("kind" "summary"). */
    const struct process_value *begins;
    size_t begin_count;
    const struct process_step *steps;
    size_t step_count;
    struct citation citation;
    int line;
};

/* --- what follows from the data alone: no store, no policy, no clock ------------------------- */

/* NULL: the process has no such step. */
const struct process_step *process_step_find(const struct process *p, struct str id);
/* Index of the state; p->state_count: the process has none of that id. */
size_t process_state_at(const struct process *p, struct str id);
/* True if the step has an effect of this kind. */
bool process_step_has(const struct process_step *s, enum process_effect_kind kind);
/* The first such effect of the step, or of any step, on `object`; NULL: there is none. */
const struct process_effect *process_step_effect(const struct process_step *s,
                                                 enum process_effect_kind kind, struct str object);
const struct process_effect *process_effect(const struct process *p, enum process_effect_kind kind,
                                            struct str object);
/* What the effect itself writes into the field of its record; of "state": to which state it brings it, whatever its
 * conditions. Empty: it says nothing of it. */
struct str process_writes(const struct process_effect *f, struct str field);
/* Whether the step records how people judge the criterion. */
bool process_judges(const struct process_step *s, struct str criterion);
/* Whether the step is done in the stage of that id. */
bool process_opens_in(const struct process *p, const struct process_step *s, struct str stage);
/* Whether it can be taken in the state (an index). */
bool process_leaves(const struct process_step *s, size_t state);
/* Whether the day of the step counts while a case stands in the state (an index). A step that itself
 * writes the date from which its day is counted gives the day to the state behind it. */
bool process_day_counts(const struct process *p, const struct process_step *s, size_t state);
/* Of the party itself (applicant, centre); of an office: what it does is a power of its own. */
/* What they are called in the language of who asks. */
struct str process_step_name(const struct process_step *s);
struct str process_name(const struct process *p);
bool process_is_partys(const struct process_step *s);
bool process_is_party(struct str actor); /* applicant or centre */
bool process_is_offices(const struct process_step *s);
/* An office's step to an end. */
bool process_decides(const struct process *p, const struct process_step *s);
/* Whether somebody has a period by the step that a decision waits for: a list made public (counted from
 * a field of `publicity`), a day until which the public objects, a rectification (a party's step counted from a
 * field of `rectification`), a party's reply (`receipt reply`), to which an officer may give a day where
 * the document gives none. */
bool process_gives_period(const struct process_step *s);
/* Whether a decision, the step, waits in that state for the period of the other. */
bool process_waits(const struct process *p, const struct process_step *s,
                   const struct process_step *other, size_t state);
/* Whether who takes the step enters what he bases it on: the document does not say it, and an office
 * acts. What a party, the public or an expert does of itself rests on nobody's power. */
bool process_needs_basis(const struct process_step *s);

/* The conditions that a step hangs on, from 0: its own, then those of its effects, which keep it closed
 * while they are not known. NULL: there are no more. */
const struct process_value *process_condition_at(const struct process_step *s, size_t at);

/* Whether a reason is written on that day; `due`: the day that the step has. */
bool process_asks_reason(const struct process_step *s, struct str today, struct due_day due);

enum process_time {
    PROCESS_IN_TIME,
    PROCESS_NO_DAY,      /* a period has to be over, and the day from which it runs is not known */
    PROCESS_EARLY,       /* it is not over: the step opens on the day after */
    PROCESS_PROVISIONAL, /* its day is past and not final: it is not over until it was counted again */
    PROCESS_LATE,        /* its day is past, and the step is refused late */
    PROCESS_OVERDUE      /* its day is past; it can be done, and is marked */
};
/* On a day, of the day that the step has. */
enum process_time process_time(const struct process_step *s, struct str today, struct due_day due);

/* "award_proposal.amount" of "of:award_proposal.amount"; empty: the value is taken from no record. */
struct str process_value_of(const struct process_value *v);

/* Whether a condition holds of what stands in its field; `is` empty: not known. */
enum process_holds { HOLDS_NOT, HOLDS, HOLDS_UNKNOWN };
enum process_holds process_holds(const struct process_value *condition, struct str is);
#endif
