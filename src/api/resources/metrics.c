/* GET /metrics: for Prometheus, by an API token with the scope `metrics`. */
#include "api/metrics.h"
#include "access/login.h"
#include "base/msg.h"
#include "record/columns.h"

static void write_login(struct buf *out, const struct login *l)
{
    struct login_counts n = login_counts(l);
    buf_addf(out,
             "# HELP zhiyun_password_checks_total Passwords compared.\n"
             "# TYPE zhiyun_password_checks_total counter\n"
             "zhiyun_password_checks_total %llu\n"
             "# HELP zhiyun_password_checks_waiting People who wait for theirs.\n"
             "# TYPE zhiyun_password_checks_waiting gauge\n"
             "zhiyun_password_checks_waiting %zu\n",
             (unsigned long long)n.checks, n.waiting);
}

static void write_columns(struct buf *out, const struct kernel *k)
{
    struct columns_state s = columns_states(k);
    buf_addf(out,
             "# HELP zhiyun_list_columns_answers_total Lists answered from columns in memory.\n"
             "# TYPE zhiyun_list_columns_answers_total counter\n"
             "zhiyun_list_columns_answers_total %llu\n"
             "# HELP zhiyun_list_columns_records Records in them.\n"
             "# TYPE zhiyun_list_columns_records gauge\n"
             "zhiyun_list_columns_records %zu\n"
             "# HELP zhiyun_list_columns_bytes Memory that they take.\n"
             "# TYPE zhiyun_list_columns_bytes gauge\n"
             "zhiyun_list_columns_bytes %zu\n",
             (unsigned long long)s.answers, s.rows, s.bytes);
}

static err_t get_metrics(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b = {0};
    metrics_write(&b, r->api->metrics, r->api->store);
    write_login(&b, r->api->login);
    write_columns(&b, r->api->kernel);
    err_t rc = reply_json(out, r, &b, e);
    if (rc == OK)
        out->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return rc;
}

const struct resource resource_metrics = {
    .reads = READS_NONE,
    .path = "/metrics",
    .summary = N_("figures of this server, for Prometheus"),
    .handle = get_metrics,
    ROLE_AMONG(system_roles),
    .scope = "metrics",
};
