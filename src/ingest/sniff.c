/* Magic numbers of what people import by mistake, and text detection shared by
 * the text formats' sniffers. */
#include "ingest/sniff.h"
#include "base/msg.h"
#include "text/encoding.h"

static bool is_control(unsigned char c)
{
    return c < 32 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1a && c != 0x1e &&
           c != 0x1b;
}

struct str sniff_text(struct bytes head, struct arena *a)
{
    struct stream *s = NULL;
    size_t len = 0, got = 0, controls = 0;
    size_t cap = head.len * 3 + 16;

    if (head.len == 0)
        return STR_NONE;
    if (encoding_open(&s, stream_open_memory(head), ENCODING_REPLACE, NULL, NULL) != OK)
        return STR_NONE;
    char *text = arena_alloc(a, cap);
    while (len < cap && stream_read(&got, s, text + len, cap - len, NULL) == OK && got)
        len += got;
    stream_close(s);
    for (size_t i = 0; i < len; i++)
        controls += is_control((unsigned char)text[i]);
    if (controls > len / 1000)
        return STR_NONE;
    /* The head may end inside a character; then so does the text. */
    struct str out = {text, len};
    if (str_ends(out, STR("\xEF\xBF\xBD")))
        out.len -= 3;
    return out;
}

struct str sniff_skip_blank(struct str s)
{
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\n' || s.ptr[0] == '\r' || s.ptr[0] == '\t')) {
        s.ptr++;
        s.len--;
    }
    return s;
}

static bool begins(struct str s, const char *with)
{
    struct str w = str_of(with);
    return s.len >= w.len && str_eq_nocase((struct str){s.ptr, w.len}, w);
}

/* Names a known format that is not read here, by how it begins and what it contains, and says what to do instead. */
static const char *foreign_text(struct str s)
{
    static const struct {
        const char *begins, *has, *what;
    } known[] = {
        {"PK", "mimetypeapplication/vnd.oasis.opendocument.text",
         N_("an OpenDocument text; save its table as a spreadsheet")},
        {"ID;P", "\n", N_("a SYLK file; open it in a spreadsheet program and save it as XLSX")},
        {"{", "\"ops:world-patent-data\"",
         N_("an answer of the EPO's OPS in JSON; ask it for XML (Accept: application/xml)")},
        {"<", "<successYN>",
         N_("an answer of KIPRIS Plus; export the list of results of KIPRIS as an Excel file")},
        {"<", "http://www.wipo.int/standards/XMLSchema/ST96",
         N_("XML after WIPO ST.96; take the office's file after ST.36, or its list as XLSX")},
    };
    if (str_starts(s, STR("\xEF\xBB\xBF")))
        s = (struct str){s.ptr + 3, s.len - 3};
    s = sniff_skip_blank(s);
    s.len = s.len < 4000 ? s.len : 4000;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (begins(s, known[i].begins) && str_contains(s, str_of(known[i].has)))
            return known[i].what;
    return NULL;
}

/* A dBase or FoxPro file begins with its version, a day (YYMMDD), and the length of a header of 32 bytes a column. */
static bool is_dbase(struct bytes b)
{
    static const char versions[] = "\x03\x30\x31\x32\x43\x83\x8B\xCB\xF5";
    const unsigned char *at = (const unsigned char *)b.ptr;
    return b.len > 64 && at[0] && strchr(versions, (char)at[0]) && at[2] >= 1 && at[2] <= 12 &&
           at[3] >= 1 && at[3] <= 31 && at[8] + at[9] * 256 >= 65 && at[10] + at[11] * 256 > 1;
}

const char *sniff_foreign(struct bytes head)
{
    static const struct {
        const char *magic;
        size_t len;
        const char *what;
    } known[] = {
        {"\x89PNG", 4, N_("a PNG picture, no patent data")},
        {"\xFF\xD8\xFF", 3, N_("a JPEG picture, no patent data")},
        {"GIF8", 4, N_("a GIF picture, no patent data")},
        {"II*\0", 4, N_("a TIFF picture, no patent data")},
        {"MM\0*", 4, N_("a TIFF picture, no patent data")},
        {"%PDF", 4, N_("a PDF document; export the list as XLSX or CSV instead")},
        {"PAR1", 4, N_("a Parquet file; export its tables as CSV and import those")},
        {"Rar!", 4, N_("a RAR archive; unpack it and import the files")},
        {"7z\xBC\xAF", 4, N_("a 7z archive; unpack it and import the files")},
        {"BZh", 3, N_("a bzip2 file; unpack it and import the result")},
        {"\xFD"
         "7zXZ",
         5, N_("an xz file; unpack it and import the result")},
        {"SQLite format 3", 15, N_("an SQLite database; export the table as CSV")},
        {"\x7F"
         "ELF",
         4, N_("a program")},
        {"MZ", 2, N_("a Windows program")},
        {"{\\rtf", 5, N_("an RTF document; save the table as XLSX or CSV")},
        {"\x93NUMPY", 6, N_("a NumPy array")},
        {"\x89HDF", 4, N_("an HDF5 file; export the table as CSV")},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (head.len >= known[i].len && memcmp(head.ptr, known[i].magic, known[i].len) == 0)
            return known[i].what;
    if (is_dbase(head))
        return N_("a dBase table; open it in a spreadsheet program and save it as XLSX");
    return foreign_text(bytes_str(head));
}
