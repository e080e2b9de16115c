# Open a connection between browsers, which no connect-src covers everywhere.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.RTCPeerConnection.new({'iceServers': [{'urls': 'stun:127.0.0.1'}]}).createDataChannel('x')
    return {"text": "breach: it was reached"}
