/* A program that is started once and begins each run as a copy of itself (fork(2)): its libraries are loaded
 * and its fonts found once, not for each file. A run knows nothing of the runs before it.
 *
 * Who starts it (child.h) gives it a socket as standard input (AF_UNIX, SOCK_SEQPACKET). It says one NUL when it
 * is ready. A message asks for a run: its arguments, each ended by NUL, and with them four descriptors (SCM_RIGHTS): standard input, output
 * and error of the run, and the end of a pipe to which how it ended is written (the status of wait(2), an int).
 * A run is killed, with what it started, once nobody reads that pipe any more. The server ends after its last
 * run when the socket is closed. */
#ifndef BASE_FORKSERVER_H
#define BASE_FORKSERVER_H

#define FORKSERVER_WORD "forkserver" /* its only argument */
#define FORKSERVER_MESSAGE_MAX 16384 /* bytes of arguments */
#define FORKSERVER_ARGUMENTS_MAX 8
enum { FORKSERVER_IN, FORKSERVER_OUT, FORKSERVER_ERR, FORKSERVER_ENDED, FORKSERVER_FDS };

/* Before any thread. `ready` brings up to date what the runs share: called at first and before each run, in the
 * server itself, which reads nothing that a stranger sent. `run` is called as main is, in a process and a group of
 * its own with three descriptors. Returns what main is to return. */
int forkserver(void (*ready)(void), int (*run)(int argc, char **argv));
#endif
