# Open addresses whose host is another one after normalisation.
# holds: no request
# browser: held capability exception crash timeout
# wasi: held capability exception
import urllib.request


def render(context):
    port = context["params"]["server"].rpartition(":")[2]
    for host in ("\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "localhost\u3002", "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"):
        try:
            urllib.request.urlopen(f"http://{host}:{port}/secret", timeout=1).read()
        except (OSError, ValueError):
            continue
        return {"text": f"breach: {host!r}"}
    return {"text": "held"}
