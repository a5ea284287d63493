/* Answers about cases as a person reads them at a terminal. */
#ifndef CMD_CASE_PRINT_H
#define CMD_CASE_PRINT_H
#include "cmd/remote.h"

struct arena;
void print_calls(const struct jvalue *doc, struct arena *a);
void print_call(const struct jvalue *doc, struct arena *a);
void print_cases(const struct jvalue *doc, struct arena *a);
void print_case(const struct jvalue *doc, struct arena *a);
void print_history(const struct jvalue *doc, struct arena *a);
/* What can be done; what cannot, and why, with the clause. */
void print_actions(const struct jvalue *doc, struct arena *a);
void print_materials(const struct jvalue *doc, struct arena *a);
void print_papers(const struct jvalue *doc, struct arena *a);
void print_taken(const struct jvalue *doc, struct arena *a);
/* A step of several cases: those that were refused, why, and how many were not. */
void print_several(const struct jvalue *doc, struct arena *a);
void print_todo(const struct jvalue *doc, struct arena *a);
#endif
