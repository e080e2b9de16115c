// What this MicroPython has: a command of WASI preview 1. The same files build a native program, for comparison.
#include <limits.h>
#include <alloca.h>

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EVERYTHING)

// The heap: the collector finds pointers on the stack only, where tools/spill.py has put them.
#define MICROPY_ENABLE_GC (1)
#define MICROPY_ENABLE_FINALISER (1)
#define MICROPY_GC_SPLIT_HEAP (1)
#define MICROPY_GC_SPLIT_HEAP_AUTO (1)
#define MP_PLAT_ALLOC_HEAP(size) port_heap_new(size)
#define MP_PLAT_FREE_HEAP(heap) port_heap_free(heap)
#define MICROPY_ALLOC_GC_STACK_SIZE (16384)
#define MICROPY_MALLOC_USES_ALLOCATED_SIZE (1)
#define MICROPY_MEM_STATS (0)
#define MICROPY_PY_GC_COLLECT_RETVAL (1)

// Calls of Python functions by Python functions use a stack of their own: they are no calls in C.
#define MICROPY_STACKLESS (1)
#define MICROPY_STACKLESS_STRICT (0)
#define MICROPY_ENABLE_PYSTACK (1)
#define MICROPY_STACK_CHECK (1)
#define MICROPY_STACK_CHECK_MARGIN (0)
#define MICROPY_NLR_SETJMP (1)
#define MICROPY_OPT_COMPUTED_GOTO (0)

#define MICROPY_ENABLE_COMPILER (1)
#define MICROPY_COMP_ALLOW_TOP_LEVEL_AWAIT (0)
#define MICROPY_PERSISTENT_CODE_LOAD (0)
#define MICROPY_ENABLE_EXTERNAL_IMPORT (1)
#define MICROPY_MODULE_OVERRIDE_MAIN_IMPORT (1)
#define MICROPY_ENABLE_SOURCE_LINE (1)
#define MICROPY_ERROR_REPORTING (MICROPY_ERROR_REPORTING_DETAILED)
#define MICROPY_WARNINGS (0)
// With 2, a dictionary of 100,000 texts takes minutes.
#define MICROPY_QSTR_BYTES_IN_HASH (3)
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
#define MPZ_DIG_SIZE (16)
#define MICROPY_FLOAT_IMPL (MICROPY_FLOAT_IMPL_DOUBLE)
#define MICROPY_FLOAT_USE_NATIVE_FLT16 (0)
#define MICROPY_EPOCH_IS_1970 (1)
#define MICROPY_ALLOC_PATH_MAX (PATH_MAX)
#define MICROPY_ALLOC_PARSE_CHUNK_INIT (128)
// Grown in small steps, deeply nested code would be copied over and over.
#define MICROPY_ALLOC_PARSE_RULE_INC (1024)
#define MICROPY_ALLOC_PARSE_RESULT_INC (1024)
#define MICROPY_USE_INTERNAL_PRINTF (0)
#define MICROPY_HELPER_REPL (0)
#define MICROPY_KBD_EXCEPTION (0)
#define MICROPY_ENABLE_SCHEDULER (0)
#define MICROPY_READER_POSIX (0)
#define MICROPY_READER_VFS (0)
#define MICROPY_VFS (0)

