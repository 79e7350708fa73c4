// What Linux offers and Swift's Glibc module does not import: variadic calls, GNU extensions and macros.
#ifndef PATCHBAY_CLINUX_H
#define PATCHBAY_CLINUX_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <sys/socket.h>

int patchbay_accept(int listener, struct sockaddr *address, socklen_t *length);
int patchbay_pidfd_open(pid_t pid);
int patchbay_become_subreaper(void);
/// Whether a child of ours has ended: 1 and how (`code` is CLD_EXITED, CLD_KILLED or CLD_DUMPED), 0 while it runs, -1 with
/// errno. Only with `reap` does it stop being a zombie.
int patchbay_exit_of(pid_t pid, int reap, int *code, int *status);
/// posix_spawn with a session of its own, default signals, nothing blocked, and no descriptors but `standard` as 0 to 2.
/// Returns errno's number, 0 for success; `folder` may be null.
int patchbay_spawn(pid_t *pid, const char *path, char *const words[], char *const environment[], const char *folder,
                   const int standard[3]);
int patchbay_set_nonblocking(int descriptor);
int patchbay_pipe(int ends[2]);
/// How many cores this process may use.
int patchbay_available_cores(void);
int patchbay_name_thread(const char *name);
/// How many bytes the peer's kernel has acknowledged on this TCP connection, or -1.
int64_t patchbay_bytes_acknowledged(int descriptor);

/// As recv and send without flags (but for SIGPIPE, which is never raised), and no points at which a thread can be cancelled:
/// marking those cost more than anything else in user space that they do. Nobody cancels threads here.
ssize_t patchbay_receive(int descriptor, void *buffer, size_t count);
ssize_t patchbay_send(int descriptor, const void *buffer, size_t count);

#endif
