/* Asks the model of a process whether a step is open, for tests that compare the model with a case. */
#ifndef TESTS_CASE_STEP_OPEN_H
#define TESTS_CASE_STEP_OPEN_H
#include "policy/process_walk.h"

/* True if the step is open to its actor. `says`: a truth value per guard; `state`: an index. */
static inline bool step_is_open(const struct process_model *m, const struct process_step *s,
                                size_t state, const uint8_t *says)
{
    if ((m->process->states[state].end && !s->stays) || !process_leaves(s, state))
        return false;
    for (size_t g = 0; g < m->guard_count; g++)
        if (!(process_allowed(m, s, state, g) & (1u << says[g])))
            return false;
    return true;
}
#endif
