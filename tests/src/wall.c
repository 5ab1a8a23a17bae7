/* Clocks of another day for a process under test: the wall clock is shifted by the seconds in
   COUNTERPART_TEST_WALL, and the system seems started anew where COUNTERPART_TEST_BOOT names a file with
   another id. Everything else is the system's own. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *t) {
  long done = syscall(SYS_clock_gettime, id, t);
  const char *shift = getenv("COUNTERPART_TEST_WALL");
  if (done == 0 && id == CLOCK_REALTIME && shift) t->tv_sec += atol(shift);
  return (int)done;
}

int gettimeofday(struct timeval *t, void *zone) {
  struct timespec now;
  int done = clock_gettime(CLOCK_REALTIME, &now);
  if (done == 0 && t) {
    t->tv_sec = now.tv_sec;
    t->tv_usec = now.tv_nsec / 1000;
  }
  return done;
}

time_t time(time_t *t) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (t) *t = now.tv_sec;
  return now.tv_sec;
}

static const char *place(const char *path) {
  const char *boot = getenv("COUNTERPART_TEST_BOOT");
  return boot && !strcmp(path, "/proc/sys/kernel/random/boot_id") ? boot : path;
}

#define OPEN(name)                                                              \
  int name(const char *path, int flags, ...) {                                  \
    int mode = 0;                                                               \
    if (flags & (O_CREAT | O_TMPFILE)) {                                        \
      va_list more;                                                             \
      va_start(more, flags);                                                    \
      mode = va_arg(more, int);                                                 \
      va_end(more);                                                             \
    }                                                                           \
    return (int)syscall(SYS_openat, AT_FDCWD, place(path), flags, mode);        \
  }
OPEN(open)
OPEN(open64)
