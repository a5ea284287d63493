/* What entries of the log name, in words: a verb, or a kind after a full stop, and its word, one a line; record types and
 * roles have labels of their own. The pages read both languages from po/zh.po (web/app/bundler/entry-words.ts). */
#ifndef API_LOG_WORDS_TABLE_H
#define API_LOG_WORDS_TABLE_H
#include "base/msg.h"

#define LOG_WORDS                                                                                  \
    N_("create added\n"                                                                            \
       "change changed\n"                                                                          \
       "end ended\n"                                                                               \
       "import imported\n"                                                                         \
       "import_undo import undone\n"                                                               \
       "erase erased by law\n"                                                                     \
       "login signed in\n"                                                                         \
       "logout signed out\n"                                                                       \
       "set set\n"                                                                                 \
       "set_password set a password\n"                                                             \
       "set_second_factor set a second factor\n"                                                   \
       "make_token made a token\n"                                                                 \
       "make_link made a sign-in link\n"                                                           \
       "grant granted\n"                                                                           \
       "activate activated\n"                                                                      \
       "propose proposed\n"                                                                        \
       "withdraw withdrew\n"                                                                       \
       "refuse declined\n"                                                                         \
       "refused refused\n"                                                                         \
       "step did\n"                                                                                \
       "decide decided\n"                                                                          \
       "done finished\n"                                                                           \
       "issue issued\n"                                                                            \
       "render made a paper\n"                                                                     \
       "export exported\n"                                                                         \
       "fetch downloaded\n"                                                                        \
       "look looked at\n"                                                                          \
       "read read\n"                                                                               \
       "urge urged\n"                                                                              \
       "due told of a deadline\n"                                                                  \
       "opinion gave an opinion\n"                                                                 \
       "freeze fixed the pool\n"                                                                   \
       "commit committed\n"                                                                        \
       "reveal revealed\n"                                                                         \
       "draw drew\n"                                                                               \
       "score scored\n"                                                                            \
       "correct corrected\n"                                                                       \
       ".assignment a task given\n"                                                                \
       ".case_paper a paper of a case\n"                                                           \
       ".deadline a deadline\n"                                                                    \
       ".decision a decision\n"                                                                    \
       ".panel a panel\n"                                                                          \
       ".panel_member a panel member\n"                                                            \
       ".panel_sheet a score sheet\n"                                                              \
       ".panel_draw a draw\n"                                                                      \
       ".setting a setting\n"                                                                      \
       ".job a job\n"                                                                              \
       ".patent patents\n"                                                                         \
       ".form a form\n"                                                                            \
       ".log the log\n"                                                                            \
       ".webhook a webhook\n"                                                                      \
       ".calendar working days\n"                                                                  \
       ".pack_activation a policy\n"                                                               \
       ".pack_reading a reading\n"                                                                 \
       "open began\n"                                                                              \
       "submit submitted\n"                                                                        \
       "accept accepted\n"                                                                         \
       "invite invited\n"                                                                          \
       "state stated\n"                                                                            \
       "close closed\n"                                                                            \
       ".entries the log\n"                                                                        \
       "form formed\n"                                                                             \
       "check checked\n"                                                                           \
       "test tested\n"                                                                             \
       "choose chose\n"                                                                            \
       "step_up proved who it is\n"                                                                \
       "use_recovery_code used a recovery code\n"                                                  \
       "end_second_factor ended a second factor\n"                                                 \
       "end_token ended a token\n"                                                                 \
       "name_outside named an outside account\n"                                                   \
       "unname_outside unnamed an outside account\n"                                               \
       "remove removed\n"                                                                          \
       "forms changed forms\n"                                                                     \
       "backup made a backup\n"                                                                    \
       "backup_check checked a backup\n"                                                           \
       "reindex built the index anew\n"                                                            \
       "recount counted again\n"                                                                   \
       "disable switched off\n"                                                                    \
       "enable switched on\n"                                                                      \
       "move moved\n"                                                                              \
       "amend amended\n"                                                                           \
       "reopen opened again\n"                                                                     \
       "restore restored\n"                                                                        \
       "asked asked for\n"                                                                         \
       "urged urged\n"                                                                             \
       "archive the archive\n"                                                                     \
       "clock the clock\n"                                                                         \
       "backup.plan the plan of backups\n"                                                         \
       "notify.public_url the public address\n"                                                    \
       ".pack a policy\n"                                                                          \
       ".backup backups\n"                                                                         \
       ".channel a channel\n"                                                                      \
       ".outward_host outward addresses\n"                                                         \
       ".patent_correction a correction of a patent")
#endif
