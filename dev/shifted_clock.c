/* A clock that is ahead of the machine's: dev/clock.py builds this library and loads it
 * into programs with LD_PRELOAD; CLOCK_AHEAD says by how many seconds.
 *
 * Only the time of day is shifted: the monotonic clock, which counts how long something
 * takes, and the times of files stay as they are. Whoever waits until a time of day has
 * computed it from the shifted clock, so it is put back for the real wait.
 *
 * Debian's faketime 0.9.10 does not do here: in PostgreSQL it shows the machine's time to
 * signal handlers, so that no lock_timeout and no deadlock ends, and Python's
 * time.sleep() fails with it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* A condition variable waits by either clock and does not tell which: no machine runs
 * for 30 years, and no time of day is that close to 1970. */
#define TIME_OF_DAY 1000000000

static time_t ahead;
static int (*real_gettime)(clockid_t, struct timespec *);
static int (*real_nanosleep)(clockid_t, int, const struct timespec *, struct timespec *);
static int (*real_cond_wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*real_lock)(pthread_mutex_t *, const struct timespec *);
static int (*real_sem_wait)(sem_t *, const struct timespec *);

/* Before everything else, as a signal handler must not look for a function. */
__attribute__((constructor(101))) static void prepare(void)
{
    const char *value = getenv("CLOCK_AHEAD");
    ahead = value ? strtol(value, NULL, 10) : 0;
    real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    real_nanosleep = dlsym(RTLD_NEXT, "clock_nanosleep");
#ifdef __x86_64__
    /* There is an older one, for programs of before 2003. */
    real_cond_wait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
#endif
    if (!real_cond_wait)
        real_cond_wait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    real_lock = dlsym(RTLD_NEXT, "pthread_mutex_timedlock");
    real_sem_wait = dlsym(RTLD_NEXT, "sem_timedwait");
}

/* What the machine's clock shows when the shifted one shows that moment. */
static struct timespec put_back(const struct timespec *moment)
{
    struct timespec real = *moment;
    if (real.tv_sec > TIME_OF_DAY)
        real.tv_sec -= ahead;
    return real;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    /* Libraries that are loaded before this one may ask before it is prepared. */
    int result = real_gettime ? real_gettime(clock, now)
                              : (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += ahead;
    return result;
}

int timespec_get(struct timespec *now, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec moment;
    int result = clock_gettime(CLOCK_REALTIME, &moment);
    (void)zone;
    now->tv_sec = moment.tv_sec;
    now->tv_usec = moment.tv_nsec / 1000;
    return result;
}

time_t time(time_t *now)
{
    struct timespec moment;
    clock_gettime(CLOCK_REALTIME, &moment);
    if (now)
        *now = moment.tv_sec;
    return moment.tv_sec;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                    struct timespec *left)
{
    struct timespec real = *time;
    if (clock == CLOCK_REALTIME && (flags & TIMER_ABSTIME))
        real = put_back(time);
    return real_nanosleep(clock, flags, &real, left);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition,
                           pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict end)
{
    struct timespec real = put_back(end);
    return real_cond_wait(condition, mutex, &real);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex,
                            const struct timespec *restrict end)
{
    struct timespec real = put_back(end);
    return real_lock(mutex, &real);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict end)
{
    struct timespec real = put_back(end);
    return real_sem_wait(semaphore, &real);
}
