/* Thresholds here were set on pages of the generator's first seed (tests/integrity/README). */
#include "integrity/page.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TILT_STEPS 14    /* quarters of a degree that are looked for, either way */
#define INK_MIN 0.22     /* of the way from paper to black: below it is paper */
#define NOISE 2.6        /* times the spread above the paper */
#define BLANK_INK 0.0008 /* of all cells */

/* --- ink ------------------------------------------------------------------------------- */

struct sheet {
    float *ink; /* 0 paper … 1 black */
    int width, height;
};

/* Grey value below which `share` of the page lies. */
static int quantile(const size_t counts[256], size_t all, double share)
{
    size_t sum = 0;
    for (int g = 0; g < 256; g++)
        if ((double)(sum += counts[g]) >= share * (double)all)
            return g;
    return 255;
}

/* The mean of nine pixels: what is left of noise is a third. */
static void smooth(uint8_t *out, const uint8_t *grey, int width, int height)
{
    memcpy(out, grey, (size_t)width * (size_t)height);
    for (int y = 1; y < height - 1; y++)
        for (int x = 1; x < width - 1; x++) {
            const uint8_t *p = grey + (size_t)y * (size_t)width + (size_t)x;
            int sum = p[0] + p[-1] + p[1];
            sum += p[-width] + p[-width - 1] + p[-width + 1];
            sum += p[width] + p[width - 1] + p[width + 1];
            out[(size_t)y * (size_t)width + (size_t)x] = (uint8_t)(sum / 9);
        }
}

/* Nothing is written lighter than the paper: how far pixels lie above it is the noise below
 * it as well, and what is no darker than that is no ink. */
static void find_ink(struct sheet *s, const uint8_t *grey)
{
    size_t counts[256] = {0}, all = (size_t)s->width * (size_t)s->height;
    for (size_t i = 0; i < all; i++)
        counts[grey[i]]++;
    double paper = quantile(counts, all, 0.6), black = quantile(counts, all, 0.005);
    double range = paper - black > 30 ? paper - black : 30;
    double noise = NOISE * (quantile(counts, all, 0.97) - paper) / range;
    double least = noise > INK_MIN ? noise : INK_MIN;
    for (size_t i = 0; i < all; i++) {
        double v = (paper - grey[i]) / range;
        s->ink[i] = (float)(v < least ? 0 : v > 1 ? 1 : v);
    }
}

/* A speck is ink without neighbours. */
static void drop_specks(struct sheet *s, float *copy)
{
    int w = s->width, h = s->height;
    memcpy(copy, s->ink, (size_t)w * (size_t)h * sizeof(*copy));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            bool edge = x == 0 || y == 0 || x == w - 1 || y == h - 1;
            const float *p = copy + (size_t)y * (size_t)w + (size_t)x;
            if (!edge && *p > 0 && p[-1] + p[1] + p[-w] + p[w] > 0)
                continue;
            s->ink[(size_t)y * (size_t)w + (size_t)x] = 0;
        }
}

/* --- upright ---------------------------------------------------------------------------- */

struct dot {
    short x, y;
    float ink;
};

static size_t dots_of(struct dot *out, const struct sheet *s)
{
    size_t n = 0;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            float ink = s->ink[(size_t)y * (size_t)s->width + (size_t)x];
            if (ink > 0)
                out[n++] = (struct dot){(short)x, (short)y, ink};
        }
    return n;
}

/* Lines of writing lie level where the sums of rows differ most from row to row. */
static double levelness(const struct sheet *s, const struct dot *dots, size_t count, double degrees,
                        double *rows, int row_count)
{
    double slope = tan(degrees * M_PI / 180), sum = 0;
    double shift = slope < 0 ? -slope * s->width : 0;
    memset(rows, 0, (size_t)row_count * sizeof(*rows));
    for (size_t i = 0; i < count; i++)
        rows[(int)(dots[i].y + slope * dots[i].x + shift)] += (double)dots[i].ink;
    for (int i = 1; i < row_count; i++)
        sum += (rows[i] - rows[i - 1]) * (rows[i] - rows[i - 1]);
    return sum;
}

