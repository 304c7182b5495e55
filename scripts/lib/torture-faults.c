/*
 * Makes a system call fail, or kills the process before one. scripts/torture preloads it into Java.
 *
 * TORTURE_FAULT is CALLS:NUMBER:WHAT. CALLS is one of rename, exchange, sync, write, remove; only calls on files
 * below the folder TORTURE_ROOT count. WHAT is kill (SIGKILL before call NUMBER), an errno (call NUMBER and all later
 * ones fail with it), or an errno with ! (only call NUMBER fails). All other calls succeed, except that with
 * TORTURE_NO_EXCHANGE the exchange of two folders fails with EINVAL.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long seen;

static int is_ours(const char *path) {
    const char *root = getenv("TORTURE_ROOT");
    return root && path && strncmp(path, root, strlen(root)) == 0;
}

static int is_our_file(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = 0;
    return is_ours(path);
}

/* Counts a call and returns the errno to fail with, or 0. */
static int fault(const char *call) {
    const char *wanted = getenv("TORTURE_FAULT");
    size_t length = strlen(call);
    if (!wanted || strncmp(wanted, call, length) != 0 || wanted[length] != ':') {
        return 0;
    }
    char *what;
    long number = strtol(wanted + length + 1, &what, 10);
    long now = atomic_fetch_add(&seen, 1) + 1;
    what++;
    if (strcmp(what, "kill") == 0) {
        if (now == number) {
            kill(getpid(), SIGKILL);
            pause();
        }
        return 0;
    }
    int once = strchr(what, '!') != NULL;
    return now == number || (now > number && !once) ? atoi(what) : 0;
}

#define REAL(name) \
    static typeof(name) *real; \
    if (!real) real = (typeof(name) *) real_dlsym(RTLD_NEXT, #name)
#define FAIL(ours, call) \
    do { int error = (ours) ? fault(call) : 0; if (error) { errno = error; return -1; } } while (0)

static void *real_dlsym(void *handle, const char *name) {
    static void *(*real)(void *, const char *);
    if (!real) {
        const char *versions[] = {"GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17"};
        for (int i = 0; i < 3 && !real; i++) {
            real = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
        }
    }
    return real(handle, name);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    FAIL(is_ours(to), "rename");
    return real(from, to);
}

int renameat(int folder, const char *from, int other, const char *to) {
    REAL(renameat);
    FAIL(is_ours(to) || is_our_file(other), "rename");
    return real(folder, from, other, to);
}

int renameat2(int folder, const char *from, int other, const char *to, unsigned int flags) {
    REAL(renameat2);
    FAIL(is_ours(to), "exchange");
    if (getenv("TORTURE_NO_EXCHANGE") && is_ours(to)) {
        errno = EINVAL;
        return -1;
    }
    return real(folder, from, other, to, flags);
}

int fsync(int file) {
    REAL(fsync);
    FAIL(is_our_file(file), "sync");
    return real(file);
}

int fdatasync(int file) {
    REAL(fdatasync);
    FAIL(is_our_file(file), "sync");
    return real(file);
}

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(write);
    FAIL(is_our_file(file), "write");
    return real(file, bytes, count);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(writev);
    FAIL(is_our_file(file), "write");
    return real(file, parts, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
    REAL(pwrite64);
    FAIL(is_our_file(file), "write");
    return real(file, bytes, count, place);
}

int unlink(const char *path) {
    REAL(unlink);
    FAIL(is_ours(path), "remove");
    return real(path);
}

int rmdir(const char *path) {
    REAL(rmdir);
    FAIL(is_ours(path), "remove");
    return real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    FAIL(is_ours(path) || is_our_file(folder), "remove");
    return real(folder, path, flags);
}

/* JNA looks renameat2 up in the C library itself, which would bypass the preloaded one. */
void *dlsym(void *handle, const char *name) {
    if (strcmp(name, "renameat2") == 0) {
        return (void *) renameat2;
    }
    return real_dlsym(handle, name);
}