#define MICROPY_PY_BUILTINS_HELP (0)
#define MICROPY_PY_BUILTINS_INPUT (0)
#define MICROPY_PY_BUILTINS_EXECFILE (0)
#define MICROPY_PY___FILE__ (1)
#define MICROPY_PY_GC (1)
#define MICROPY_PY_IO (1)
#define MICROPY_PY_IO_BUFFEREDWRITER (0)
#define MICROPY_PY_SYS_PATH_ARGV_DEFAULTS (0)
#define MICROPY_PY_SYS_ATEXIT (1)
#define MICROPY_PY_SYS_EXC_INFO (1)
#define MICROPY_PY_SYS_EXECUTABLE (0)
#define MICROPY_PY_SYS_PS1_PS2 (0)
#define MICROPY_PY_SYS_SETTRACE (0)
#define MICROPY_PY_SYS_STDFILES (1)
#define MICROPY_PY_SYS_STDIO_BUFFER (1)
#define MICROPY_PY_SYS_PLATFORM "wasi"
#define MICROPY_PY_MICROPYTHON_MEM_INFO (0)
#define MICROPY_PY_OS (0)
#define MICROPY_PY_TIME (1)
#define MICROPY_PY_TIME_GMTIME_LOCALTIME_MKTIME (1)
#define MICROPY_PY_TIME_TIME_TIME_NS (1)
#define MICROPY_PY_TIME_INCLUDEFILE "clock.h"
#define MICROPY_PY_TIME_EXTRA_GLOBALS PORT_TIME_GLOBALS
#define MICROPY_PY_HASHLIB_MD5 (0)
#define MICROPY_PY_HASHLIB_SHA1 (0)
#define MICROPY_PY_RANDOM_SEED_INIT_FUNC (port_random_seed())
#define MICROPY_PY_SELECT (1)
#define MICROPY_PY_SELECT_SELECT (0)
#define MICROPY_INTERNAL_WFE(ms) mp_hal_delay_ms((ms) < 0 ? 1 : (ms))

// Neither devices nor networks.
#define MICROPY_PY_MACHINE (0)
#define MICROPY_PY_NETWORK (0)
#define MICROPY_PY_SOCKET (0)
#define MICROPY_PY_SSL (0)
#define MICROPY_PY_WEBSOCKET (0)
#define MICROPY_PY_BLUETOOTH (0)
#define MICROPY_PY_FRAMEBUF (0)
#define MICROPY_PY_ONEWIRE (0)
#define MICROPY_PY_THREAD (0)
#define MICROPY_PY_UCTYPES (0)
#define MICROPY_PY_CRYPTOLIB (0)
#define MICROPY_PY_BTREE (0)
#define MICROPY_PY_PLATFORM (0)
#define MICROPY_PY_MARSHAL (0)

#ifdef __LP64__
typedef long mp_int_t;
typedef unsigned long mp_uint_t;
#else
typedef int mp_int_t;
typedef unsigned int mp_uint_t;
#endif
typedef long long mp_off_t;

#include <stddef.h>
unsigned long port_random_seed(void);
void *port_heap_new(size_t size);
void port_heap_free(void *area);

extern const struct _mp_obj_type_t mp_type_RecursionError;
extern const struct _mp_obj_type_t mp_type_ModuleNotFoundError;
extern const struct _mp_print_t port_stderr_print;
#define MICROPY_ERROR_PRINTER (&port_stderr_print)
#define MICROPY_DEBUG_PRINTER (&port_stderr_print)

#define MP_STATE_PORT MP_STATE_VM
#define MICROPY_HW_BOARD_NAME "WASI"
#define MICROPY_HW_MCU_NAME "WebAssembly"

#define MICROPY_PORT_BUILTINS \
    { MP_ROM_QSTR(MP_QSTR_open), MP_ROM_PTR(&mp_builtin_open_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_input), MP_ROM_PTR(&port_input_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_RecursionError), MP_ROM_PTR(&mp_type_RecursionError) }, \
    { MP_ROM_QSTR(MP_QSTR_ModuleNotFoundError), MP_ROM_PTR(&mp_type_ModuleNotFoundError) }, \
    { MP_ROM_QSTR(MP_QSTR_FileNotFoundError), MP_ROM_PTR(&port_type_FileNotFoundError) }, \
    { MP_ROM_QSTR(MP_QSTR_FileExistsError), MP_ROM_PTR(&port_type_FileExistsError) }, \
    { MP_ROM_QSTR(MP_QSTR_IsADirectoryError), MP_ROM_PTR(&port_type_IsADirectoryError) }, \
    { MP_ROM_QSTR(MP_QSTR_NotADirectoryError), MP_ROM_PTR(&port_type_NotADirectoryError) }, \
    { MP_ROM_QSTR(MP_QSTR_PermissionError), MP_ROM_PTR(&port_type_PermissionError) },
extern const struct _mp_obj_type_t port_type_FileNotFoundError, port_type_FileExistsError,
    port_type_IsADirectoryError, port_type_NotADirectoryError, port_type_PermissionError;
extern const struct _mp_obj_fun_builtin_var_t port_input_obj;
#define MICROPY_PORT_CONSTANTS