/* First by quarters of a degree, then around the best one by twentieths. */
static double find_tilt(const struct sheet *s, struct arena *a)
{
    int row_count = s->height + (int)(0.08 * s->width) + 4;
    double *rows = arena_array(a, (size_t)row_count, sizeof(*rows));
    struct dot *dots = arena_array(a, (size_t)s->width * (size_t)s->height + 1, sizeof(*dots));
    size_t count = dots_of(dots, s);
    double best = 0, most = -1;
    for (int i = -TILT_STEPS; i <= TILT_STEPS; i++) {
        double l = levelness(s, dots, count, i * 0.25, rows, row_count);
        best = l > most ? i * 0.25 : best;
        most = l > most ? l : most;
    }
    double middle = best;
    for (int i = -4; i <= 4; i++) {
        double d = middle + i * 0.05, l = levelness(s, dots, count, d, rows, row_count);
        best = l > most ? d : best;
        most = l > most ? l : most;
    }
    return best;
}

/* --- the grid ---------------------------------------------------------------------------- */

struct frame {
    double cos, sin, left, top, width, height; /* of the upright writing */
};

static void turn(const struct frame *f, double x, double y, double *u, double *v)
{
    *u = x * f->cos - y * f->sin;
    *v = x * f->sin + y * f->cos;
}

/* Between which values nearly all of the sums lie, to a fraction of a step. */
static void span(double *low, double *high, const double *sums, int count, double all)
{
    double sum = 0, cut = 0.01 * all;
    *low = 0;
    *high = count;
    for (int i = 0; i < count; i++) {
        double next = sum + sums[i];
        if (sum < cut && next >= cut)
            *low = i + (cut - sum) / sums[i];
        if (sum < all - cut && next >= all - cut)
            *high = i + (all - cut - sum) / sums[i];
        sum = next;
    }
}

static double find_frame(struct frame *f, const struct sheet *s, double tilt, struct arena *a)
{
    int side = s->width + s->height + 4;
    double *columns = arena_array(a, (size_t)side * 2, sizeof(*columns)), *rows = columns + side;
    double low, high, all = 0, u, v, from = s->height * 0.5;
    memset(columns, 0, (size_t)side * 2 * sizeof(*columns));
    *f = (struct frame){.cos = cos(tilt * M_PI / 180), .sin = sin(tilt * M_PI / 180)};
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            double ink = (double)s->ink[(size_t)y * (size_t)s->width + (size_t)x];
            if (ink <= 0)
                continue;
            turn(f, x, y, &u, &v);
            int column = (int)(u + from), row = (int)(v + from);
            if (column < 0 || row < 0 || column >= side || row >= side)
                continue;
            columns[column] += ink;
            rows[row] += ink;
            all += ink;
        }
    span(&low, &high, columns, side, all);
    f->left = low - from;
    f->width = high - low;
    span(&low, &high, rows, side, all);
    f->top = low - from;
    f->height = high - low;
    return all;
}

/* Each pixel's ink, shared among the four cells around where it falls. */
static void lay(float *grid, const struct sheet *s, const struct frame *f)
{
    /* The frame leaves out a hundredth at each side: a margin of cells takes it in. */
    double margin = 4, u, v;
    double across = (PAGE_COLUMNS - 2 * margin) / f->width,
           down = (PAGE_ROWS - 2 * margin) / f->height;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            float ink = s->ink[(size_t)y * (size_t)s->width + (size_t)x];
            if (ink <= 0)
                continue;
            turn(f, x, y, &u, &v);
            double cx = (u - f->left) * across + margin, cy = (v - f->top) * down + margin;
            if (cx < 0 || cy < 0 || cx >= PAGE_COLUMNS - 1 || cy >= PAGE_ROWS - 1)
                continue;
            int i = (int)cx, k = (int)cy;
            float right = (float)(cx - i), below = (float)(cy - k);
            float *cell = grid + k * PAGE_COLUMNS + i;
            cell[0] += ink * (1 - right) * (1 - below);
            cell[1] += ink * right * (1 - below);
            cell[PAGE_COLUMNS] += ink * (1 - right) * below;
            cell[PAGE_COLUMNS + 1] += ink * right * below;
        }
}

