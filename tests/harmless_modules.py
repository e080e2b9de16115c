"""What honest scripts do with modules of the standard library that they import where they need them.

One line of Python for each: an expression whose value the macro shows. A module that an engine does not offer is
skipped by its script.
"""

from __future__ import annotations

USES = {
    "abc": "abc.ABCMeta('A', (), {}).__name__",
    "argparse": "vars(argparse.ArgumentParser(prog='x', exit_on_error=False).parse_args([]))",
    "array": "array.array('d', [1.5]).tobytes()",
    "ast": "ast.unparse(ast.parse('a = 1 + 2')), ast.literal_eval('[1]')",
    "asyncio": "asyncio.Future.__name__, asyncio.iscoroutinefunction(len)",
    "base64": "base64.b85encode(b'abc'), base64.a85decode(b'@:E')",
    "binascii": "binascii.crc32(b'x')",
    "bisect": "bisect.bisect_left([1, 3], 2)",
    "builtins": "builtins.len([1])",
    "bz2": "bz2.decompress(bz2.compress(b'x'))",
    "calendar": "calendar.HTMLCalendar(6).formatmonth(2024, 2), calendar.month_name[1], calendar.LocaleTextCalendar(0, 'C').formatweekheader(3)",
    "cmath": "cmath.sqrt(-1)",
    "codecs": "codecs.encode('x', 'rot13'), codecs.lookup('latin-1').name, 'é'.encode('utf-16-le').decode('utf-16-le')",
    "collections": "collections.ChainMap({}, {'a': 1})['a'], collections.OrderedDict(a=1), collections.namedtuple('P', 'x y')(1, 2)",
    "colorsys": "colorsys.hls_to_rgb(0.5, 0.5, 0.5)",
    "compileall": "compileall.__name__",
    "concurrent.futures": "concurrent.futures.Future().done()",
    "configparser": "(lambda p: (p.read_string('[a]\\nb = ${c}\\nc = 1'), p['a']['b']))(configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation()))",
    "contextlib": "contextlib.ExitStack().__enter__().close(), contextlib.suppress(KeyError).__enter__()",
    "contextvars": "contextvars.ContextVar('v', default=1).get()",
    "copy": "copy.copy([1]), copy.deepcopy({1: {2}})",
    "copyreg": "copyreg.__newobj__(list)",
    "csv": "[*csv.DictReader(['a;b', '1;2'], delimiter=';')], csv.Sniffer().sniff('a,b\\n1,2').delimiter, csv.list_dialects()",
    "ctypes": "ctypes.sizeof(ctypes.c_int)",
    "dataclasses": "dataclasses.astuple(dataclasses.make_dataclass('P', [('x', int)], frozen=True)(1)), dataclasses.field()",
    "datetime": "datetime.datetime(2024, 2, 29).strftime('%A %d %B'), datetime.datetime.strptime('1 Feb 2024', '%d %b %Y'), datetime.date.fromisoformat('2024-02-03')",
    "decimal": "decimal.Decimal('1.005').quantize(decimal.Decimal('0.01')), decimal.Context(prec=3).divide(1, 3), decimal.getcontext().prec",
    "difflib": "[*difflib.unified_diff(['a'], ['b'])], difflib.HtmlDiff().make_table(['a'], ['b']), difflib.get_close_matches('appel', ['apple'])",
    "dis": "[each.opname for each in dis.get_instructions('1')]",
    "doctest": "doctest.DocTestParser().parse('>>> 1\\n1')[1].source",
    "email": "email.message_from_string('Subject: x\\n\\ny')['Subject']",
    "email.mime.text": "email.mime.text.MIMEText('é', 'plain', 'utf-8').as_string()",
    "email.utils": "email.utils.format_datetime(__import__('datetime').datetime(2024, 1, 1)), email.utils.parseaddr('A <a@b>')",
    "encodings.idna": "'bücher.example'.encode('idna')",
    "enum": "enum.Enum('E', 'A B').A.name, enum.IntFlag('F', 'X Y')(3), enum.StrEnum('S', ['K']).K",
    "errno": "errno.errorcode[2]",
    "filecmp": "filecmp.DEFAULT_IGNORES[0]",
    "fnmatch": "fnmatch.filter(['a.md', 'b.py'], '*.md'), fnmatch.translate('[a-z]?')",
    "fractions": "fractions.Fraction('0.125').limit_denominator(10)",
    "functools": "functools.reduce(lambda a, b: a + b, [1, 2]), functools.cmp_to_key(lambda a, b: a - b)(1) < functools.cmp_to_key(lambda a, b: a - b)(2), functools.total_ordering(type('T', (), {'__lt__': lambda s, o: True})).__name__, functools.singledispatch(len)([1])",
    "gc": "gc.isenabled()",
    "genericpath": "genericpath.commonprefix(['ab', 'ac'])",
    "getopt": "getopt.getopt(['-a', 'x'], 'a:')",
    "gettext": "gettext.gettext('x'), gettext.NullTranslations().ngettext('a', 'b', 2)",
    "glob": "glob.escape('[a]')",
    "graphlib": "[*graphlib.TopologicalSorter({'a': {'b'}}).static_order()]",
    "gzip": "gzip.decompress(gzip.compress(b'x', mtime=0))",
    "hashlib": "hashlib.new('sha1', b'x').hexdigest(), hashlib.blake2b(b'x', digest_size=4).hexdigest(), sorted(hashlib.algorithms_available)[0]",
    "heapq": "[*heapq.merge([1, 3], [2])], heapq.nlargest(1, [1, 2])",
    "hmac": "hmac.new(b'k', b'm', 'sha256').hexdigest()",
    "html": "html.unescape('&eacute;&notit;'), html.escape('<')",
    "html.entities": "html.entities.codepoint2name[233]",
    "html.parser": "html.parser.HTMLParser(convert_charrefs=True).feed('<p>x&amp;</p>')",
    "http": "http.HTTPStatus(404).phrase",
    "http.cookies": "http.cookies.SimpleCookie('a=b')['a'].value",
    "imaplib": "imaplib.__name__",
    "importlib": "importlib.import_module('json').__name__, importlib.util.find_spec('csv').name if hasattr(importlib, 'util') else ''",
    "importlib.metadata": "importlib.metadata.PackageNotFoundError.__name__",
    "inspect": "inspect.signature(lambda a, b=1: 0), inspect.cleandoc(' x\\n  y'), inspect.isfunction(len), inspect.getdoc(dict)",
    "io": "io.TextIOWrapper(io.BytesIO(b'x'), 'utf-8').read(), io.StringIO('a\\nb').readlines()",
    "ipaddress": "ipaddress.ip_network('10.0.0.0/30').num_addresses",
    "itertools": "[*itertools.pairwise('abc')], [*itertools.zip_longest('a', 'bc')], [*itertools.accumulate([1, 2])]",
    "json": "json.dumps({'é': [1.5, None]}, ensure_ascii=False, separators=(',', ':')), json.JSONDecoder(object_pairs_hook=list).decode('{\"a\": 1}'), json.JSONEncoder(indent=2, default=str).encode({'a': {1}.__class__})",
    "keyword": "keyword.iskeyword('for')",
    "linecache": "linecache.getline('nowhere', 1)",
    "locale": "locale.format_string('%d', 1234, grouping=True), locale.getlocale(), locale.setlocale(locale.LC_ALL), locale.str(1.5)",
    "logging": "logging.getLogger('a.b').getEffectiveLevel(), logging.getLevelName(20), logging.Formatter('%(message)s').format(logging.makeLogRecord({'msg': 'x'}))",
    "lzma": "lzma.decompress(lzma.compress(b'x', preset=0))",
    "mailbox": "mailbox.Message().keys()",
    "marshal": "marshal.loads(marshal.dumps([1]))",
    "math": "math.comb(5, 2), math.prod([2, 3]), math.isqrt(10), math.dist([0], [3])",
    "mimetypes": "mimetypes.guess_type('a.webp'), mimetypes.guess_extension('text/html')",
    "modulefinder": "modulefinder.__name__",
    "numbers": "isinstance(1.5, numbers.Real), numbers.Number.register(type('N', (), {})).__name__",
    "operator": "operator.attrgetter('real')(1), operator.methodcaller('upper')('a'), operator.add(1, 2)",
    "optparse": "optparse.OptionParser(usage='x').parse_args([])[1]",
    "os": "os.path.join('a', 'b'), os.fspath('x'), os.environ.get('HOME') is None, os.linesep",
    "os.path": "os.path.splitext('a.md'), os.path.normpath('a/../b'), os.path.basename('a/b')",
    "pathlib": "pathlib.PurePosixPath('a/b.md').with_suffix('.html').parts, pathlib.Path('x').name",
    "pickle": "pickle.loads(pickle.dumps({'a': (1, 2.5)})), pickle.HIGHEST_PROTOCOL > 3",
    "pickletools": "pickletools.optimize(__import__('pickle').dumps(1))",
    "pkgutil": "pkgutil.resolve_name('json:dumps').__name__",
    "platform": "platform.python_implementation(), bool(platform.python_version())",
    "plistlib": "plistlib.loads(plistlib.dumps({'a': 1}))",
    "pprint": "pprint.pformat({'b': [1] * 40, 'a': {2}}, width=20), pprint.saferepr([1])",
    "queue": "queue.Queue().empty()",
    "quopri": "quopri.encodestring(b'\\xe9')",
    "random": "random.Random(3).sample(range(9), 3), random.choice('abc') in 'abc', random.shuffle([1, 2]), random.getstate()[0], random.gauss(0, 1) < 9",
    "re": "re.sub(r'(\\w)', r'<\\1>', 'ab'), re.compile('(?x) a b').pattern, re.escape('.'), re.split(',', 'a,b'), [*re.finditer('b', 'abb')][0].span(), re.purge()",
    "reprlib": "reprlib.Repr().repr('x' * 99)",
    "rlcompleter": "rlcompleter.__name__",
    "sched": "sched.scheduler().empty()",
    "secrets": "len(secrets.token_urlsafe(8)), secrets.compare_digest('a', 'a'), secrets.randbelow(1)",
    "selectors": "selectors.EVENT_READ",
    "shelve": "shelve.__name__",
    "shlex": "shlex.join(['a b', 'c']), shlex.quote('a b'), [*shlex.shlex('a=b')]",
    "shutil": "shutil.get_terminal_size().columns > 0, [each[0] for each in shutil.get_archive_formats()]",
    "smtplib": "smtplib.SMTPException.__name__",
    "socket": "socket.AF_INET",
    "sqlite3": "sqlite3.connect(':memory:').execute('select 1 + 1').fetchone()",
    "stat": "stat.filemode(0o100644)",
    "statistics": "statistics.quantiles([1, 2, 3, 4]), statistics.fmean([1, 2]), statistics.linear_regression([1, 2], [2, 4]), statistics.mode('aab')",
    "string": "string.Template('$a ${b} $$').safe_substitute(a=1), string.capwords('a b'), string.Formatter().vformat('{0:>3} {a!r}', (1,), {'a': 'b'})",
    "stringprep": "stringprep.in_table_a1('\\u0221')",
    "struct": "struct.unpack('>hH', struct.pack('>hH', -1, 2)), struct.calcsize('<iq')",
    "symtable": "symtable.symtable('a = 1', 'x', 'exec').get_symbols()[0].get_name()",
    "sys": "sys.maxsize > 0, sys.getsizeof([]) > 0, sys.intern('x'), sys.getrecursionlimit() > 0, sys.byteorder",
    "sysconfig": "sysconfig.get_python_version() > '3'",
    "tabnanny": "tabnanny.__name__",
    "tarfile": "tarfile.TarInfo('a').name",
    "tempfile": "tempfile.gettempprefix()",
    "textwrap": "textwrap.shorten('a b c', 4, placeholder=''), textwrap.TextWrapper(width=3).wrap('a b c'), textwrap.indent('a\\nb', '> '), textwrap.dedent('  a\\n  b')",
    "threading": "threading.current_thread().name, threading.Lock().acquire(), threading.local()",
    "time": "time.strptime('2024', '%Y').tm_year, time.gmtime(0).tm_year, time.time() > 0, time.perf_counter() > 0, time.asctime(time.gmtime(0))",
    "timeit": "timeit.default_timer() > 0",
    "token": "token.tok_name[1]",
    "tokenize": "[each.string for each in tokenize.generate_tokens(iter(['a = 1\\n', '']).__next__)]",
    "tomllib": "tomllib.loads('a = 1979-05-27\\n[b]\\nc = [1.5]')",
    "traceback": "traceback.format_exception_only(ValueError('x')), traceback.format_list([])",
    "types": "types.MappingProxyType({'a': 1})['a'], types.new_class('C').__name__, types.MethodType(len, [])(), types.GenericAlias(list, (int,))",
    "typing": "typing.get_args(typing.Optional[int]), typing.get_origin(typing.List[int]), typing.NamedTuple('N', [('a', int)])(1), typing.cast(int, '1'), typing.TypeVar('T').__name__, typing.get_type_hints(type('H', (), {'__annotations__': {'a': 'int'}})), typing.NewType('U', int)(1), typing.Literal['a']",
    "unicodedata": "unicodedata.normalize('NFD', 'é'), unicodedata.category('a'), unicodedata.numeric('½'), unicodedata.east_asian_width('a')",
    "unittest": "unittest.TestCase().assertEqual(1, 1)",
    "unittest.mock": "unittest.mock.Mock(return_value=1)(), unittest.mock.MagicMock().a.b",
    "urllib.parse": "urllib.parse.urlencode({'a': 'é b'}), urllib.parse.urljoin('http://a/b/', '../c'), urllib.parse.parse_qs('a=1&a=2'), urllib.parse.quote('é/'), urllib.parse.urlsplit('https://u@h:1/p?q#f').port",
    "urllib.request": "urllib.request.Request('http://a').host",
    "urllib.robotparser": "urllib.robotparser.RobotFileParser().can_fetch('a', '/')",
    "uuid": "uuid.uuid3(uuid.NAMESPACE_DNS, 'x'), uuid.UUID(int=1).hex, uuid.uuid4().version, uuid.uuid1().version",
    "warnings": "warnings.catch_warnings(record=True).__class__.__name__, warnings.formatwarning('m', UserWarning, 'f', 1), warnings.warn('quietly', DeprecationWarning)",
    "wave": "wave.Error.__name__",
    "weakref": "weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet(), weakref.ref(type('W', (), {}))()",
    "webbrowser": "webbrowser.Error.__name__",
    "xml.dom.minidom": "xml.dom.minidom.parseString('<a><b/></a>').toprettyxml()",
    "xml.etree.ElementTree": "xml.etree.ElementTree.tostring(xml.etree.ElementTree.XML('<a x=\"1\"><b/>t</a>')), xml.etree.ElementTree.register_namespace('mine', 'urn:mine')",
    "xml.sax.saxutils": "xml.sax.saxutils.escape('<a>'), xml.sax.saxutils.quoteattr('\"')",
    "xmlrpc.client": "xmlrpc.client.dumps((1,))",
    "zipfile": "zipfile.ZipInfo('a').filename, zipfile.ZipFile(__import__('io').BytesIO(), 'w').namelist()",
    "zipimport": "zipimport.zipimporter.__name__",
    "zlib": "zlib.decompress(zlib.compress(b'x', 9)), zlib.adler32(b'x'), zlib.compressobj().flush()",
    "zoneinfo": "len(zoneinfo.TZPATH) >= 0, zoneinfo.ZoneInfoNotFoundError.__name__, sorted(zoneinfo.available_timezones())[:1]",
}  # fmt: skip

SOURCE = """def render(context):
    try:
        import {module}
    except ImportError as error:
        return {{"text": f"not here: {{error}}"}}
    return {{"text": repr([{use}])}}
"""


def lazy_script() -> str:
    """Return the source of one script that uses the module which its param `module` names."""
    uses = [
        f"def use_{number}():\n    import {module}\n    return repr([{use}])\n"
        for number, (module, use) in enumerate(USES.items())
    ]
    names = [f"{module!r}: use_{number}" for number, module in enumerate(USES)]
    return "\n".join(uses) + (
        f"USES = {{{', '.join(names)}}}\n\n"
        "def render(context):\n"
        "    try:\n"
        "        return {'text': USES[context['params']['module']]()}\n"
        "    except ImportError as error:\n"
        "        return {'text': f'not here: {error}'}\n"
    )


def lazy_scripts() -> dict[str, str]:
    """Return the source of a script for each module, by a name for it."""
    return {
        f"lazy_{module.replace('.', '_')}": SOURCE.format(module=module, use=use)
        for module, use in USES.items()
    }
