/* The material an expert of a panel gets to judge a case: the submitted forms, the materials with
 * their files, and the state of the criteria at the last review. Papers about persons (secret
 * files, and evidence in records of a type with an identity number) are counted but not shown. */
#ifndef DOCUMENT_EXPERT_FILE_H
#define DOCUMENT_EXPERT_FILE_H
#include "document/case_paper.h"
#include "document/hand_in.h"

struct expert_file {
    struct case_paper *forms; /* without their content */
    size_t form_count;
    struct hand_in handed;
    const struct jvalue *verdict; /* NULL: no review was shown one */
};

/* x and p as of programme_case, x->by the program. */
MUST_CHECK err_t expert_file_read(struct expert_file *out, struct step *g);

/* The members "forms", "materials" and "verdict". */
MUST_CHECK err_t expert_file_json(struct jout *j, const struct expert_file *f, struct step *g);

/* Whether it is one of the files that are given. */
MUST_CHECK err_t expert_file_gives(bool *out, const struct expert_file *f, struct str digest,
                                   struct step *g);
#endif
