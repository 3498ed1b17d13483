/* A machine whose disk and clock misbehave when a test says so: loaded before the C library into a server and its Postgres.
   What is ordered stands in a small file that all of their processes share (see machine.rs). The disk of the Postgres fails,
   the clock of either is off by so many seconds. May never happen here: a fault that a real machine could not show. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WELL = 0, FULL = 'f', READ_ONLY = 'r', SYNC_FAILS = 's' };

struct orders {
    volatile int64_t disk;
    volatile int64_t server_clock;
    volatile int64_t postgres_clock;
};

static const struct orders none;
static const struct orders *orders = &none;
static int is_postgres;

__attribute__((constructor)) static void begin(void) {
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = 0;
    const char *name = strrchr(program, '/');
    is_postgres = name && !strcmp(name, "/postgres");
    const char *path = getenv("MINGZHANG_MACHINE");
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    void *shared = file < 0 ? MAP_FAILED : mmap(0, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    if (shared != MAP_FAILED) orders = shared;
}

/* What the disk answers to a change of an open file that would end there; 0 when it is well. */
static int changed(int file, off_t end) {
    struct stat at;
    int disk = is_postgres ? (int)orders->disk : WELL;
    if ((disk != FULL && disk != READ_ONLY) || file <= 2 || fstat(file, &at) || !S_ISREG(at.st_mode)) return 0;
    if (disk == READ_ONLY) return EROFS;
    return end > at.st_size ? ENOSPC : 0;
}

static int fails(int error) {
    errno = error;
    return error;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return fails(changed(file, at + (off_t)count)) ? -1 : real(file, bytes, count, at);
}

ssize_t pwritev(int file, const struct iovec *pieces, int count, off_t at) {
    REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
    off_t end = at;
    for (int i = 0; i < count; i++) end += (off_t)pieces[i].iov_len;
    return fails(changed(file, end)) ? -1 : real(file, pieces, count, at);
}

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t);
    off_t at = is_postgres && orders->disk ? lseek(file, 0, SEEK_CUR) : 0;
    return fails(changed(file, at + (off_t)count)) ? -1 : real(file, bytes, count);
}

int ftruncate(int file, off_t length) {
    REAL(int, "ftruncate", int, off_t);
    return fails(changed(file, length)) ? -1 : real(file, length);
}

int posix_fallocate(int file, off_t at, off_t length) {
    REAL(int, "posix_fallocate", int, off_t, off_t);
    int error = changed(file, at + length);
    return error ? error : real(file, at, length);
}

static int sync_fails(void) {
    return is_postgres && orders->disk == SYNC_FAILS ? EIO : 0;
}

int fsync(int file) {
    REAL(int, "fsync", int);
    return fails(sync_fails()) ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    return fails(sync_fails()) ? -1 : real(file);
}

/* Devices and the kernel's own folders are on no disk. */
static int on_disk(const char *path) {
    return strncmp(path, "/dev/", 5) && strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5);
}

int open(const char *path, int flags, ...) {
    REAL(int, "open", const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
    va_end(rest);
    int changes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    if (is_postgres && orders->disk == READ_ONLY && changes && on_disk(path)) return fails(EROFS) ? -1 : 0;
    return real(path, flags, mode);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return is_postgres && orders->disk == READ_ONLY && fails(EROFS) ? -1 : real(from, to);
}

static int64_t off_by(void) {
    return is_postgres ? orders->postgres_clock : orders->server_clock;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int answer = (int)syscall(SYS_clock_gettime, clock, now);
    if (!answer && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += off_by();
    return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec fine;
    if (clock_gettime(CLOCK_REALTIME, &fine)) return -1;
    now->tv_sec = fine.tv_sec;
    now->tv_usec = fine.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *also) {
    struct timespec fine;
    clock_gettime(CLOCK_REALTIME, &fine);
    if (also) *also = fine.tv_sec;
    return fine.tv_sec;
}

/* The names that programs with 64-bit file offsets use. */
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t at) __attribute__((alias("pwrite")));
ssize_t pwritev64(int file, const struct iovec *pieces, int count, off_t at) __attribute__((alias("pwritev")));
int ftruncate64(int file, off_t length) __attribute__((alias("ftruncate")));
int posix_fallocate64(int file, off_t at, off_t length) __attribute__((alias("posix_fallocate")));
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
