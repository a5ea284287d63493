/* GET /metrics: for Prometheus, by an API token with the scope `metrics`. */
#include "api/metrics.h"
#include "access/login.h"
#include "base/msg.h"
#include "record/columns.h"

static err_t get_metrics(struct reply *out, const struct request *r, struct err *e)
{
    struct login_counts checks = login_counts(r->api->login);
    struct columns_state lists = columns_states(r->api->kernel);
    struct buf b = {0};
    metrics_write(&b, r->api->metrics, r->api->store);
    metrics_number(&b, "zhiyun_password_checks_total", "Passwords compared.",
                   (int64_t)checks.checks);
    metrics_number(&b, "zhiyun_password_checks_waiting", "People who wait for theirs.",
                   (int64_t)checks.waiting);
    metrics_number(&b, "zhiyun_list_columns_answers_total",
                   "Lists answered from columns in memory.", (int64_t)lists.answers);
    metrics_number(&b, "zhiyun_list_columns_records", "Records in them.", (int64_t)lists.rows);
    metrics_number(&b, "zhiyun_list_columns_bytes", "Memory that they take.", (int64_t)lists.bytes);
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
