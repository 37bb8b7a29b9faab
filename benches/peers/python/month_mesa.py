"""The month model as one would write it with Mesa: a model, its agents, and `batch_run`."""

import math
import random
from functools import cache, partial

import mesa

from model import Model as Numbers
from model import answer, request, timed


@cache
def read(file):
    """The numbers as plain lists, which Python walks faster than arrays."""
    numbers = Numbers(file)
    n_actions = numbers.cost.shape[1]
    numbers.actions = [
        [
            (
                int(numbers.required_variable[actor, action]),
                float(numbers.required_below[actor, action]),
                float(numbers.success[actor, action]),
                float(numbers.cost[actor, action]),
                list(
                    zip(
                        numbers.effect_variable[actor, action].tolist(),
                        numbers.effect_amount[actor, action].tolist(),
                    )
                ),
            )
            for action in range(n_actions)
        ]
        for actor in range(numbers.n_actors)
    ]
    numbers.drift = list(
        zip(numbers.baseline.tolist(), numbers.reversion.tolist(), numbers.volatility.tolist())
    )
    numbers.goal_lists = numbers.goals.tolist()
    return numbers


def sample(quantity, rng):
    kind, first, second = quantity
    if kind == "beta":
        return rng.betavariate(first, second)
    if kind == "lognormal":
        return rng.lognormvariate(first, second)
    return first


class Decider(mesa.Agent):
    """An actor; its interests are how much it gains as each variable rises by one."""

    def __init__(self, model, precision, actions, interests):
        super().__init__(model)
        self.precision = precision
        self.actions = actions
        self.interests = interests

    def step(self):
        x, change, interests = self.model.variables, self.model.change, self.interests
        total, bounds = 1.0, []
        for variable, below, success, cost, effects in self.actions:
            if x[variable] < below:
                gain = 0.0
                for touched, amount in effects:
                    before = x[touched]
                    after = before + amount
                    if after < 0.0:
                        after = 0.0
                    elif after > 1.0:
                        after = 1.0
                    gain += interests[touched] * (after - before)
                total += math.exp(self.precision * (success * gain - cost))
            bounds.append(total)
        luck = self.random.random() * total
        if luck < 1.0:
            return
        for bound, (_, _, success, _, effects) in zip(bounds, self.actions):
            if luck < bound:
                if self.random.random() < success:
                    for touched, amount in effects:
                        change[touched] += amount
                return


class World(mesa.Model):
    """One life of the world. Two lives share a draw of what is not known."""

    def __init__(self, file, batch_seed, life):
        super().__init__(seed=batch_seed * 1_000_003 + life)
        self.numbers = numbers = read(file)
        draw = random.Random(f"{batch_seed} {life // 2}")
        self.variables = [sample(quantity, draw) for quantity in numbers.initial]
        for actor in range(numbers.n_actors):
            first = actor * numbers.n_imperatives
            weights = [
                sample(quantity, draw)
                for quantity in numbers.weights[first : first + numbers.n_imperatives]
            ]
            total = sum(weights)
            columns = zip(*numbers.goal_lists[actor])
            interests = [sum(w * c for w, c in zip(weights, column)) / total for column in columns]
            Decider(self, float(numbers.precision[actor]), numbers.actions[actor], interests)
        self.streaks = [0] * len(numbers.outcomes)
        self.come_true = [False] * len(numbers.outcomes)
        reporters = {name: partial(has_come_true, place=i) for i, name in enumerate(numbers.outcomes)}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self):
        self.change = [0.0] * len(self.variables)
        self.agents.do("step")
        normal = self.random.gauss
        for v, (baseline, reversion, volatility) in enumerate(self.numbers.drift):
            x = min(max(self.variables[v] + self.change[v], 0.0), 1.0)
            x += reversion * (baseline - x) + volatility * normal(0.0, 1.0)
            self.variables[v] = min(max(x, 0.0), 1.0)
        for outcome, conditions in enumerate(self.numbers.conditions):
            holds = all(
                self.variables[v] > threshold if sign == ">" else self.variables[v] < threshold
                for v, sign, threshold in conditions
            )
            self.streaks[outcome] = self.streaks[outcome] + 1 if holds else 0
            if self.streaks[outcome] >= self.numbers.sustained_days[outcome]:
                self.come_true[outcome] = True
        self.datacollector.collect(self)
        self.running = self.steps < self.numbers.days


def has_come_true(model, place):
    return model.come_true[place]


def simulate(asked, runs):
    parameters = {"file": asked.model_file, "batch_seed": asked.seed, "life": range(runs)}
    return mesa.batch_run(
        World, parameters, number_processes=asked.threads, display_progress=False
    )


def main():
    asked = request()
    runs = asked.runs // 2 * 2
    # With several processes, a batch begins by starting them: the time of a batch of two runs,
    # which is little else, is taken off.
    simulate(asked, 2)
    _, start_up = timed(lambda: simulate(asked, 2))
    results, seconds = timed(lambda: simulate(asked, runs))
    model = read(asked.model_file)
    yes = [sum(row[name] for row in results) for name in model.outcomes]
    answer(model, runs, seconds - start_up, yes)


if __name__ == "__main__":
    main()
