/* What in an Office file, or in any archive, would run or fetch something. Told by what a part says when it is read
 * as the programs read it, not by how it is spelt. */
#ifndef MODEL_FILE_OFFICE_H
#define MODEL_FILE_OFFICE_H
#include "base/arena.h"
#include "base/err.h"
#include "text/zip.h"

bool file_named_as_xml(struct str name);
/* Whatever the name of a part says: a program goes by the list of types in the archive, or by nothing. */
bool file_begins_as_xml(struct bytes piece);

/* The first `most` bytes of a member, in the arena. */
MUST_CHECK err_t file_read_member(struct bytes *out, const struct zip *z, size_t i, size_t most,
                                  struct arena *a, struct err *e);

/* Programs among the members, by name and by content, also inside of embedded objects. E_INVALID says which. */
MUST_CHECK err_t file_programs_check(const struct zip *z, struct err *e);

/* The parts of a Word, Excel or PowerPoint file: macros, ActiveX, fields and links that call another program (DDE),
 * what is fetched from elsewhere. No part declares a document type (file_kind.c looks first). E_INVALID. */
MUST_CHECK err_t file_office_check(const struct zip *z, bool word, struct arena *a, struct err *e);
#endif
