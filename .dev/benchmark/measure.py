"""Times in milliseconds, taken in turn so that what disturbs one disturbs the others too."""

import statistics
import time


def once(action):
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def in_turn(rounds, **actions):
    """Each action once in every round, after one round that does not count."""
    times = {name: [] for name in actions}
    for number in range(rounds + 1):
        for name, action in actions.items():
            elapsed = once(action)
            if number > 0:
                times[name].append(elapsed)
    return {name: Times(values) for name, values in times.items()}


class Times:
    def __init__(self, values):
        self.values = sorted(values)

    @property
    def p50(self):
        return statistics.median(self.values)

    @property
    def least(self):
        return self.values[0]

    def percentile(self, percent):
        return self.values[min(len(self.values) - 1, len(self.values) * percent // 100)]
