# Return subclasses that answer differently each time.
# holds: plain values, or refused
# browser: held
# wasi: held
class Text(str):
    def __str__(self):
        return "evil"

    def __len__(self):
        return 3


class Result(dict):
    count = 0

    def __getitem__(self, key):
        Result.count += 1
        return Text("held" if Result.count % 2 else "evil")


def render(context):
    return Result(text=Text("held"))
