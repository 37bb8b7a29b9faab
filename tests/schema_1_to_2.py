#!/usr/bin/env python3
"""Compare results of schema version 1 (up to 0.4.0) with results of version 2, column by column.

    python3 tests/schema_1_to_2.py OLD NEW

OLD and NEW are folders in which the same commands were given, with the same seeds, by the two versions of
the program. Every old column is looked up in the new file that now has it, by the keys of the rows. Counts,
inputs and texts must be equal; estimates must be equal to six significant digits. The mapping below is the
one of the CHANGELOG: a reader of old files can be changed by it.
"""

import csv
import sys
from pathlib import Path

DAYS = [f"{kind}_{level}{end}" for end in ("", "_if_yes") for kind in ("day", "date")
        for level in ("p05", "p25", "p50", "p75", "p95")]
FIRST_DAYS = [f"first_day_{level}{end}" for end in ("", "_if_yes")
              for level in ("p05", "p25", "p50", "p75", "p95")]
INTERVAL = {"simulation_low": "ci_low", "simulation_high": "ci_high"}
SPREAD = ["parameter_variance", "parameter_variance_se", "parameter_sd", "parameter_sd_low",
          "parameter_sd_high"]
COUNT = {"simulation_mean_count_se": "mean_count_mc_se"}
INDICES = {
    "quantity": "factor", "moves_with": "correlated_with", "finding": "verdict",
    "rank_first_order": "rank_s1", "rank_total": "rank_st",
    **{f"{s}{old}{end}": f"{new}{'_ci' if s else ''}{end}"
       for old, new in (("first_order", "s1"), ("total", "st"),
                        ("first_order_variance", "s1_variance"), ("total_variance", "st_variance"))
       for s, end in (("", ""), ("simulation_", "_low"), ("simulation_", "_high"))},
    "first_order_sd": "s1_sd", "total_sd": "st_sd",
    "simulation_parameter_share_low": "parameter_share_ci_low",
    "simulation_parameter_share_high": "parameter_share_ci_high",
}
GONE = object()  # a column that is left out on purpose
WORDS = {"note", "meaning", "label", "purpose", "not_pinned_down"}  # sentences may be reworded

# By old file: the columns that identify a row; by new file, the columns that moved there; new names.
TABLES = {
    "outcomes": (["outcome"], {
        "outcome_days": ["last_day", "mean_day_if_yes", *DAYS],
        "outcome_diagnostics": ["simulation_effective_runs", "simulation_pair_correlation", *SPREAD],
        "resolutions": ["resolution_answer", "resolution_date", "resolution_source"],
    }, {**INTERVAL, "simulation_effective_runs": "effective_runs",
        "simulation_pair_correlation": "pair_correlation", "resolution_answer": "answer",
        "resolution_date": "date", "resolution_source": "source"}),
    "timeline": (["outcome", "day"], {}, INTERVAL),
    "actions": (["action"], {"action_days": FIRST_DAYS},
                {**INTERVAL, **COUNT, "days_open": "days_available",
                 "share_of_open_days": "share_of_available_days"}),
    "events": (["event"], {"event_days": FIRST_DAYS}, {**INTERVAL, **COUNT}),
    "variables": (["variable", "day"], {}, {}),
    "joint": (["outcome_a", "outcome_b"], {}, {}),
    "parameters": (["path"], {}, {"normalised_mean": "normalized_mean",
                                  "normalised_sd": "normalized_sd"}),
    "fixed_parameters": (["path"], {}, {"normalised_mean": "normalized_mean",
                                        "normalised_sd": "normalized_sd"}),
    "runs": (["run_id"], {}, {}),
    "compare": (["variant", "outcome"], {}, {**INTERVAL, "base": "scenario", "standard_error": "mc_se",
                                             "days_later_se": "days_later_mc_se"}),
    "compare_actions": (["variant", "action"], {}, {**INTERVAL, "base": "scenario",
                                                    "standard_error": "mc_se"}),
    "sweep": (["point", "outcome"], {}, {**INTERVAL, "simulation_effective_runs": "effective_runs"}),
    "sweep_points": (["point"], {}, {}),
    "sensitivity": (["outcome", "quantity"], {}, INDICES),
    "convergence": (["outcome", "quantity", "share_of_runs"], {}, INDICES),
    "morris": (["outcome", "quantity"], {}, {
        **INDICES, "simulation_mu_star_low": "mu_star_ci_low",
        "simulation_mu_star_high": "mu_star_ci_high", "simulation_effect_se": "effect_mc_se"}),
    "derivatives": (["outcome", "quantity"], {}, {
        **INTERVAL, "quantity": "path", "simulation_se": "mc_se",
        "change_effect_low": "change_effect_ci_low", "change_effect_high": "change_effect_ci_high"}),
    "tune": (["kind", "name", "day"], {}, {"simulation_se": "mc_se"}),
    "tune_parameters": (["path"], {}, {}),
    # The fingerprint of an evaluation depends on the form of the log.
    "evaluations": (None, {}, {"fingerprint": GONE}),
    "posterior": (["particle"], {}, {}),
    "posterior_summary": (["path"], {}, {}),
    "score": (["scenario", "outcome"], {}, {}),
    "score_groups": (["scenario", "option_group"], {}, {}),
    "score_summary": (["measure"], {}, {"bootstrap_low": "ci_low", "bootstrap_high": "ci_high"}),
    "reliability": (None, {}, {}),
}


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def is_equal(old, new):
    if old == new:
        return True
    try:
        old, new = float(old), float(new)
    except ValueError:
        return False
    # Six significant digits: half a unit of the sixth, and a little for the decimal text.
    return abs(old - new) <= 5.001e-6 * max(abs(old), 1e-300)


