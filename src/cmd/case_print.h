/* Answers about cases as a person reads them at a terminal. */
#ifndef CMD_CASE_PRINT_H
#define CMD_CASE_PRINT_H
#include "cmd/remote.h"

struct arena;
void print_cases(const struct jvalue *doc, struct arena *a);
void print_case(const struct jvalue *doc, struct arena *a);
void print_papers(const struct jvalue *doc, struct arena *a);
void print_taken(const struct jvalue *doc, struct arena *a);
#endif
