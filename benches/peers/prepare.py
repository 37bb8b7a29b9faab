"""The month model's numbers as a plain file of words that every peer reads.

Reads `benches/month_model.toml`, so that no number is written twice. The order of the words:

    days
    number of variables; of each: initial value, baseline, reversion, volatility
    number of actors; of each: precision, number of imperatives, number of actions, then
        of each imperative: weight, then the goal's coefficient for each variable
        of each action: condition, success, cost, number of effects, then variable and amount
    number of outcomes; of each: name, sustained days, number of conditions, conditions

A value is `known NUMBER 0`, `beta ALPHA BETA` or `lognormal MU SIGMA`; a condition is variable,
`<` or `>`, threshold. Variables are named by their place, from 0.
"""

import math
import re
import sys
import tomllib

# The 95th percentile of the standard normal distribution.
Z_95 = 1.6448536269514722

TERM = re.compile(r"([\d.]+) \* (?:\(1 - (\w+)\)|(\w+))")
CONDITION = re.compile(r"(\w+) ([<>]) ([\d.]+)")


def words(scenario):
    place = {name: index for index, name in enumerate(sorted(scenario["variables"]))}
    yield scenario["scenario"]["horizon_days"]
    yield len(place)
    for name in place:
        row = scenario["variables"][name]
        yield from value(row["initial"])
        yield from (row["baseline"], row["reversion"], row["volatility"])
    yield len(scenario["actors"])
    for name, actor in sorted(scenario["actors"].items()):
        actions = [
            action for _, action in sorted(scenario["actions"].items()) if action["actor"] == name
        ]
        yield from (actor["precision"], len(actor["imperatives"]), len(actions))
        for _, imperative in sorted(actor["imperatives"].items()):
            yield from value(imperative["weight"])
            yield from coefficients(imperative["goal"], place)
        for action in actions:
            yield from conditions(action["requires"], place)
            yield from (action["success"], action["cost"], len(action["effects"]))
            for variable, amount in action["effects"].items():
                yield from (place[variable], amount)
    yield len(scenario["outcomes"])
    for name, outcome in scenario["outcomes"].items():
        all_of = list(conditions(outcome["when"], place))
        yield from (name, outcome.get("sustained_days", 1), len(all_of) // 3, *all_of)


def value(quantity):
    """A known number, or what is not known."""
    match quantity:
        case {"beta": {"mean": mean, "sd": sd}}:
            size = mean * (1 - mean) / sd**2 - 1
            return ("beta", mean * size, (1 - mean) * size)
        case {"from": low, "to": high}:
            low, high = math.log(low), math.log(high)
            return ("lognormal", (low + high) / 2, (high - low) / (2 * Z_95))
        case float() | int():
            return ("known", quantity, 0)
    sys.exit(f"no peer understands the quantity {quantity}")


def coefficients(goal, place):
    """A goal such as `0.3 * a + 0.2 * (1 - b)`, less its constant, which moves no choice."""
    row = [0.0] * len(place)
    for weight, falling, rising in TERM.findall(goal):
        row[place[falling or rising]] += -float(weight) if falling else float(weight)
    if TERM.sub("", goal).replace("+", "").strip():
        sys.exit(f"no peer understands the goal {goal}")
    return row


def conditions(text, place):
    if CONDITION.sub("", text).replace("and", "").strip():
        sys.exit(f"no peer understands the condition {text}")
    for variable, sign, threshold in CONDITION.findall(text):
        yield from (place[variable], sign, float(threshold))


def prepare(scenario_file, model_file):
    with open(scenario_file, "rb") as file:
        scenario = tomllib.load(file)
    model_file.write_text("\n".join(str(word) for word in words(scenario)) + "\n")
