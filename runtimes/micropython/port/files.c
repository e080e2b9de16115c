// Files and the standard streams, buffered by the C library: `print` costs no system call.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "py/builtin.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "port.h"

typedef struct _file_t {
    mp_obj_base_t base;
    FILE *file; // NULL once it is closed
    bool has_written; // C wants a flush or a seek between writing and reading
    bool has_read;
} file_t;

static const mp_obj_type_t type_text, type_binary;

file_t mp_sys_stdin_obj = { { &type_text } };
file_t mp_sys_stdout_obj = { { &type_text } };
file_t mp_sys_stderr_obj = { { &type_text } };
file_t mp_sys_stdin_buffer_obj = { { &type_binary } };
file_t mp_sys_stdout_buffer_obj = { { &type_binary } };
file_t mp_sys_stderr_buffer_obj = { { &type_binary } };

void port_files_begin(void) {
    mp_sys_stdin_obj.file = mp_sys_stdin_buffer_obj.file = stdin;
    mp_sys_stdout_obj.file = mp_sys_stdout_buffer_obj.file = stdout;
    mp_sys_stderr_obj.file = mp_sys_stderr_buffer_obj.file = stderr;
}

static FILE *opened(file_t *self) {
    if (self->file == NULL) {
        mp_raise_ValueError(MP_ERROR_TEXT("I/O operation on closed file"));
    }
    return self->file;
}

static bool is_failed(FILE *file, int *error) {
    if (!ferror(file)) {
        return false;
    }
    *error = errno ? errno : EIO;
    clearerr(file);
    return true;
}

static mp_uint_t file_read(mp_obj_t self_in, void *to, mp_uint_t size, int *error) {
    file_t *self = MP_OBJ_TO_PTR(self_in);
    FILE *file = opened(self);
    if (self->has_written) {
        fflush(file);
        self->has_written = false;
    }
    if (file == stdin) {
        fflush(stdout);
    }
    self->has_read = true;
    mp_uint_t count = fread(to, 1, size, file);
    return count == 0 && is_failed(file, error) ? MP_STREAM_ERROR : count;
}

static mp_uint_t file_write(mp_obj_t self_in, const void *from, mp_uint_t size, int *error) {
    file_t *self = MP_OBJ_TO_PTR(self_in);
    FILE *file = opened(self);
    if (self->has_read) {
        fseek(file, 0, SEEK_CUR);
        self->has_read = false;
    }
    if (file == stderr) {
        fflush(stdout);
    }
    self->has_written = true;
    mp_uint_t count = fwrite(from, 1, size, file);
    return count < size && is_failed(file, error) ? MP_STREAM_ERROR : count;
}

static mp_uint_t file_seek(FILE *file, struct mp_stream_seek_t *place, int *error) {
    static const int origins[] = { SEEK_SET, SEEK_CUR, SEEK_END };
    if (fseeko(file, place->offset, origins[place->whence]) != 0) {
        *error = errno;
        return MP_STREAM_ERROR;
    }
    place->offset = ftello(file);
    return 0;
}

static mp_uint_t file_flush(FILE *file, int *error) {
    if (fflush(file) == 0) {
        return 0;
    }
    *error = errno;
    clearerr(file);
    return MP_STREAM_ERROR;
}

static mp_uint_t file_close(file_t *self, int *error) {
    FILE *file = self->file;
    self->file = NULL;
    if (file == NULL) {
        return 0;
    }
    if (file == stdin || file == stdout || file == stderr) {
        return file == stdin ? 0 : file_flush(file, error);
    }
    if (fclose(file) == 0) {
        return 0;
    }
    *error = errno;
    return MP_STREAM_ERROR;
}

