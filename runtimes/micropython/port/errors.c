// Exceptions that CPython has and MicroPython lacks, and which error number raises which.
#include <errno.h>
#include <string.h>

#include "py/runtime.h"
#include "py/objexcept.h"
#include "port.h"

MP_DEFINE_EXCEPTION(RecursionError, RuntimeError)
MP_DEFINE_EXCEPTION(ModuleNotFoundError, ImportError)

#define DEFINE_OS_ERROR(name) \
    MP_DEFINE_CONST_OBJ_TYPE(port_type_##name, MP_QSTR_##name, MP_TYPE_FLAG_NONE, \
    make_new, mp_obj_exception_make_new, print, mp_obj_exception_print, \
    attr, mp_obj_exception_attr, parent, &mp_type_OSError)

DEFINE_OS_ERROR(FileNotFoundError);
DEFINE_OS_ERROR(FileExistsError);
DEFINE_OS_ERROR(IsADirectoryError);
DEFINE_OS_ERROR(NotADirectoryError);
DEFINE_OS_ERROR(PermissionError);

static const mp_obj_type_t *type_of(int number) {
    switch (number) {
        case ENOENT:
            return &port_type_FileNotFoundError;
        case EEXIST:
            return &port_type_FileExistsError;
        case EISDIR:
            return &port_type_IsADirectoryError;
        case ENOTDIR:
            return &port_type_NotADirectoryError;
        case EACCES:
        case EPERM:
            return &port_type_PermissionError;
        default:
            return &mp_type_OSError;
    }
}

NORETURN void port_raise(int number, const char *path) {
    vstr_t text;
    vstr_init(&text, 64);
    vstr_printf(&text, "%s: '%s'", strerror(number), path);
    mp_obj_t items[2] = { MP_OBJ_NEW_SMALL_INT(number), mp_obj_new_str_from_vstr(&text) };
    nlr_raise(mp_obj_exception_make_new(type_of(number), 2, 0, items));
}
