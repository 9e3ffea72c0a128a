// Stands between a process and its files: while the file that FULL_DISK names is there, nothing
// more fits on the disk. What is written in place still is, as on a real disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int is_too_much(int fd, off_t end) {
    const char *sign = getenv("FULL_DISK");
    struct stat status;
    if (sign == NULL || access(sign, F_OK) != 0) return 0;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    return end > status.st_size;
}

static ssize_t no_space(void) {
    errno = ENOSPC;
    return -1;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    off_t at = lseek(fd, 0, SEEK_CUR);
    if (at >= 0 && is_too_much(fd, at + (off_t)count)) return no_space();
    return real(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (is_too_much(fd, at + (off_t)count)) return no_space();
    return real(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return pwrite64(fd, bytes, count, at);
}

int ftruncate64(int fd, off64_t length) {
    static int (*real)(int, off64_t);
    if (!real) real = (int (*)(int, off64_t))dlsym(RTLD_NEXT, "ftruncate64");
    if (is_too_much(fd, length)) return (int)no_space();
    return real(fd, length);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
