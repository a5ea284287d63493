/* The list of commands, in the order of help. Adding one: its file, one line in
 * each of the two lists here. */
#include "cmd/cmd.h"

extern const struct command command_init, command_import, command_search, command_match,
    command_landscape, command_serve, command_openapi, command_reindex, command_demo, command_dump,
    command_backup, command_restore, command_migrate_store, command_doctor, command_types,
    command_calendar, command_check, command_facts, command_deadline, command_decision,
    command_name, command_pack, command_requirements, command_simulate, command_user,
    command_verify, command_log, command_witness;

const struct command *const commands[] = {
    &command_init,          &command_import,    &command_search,
    &command_match,         &command_landscape, &command_serve,
    &command_openapi,       &command_reindex,   &command_demo,
    &command_dump,          &command_backup,    &command_restore,
    &command_migrate_store, &command_doctor,    &command_types,
    &command_calendar,      &command_check,     &command_facts,
    &command_simulate,      &command_deadline,  &command_decision,
    &command_name,          &command_pack,
    &command_requirements,  &command_user,      &command_verify,
    &command_log,           &command_witness,   NULL,
};
