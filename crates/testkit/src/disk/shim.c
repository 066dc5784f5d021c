/* A disk that is watched and fails on demand, for a process that this library is preloaded into.
 *
 * Writes, truncations, removals and synchronisations of a store's files, and what the process says on
 * standard output, are appended to a trace, one after the other: while one is under way no other
 * begins, so that the order in the trace is the order in which they happened.
 *
 * DISK_STORE   path of the store; its files are those whose path begins with it
 * DISK_TRACE   where the trace goes; none is written without it
 * DISK_LIAR    ending of the files whose synchronisations do nothing and say that they did
 * DISK_BROKEN  ending of the files whose synchronisations fail with EIO
 * DISK_SOUND   how many of those succeed before the first fails
 *
 * A trace is a list of: one byte for what happened (see mod.rs), the length of the ending as two
 * bytes, an offset as eight, the length of the data as eight, all little-endian; the ending of the
 * file's path behind DISK_STORE; the data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t started = PTHREAD_ONCE_INIT;
static const char *store, *liar, *broken;
static size_t store_length;
static long sound;
static int trace = -1;

static ssize_t put(int fd, const void *data, size_t length) {
    return syscall(SYS_write, fd, data, length);
}

static void start(void) {
    store = getenv("DISK_STORE");
    store_length = store ? strlen(store) : 0;
    liar = getenv("DISK_LIAR");
    broken = getenv("DISK_BROKEN");
    const char *count = getenv("DISK_SOUND");
    sound = count ? atol(count) : 0;
    const char *path = getenv("DISK_TRACE");
    if (path)
        trace = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (path && trace < 0)
        abort();
}

/* The ending of a file of the store; "/" for its folder; NULL for any other file. */
static const char *ending_of(const char *path) {
    if (!store || !path)
        return NULL;
    if (strncmp(path, store, store_length) == 0)
        return path + store_length;
    const char *name = strrchr(store, '/');
    size_t folder = name ? (size_t)(name - store) : 0;
    return strlen(path) == folder && strncmp(path, store, folder) == 0 ? "/" : NULL;
}

static const char *ending(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0)
        return NULL;
    path[length] = 0;
    return ending_of(path);
}

/* Shared memory is no part of what lasts. */
static int is_kept(const char *name) {
    return name && strcmp(name, "-shm") != 0;
}

static int ends(const char *name, const char *with) {
    return name && with && strcmp(name, with) == 0;
}

static void all(const void *data, size_t length) {
    const char *at = data;
    while (length > 0) {
        ssize_t done = put(trace, at, length);
        if (done <= 0)
            abort();
        at += done;
        length -= (size_t)done;
    }
}

static void tell(char what, const char *name, uint64_t offset, const void *data, uint64_t length) {
    if (trace < 0)
        return;
    unsigned char head[19] = {(unsigned char)what};
    uint64_t size = strlen(name);
    for (int i = 0; i < 2; i++)
        head[1 + i] = (unsigned char)(size >> 8 * i);
    for (int i = 0; i < 8; i++) {
        head[3 + i] = (unsigned char)(offset >> 8 * i);
        head[11 + i] = (unsigned char)(length >> 8 * i);
    }
    all(head, sizeof head);
    all(name, size);
    all(data, length);
}

static void enter(void) {
    pthread_once(&started, start);
    pthread_mutex_lock(&turn);
}

static void leave(void) {
    int error = errno;
    pthread_mutex_unlock(&turn);
    errno = error;
}

ssize_t write(int fd, const void *data, size_t length) {
    enter();
    char path[PATH_MAX];
    const char *name = fd == 1 ? "" : ending(fd, path);
    off_t at = fd == 1 ? 0 : lseek(fd, 0, SEEK_CUR);
    ssize_t done = put(fd, data, length);
    if (done > 0 && (fd == 1 || is_kept(name)))
        tell(fd == 1 ? 'A' : 'W', name, (uint64_t)at, data, (uint64_t)done);
    leave();
    return done;
}

static ssize_t write_at(int fd, const void *data, size_t length, off_t at) {
    enter();
    char path[PATH_MAX];
    const char *name = ending(fd, path);
    ssize_t done = syscall(SYS_pwrite64, fd, data, length, at);
    if (done > 0 && is_kept(name))
        tell('W', name, (uint64_t)at, data, (uint64_t)done);
    leave();
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    return write_at(fd, data, length, at);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    return write_at(fd, data, length, at);
}

static int cut(int fd, off_t size) {
    enter();
    char path[PATH_MAX];
    const char *name = ending(fd, path);
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (done == 0 && is_kept(name))
        tell('T', name, (uint64_t)size, "", 0);
    leave();
    return done;
}

int ftruncate(int fd, off_t size) { return cut(fd, size); }

int ftruncate64(int fd, off64_t size) { return cut(fd, size); }

static int synchronise(int fd, long number) {
    enter();
    char path[PATH_MAX];
    const char *name = ending(fd, path);
    int done = 0;
    if (ends(name, broken) && sound-- <= 0) {
        tell('F', name, 0, "", 0);
        errno = EIO;
        done = -1;
    } else if (!ends(name, liar)) {
        done = (int)syscall(number, fd);
        if (done == 0 && is_kept(name))
            tell('S', name, 0, "", 0);
    }
    leave();
    return done;
}

int fsync(int fd) { return synchronise(fd, SYS_fsync); }

int fdatasync(int fd) { return synchronise(fd, SYS_fdatasync); }

int unlink(const char *path) {
    enter();
    const char *name = ending_of(path);
    int done = (int)syscall(SYS_unlink, path);
    if (done == 0 && is_kept(name))
        tell('U', name, 0, "", 0);
    leave();
    return done;
}