/* Such that the darkest cells are 15, whatever the pen and the scanner. */
static void to_levels(struct page *out, const float *grid)
{
    size_t written = 0;
    double sum = 0;
    for (int i = 0; i < PAGE_CELLS; i++)
        if (grid[i] > 0) {
            written++;
            sum += (double)grid[i];
        }
    out->blank = (double)written < BLANK_INK * PAGE_CELLS;
    double scale = written ? 6.0 * (double)written / sum : 0; /* the mean of written cells is 6 */
    for (int i = 0; i < PAGE_CELLS; i++) {
        double v = (double)grid[i] * scale + 0.5;
        out->ink[i] = (uint8_t)(v > 15 ? 15 : v);
    }
}

void page_of_grey(struct page *out, const uint8_t *grey, int width, int height, struct arena *a)
{
    size_t all = (size_t)width * (size_t)height;
    struct sheet s = {arena_array(a, all, sizeof(float)), width, height};
    float *copy = arena_array(a, all, sizeof(*copy));
    uint8_t *clean = arena_alloc(a, all);
    float *grid = arena_array(a, PAGE_CELLS, sizeof(*grid));
    struct frame f;
    memset(grid, 0, PAGE_CELLS * sizeof(*grid));
    smooth(clean, grey, width, height);
    find_ink(&s, clean);
    drop_specks(&s, copy);
    double ink = find_frame(&f, &s, find_tilt(&s, a), a);
    if (ink > 0 && f.width >= 8 && f.height >= 8)
        lay(grid, &s, &f);
    to_levels(out, grid);
}

void page_pack(uint8_t out[PAGE_BYTES], const struct page *p)
{
    for (size_t i = 0; i < PAGE_BYTES; i++)
        out[i] = (uint8_t)(p->ink[2 * i] | p->ink[2 * i + 1] << 4);
}

void page_unpack(struct page *out, const uint8_t in[PAGE_BYTES])
{
    size_t written = 0;
    for (size_t i = 0; i < PAGE_BYTES; i++) {
        out->ink[2 * i] = in[i] & 15;
        out->ink[2 * i + 1] = in[i] >> 4;
        written += (in[i] & 15) > 0;
        written += in[i] >> 4 > 0;
    }
    out->blank = (double)written < BLANK_INK * PAGE_CELLS;
}

/* --- comparing --------------------------------------------------------------------------- */

#define COARSE 8 /* cells of a side */
#define COARSE_COLUMNS (PAGE_COLUMNS / COARSE)
#define COARSE_ROWS (PAGE_ROWS / COARSE)
/* Two or three letters of a contract's size; half overlapping, so that what differs is met
 * whole by one of them. */
#define BLOCK_WIDTH 8
#define BLOCK_HEIGHT 7
#define STEP 4
#define REACH 1        /* cells that a block may have moved, by its frame or in a warped sheet */
#define BLOCK_INK 40   /* levels in all: below it a block is not written on */
#define BLOCKS_MIN 8   /* less is written than tells a page from another */
#define WORST_MIN 0.80 /* of the typical one */
#define TYPICAL_MIN 0.7

static double correlation(double n, double sx, double sy, double sxx, double syy, double sxy)
{
    double vx = sxx - sx * sx / n, vy = syy - sy * sy / n;
    return vx > 0 && vy > 0 ? (sxy - sx * sy / n) / sqrt(vx * vy) : 0;
}

void page_blur(struct page_blurred *out, const struct page *p)
{
    double sum = 0, squares = 0;
    _Static_assert(PAGE_BLURRED == COARSE_COLUMNS * COARSE_ROWS, "one value a square of cells");
    for (int i = 0; i < PAGE_BLURRED; i++) {
        int ink = 0, top = i / COARSE_COLUMNS * COARSE, left = i % COARSE_COLUMNS * COARSE;
        for (int k = 0; k < COARSE * COARSE; k++)
            ink += p->ink[(top + k / COARSE) * PAGE_COLUMNS + left + k % COARSE];
        out->value[i] = (float)ink;
        sum += ink;
    }
    for (int i = 0; i < PAGE_BLURRED; i++) {
        out->value[i] -= (float)(sum / PAGE_BLURRED);
        squares += (double)out->value[i] * (double)out->value[i];
    }
    for (int i = 0; i < PAGE_BLURRED; i++)
        out->value[i] = squares > 0 && !p->blank ? out->value[i] / (float)sqrt(squares) : 0;
}

