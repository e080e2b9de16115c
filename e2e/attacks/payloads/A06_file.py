# Fill the file system.
# holds: it cannot be written
# browser: capability
# wasi: capability
def render(context):
    with open("/tmp/fill", "wb") as file:
        while True:
            file.write(b"x" * (1 << 20))
