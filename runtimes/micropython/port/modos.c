// The module _os: what the frozen module os is made of.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "py/runtime.h"
#include "port.h"

extern char **environ;

static mp_obj_t os_listdir(mp_obj_t path_in) {
    const char *path = mp_obj_str_get_str(path_in);
    mp_obj_t names = mp_obj_new_list(0, NULL);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        port_raise(errno, path);
    }
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        closedir(folder);
        nlr_jump(nlr.ret_val);
    }
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            mp_obj_list_append(names, mp_obj_new_str_from_cstr(entry->d_name));
        }
    }
    nlr_pop();
    closedir(folder);
    return names;
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_listdir_obj, os_listdir);

static mp_obj_t status_of(const char *path, const struct stat *status) {
    (void)path;
    mp_obj_t items[10] = {
        mp_obj_new_int_from_uint(status->st_mode), mp_obj_new_int_from_ull(status->st_ino),
        mp_obj_new_int_from_ull(status->st_dev), mp_obj_new_int_from_ull(status->st_nlink),
        MP_OBJ_NEW_SMALL_INT(0), MP_OBJ_NEW_SMALL_INT(0),
        mp_obj_new_int_from_ull(status->st_size), mp_obj_new_int_from_ll(status->st_atime),
        mp_obj_new_int_from_ll(status->st_mtime), mp_obj_new_int_from_ll(status->st_ctime),
    };
    return mp_obj_new_tuple(10, items);
}

static mp_obj_t os_stat(mp_obj_t path_in) {
    const char *path = mp_obj_str_get_str(path_in);
    struct stat status;
    if (stat(path, &status) != 0) {
        port_raise(errno, path);
    }
    return status_of(path, &status);
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_stat_obj, os_stat);

static mp_obj_t os_lstat(mp_obj_t path_in) {
    const char *path = mp_obj_str_get_str(path_in);
    struct stat status;
    if (lstat(path, &status) != 0) {
        port_raise(errno, path);
    }
    return status_of(path, &status);
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_lstat_obj, os_lstat);

static mp_obj_t os_mkdir(mp_obj_t path_in) {
    const char *path = mp_obj_str_get_str(path_in);
    if (mkdir(path, 0777) != 0) {
        port_raise(errno, path);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_mkdir_obj, os_mkdir);

static mp_obj_t os_remove(mp_obj_t path_in) {
    const char *path = mp_obj_str_get_str(path_in);
    if (unlink(path) != 0) {
        port_raise(errno, path);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_remove_obj, os_remove);

static mp_obj_t os_rmdir(mp_obj_t path_in) {
    const char *path = mp_obj_str_get_str(path_in);
    if (rmdir(path) != 0) {
        port_raise(errno, path);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_rmdir_obj, os_rmdir);

static mp_obj_t os_rename(mp_obj_t from_in, mp_obj_t to_in) {
    const char *from = mp_obj_str_get_str(from_in);
    if (rename(from, mp_obj_str_get_str(to_in)) != 0) {
        port_raise(errno, from);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(os_rename_obj, os_rename);

static mp_obj_t os_chdir(mp_obj_t path_in) {
    const char *path = mp_obj_str_get_str(path_in);
    if (chdir(path) != 0) {
        port_raise(errno, path);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_chdir_obj, os_chdir);

static mp_obj_t os_getcwd(void) {
    char path[MICROPY_ALLOC_PATH_MAX];
    if (getcwd(path, sizeof(path)) == NULL) {
        port_raise(errno, ".");
    }
    return mp_obj_new_str_from_cstr(path);
}
static MP_DEFINE_CONST_FUN_OBJ_0(os_getcwd_obj, os_getcwd);

static mp_obj_t os_environ(void) {
    mp_obj_t pairs = mp_obj_new_list(0, NULL);
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
        mp_obj_list_append(pairs, mp_obj_new_str_from_cstr(*variable));
    }
    return pairs;
}
static MP_DEFINE_CONST_FUN_OBJ_0(os_environ_obj, os_environ);

static mp_obj_t os_urandom(mp_obj_t size_in) {
    mp_int_t size = mp_obj_get_int(size_in);
    if (size < 0) {
        mp_raise_ValueError(MP_ERROR_TEXT("negative argument not allowed"));
    }
    vstr_t bytes;
    vstr_init_len(&bytes, size);
    for (mp_int_t done = 0; done < size; done += 256) {
        getentropy(bytes.buf + done, MIN(size - done, 256));
    }
    return mp_obj_new_bytes_from_vstr(&bytes);
}
static MP_DEFINE_CONST_FUN_OBJ_1(os_urandom_obj, os_urandom);

static const mp_rom_map_elem_t globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__os) },
    { MP_ROM_QSTR(MP_QSTR_listdir), MP_ROM_PTR(&os_listdir_obj) },
    { MP_ROM_QSTR(MP_QSTR_stat), MP_ROM_PTR(&os_stat_obj) },
    { MP_ROM_QSTR(MP_QSTR_lstat), MP_ROM_PTR(&os_lstat_obj) },
    { MP_ROM_QSTR(MP_QSTR_mkdir), MP_ROM_PTR(&os_mkdir_obj) },
    { MP_ROM_QSTR(MP_QSTR_remove), MP_ROM_PTR(&os_remove_obj) },
    { MP_ROM_QSTR(MP_QSTR_rmdir), MP_ROM_PTR(&os_rmdir_obj) },
    { MP_ROM_QSTR(MP_QSTR_rename), MP_ROM_PTR(&os_rename_obj) },
    { MP_ROM_QSTR(MP_QSTR_chdir), MP_ROM_PTR(&os_chdir_obj) },
    { MP_ROM_QSTR(MP_QSTR_getcwd), MP_ROM_PTR(&os_getcwd_obj) },
    { MP_ROM_QSTR(MP_QSTR_environ), MP_ROM_PTR(&os_environ_obj) },
    { MP_ROM_QSTR(MP_QSTR_urandom), MP_ROM_PTR(&os_urandom_obj) },
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t port_module_os = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR__os, port_module_os);
