"""Records exact values of exp, log, sin, cos and power, for math.test.ts: python3 record_math.py > math.json

Each row is [arguments…, nearest, rest]: the double nearest to the exact value, and what is left of it in ulps.
"""

import json
import math
import random
from decimal import Decimal, getcontext

getcontext().prec = 60
random.seed(1)


def atan_inverse(n):
    """arctan(1/n)"""
    total, term, k = Decimal(0), Decimal(1) / n, 1
    while abs(term) > Decimal(10) ** -70:
        total += term / k
        term, k = -term / (n * n), k + 2
    return total


PI = 4 * (4 * atan_inverse(5) - atan_inverse(239))  # Machin 1706


def sine(x):
    """Taylor series after taking away whole turns."""
    x = Decimal(x) % (2 * PI)
    total, term, k = Decimal(0), x, 1
    while abs(term) > abs(total) * Decimal(10) ** -50:
        total += term
        term, k = -term * x * x / ((k + 1) * (k + 2)), k + 2
    return total


def cosine(x):
    return sine(Decimal(x) + PI / 2)


def neighbours(x):
    return [math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)]


def uniform(count, low, high):
    return [random.uniform(low, high) for _ in range(count)]


EXP = (
    [0.0, 1.0, -1.0, 5e-324, -5e-324, 1e-17, -1e-17, 0.5, 709.782712893384, -708.3964185322641, -745.0, -745.13]
    + neighbours(math.log(2) / 128) + neighbours(-math.log(2) / 128) + neighbours(math.log(2))
    + uniform(150, -1, 1) + uniform(100, -40, 0) + uniform(100, -700, 700)
    + uniform(200, -709.1, -708.3) + uniform(100, -745.1, -708.4)
)
LOG = (
    [2.0, 0.5, 10.0, math.sqrt(2), 5e-324, 1e-320, 2.2250738585072014e-308, 1.7976931348623157e308]
    + neighbours(1.0)[::2] + neighbours(math.sqrt(2)) + [1 - 2**-k for k in range(2, 53)] + [1 + 2**-k for k in range(1, 52)]
    + uniform(200, 0, 1) + uniform(100, 0.9, 1.1) + uniform(100, 1, 100)
    + [2.0 ** random.uniform(-1074, 1023) for _ in range(100)]
)
ANGLE = (
    [5e-324, 1e-300, 1e-9, 0.5, 1.0, 1e5, -1e5]
    + [y for k in range(-8, 41) if k for y in neighbours(k * math.pi / 4)]
    + uniform(300, 0, 2 * math.pi) + uniform(100, -1e5, 1e5)
)
POWER = (
    [(b, n) for b in (0.85, 0.9, 0.95, 0.99, 0.999, 0.5) for n in (1, 2, 3, 10, 100, 999, 1000, 2000) if b**n > 1e-300]
    + [(random.uniform(0.8, 1), random.randint(1, 2000)) for _ in range(200)]
    + [(math.nextafter(1, 0), 2000), (1e-100, 3), (1e150, 2), (1.5, 1000)]
)


def row(arguments, exact):
    nearest = float(exact)
    rest = (exact - Decimal(nearest)) / Decimal(math.ulp(nearest))
    return [*arguments, nearest, round(float(rest), 6)]


if __name__ == '__main__':
    print(json.dumps({
        'exp': [row([x], Decimal(x).exp()) for x in EXP],
        'log': [row([x], Decimal(x).ln()) for x in LOG],
        'sin': [row([x], sine(x)) for x in ANGLE],
        'cos': [row([x], cosine(x)) for x in ANGLE],
        'power': [row([x, n], Decimal(x) ** n) for x, n in POWER],
    }))