double page_blurred_likeness(const struct page_blurred *x, const struct page_blurred *y)
{
    float sum = 0;
    for (int i = 0; i < PAGE_BLURRED; i++)
        sum += x->value[i] * y->value[i];
    return (double)sum;
}

/* The page as it is and moved by half a cell to the left, up, and both: a letter that falls
 * between two cells of one page and into one of the other is still the same letter. */
struct phases {
    uint8_t ink[4][PAGE_CELLS];
};

static void phases_of(struct phases *out, const struct page *p)
{
    memset(out, 0, sizeof(*out));
    for (int row = 0; row < PAGE_ROWS - 1; row++)
        for (int column = 0; column < PAGE_COLUMNS - 1; column++) {
            int at = row * PAGE_COLUMNS + column;
            int here = p->ink[at], right = p->ink[at + 1], below = p->ink[at + PAGE_COLUMNS];
            out->ink[0][at] = (uint8_t)(4 * here);
            out->ink[1][at] = (uint8_t)(2 * (here + right));
            out->ink[2][at] = (uint8_t)(2 * (here + below));
            out->ink[3][at] = (uint8_t)(here + right + below + p->ink[at + PAGE_COLUMNS + 1]);
        }
}

static int ink_of_block(const struct page *p, int left, int top)
{
    int sum = 0;
    for (int row = top; row < top + BLOCK_HEIGHT; row++)
        for (int column = left; column < left + BLOCK_WIDTH; column++)
            sum += p->ink[row * PAGE_COLUMNS + column];
    return sum;
}

/* Both point at a block's first cell. */
static double compare_block(const uint8_t *x, const uint8_t *y)
{
    int sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (int row = 0; row < BLOCK_HEIGHT; row++, x += PAGE_COLUMNS, y += PAGE_COLUMNS)
        for (int column = 0; column < BLOCK_WIDTH; column++) {
            int a = x[column], b = y[column];
            sx += a;
            sy += b;
            sxx += a * a;
            syy += b * b;
            sxy += a * b;
        }
    return correlation(BLOCK_WIDTH * BLOCK_HEIGHT, sx, sy, sxx, syy, sxy);
}

static double best_of_block(const struct page *x, const struct phases *y, int left, int top)
{
    double best = -1;
    for (int dy = -REACH; dy <= REACH; dy++)
        for (int dx = -REACH; dx <= REACH; dx++) {
            if (left + dx < 0 || top + dy < 0 || left + dx + BLOCK_WIDTH > PAGE_COLUMNS ||
                top + dy + BLOCK_HEIGHT > PAGE_ROWS)
                continue;
            const uint8_t *from = x->ink + top * PAGE_COLUMNS + left;
            for (int phase = 0; phase < 4; phase++) {
                double c =
                    compare_block(from, y->ink[phase] + (top + dy) * PAGE_COLUMNS + left + dx);
                best = c > best ? c : best;
            }
        }
    return best;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

struct page_likeness page_compare(const struct page *x, const struct page *y)
{
    struct page_likeness l = {0};
    double blocks[(PAGE_COLUMNS / STEP) * (PAGE_ROWS / STEP)];
    struct phases moved;
    size_t n = 0, hopeless = 0;
    if (x->blank || y->blank)
        return l;
    phases_of(&moved, y);
    for (int top = 0; top + BLOCK_HEIGHT <= PAGE_ROWS; top += STEP)
        for (int left = 0; left + BLOCK_WIDTH <= PAGE_COLUMNS; left += STEP) {
            if (ink_of_block(x, left, top) < BLOCK_INK)
                continue;
            blocks[n] = best_of_block(x, &moved, left, top);
            hopeless += blocks[n++] < WORST_MIN * TYPICAL_MIN;
            if (hopeless > 1) /* the worst but one is below all that page_same takes */
                return l;
        }
    if (n < BLOCKS_MIN)
        return l;
    qsort(blocks, n, sizeof(*blocks), by_value);
    l.worst = blocks[1];
    l.typical = blocks[n / 2];
    return l;
}

bool page_same(const struct page_likeness *l)
{
    return l->typical >= TYPICAL_MIN && l->worst >= WORST_MIN * l->typical;
}
