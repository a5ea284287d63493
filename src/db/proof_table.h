/* Every table that migrations make, with what proves its rows (design: the evidence log). A test
 * compares the list with the schema (row_mac_test.c); tables of record types are bound.
 *
 * CODED: each row has a code under a key outside of the database (row_mac.h), as no entry of the log
 *   determines all of it, or it gives a right.
 * BOUND: the log determines it, and verify recomputes or compares it.
 * LOOSE: nothing proves it; the reason is beside it, and in docs/security.md. */
#ifndef DB_PROOF_TABLE_H
#define DB_PROOF_TABLE_H

enum proof { PROOF_CODED, PROOF_BOUND, PROOF_LOOSE };

struct proof_table {
    const char *name;
    enum proof proof;
    const char *key; /* of a coded one: its primary key */
};

static const struct proof_table proof_tables[] = {
    {"access_number", PROOF_LOOSE, NULL}, /* a counter that empties caches */
    {"account", PROOF_CODED, "id"},
    {"api_token", PROOF_CODED, "id"},
    {"assignment", PROOF_CODED, "id"},
    {"authority", PROOF_BOUND, NULL},
    {"calendar_year", PROOF_CODED, "year"},
    {"case_paper", PROOF_CODED, "id"},
    {"case_paper_due", PROOF_CODED, "assignment"},
    {"case_paper_joint", PROOF_CODED, "case_id, paper"},
    {"case_review", PROOF_CODED, "id"},
    {"change", PROOF_LOOSE, NULL}, /* what the index has yet to read */
    {"channel", PROOF_CODED, "name"},
    {"clock_state", PROOF_LOOSE, NULL}, /* the clock is judged by signed heads */
    {"credential", PROOF_CODED, "account"},
    {"deadline", PROOF_CODED, "id"},
    {"decision", PROOF_CODED, "id"},
    {"fact_check", PROOF_CODED, "id"},
    {"file", PROOF_CODED, "id"},
    {"file_upload", PROOF_LOOSE, NULL}, /* not a file yet; its bytes are hashed at its end */
    {"flow_case", PROOF_CODED, "id"},
    {"flow_open", PROOF_CODED, "case_id, position"},
    {"flow_opinion", PROOF_CODED, "assignment"},
    {"flow_step", PROOF_CODED, "id"},
    {"flow_timer", PROOF_CODED, "id"},
    {"flow_wait", PROOF_CODED, "assignment"},
    {"import_batch", PROOF_CODED, "first_change"},
    {"import_file", PROOF_CODED, "digest, options"},
    {"job", PROOF_CODED, "id"},
    {"known_device", PROOF_CODED, "id"},
    {"log_cosignature", PROOF_BOUND, NULL},
    {"log_entry", PROOF_BOUND, NULL},
    {"log_head", PROOF_BOUND, NULL},
    {"log_sequencer", PROOF_LOOSE, NULL}, /* which server numbers entries */
    {"log_tile", PROOF_BOUND, NULL},
    {"notification", PROOF_CODED, "id"},
    {"notification_choice", PROOF_CODED, "account, kind, channel"},
    {"outbox", PROOF_CODED, "id"},
    {"outside_identity", PROOF_CODED, "provider, outside_subject"},
    {"outside_sign_in", PROOF_CODED, "state_digest"},
    {"outward_host", PROOF_CODED, "host, port"},
    {"pack_activation", PROOF_CODED, "id"},
    {"pack_files", PROOF_CODED, "digest"},
    {"pack_reading", PROOF_CODED, "id"},
    {"panel", PROOF_CODED, "id"},
    {"panel_case", PROOF_CODED, "id"},
    {"panel_commitment", PROOF_CODED, "draw, part"},
    {"panel_conflict", PROOF_CODED, "draw, expert, panel_case, reason"},
    {"panel_draw", PROOF_CODED, "id"},
    {"panel_field", PROOF_CODED, "panel, position"},
    {"panel_head", PROOF_CODED, "panel, position"},
    {"panel_left_out", PROOF_CODED, "panel, expert"},
    {"panel_member", PROOF_CODED, "id"},
    {"panel_recusal", PROOF_CODED, "member, panel_case"},
    {"panel_score", PROOF_CODED, "sheet, position"},
    {"panel_sheet", PROOF_CODED, "id"},
    {"party_code", PROOF_CODED, "code, name"},
    {"password_past", PROOF_CODED, "account, set_ms"},
    {"patent_correction", PROOF_CODED, "id"},
    {"programme_told", PROOF_CODED, "what"},
    {"proposal", PROOF_CODED, "id"},
    {"publication", PROOF_CODED, "id"},
    {"publication_again", PROOF_LOOSE, NULL}, /* which imports brought the same statement again */
    {"publication_document", PROOF_CODED, "publication_id"},
    {"publication_import", PROOF_CODED, "id"},
    {"publication_key", PROOF_CODED, "number_key"},
    {"publication_name_rule", PROOF_LOOSE, NULL}, /* how far an upgrade got */
    {"publication_source", PROOF_BOUND, NULL},
    {"publication_withdrawn", PROOF_BOUND, NULL},
    {"record_due", PROOF_CODED, "type, record_id, due, row"},
    {"record_erasure", PROOF_CODED, "type, record_id, field"},
    {"record_import", PROOF_CODED, "id"},
    {"record_import_row", PROOF_CODED, "import_id, number"},
    {"record_last_number", PROOF_CODED, "owner_unit, type, pattern"},
    {"record_text", PROOF_CODED, "type, record_id"},
    {"record_version", PROOF_BOUND, NULL},
    {"recovery_code", PROOF_CODED, "account, digest"},
    {"request_done", PROOF_LOOSE, NULL}, /* answers to a request that is sent again */
    {"role_grant", PROOF_CODED, "id"},
    {"row_mac", PROOF_LOOSE, NULL}, /* the codes themselves */
    {"schema_migration", PROOF_LOOSE, NULL}, /* the schema is compared as it is */
    {"search_alert", PROOF_CODED, "type, record_id"},
    {"search_alert_change", PROOF_CODED, "id"},
    {"search_alert_part", PROOF_CODED, "type, record_id, part"},
    {"session", PROOF_CODED, "id"},
    {"setting", PROOF_CODED, "name"},
    {"sign_in_failure", PROOF_LOOSE, NULL}, /* counts of failures, to slow guessing down */
    {"sign_in_link", PROOF_CODED, "id"},
    {"type_stored", PROOF_CODED, "name"},
    {"unit", PROOF_CODED, "id"},
    {"usage_count", PROOF_LOOSE, NULL}, /* counts of requests */
    {"webhook", PROOF_CODED, "id"},
};
#endif