static mp_uint_t file_ioctl(mp_obj_t self_in, mp_uint_t request, uintptr_t argument, int *error) {
    file_t *self = MP_OBJ_TO_PTR(self_in);
    switch (request) {
        case MP_STREAM_FLUSH:
            return file_flush(opened(self), error);
        case MP_STREAM_SEEK:
            self->has_read = self->has_written = false;
            return file_seek(opened(self), (struct mp_stream_seek_t *)argument, error);
        case MP_STREAM_CLOSE:
            return file_close(self, error);
        case MP_STREAM_GET_FILENO:
            return fileno(opened(self));
        case MP_STREAM_POLL:
            return argument & (MP_STREAM_POLL_RD | MP_STREAM_POLL_WR);
        default:
            *error = EINVAL;
            return MP_STREAM_ERROR;
    }
}

static void file_print(const mp_print_t *print, mp_obj_t self_in, mp_print_kind_t kind) {
    (void)kind;
    mp_printf(print, "<io.%s>", mp_obj_get_type_str(self_in));
}

static mp_obj_t buffer_of(file_t *self) {
    if (self == &mp_sys_stdin_obj) {
        return MP_OBJ_FROM_PTR(&mp_sys_stdin_buffer_obj);
    }
    if (self == &mp_sys_stdout_obj) {
        return MP_OBJ_FROM_PTR(&mp_sys_stdout_buffer_obj);
    }
    return self == &mp_sys_stderr_obj ? MP_OBJ_FROM_PTR(&mp_sys_stderr_buffer_obj) : MP_OBJ_NULL;
}

static void file_attr(mp_obj_t self_in, qstr name, mp_obj_t *result) {
    file_t *self = MP_OBJ_TO_PTR(self_in);
    if (result[0] != MP_OBJ_NULL) {
        return;
    }
    if (name == MP_QSTR_buffer) {
        result[0] = buffer_of(self);
    } else if (name == MP_QSTR_closed) {
        result[0] = mp_obj_new_bool(self->file == NULL);
    } else {
        result[1] = MP_OBJ_SENTINEL;
    }
}

static mp_obj_t file_writelines(mp_obj_t self_in, mp_obj_t lines) {
    mp_obj_t iterator = mp_getiter(lines, NULL);
    mp_obj_t line;
    while ((line = mp_iternext(iterator)) != MP_OBJ_STOP_ITERATION) {
        size_t size;
        const char *data = mp_obj_str_get_data(line, &size);
        mp_stream_write(self_in, data, size, MP_STREAM_RW_WRITE);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(file_writelines_obj, file_writelines);

static mp_obj_t file_isatty(mp_obj_t self_in) {
    (void)self_in;
    return mp_const_false;
}
static MP_DEFINE_CONST_FUN_OBJ_1(file_isatty_obj, file_isatty);

static const mp_rom_map_elem_t members_table[] = {
    { MP_ROM_QSTR(MP_QSTR_read), MP_ROM_PTR(&mp_stream_read_obj) },
    { MP_ROM_QSTR(MP_QSTR_readinto), MP_ROM_PTR(&mp_stream_readinto_obj) },
    { MP_ROM_QSTR(MP_QSTR_readline), MP_ROM_PTR(&mp_stream_unbuffered_readline_obj) },
    { MP_ROM_QSTR(MP_QSTR_readlines), MP_ROM_PTR(&mp_stream_unbuffered_readlines_obj) },
    { MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&mp_stream_write_obj) },
    { MP_ROM_QSTR(MP_QSTR_writelines), MP_ROM_PTR(&file_writelines_obj) },
    { MP_ROM_QSTR(MP_QSTR_seek), MP_ROM_PTR(&mp_stream_seek_obj) },
    { MP_ROM_QSTR(MP_QSTR_tell), MP_ROM_PTR(&mp_stream_tell_obj) },
    { MP_ROM_QSTR(MP_QSTR_flush), MP_ROM_PTR(&mp_stream_flush_obj) },
    { MP_ROM_QSTR(MP_QSTR_isatty), MP_ROM_PTR(&file_isatty_obj) },
    { MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&mp_stream_close_obj) },
    { MP_ROM_QSTR(MP_QSTR___del__), MP_ROM_PTR(&mp_stream_close_obj) },
    { MP_ROM_QSTR(MP_QSTR___enter__), MP_ROM_PTR(&mp_identity_obj) },
    { MP_ROM_QSTR(MP_QSTR___exit__), MP_ROM_PTR(&mp_stream___exit___obj) },
};
static MP_DEFINE_CONST_DICT(members, members_table);

