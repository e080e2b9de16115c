/**
 * The gate between WebAssembly and JavaScript: what Python's native code may call once it is locked.
 *
 * Every import of the module is either open (needed by ordinary scripts and harmless), ruled (answers
 * with a policy of ours) or closed. A closed import that is called after the lock throws; the
 * interpreter cannot continue from there, so the worker reports it and is replaced.
 * The open list was measured: the whole standard-library workload calls only these.
 */
const EROFS = 69;
const ENOSYS = 52;
const EBADF = 8;
const EMFILE = 33;
const EAI_FAIL = -4;
const O_ACCMODE = 3;
const O_CREAT = 64;
const O_TRUNC = 512;

const OPEN = new Set([
  // one call from JavaScript into Python and its JSON string back
  ..."JsvArray_Get js2python_js JsvError_Check JsvNoValue_Check can_run_sync_js pyproxy_Check".split(" "),
  ..."_python2js_ascii _python2js_ucs1 _python2js_ucs2 _python2js_ucs4 Jsv_GetError_import".split(" "),
  // the interpreter's loop
  ..."_PyEM_TrampolineCall_JS _Py_CheckEmscriptenSignals_Helper __call_sighandler".split(" "),
  ..."emscripten_runtime_keepalive_push emscripten_runtime_keepalive_pop".split(" "),
  // clocks and randomness
  ..."emscripten_get_now emscripten_date_now clock_time_get clock_res_get random_get".split(" "),
  ..."_tzset_js _timegm_js _mktime_js _localtime_js _gmtime_js emscripten_get_heap_max".split(" "),
  // reading the in-memory file system
  ..."fd_read fd_pread fd_seek fd_close fd_fdstat_get environ_get environ_sizes_get".split(" "),
  ..."__syscall_stat64 __syscall_lstat64 __syscall_fstat64 __syscall_newfstatat".split(" "),
  ..."__syscall_getcwd __syscall_getdents64 __syscall_readlinkat __syscall_faccessat".split(" "),
  ..."__syscall_fcntl64 __syscall_ioctl __syscall_poll __syscall_fadvise64".split(" "),
  ..."__syscall_statfs64 __syscall_fstatfs64 __syscall_getuid32_js _munmap_js".split(" "),
  "_emscripten_get_progname",
]);

/** Writing anything anywhere: the file system of a running worker is read-only. */
const READ_ONLY = (
  "__syscall_mkdirat __syscall_mknodat __syscall_unlinkat __syscall_rmdir __syscall_renameat " +
  "__syscall_symlinkat __syscall_truncate64 __syscall_ftruncate64 __syscall_utimensat " +
  "__syscall_fallocate __syscall_chmod __syscall_fchmod __syscall_fchmodat2 __syscall_fchownat " +
  "__syscall_fchown32 __syscall_fdatasync __syscall_chdir __syscall_fchdir"
).split(" ");

const UNSUPPORTED = (
  "__syscall_accept4 __syscall_bind __syscall_connect __syscall_getpeername __syscall_getsockname " +
  "__syscall_getsockopt __syscall_listen __syscall_recvfrom __syscall_recvmsg __syscall_sendmsg " +
  "__syscall_sendto __syscall_socket _setitimer_js _mmap_js _msync_js __syscall_umask_js"
).split(" ");

/** Ways for the interpreter to end itself: a crash by name, not a breach of the gate. */
const ENDINGS = new Set(["_abort_js", "exit", "proc_exit", "__assert_fail", "throw_no_gil"]);

/**
 * @typedef {object} Gate
 * @property {(imports: WebAssembly.Imports) => void} install wraps the imports in place, before instantiation
 * @property {(memory: WebAssembly.Memory) => void} lock enforces the rules from now on
 * @property {() => {name: string, ending: boolean} | null} breach the closed import that was called, if any
 * @property {number} closed how many imports are closed once locked
 */

/** @typedef {(original: Function, args: any[]) => unknown} Rule */

