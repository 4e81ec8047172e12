/* Stands between a program and its way to the disk (LD_PRELOAD), for one file, DISK_FILE, and the log beside it, -wal.
 *
 * DISK_LOG: a file in which everything that changes them is written down, in its order: an entry is a letter (w write, t truncate,
 *   s sync, u unlink), 0 for the file or 1 for its log, offset and length, 8 bytes each, and for a write its bytes. What lies between
 *   two syncs is what a power cut may lose.
 * DISK_FAULT: while this file is there, whatever would change them fails with the error number in it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

/* 0 the file, 1 its log, -1 something else. */
static int which(const char *path) {
    const char *file = getenv("DISK_FILE");
    size_t length = file ? strlen(file) : 0;
    if (!length || strncmp(path, file, length)) return -1;
    return path[length] == 0 ? 0 : strcmp(path + length, "-wal") == 0 ? 1 : -1;
}

static int which_fd(int fd) {
    char link[32], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return -1;
    path[length] = 0;
    return which(path);
}

/* The error that is wanted now, or 0. */
static int fault(void) {
    const char *name = getenv("DISK_FAULT");
    char text[8] = {0};
    int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    return length > 0 ? atoi(text) : 0;
}

static void note(char kind, int file, int64_t offset, const void *bytes, int64_t length) {
    static int log = -1;
    REAL(write);
    const char *name = getenv("DISK_LOG");
    if (!name) return;
    if (log < 0) log = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char *entry = malloc(18 + length);
    entry[0] = kind;
    entry[1] = (char)file;
    memcpy(entry + 2, &offset, 8);
    memcpy(entry + 10, &length, 8);
    if (bytes) memcpy(entry + 18, bytes, length);
    if (real(log, entry, 18 + (bytes ? length : 0)) < 0) abort();
    free(entry);
}

#define STANDS_BETWEEN(file, call, noting)             \
    if (file < 0) return call;                         \
    pthread_mutex_lock(&turn);                         \
    int wanted = fault();                              \
    __typeof__(call) done = wanted ? -1 : call;        \
    int kept = wanted ? wanted : errno;                \
    if (done >= 0) noting;                             \
    pthread_mutex_unlock(&turn);                       \
    errno = kept;                                      \
    return done;

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    int file = which_fd(fd);
    off_t at = file < 0 ? 0 : lseek(fd, 0, SEEK_CUR);
    STANDS_BETWEEN(file, real(fd, bytes, length), note('w', file, at, bytes, done))
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    REAL(pwrite64);
    int file = which_fd(fd);
    STANDS_BETWEEN(file, real(fd, bytes, length, at), note('w', file, at, bytes, done))
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

int ftruncate64(int fd, off64_t length) {
    REAL(ftruncate64);
    int file = which_fd(fd);
    STANDS_BETWEEN(file, real(fd, length), note('t', file, 0, NULL, length))
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) {
    REAL(fsync);
    int file = which_fd(fd);
    STANDS_BETWEEN(file, real(fd), note('s', file, 0, NULL, 0))
}

int fdatasync(int fd) {
    REAL(fdatasync);
    int file = which_fd(fd);
    STANDS_BETWEEN(file, real(fd), note('s', file, 0, NULL, 0))
}

int unlink(const char *path) {
    REAL(unlink);
    int file = which(path);
    STANDS_BETWEEN(file, real(path), note('u', file, 0, NULL, 0))
}
