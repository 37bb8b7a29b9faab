"""The month model as one would write it with JAX: one day of one run, mapped over runs, scanned
over days and compiled; single precision; one device for each thread."""

import os

from model import Model, answer, draw_initial, draw_interests, request, timed

asked = request()
# What JAX sees of the machine has to be said before it is imported.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.threads])
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={asked.threads}"

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, PartitionSpec

# The faster of JAX's generators on processors.
jax.config.update("jax_default_prng_impl", "unsafe_rbg")

# Runs that are lived at once by each device.
BATCH = 4_000


def dense_effects(model):
    """Actor × action × variable."""
    effects = np.zeros((*model.cost.shape, model.n_variables), dtype=np.float32)
    for (actor, action, effect), variable in np.ndenumerate(model.effect_variable):
        effects[actor, action, variable] += model.effect_amount[actor, action, effect]
    return effects


def life_of(model):
    """A function of (initial values, interests, key) by run that gives come-true by run."""
    f32 = lambda values: jnp.asarray(values, dtype=jnp.float32)
    success, cost, precision = f32(model.success), f32(model.cost), f32(model.precision)[:, None]
    below, amounts, effects = f32(model.required_below), f32(model.effect_amount), f32(dense_effects(model))
    baseline, reversion, volatility = f32(model.baseline), f32(model.reversion), f32(model.volatility)
    sustained_days = jnp.asarray(model.sustained_days)

    def day(x, interests, luck, success_luck, normals):
        """Interests are by actor, action and effect."""
        before = x[model.effect_variable]
        gain = (interests * (jnp.clip(before + amounts, 0, 1) - before)).sum(axis=2)
        is_open = x[model.required_variable] < below
        likelihood = jnp.where(is_open, jnp.exp(precision * (success * gain - cost)), 0)
        upper = 1 + jnp.cumsum(likelihood, axis=1)
        lower = jnp.concatenate([jnp.ones_like(upper[:, :1]), upper[:, :-1]], axis=1)
        luck = luck[:, None] * upper[:, -1:]
        done = (lower <= luck) & (luck < upper) & (success_luck[:, None] < success)
        x = jnp.clip(x + jnp.einsum("ao,aov->v", done.astype(jnp.float32), effects), 0, 1)
        return jnp.clip(x + reversion * (baseline - x) + volatility * normals, 0, 1)

    def judge(x):
        holds = lambda v, sign, threshold: x[v] > threshold if sign == ">" else x[v] < threshold
        return jnp.stack(
            [jnp.all(jnp.stack([holds(*one) for one in row])) for row in model.conditions]
        )

    def live(initial, interests, key):
        runs = len(initial)
        actor = np.arange(model.n_actors)[:, None, None]
        at_effects = interests[:, actor, model.effect_variable]

        def step(carried, key):
            x, streaks, come_true = carried
            for_luck, for_normals = jax.random.split(key)
            luck = jax.random.uniform(for_luck, (2, runs, model.n_actors))
            normals = jax.random.normal(for_normals, (runs, model.n_variables))
            x = jax.vmap(day)(x, at_effects, *luck, normals)
            streaks = (streaks + 1) * jax.vmap(judge)(x)
            return (x, streaks, come_true | (streaks >= sustained_days)), None

        nothing = jnp.zeros((runs, len(model.outcomes)), dtype=int)
        # The carried values vary with the device like everything that is made of `initial`.
        nothing = nothing + (0 * initial[:, :1]).astype(int)
        start = (initial, nothing, nothing > 0)
        (_, _, come_true), _ = jax.lax.scan(step, start, jax.random.split(key[0], model.days))
        return come_true.sum(axis=0, keepdims=True)

    return live


def main():
    model = Model(asked.model_file)
    mesh = jax.make_mesh((asked.threads,), ("runs",), axis_types=(AxisType.Auto,))
    by_run = PartitionSpec("runs")
    live = jax.jit(jax.shard_map(life_of(model), mesh=mesh, in_specs=by_run, out_specs=by_run))

    def batch(seed):
        """All batches are of one size: another would have to be compiled."""
        rng = np.random.default_rng(seed)
        n_draws = BATCH // 2 * asked.threads
        initial = np.repeat(draw_initial(model, rng, n_draws).astype(np.float32), 2, axis=0)
        interests = np.repeat(draw_interests(model, rng, n_draws).astype(np.float32), 2, axis=0)
        keys = jax.random.split(jax.random.key(rng.integers(2**31)), asked.threads)
        return live(initial, interests, keys)

    jax.block_until_ready(batch([asked.seed, 1_000_000]))
    n_batches = max(1, round(asked.runs / (BATCH * asked.threads)))
    counts, seconds = timed(
        lambda: jax.block_until_ready([batch([asked.seed, i]) for i in range(n_batches)])
    )
    yes = sum(np.asarray(count).sum(axis=0) for count in counts)
    answer(model, n_batches * BATCH * asked.threads, seconds, yes)


if __name__ == "__main__":
    main()