/**
 * @param {object} options
 * @param {number} options.heapBytes the heap may not grow beyond this
 * @param {(fd: 1 | 2, bytes: Uint8Array) => void} options.onWrite gets what Python writes to stdout and stderr
 * @returns {Gate}
 */
export function createGate({ heapBytes, onWrite }) {
  /** @type {WebAssembly.Memory | null} */
  let memory = null;
  /** @type {{name: string, ending: boolean} | null} */
  let breach = null;
  const bufferOf = () => /** @type {WebAssembly.Memory} */ (memory).buffer;
  const gate = { install, lock, breach: () => breach, closed: 0 };
  return gate;

  /** @param {WebAssembly.Memory} lockedMemory */
  function lock(lockedMemory) {
    memory = lockedMemory;
  }

  /** @param {WebAssembly.Imports} imports */
  function install(imports) {
    const rules = createRules(heapBytes, (args) => writeOut(bufferOf(), onWrite, args[0], args[1], args[2], args[3]));
    for (const table of [imports.env, imports.wasi_snapshot_preview1]) {
      for (const name of Object.keys(table ?? {})) {
        if (typeof table[name] === "function" && !OPEN.has(name)) wrap(table, name, rules[name]);
      }
    }
  }

  /**
   * @param {any} table
   * @param {string} name
   * @param {Rule | undefined} rule
   */
  function wrap(table, name, rule) {
    const original = table[name];
    const guarded = (/** @type {any[]} */ ...args) => {
      if (memory === null) return original(...args);
      return rule ? rule(original, args) : refuse(name);
    };
    // Emscripten keeps the signature of each import as a property of the function.
    Object.assign(guarded, original);
    table[name] = guarded;
    if (!rule) gate.closed += 1;
  }

  /**
   * @param {string} name
   * @returns {never}
   */
  function refuse(name) {
    breach ??= { name, ending: ENDINGS.has(name) };
    throw new Error(`closed import: ${name}`);
  }
}

/**
 * @param {number} heapBytes
 * @param {(args: any[]) => number} write
 * @returns {Record<string, Rule>}
 */
function createRules(heapBytes, write) {
  /** @type {Record<string, Rule>} */
  const rules = {
    emscripten_resize_heap: (original, args) => (args[0] >>> 0 > heapBytes ? 0 : original(...args)),
    __syscall_openat: (original, args) => (isForWriting(args[2]) ? -EROFS : original(...args)),
    fd_write: (_original, args) => write(args),
    fd_pwrite: () => EROFS,
    fd_sync: () => 0,
    __syscall_pipe: () => -EMFILE,
    __syscall_dup: () => -EMFILE,
    __syscall_dup3: () => -EMFILE,
    getaddrinfo: () => EAI_FAIL,
    getnameinfo: () => EAI_FAIL,
    getprotobyname: () => 0,
    _emscripten_system: () => -1,
    _dlopen_js: () => 0,
    _emscripten_log_formatted: () => 0,
  };
  for (const name of READ_ONLY) rules[name] = () => -EROFS;
  for (const name of UNSUPPORTED) rules[name] = () => -ENOSYS;
  return rules;
}

/** @param {number} flags */
function isForWriting(flags) {
  return (flags & O_ACCMODE) !== 0 || (flags & (O_CREAT | O_TRUNC)) !== 0;
}

/**
 * Write what `fd_write` was given to stdout or stderr.
 * @param {ArrayBufferLike} buffer the interpreter's memory
 * @param {(fd: 1 | 2, bytes: Uint8Array) => void} onWrite
 * @param {number} fd
 * @param {number} vectors address of pairs (address, length)
 * @param {number} count
 * @param {number} written address of the result
 */
function writeOut(buffer, onWrite, fd, vectors, count, written) {
  if (fd !== 1 && fd !== 2) return EBADF;
  const view = new DataView(buffer);
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const address = view.getUint32(vectors + index * 8, true);
    const length = view.getUint32(vectors + index * 8 + 4, true);
    onWrite(fd, new Uint8Array(buffer, address, length));
    total += length;
  }
  view.setUint32(written, total, true);
  return 0;
}
