"""Records what CPython's `random` gives, for random.test.ts: python3 record_random.py > random.json"""

import json
import platform
import random

SEEDS = [0, 1, 42, -42, 2**32 - 1, 2**32, 2**40 + 7, 10**30]
LENGTHS = [0, 1, 2, 3, 16, 17, 1000]
WEIGHTS = [[1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.25, 0.0, 2.5, 0.0], [0.1] * 10, [1e-300, 1e300, 1e-300]]


def uniform():
    """Every hundredth of 2,000 draws: the state of 624 words is used up after 312."""
    return [random.random() for _ in range(2000)][::100]


def gauss():
    return [random.gauss(0, 1) for _ in range(25)]


def shuffled(length):
    items = list(range(length))
    random.shuffle(items)
    return items + [random.random()]


def chosen(weights):
    return [random.choices(range(len(weights)), weights=weights)[0] for _ in range(12)]


def case(seed):
    def seeded(draw, *args):
        random.seed(seed)
        return draw(*args)

    return {
        'seed': str(seed),
        'uniform': seeded(uniform),
        'gauss': seeded(gauss),
        'shuffled': [seeded(shuffled, length) for length in LENGTHS],
        'chosen': [seeded(chosen, weights) for weights in WEIGHTS],
    }


print(json.dumps({
    'python': platform.python_version(),
    'weights': WEIGHTS,
    'cases': [case(seed) for seed in SEEDS],
}))
