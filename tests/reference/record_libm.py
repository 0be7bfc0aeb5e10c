"""Records log, sin and cos of Python's C library, for libm.test.ts: python3 record_libm.py > libm.json

Each row is [argument, result]. Half of the arguments are those where the library does not give the nearest double.
Run it with glibc 2.28 or later on an x86-64 processor with FMA.
"""

import json
import math
import random
from decimal import Decimal

from record_math import cosine, sine

random.seed(2)


def row(function, exact, draw, nearest):
    """Draws until the library is, or is not, at the nearest double."""
    while True:
        x = draw()
        result = function(x)
        if (float(exact(Decimal(x))) == result) == nearest:
            return [x, result]


def rows(function, exact, draws):
    return [row(function, exact, draw, nearest) for draw in draws for nearest in (True, False) for _ in range(20)]


def uniform(low, high):
    return lambda: random.uniform(low, high)


angles = [uniform(0, 0.126), uniform(0.126, 0.8555), uniform(0.8555, 2.4263), uniform(2.4263, 2 * math.pi), uniform(-1e5, 1e5)]

print(json.dumps({
    'log': rows(math.log, Decimal.ln, [uniform(0, 0.9375), uniform(0.9375, 1.0647), uniform(1.0647, 1e6)]),
    'sin': rows(math.sin, sine, angles),
    'cos': rows(math.cos, cosine, angles),
}))
