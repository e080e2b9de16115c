# Fill the file system.
# holds: it cannot be written
def render(context):
    with open("/tmp/fill", "wb") as file:
        while True:
            file.write(b"x" * (1 << 20))
