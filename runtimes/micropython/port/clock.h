// Included by extmod/modtime.c: what the time module has beside its own.

static mp_obj_t clock_seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return mp_obj_new_float((mp_float_t)now.tv_sec + (mp_float_t)now.tv_nsec / 1e9);
}

static mp_obj_t mp_time_time_get(void) {
    return clock_seconds(CLOCK_REALTIME);
}

static mp_obj_t port_monotonic(void) {
    return clock_seconds(CLOCK_MONOTONIC);
}
static MP_DEFINE_CONST_FUN_OBJ_0(port_monotonic_obj, port_monotonic);

static mp_obj_t mp_time_localtime_get(void);

#define PORT_TIME_GLOBALS \
    { MP_ROM_QSTR(MP_QSTR_monotonic), MP_ROM_PTR(&port_monotonic_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_perf_counter), MP_ROM_PTR(&port_monotonic_obj) },

// There is no time zone: the local time is UTC.
#include "shared/timeutils/timeutils.h"
static mp_obj_t mp_time_localtime_get(void) {
    timeutils_struct_time_t tm;
    timeutils_seconds_since_epoch_to_struct_time(time(NULL), &tm);
    mp_obj_t items[8] = {
        MP_OBJ_NEW_SMALL_INT(tm.tm_year), MP_OBJ_NEW_SMALL_INT(tm.tm_mon),
        MP_OBJ_NEW_SMALL_INT(tm.tm_mday), MP_OBJ_NEW_SMALL_INT(tm.tm_hour),
        MP_OBJ_NEW_SMALL_INT(tm.tm_min), MP_OBJ_NEW_SMALL_INT(tm.tm_sec),
        MP_OBJ_NEW_SMALL_INT(tm.tm_wday), MP_OBJ_NEW_SMALL_INT(tm.tm_yday),
    };
    return mp_obj_new_tuple(8, items);
}
