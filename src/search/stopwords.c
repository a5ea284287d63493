/* English function words, the formulas of patent prose in both languages, and the
 * bigrams and characters that Chinese function words leave behind. Sorted by
 * bytes: looked up by bisection (a test checks the order). */
#include "search/stopwords.h"

static const char *const words[] = {
    /* clang-format off */
    "\x01与", "\x01个", "\x01为", "\x01之", "\x01了", "\x01于", "\x01从",
    "\x01以", "\x01其", "\x01及", "\x01在", "\x01将", "\x01并", "\x01或",
    "\x01所", "\x01是", "\x01有", "\x01本", "\x01由", "\x01的", "\x01而",
    "\x01至", "\x01被", "\x01该", "\x01述", "a", "about", "above", "accordance",
    "according", "accordingly", "after", "all", "also", "an", "and", "another", "any", "are",
    "as", "at", "be", "been", "being", "between", "both", "but", "by", "can", "comprise",
    "comprised", "comprising", "could", "disclose", "disclosed", "disclosure", "do", "each",
    "either", "embodiment", "etc", "example", "first", "for", "from", "further", "had", "has",
    "have", "having", "he", "herein", "how", "however", "if", "in", "include", "included",
    "including", "into", "invention", "is", "it", "its", "may", "method", "more", "most", "no",
    "not", "of", "on", "one", "or", "other", "over", "per", "plurality", "present", "provide",
    "provided", "providing", "relate", "relating", "said", "second", "so", "such", "than", "that",
    "the", "their", "them", "then", "there", "thereby", "thereof", "these", "they", "this",
    "those", "through", "thus", "to", "two", "under", "upon", "use", "used", "using", "via",
    "was", "we", "were", "what", "when", "where", "whereby", "wherein", "which", "while", "who",
    "will", "with", "within", "without", "would", "一个", "一种", "一种用", "上述", "不同",
    "与所", "中所", "为一", "以及", "以实", "公开", "其中", "其特", "具有", "包含", "包括",
    "及一", "及其", "发明", "可以", "和所", "在于", "在所", "型公", "型涉", "实施", "实现",
    "实用", "将所", "少一", "所述", "技术", "括一", "括以", "括所", "提供", "效果", "新型",
    "方案", "方法", "明公", "明提", "明涉", "有益", "本发", "本实", "权利", "根据", "法包",
    "涉及", "特征", "用于", "用新", "由所", "的一", "的所", "益效", "种方", "种用", "等等",
    "置有", "至少", "设有", "设置", "该方", "进行", "述一", "述方", "述的", "通过", "采用",
    "领域",
    /* clang-format on */
};

bool is_stop_word(struct str term)
{
    size_t from = 0, to = ARRAY_LEN(words);
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = str_cmp(term, str_of(words[middle]));
        if (order == 0)
            return true;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return false;
}

bool stop_words_are_sorted(void)
{
    for (size_t i = 1; i < ARRAY_LEN(words); i++)
        if (str_cmp(str_of(words[i - 1]), str_of(words[i])) >= 0)
            return false;
    return true;
}
