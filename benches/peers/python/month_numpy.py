"""The month model as one would write it with NumPy: arrays over runs, in single precision."""

from multiprocessing import get_context

import numpy as np

from model import Model, answer, draw_initial, draw_interests, request, timed

# Runs that are lived at once: the arrays of a day stay in the processor's cache.
BATCH = 2_000


def live(model, runs, rng):
    """Lives `runs` runs and counts yes by outcome."""
    f32 = np.float32
    # Two runs share a draw. Variables come first, so that one variable of all runs is contiguous.
    n_draws = runs // 2
    x = np.repeat(draw_initial(model, rng, n_draws), 2, axis=0).T.astype(f32, order="C")
    interests = np.repeat(draw_interests(model, rng, n_draws), 2, axis=0)
    interests = interests.transpose(1, 2, 0).astype(f32, order="C")
    baseline, reversion, volatility = (
        row.astype(f32)[:, None] for row in (model.baseline, model.reversion, model.volatility)
    )
    below = model.required_below.astype(f32)
    amounts = model.effect_amount.astype(f32)[..., None]
    success, cost = model.success.astype(f32)[..., None], model.cost.astype(f32)[..., None]
    precision = model.precision.astype(f32)

    streaks = np.zeros((len(model.outcomes), runs), dtype=np.int32)
    come_true = np.zeros((len(model.outcomes), runs), dtype=bool)
    for _ in range(model.days):
        change = np.zeros_like(x)
        for actor in range(model.n_actors):
            # Action × effect × run.
            variables = model.effect_variable[actor]
            before = x[variables]
            gain = np.clip(before + amounts[actor], 0, 1)
            gain -= before
            gain *= interests[actor][variables]
            utility = success[actor] * gain.sum(axis=1) - cost[actor]
            likelihood = np.exp(precision[actor] * utility)
            likelihood *= x[model.required_variable[actor]] < below[actor][:, None]
            bounds = np.cumsum(likelihood, axis=0)
            bounds += 1
            luck = rng.random(runs, dtype=f32) * bounds[-1]
            # 0 is waiting; the chosen action is the number of bounds that luck has passed.
            chosen = (luck >= 1).astype(np.int8) + (luck >= bounds).sum(axis=0, dtype=np.int8)
            success_luck = rng.random(runs, dtype=f32)
            for action in range(len(variables)):
                done = (chosen == action + 1) & (success_luck < success[actor][action])
                for variable, amount in zip(variables[action], amounts[actor][action]):
                    change[variable] += amount * done
        x += change
        np.clip(x, 0, 1, out=x)
        x += reversion * (baseline - x) + volatility * rng.standard_normal(x.shape, dtype=f32)
        np.clip(x, 0, 1, out=x)
        for outcome, conditions in enumerate(model.conditions):
            holds = np.ones(runs, dtype=bool)
            for variable, sign, threshold in conditions:
                threshold = f32(threshold)
                holds &= x[variable] > threshold if sign == ">" else x[variable] < threshold
            streaks[outcome] = (streaks[outcome] + 1) * holds
            come_true[outcome] |= streaks[outcome] >= model.sustained_days[outcome]
    return come_true.sum(axis=1)


def live_part(part):
    model, runs, seed = part
    rng = np.random.Generator(np.random.SFC64(seed))
    yes = np.zeros(len(model.outcomes), dtype=int)
    while runs > 0:
        yes += live(model, min(runs, BATCH), rng)
        runs -= BATCH
    return yes


def main():
    asked = request()
    model = Model(asked.model_file)
    draws = asked.runs // 2
    shares = [draws * (t + 1) // asked.threads - draws * t // asked.threads for t in range(asked.threads)]
    seeds = np.random.SeedSequence(asked.seed).spawn(asked.threads)
    parts = [(model, 2 * share, seed) for share, seed in zip(shares, seeds)]
    if asked.threads == 1:
        live_part((model, 100, seeds[0]))
        yes, seconds = timed(lambda: live_part(parts[0]))
    else:
        # NumPy holds Python's lock much of the time, so processes it is.
        with get_context("fork").Pool(asked.threads) as pool:
            pool.map(live_part, [(model, 100, seed) for seed in seeds], chunksize=1)
            counts, seconds = timed(lambda: pool.map(live_part, parts, chunksize=1))
        yes = sum(counts)
    answer(model, 2 * draws, seconds, yes)


if __name__ == "__main__":
    main()
