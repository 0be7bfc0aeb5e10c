"""Runs a microgpt.py with other sizes: `python3 sized.py FILE n_layer=2 n_embd=64 …`, each taking the place of the
number that the program assigns to that name. Deep graphs need a deeper stack than Python's own limit."""

import re
import sys
import threading

file, *sizes = sys.argv[1:]
source = open(file).read()
for size in sizes:
    name, value = size.split("=")
    source, found = re.subn(rf"\b{name} *= *[^#;\n]+", f"{name} = {value} ", source, count=1)
    if not found:
        sys.exit(f"sized: needs a program that assigns {name}, got {file}")

sys.setrecursionlimit(10**6)
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=exec, args=(compile(source, file, "exec"), {"__name__": "__main__"}))
thread.start()
thread.join()