static const mp_stream_p_t binary_stream = {
    .read = file_read, .write = file_write, .ioctl = file_ioctl,
};
static const mp_stream_p_t text_stream = {
    .read = file_read, .write = file_write, .ioctl = file_ioctl, .is_text = true,
};

static MP_DEFINE_CONST_OBJ_TYPE(
    type_binary, MP_QSTR_FileIO, MP_TYPE_FLAG_ITER_IS_STREAM,
    print, file_print, attr, file_attr, protocol, &binary_stream, locals_dict, &members);

static MP_DEFINE_CONST_OBJ_TYPE(
    type_text, MP_QSTR_TextIOWrapper, MP_TYPE_FLAG_ITER_IS_STREAM,
    print, file_print, attr, file_attr, protocol, &text_stream, locals_dict, &members);

// Return the mode for `fopen`, which knows no `t` and wants the `b` last; false if there is none.
static bool c_mode(const char *mode, char *to, bool *is_text) {
    const char *kind = strpbrk(mode, "rwax");
    size_t length = strspn(mode, "rwaxbt+");
    if (kind == NULL || mode[length] != '\0' || strpbrk(kind + 1, "rwax") != NULL) {
        return false;
    }
    bool is_exclusive = *kind == 'x';
    *is_text = strchr(mode, 'b') == NULL;
    *to++ = is_exclusive ? 'w' : *kind;
    if (strchr(mode, '+') != NULL) {
        *to++ = '+';
    }
    if (is_exclusive) {
        *to++ = 'x';
    }
    *to = '\0';
    return true;
}

static mp_obj_t builtin_open(size_t n_args, const mp_obj_t *args, mp_map_t *named) {
    enum { ARG_file, ARG_mode, ARG_buffering, ARG_encoding, ARG_errors, ARG_newline };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_file, MP_ARG_OBJ | MP_ARG_REQUIRED, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_mode, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_QSTR(MP_QSTR_r) } },
        { MP_QSTR_buffering, MP_ARG_INT, { .u_int = -1 } },
        { MP_QSTR_encoding, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_errors, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_newline, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    };
    mp_arg_val_t values[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args, args, named, MP_ARRAY_SIZE(allowed), allowed, values);
    char mode[4];
    bool is_text;
    if (!c_mode(mp_obj_str_get_str(values[ARG_mode].u_obj), mode, &is_text)) {
        mp_raise_ValueError(MP_ERROR_TEXT("invalid mode"));
    }
    const char *path = mp_obj_str_get_str(values[ARG_file].u_obj);
    // Made before the file is opened: for want of memory it would stay open.
    file_t *self = mp_obj_malloc_with_finaliser(file_t, is_text ? &type_text : &type_binary);
    self->file = NULL;
    self->has_read = self->has_written = false;
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        port_raise(EISDIR, path);
    }
    self->file = fopen(path, mode);
    if (self->file == NULL) {
        port_raise(errno, path);
    }
    return MP_OBJ_FROM_PTR(self);
}
MP_DEFINE_CONST_FUN_OBJ_KW(mp_builtin_open_obj, 1, builtin_open);

static mp_obj_t input(size_t n_args, const mp_obj_t *args) {
    if (n_args == 1) {
        mp_obj_print(args[0], PRINT_STR);
    }
    fflush(stdout);
    vstr_t line;
    vstr_init(&line, 64);
    int byte;
    while ((byte = getchar()) != EOF && byte != '\n') {
        vstr_add_byte(&line, byte);
    }
    if (byte == EOF && line.len == 0) {
        mp_raise_type(&mp_type_EOFError);
    }
    return mp_obj_new_str_from_vstr(&line);
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(port_input_obj, 0, 1, input);
