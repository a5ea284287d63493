/* Legal status in the words of offices and vendors.
 *
 * A word counts where it stands in the text; of several the most final one
 * decides (inactive before active before pending), because lists give the
 * present state beside events that led to it. Words that contain another one
 * with another meaning ("无效程序", "inactive") stand first and are taken out
 * of the text before the next word is looked for. */
#include "base/mem.h"
#include "model/normal.h"
#include <stdlib.h>

const char *patent_status_name(enum patent_status s)
{
    static const char *const names[] = {"unknown", "pending", "active", "inactive"};
    return names[s];
}

/* A status is a word or a list of events; longer is none, and its end is not read. */
#define STATUS_BYTES_MAX ((size_t)64 << 10)
#define USUAL_BYTES 512
#define KEEP STATUS_UNKNOWN /* the word says nothing about the state */

static const struct {
    const char *word;
    enum patent_status status;
} words[] = {
    /* events that leave the state as it is */
    {"无效程序", KEEP},
    {"无效宣告请求", KEEP},
    {"无效请求", KEEP},
    {"权利恢复", STATUS_ACTIVE},
    {"恢复权利", STATUS_ACTIVE},
    {"专利权恢复", STATUS_ACTIVE},
    {"部分无效", STATUS_ACTIVE},
    {"部分撤销", STATUS_ACTIVE},
    {"维持有效", STATUS_ACTIVE},
    {"维持专利权", STATUS_ACTIVE},
    {"驳回复审", STATUS_PENDING},
    {"未确认", KEEP},
    {"未知", KEEP},
    {"未授权", KEEP},
    {"未缴年费", STATUS_INACTIVE}, /* PatSnap, CNIPA */
    {"未缴费", STATUS_INACTIVE},
    /* PatSnap, international applications */
    {"指定期满", STATUS_INACTIVE},
    {"指定期内", STATUS_PENDING},
    /* incoPat, CNIPA: 有权/无权/审中 - reason */
    {"失效", STATUS_INACTIVE},
    {"无权", STATUS_INACTIVE},
    {"无效", STATUS_INACTIVE},
    {"终止", STATUS_INACTIVE},
    {"撤回", STATUS_INACTIVE},
    {"视撤", STATUS_INACTIVE},
    {"驳回", STATUS_INACTIVE},
    {"放弃", STATUS_INACTIVE},
    {"届满", STATUS_INACTIVE},
    {"期满", STATUS_INACTIVE},
    {"到期", STATUS_INACTIVE},
    {"撤销", STATUS_INACTIVE},
    {"避免重复授权", STATUS_INACTIVE},
    {"避重", STATUS_INACTIVE},
    {"丧失", STATUS_INACTIVE},
    {"有效", STATUS_ACTIVE},
    {"有权", STATUS_ACTIVE},
    {"待授权", STATUS_PENDING},
    {"授权", STATUS_ACTIVE},
    {"专利权维持", STATUS_ACTIVE},
    {"专利权的转移", STATUS_ACTIVE},
    {"专利权质押", STATUS_ACTIVE},
    {"专利权人的姓名", STATUS_ACTIVE},
    {"专利实施许可", STATUS_ACTIVE},
    {"审中", STATUS_PENDING},
    {"在审", STATUS_PENDING},
    {"待审", STATUS_PENDING},
    {"实质审查", STATUS_PENDING},
    {"实审", STATUS_PENDING},
    {"初审", STATUS_PENDING},
    {"初步审查", STATUS_PENDING},
    {"复审", STATUS_PENDING},
    {"公开", STATUS_PENDING},
    {"公布", STATUS_PENDING},
    {"受理", STATUS_PENDING},
    {"专利申请权", STATUS_PENDING},
    {"申请", STATUS_PENDING},
    /* English: Lens, INPADOC, Espacenet, USPTO; lower case */
    {"not in force", STATUS_INACTIVE},
    {"notice of allowance", STATUS_PENDING},
    {"not yet", KEEP},
    {"inactive", STATUS_INACTIVE},
    {"discontinued", STATUS_INACTIVE},
    {"expired", STATUS_INACTIVE},
    {"lapse", STATUS_INACTIVE},
    {"ceased", STATUS_INACTIVE},
    {"withdraw", STATUS_INACTIVE},
    {"abandon", STATUS_INACTIVE},
    {"reject", STATUS_INACTIVE},
    {"refus", STATUS_INACTIVE},
    {"revok", STATUS_INACTIVE},
    {"revoc", STATUS_INACTIVE},
    {"surrender", STATUS_INACTIVE},
    {"terminat", STATUS_INACTIVE},
    {"annul", STATUS_INACTIVE},
    {"invalid", STATUS_INACTIVE},
    {"dead", STATUS_INACTIVE},
    {"nonpayment", STATUS_INACTIVE},
    {"non-payment", STATUS_INACTIVE},
    {"active", STATUS_ACTIVE},
    {"in force", STATUS_ACTIVE},
    {"grant", STATUS_ACTIVE},
    {"patented", STATUS_ACTIVE},
    {"pending", STATUS_PENDING},
    {"examination", STATUS_PENDING},
    {"published", STATUS_PENDING},
    {"filed", STATUS_PENDING},
    {"docketed", STATUS_PENDING},
    {"non final action", STATUS_PENDING},
    {"final action", STATUS_PENDING},
    {"application", STATUS_PENDING},
};

/* `text` holds what is looked through, in lower case; words found are blanked. */
static enum patent_status most_final(char *text, size_t len)
{
    struct str s = {text, len};
    enum patent_status best = STATUS_UNKNOWN;
    bool wide = false, latin = false;
    for (size_t i = 0; i < s.len; i++) {
        wide = wide || (unsigned char)s.ptr[i] >= 0x80;
        latin = latin || (s.ptr[i] >= 'a' && s.ptr[i] <= 'z');
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        bool word_is_wide = (unsigned char)words[i].word[0] >= 0x80;
        if (word_is_wide ? !wide : !latin)
            continue;
        struct str word = str_of(words[i].word);
        if (word.len == s.len && memcmp(word.ptr, s.ptr, s.len) == 0)
            return words[i].status > best ? words[i].status : best;
        for (size_t at; (at = str_find(s, word, 0)) < s.len;) {
            memset(text + at, '\n', word.len);
            if (words[i].status > best)
                best = words[i].status;
        }
    }
    return best;
}

enum patent_status patent_status_of(struct str written)
{
    char usual[USUAL_BYTES];
    struct str s = str_trim(written);
    size_t len = s.len < STATUS_BYTES_MAX ? s.len : STATUS_BYTES_MAX;
    char *text = len <= sizeof(usual) ? usual : mem_alloc(len);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
    enum patent_status status = most_final(text, len);
    if (text != usual)
        free(text);
    return status;
}
