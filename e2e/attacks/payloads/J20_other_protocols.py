# Mail, file transfer, remote calls, a browser.
# holds: none gets out
# browser: held
# wasi: held
def attempt(work):
    try:
        return work()
    except (Exception, SystemExit):
        return None


def render(context):
    host, port = context["params"]["server"].removeprefix("http://").split(":")

    def ftp():
        import ftplib

        return ftplib.FTP().connect(host, int(port), timeout=1)

    def mail():
        import smtplib

        return smtplib.SMTP(host, int(port), timeout=1)

    def remote():
        import xmlrpc.client

        return xmlrpc.client.ServerProxy(context["params"]["server"]).secret()

    def browser():
        import webbrowser

        return webbrowser.open(context["params"]["server"] + "/secret")

    def log():
        import logging.handlers

        handler = logging.handlers.SocketHandler(host, int(port))
        handler.createSocket()
        return handler.sock

    reached = [work.__name__ for work in (ftp, mail, remote, browser, log) if attempt(work)]
    return {"text": f"breach: {reached}" if reached else "held"}
