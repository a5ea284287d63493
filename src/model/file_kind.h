/* What an uploaded file is: told by its content, and held against its name.
 *
 * Only kinds of the table are taken. A file is refused, with one sentence, when its
 * name and its content disagree, when it is another kind as well (a PDF that ends as
 * a ZIP archive), when it carries a program or fetches something (file_office.h,
 * file_pdf.h), when it is a page (HTML, SVG), or when it is made to burst what opens it
 * (zip bombs, entities, images of too many pixels).
 *
 * What lies in an archive is looked at in the same way, and in archives within it.
 *
 * Not seen: what an encrypted PDF whose objects lie in streams does when it is opened, scripts beyond macros in
 * the old binary Office formats. So whatever is given out again is never shown by a
 * browser (api/resources/files.c). */
#ifndef MODEL_FILE_KIND_H
#define MODEL_FILE_KIND_H
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define FILE_NAME_MAX_BYTES 255
#define FILE_PIXELS_MAX 300000000 /* A3 at 1200 dpi has 280 million */
#define FILE_MEMBERS_MAX 10000    /* of one archive */

struct file_kind {
    const char *extension; /* lower case, as in a name and in `accept` of a field */
    const char *media_type;
    const char *label; /* English, N_() */
};

/* The content of a file, read in any order. */
struct file_view {
    int64_t bytes;
    /* Exactly len bytes from `from` on; they are there. */
    err_t (*read)(void *arg, int64_t from, void *to, size_t len, struct err *e);
    /* All of it at once, while the view lives; E_LIMIT: too large for that. */
    err_t (*map)(struct bytes *out, void *arg, struct err *e);
    /* A file to be read that holds it, for the caller to close; NULL: there is none (file_text.h). */
    err_t (*open)(int *fd, void *arg, struct err *e);
    void *arg;
};

/* The kind that a name claims; NULL: none that is taken. */
const struct file_kind *file_kind_of_name(struct str name);
const struct file_kind *file_kind_find(struct str extension);
/* Its content lies packed or is a program's of its own (archives, Office, PDF): a stranger's is looked at in a cage
 * (file_text.h). */
bool file_kind_is_packed(const struct file_kind *kind);
/* "pdf, docx, …" */
struct str file_kinds(struct arena *a);

/* A file's name without folders, control characters and marks that turn the direction
 * of writing. E_INVALID says what is wrong. */
MUST_CHECK err_t file_name_check(struct str name, struct err *e);

/* E_INVALID: refused, the sentence says why. Other errors: of reading. */
MUST_CHECK err_t file_kind_check(const struct file_kind **out, const struct file_view *v,
                                 struct str name, struct arena *a, struct err *e);
#endif
