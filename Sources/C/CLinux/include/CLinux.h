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
int patchbay_set_nonblocking(int descriptor);
int patchbay_pipe(int ends[2]);
int patchbay_name_thread(const char *name);
/// How many bytes the peer's kernel has acknowledged on this TCP connection, or -1.
int64_t patchbay_bytes_acknowledged(int descriptor);

#endif
