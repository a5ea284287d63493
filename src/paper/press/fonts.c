/* Which of the wanted faces there are. */
#include "paper/press/press.h"
#include <fontconfig/fontconfig.h>
#include <unistd.h>

static bool has_face(FcConfig *config, struct str face, struct arena *a)
{
    FcPattern *pattern = FcPatternCreate();
    FcObjectSet *objects = FcObjectSetBuild(FC_FAMILY, (char *)NULL);
    FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)arena_cstr(a, face));
    FcFontSet *found = FcFontList(config, pattern, objects);
    bool has = found && found->nfont > 0;
    if (found)
        FcFontSetDestroy(found);
    FcObjectSetDestroy(objects);
    FcPatternDestroy(pattern);
    return has;
}

bool press_fonts_find(struct press_fonts *out, const struct paper_style *s, const char *folder,
                      struct arena *a)
{
    FcConfig *config = FcConfigGetCurrent(); /* of this run, which is one paper */
    struct paper_substitution *told = arena_array(a, s->font_count + 1, sizeof(*told));
    size_t any = 0;
    *out = (struct press_fonts){.style = s,
                                .families = arena_array(a, s->font_count + 1, sizeof(char *))};
    if (!config)
        return false;
    if (folder[0] && access(folder, R_OK) == 0)
        FcConfigAppFontAddDir(config, (const FcChar8 *)folder);
    for (size_t i = 0; i < s->font_count; i++) {
        const struct paper_font *f = &s->fonts[i];
        struct str all = STR_NONE, first = STR_NONE;
        for (size_t k = 0; k < f->face_count; k++)
            if (has_face(config, f->faces[k], a)) {
                first = first.len ? first : f->faces[k];
                all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.len ? "," : "",
                                   STR_ARG(f->faces[k]));
            }
        any += first.len > 0;
        out->families[i] = arena_cstr(a, all.len ? all : STR("serif"));
        if (!str_eq(first, f->faces[0]))
            told[out->substitution_count++] =
                (struct paper_substitution){f->id, f->faces[0], first.len ? first : STR("serif")};
    }
    out->substitutions = told;
    return any > 0;
}

PangoFontDescription *press_font(const struct press_fonts *f, const struct paper_font *font,
                                 double size)
{
    PangoFontDescription *d = pango_font_description_new();
    size_t at = (size_t)(font - f->style->fonts);
    bool wanted = true;
    for (size_t i = 0; i < f->substitution_count; i++)
        wanted = wanted && !str_eq(f->substitutions[i].font, font->id);
    pango_font_description_set_family(d, f->families[at]);
    pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
    /* A face of its own weight (小标宋) is as heavy as it is; another in its place is made bold. */
    if (font->bold && !wanted)
        pango_font_description_set_weight(d, PANGO_WEIGHT_BOLD);
    return d;
}
