"""The month model as one would write it with Numba: plain loops, runs in parallel by `prange`."""

import numba
import numpy as np
from numba import njit, prange

from model import Model, answer, draw_initial, draw_interests, request, timed

# Draws that are lived on one thread before the next are handed out.
PART = 100


@njit(fastmath=True)
def clamp(x):
    return min(max(x, 0.0), 1.0)


@njit(fastmath=True)
def live(initial, interests, days, variables, actors, outcomes, come_true):
    """Lives one run; `come_true` by outcome is filled in."""
    baseline, reversion, volatility = variables
    precision, required_variable, required_below, success, cost, effect_variable, effect_amount = actors
    condition_variable, condition_sign, condition_threshold, n_conditions, sustained_days = outcomes
    n_actors, n_actions, n_effects = effect_variable.shape
    x = initial.copy()
    change = np.zeros_like(x)
    bounds = np.empty(n_actions)
    streaks = np.zeros(len(come_true), dtype=np.int64)
    for _ in range(days):
        change[:] = 0.0
        for actor in range(n_actors):
            total = 1.0
            for action in range(n_actions):
                if x[required_variable[actor, action]] < required_below[actor, action]:
                    gain = 0.0
                    for effect in range(n_effects):
                        variable = effect_variable[actor, action, effect]
                        after = clamp(x[variable] + effect_amount[actor, action, effect])
                        gain += interests[actor, variable] * (after - x[variable])
                    utility = success[actor, action] * gain - cost[actor, action]
                    total += np.exp(precision[actor] * utility)
                bounds[action] = total
            luck = np.random.random() * total
            if luck < 1.0:
                continue
            chosen = 0
            while chosen < n_actions - 1 and luck >= bounds[chosen]:
                chosen += 1
            if np.random.random() < success[actor, chosen]:
                for effect in range(n_effects):
                    variable = effect_variable[actor, chosen, effect]
                    change[variable] += effect_amount[actor, chosen, effect]
        for v in range(len(x)):
            moved = clamp(x[v] + change[v])
            moved += reversion[v] * (baseline[v] - moved) + volatility[v] * np.random.normal()
            x[v] = clamp(moved)
        for outcome in range(len(come_true)):
            holds = True
            for c in range(n_conditions[outcome]):
                above = x[condition_variable[outcome, c]] - condition_threshold[outcome, c]
                holds = holds and above * condition_sign[outcome, c] > 0.0
            streaks[outcome] = streaks[outcome] + 1 if holds else 0
            if streaks[outcome] >= sustained_days[outcome]:
                come_true[outcome] = True


@njit(parallel=True, fastmath=True)
def live_all(seed, initial, interests, days, variables, actors, outcomes, come_true):
    """Lives two runs of every draw; `come_true` is draw × life × outcome."""
    n_draws = len(initial)
    for part in prange((n_draws + PART - 1) // PART):
        # Each thread has a generator of its own, seeded anew for each part.
        np.random.seed(seed + part)
        for draw in range(part * PART, min((part + 1) * PART, n_draws)):
            for life in range(2):
                live(
                    initial[draw], interests[draw], days, variables, actors, outcomes,
                    come_true[draw, life],
                )


def arrays(model):
    """The model as arrays: of the variables, the actors, the outcomes."""
    variables = (model.baseline, model.reversion, model.volatility)
    actors = (
        model.precision,
        model.required_variable,
        model.required_below,
        model.success,
        model.cost,
        model.effect_variable,
        model.effect_amount,
    )
    most = max(len(conditions) for conditions in model.conditions)
    filled = [conditions + [(0, ">", 0.0)] * (most - len(conditions)) for conditions in model.conditions]
    outcomes = (
        np.array([[variable for variable, _, _ in row] for row in filled]),
        np.array([[1.0 if sign == ">" else -1.0 for _, sign, _ in row] for row in filled]),
        np.array([[threshold for _, _, threshold in row] for row in filled]),
        np.array([len(conditions) for conditions in model.conditions]),
        np.array(model.sustained_days),
    )
    return variables, actors, outcomes


def simulate(model, runs, seed):
    rng = np.random.default_rng(seed)
    n_draws = runs // 2
    come_true = np.zeros((n_draws, 2, len(model.outcomes)), dtype=np.bool_)
    initial, interests = draw_initial(model, rng, n_draws), draw_interests(model, rng, n_draws)
    live_all(seed * 1_003, initial, interests, model.days, *arrays(model), come_true)
    return come_true.sum(axis=(0, 1))


def main():
    asked = request()
    numba.set_num_threads(asked.threads)
    model = Model(asked.model_file)
    simulate(model, 100, asked.seed)
    yes, seconds = timed(lambda: simulate(model, asked.runs, asked.seed))
    answer(model, asked.runs // 2 * 2, seconds, yes)


if __name__ == "__main__":
    main()
