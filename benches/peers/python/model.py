"""The month model's numbers as arrays, and the command line that the peers in Python share."""

import argparse
import json
import time
from pathlib import Path

import numpy as np


class Model:
    """Arrays by variable, actor × variable, actor × action, action × effect and so on."""

    def __init__(self, file):
        words = iter(Path(file).read_text().split())
        number = lambda: float(next(words))
        count = lambda: int(next(words))
        quantity = lambda: (next(words), number(), number())
        condition = lambda: (count(), next(words), number())

        self.days = count()
        variables = [(quantity(), number(), number(), number()) for _ in range(count())]
        self.initial = [row[0] for row in variables]
        self.baseline, self.reversion, self.volatility = np.array([row[1:] for row in variables]).T
        n_variables = len(variables)

        self.precision, self.weights, self.goals, actions = [], [], [], []
        for _ in range(count()):
            self.precision.append(number())
            n_imperatives, n_actions = count(), count()
            for _ in range(n_imperatives):
                self.weights.append(quantity())
                self.goals.append([number() for _ in range(n_variables)])
            for _ in range(n_actions):
                variable, sign, threshold = condition()
                assert sign == "<"
                success, cost = number(), number()
                effects = [(count(), number()) for _ in range(count())]
                actions.append((variable, threshold, success, cost, effects))
        n_actors = len(self.precision)
        by_actor = lambda values: np.array(values).reshape(n_actors, -1)
        self.precision = np.array(self.precision)
        self.n_imperatives = len(self.weights) // n_actors
        # Actor × imperative × variable: how much a goal gains as a variable rises by one.
        self.goals = np.array(self.goals).reshape(n_actors, self.n_imperatives, n_variables)
        # Actor × action: open while this variable lies below this threshold.
        self.required_variable = by_actor([row[0] for row in actions])
        self.required_below = by_actor([row[1] for row in actions])
        self.success = by_actor([row[2] for row in actions])
        self.cost = by_actor([row[3] for row in actions])
        # Actor × action × effect.
        shape = (*self.cost.shape, -1)
        self.effect_variable = np.array([[v for v, _ in row[4]] for row in actions]).reshape(shape)
        self.effect_amount = np.array([[a for _, a in row[4]] for row in actions]).reshape(shape)

        self.outcomes, self.sustained_days, self.conditions = [], [], []
        for _ in range(count()):
            self.outcomes.append(next(words))
            self.sustained_days.append(count())
            self.conditions.append([condition() for _ in range(count())])

    @property
    def n_variables(self):
        return len(self.initial)

    @property
    def n_actors(self):
        return len(self.precision)


def draw(quantity, rng, size):
    """A quantity in `size` draws; `rng` is a generator of numpy's."""
    kind, first, second = quantity
    if kind == "beta":
        return rng.beta(first, second, size)
    if kind == "lognormal":
        return rng.lognormal(first, second, size)
    return np.full(size, first)


def draw_initial(model, rng, n_draws):
    """Draw × variable."""
    return np.stack([draw(quantity, rng, n_draws) for quantity in model.initial], axis=1)


def draw_interests(model, rng, n_draws):
    """Draw × actor × variable: how much an actor gains as a variable rises by one. The goals are
    linear, so that is all there is to know."""
    weights = np.stack([draw(quantity, rng, n_draws) for quantity in model.weights], axis=1)
    weights = weights.reshape(n_draws, model.n_actors, model.n_imperatives)
    weights /= weights.sum(axis=2, keepdims=True)
    return np.einsum("dai,aiv->dav", weights, model.goals)


def request():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("model_file")
    return parser.parse_args()


def answer(model, runs, seconds, yes):
    """One line of JSON; `yes` by outcome."""
    counts = {name: int(count) for name, count in zip(model.outcomes, yes)}
    print(json.dumps({"runs": runs, "seconds": seconds, "yes": counts}))


def timed(work):
    """What the work gives, and the seconds that it took."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start
