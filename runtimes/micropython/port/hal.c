// Clock, random numbers and raw output.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "py/mphal.h"
#include "py/mpprint.h"

mp_uint_t mp_hal_ticks_ms(void) {
    return mp_hal_time_ns() / 1000000;
}

mp_uint_t mp_hal_ticks_us(void) {
    return mp_hal_time_ns() / 1000;
}

uint64_t mp_hal_time_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void sleep_ns(uint64_t ns) {
    // What was printed before a sleep is seen before it.
    fflush(stdout);
    struct timespec left = { .tv_sec = ns / 1000000000ULL, .tv_nsec = ns % 1000000000ULL };
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    sleep_ns((uint64_t)ms * 1000000ULL);
}

void mp_hal_delay_us(mp_uint_t us) {
    sleep_ns((uint64_t)us * 1000ULL);
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t len) {
    return fwrite(text, 1, len, stdout);
}

void mp_hal_stdout_tx_strn_cooked(const char *text, size_t len) {
    fwrite(text, 1, len, stdout);
}

void mp_hal_stdout_tx_str(const char *text) {
    fputs(text, stdout);
}

int mp_hal_stdin_rx_chr(void) {
    return getchar();
}

unsigned long port_random_seed(void) {
    unsigned long seed;
    return getentropy(&seed, sizeof(seed)) == 0 ? seed : 1;
}

static void write_stderr(void *self, const char *text, size_t len) {
    (void)self;
    fflush(stdout);
    fwrite(text, 1, len, stderr);
}

const mp_print_t port_stderr_print = { NULL, write_stderr };