def compare(old_file, new_folder):
    """The number of compared fields, and messages about those that differ."""
    name = old_file.name.removesuffix(".csv")
    keys, moved, renamed = TABLES[name]
    homes = {column: table for table, columns in moved.items() for column in columns}
    tables = {}
    for table in {name, *moved}:
        path = new_folder / f"{table}.csv"
        tables[table] = read(path) if path.exists() else []
    old_rows, n_fields, differences = read(old_file), 0, []
    if len(old_rows) != len(tables[name]):
        return 0, [f"{old_file}: {len(old_rows)} rows, now {len(tables[name])}"]
    found = {table: index(rows, keys, renamed) for table, rows in tables.items()}
    for number, row in enumerate(old_rows):
        key = number if keys is None else tuple(row[column] for column in keys)
        for column, old in row.items():
            new_name = renamed.get(column, column)
            if new_name is GONE or column in WORDS:
                continue
            table = homes.get(column, name)
            new_row = found[table].get(key)
            if new_row is None:
                # Files such as resolutions.csv hold only the rows that have something to say.
                new = ""
            elif new_name not in new_row:
                differences.append(f"{old_file}: no column {new_name} in {table}.csv")
                continue
            else:
                new = new_row[new_name]
            n_fields += 1
            if not is_equal(old, new):
                differences.append(f"{old_file}, {key}, {column}: {old!r}, now {new!r}")
    return n_fields, differences


def index(rows, keys, renamed):
    if keys is None:
        return dict(enumerate(rows))
    return {tuple(row[renamed.get(column, column)] for column in keys): row for row in rows}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    old_root, new_root = map(Path, sys.argv[1:])
    n_files = n_fields = 0
    differences = []
    for old_file in sorted(old_root.rglob("*.csv")):
        name = old_file.name.removesuffix(".csv")
        folder = new_root / old_file.parent.relative_to(old_root)
        if name == "morris" and folder.name.endswith(".sensitivity"):
            folder = folder.with_name(folder.name.removesuffix("sensitivity") + "screen")
        if name in TABLES:
            more, found = compare(old_file, folder)
            n_files, n_fields = n_files + 1, n_fields + more
            differences += found
    for difference in differences[:50]:
        print(difference)
    print(f"{n_files} files, {n_fields} fields: {len(differences)} differ")
    sys.exit(bool(differences) or n_fields == 0)


if __name__ == "__main__":
    main()
