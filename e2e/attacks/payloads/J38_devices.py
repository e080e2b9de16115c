# Ask for notifications, files, GPU, USB and credentials.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.Notification.requestPermission()
    js.navigator.gpu.requestAdapter()
    js.showOpenFilePicker()
    js.navigator.credentials.get()
    return {"text": "breach: it was reached"}
