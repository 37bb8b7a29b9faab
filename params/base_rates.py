#!/usr/bin/env python3
"""Base rates behind the numbers of within_the_month.toml.

Input:  the path of a CSV file with the columns date, actor, country, province, place, kind and
        source_event: one row for each actor of each military action coded from the news. The
        scenario used the Military Activity ground truth of the IARPA Mercury Challenge
        (github.com/planetmercury/mercury-challenge, commit
        8d772b7d8cc0abafe32f0189fbad17d3bbf26426, data/gsr/ma_gsr), reduced to eight actors.
Output: one line for each rate that a comment of the scenario cites, under the key in brackets
        by which the comment cites it.

The data have no license and are not included. Rows after the last day before the scenario are
ignored, so that the forecast cannot be fitted to what it forecasts. The data are coded from
news: whether an actor was observed on a day is more reliable than the number of actions, the
coverage of the SDF is thin, and the United States are not coded. Therefore every rate counts
days.

Usage: python3 params/base_rates.py military_actions.csv
"""

import csv
import sys
from datetime import date, timedelta

LAST_DAY = date(2016, 10, 31)  # the last day before the scenario starts
JARABULUS = date(2016, 8, 24)  # Turkey enters Syria
MOSUL = date(2016, 10, 17)  # the battle of Mosul begins

# Places in Syria held by the SDF or the YPG where Turkey fought: Afrin and the villages east of it,
# Manbij and the Sajur, and the border from Tell Abyad to Derik.
SDF_PLACES = {
    "‘Afrīn", "Afrin District", "Tall Rif‘at", "Ash Shaykh ‘Īsá", "Shaykh ‘Īsá", "Umm Ḩawsh",
    "Ḩassājik", "Ḩarbul", "Sadd ash Shahbā‘", "As Samūqah", "Al Ḩuşşīyah", "Qūlsurūj",
    "Jindayris", "Maydān Ikbis", "‘Ayn Daqnah", "Manbij", "‘Amārinah", "Jubb al Kūsā",
    "Nahr as Sājūr", "Tall Abyaḑ", "Amude", "Al Qāmishlī", "Dīwār", "Al Ḩasakah",
}


def main(path):
    rows = read(path)
    print(f"{len(rows)} rows, {min(r['date'] for r in rows)} to {max(r['date'] for r in rows)}")

    heading("Daily presence: days with at least one action of the actor there, of all days")
    presence(rows, "turkey_aleppo_oct", "turkey", "Aleppo", date(2016, 10, 1))
    presence(rows, "turkey_aleppo_quarter", "turkey", "Aleppo", JARABULUS)
    presence(rows, "turkey_iraq_year", "turkey", None, date(2015, 11, 1), country="Iraq")
    presence(rows, "turkey_nineveh_oct", "turkey", "Nīnawá", date(2016, 10, 1))
    presence(rows, "turkey_nineveh_year", "turkey", "Nīnawá", date(2015, 11, 1))
    presence(rows, "russia_aleppo_oct", "russia", "Aleppo", date(2016, 10, 1))
    presence(rows, "russia_raqqa_quarter", "russia", "Ar-Raqqah", date(2016, 8, 1))
    presence(rows, "pmu_nineveh_mosul", "pmu", "Nīnawá", MOSUL)
    presence(rows, "pmu_nineveh_before", "pmu", "Nīnawá", date(2015, 11, 1), date(2016, 10, 16))
    presence(rows, "peshmerga_nineveh_mosul", "peshmerga", "Nīnawá", MOSUL)

    heading("Daily presence at chosen places")
    places(rows, "turkey_sdf_oct", "turkey", SDF_PLACES, date(2016, 10, 1))
    places(rows, "turkey_sdf_quarter", "turkey", SDF_PLACES, JARABULUS)
    weeks(rows, "turkey_sdf_weeks", "turkey", SDF_PLACES, JARABULUS)
    places(rows, "turkey_al_bab_oct", "turkey", {"Al Bāb"}, date(2016, 10, 1))
    places(rows, "turkey_tell_abyad_half", "turkey", {"Tall Abyaḑ"}, date(2016, 5, 1))
    places(rows, "peshmerga_bashiqa_mosul", "peshmerga", {"Ba‘shīqah"}, MOSUL)

    heading("New places: days on which the actor is first observed at a place of the province")
    fresh(rows, "turkey_fresh_oct", "turkey", "Aleppo", JARABULUS, date(2016, 10, 1))
    fresh(rows, "turkey_fresh_late_oct", "turkey", "Aleppo", JARABULUS, date(2016, 10, 22))
    fresh(rows, "pmu_fresh_mosul", "pmu", "Nīnawá", MOSUL, MOSUL)
    fresh(rows, "pmu_fresh_west", "pmu", "Nīnawá", MOSUL, date(2016, 10, 28))

    heading("Persistence in Nineveh and Aleppo: observed on the next day")
    persistence(rows, "turkey_aleppo_persists", "turkey", "Aleppo", JARABULUS)
    persistence(rows, "pmu_nineveh_persists", "pmu", "Nīnawá", date(2016, 8, 1))
    persistence(rows, "peshmerga_nineveh_persists", "peshmerga", "Nīnawá", date(2016, 8, 1))

    heading("Build-up: fighting of the same actor in the same province in the 14 days after a")
    print("  force posture was seen there (first line), and after any day (second)")
    for actor in ("turkey", "pmu", "peshmerga"):
        build_up(rows, actor, days=14)

    heading("New fronts: fighting in a province after 90 days without any of the actor there")
    new_fronts(rows, "turkey_new_fronts", "turkey", quiet_days=90)
    new_fronts(rows, "pmu_new_fronts", "pmu", quiet_days=90)

    heading("Both actors: days on which both were observed in Aleppo since Turkey entered Syria")
    together(rows, "turkey_and_russia_aleppo", "turkey", "russia", "Aleppo", JARABULUS)


def read(path):
    """The rows up to the last day before the scenario, with parsed dates."""
    rows = []
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            row["date"] = date.fromisoformat(row["date"])
            if row["date"] <= LAST_DAY:
                rows.append(row)
    return rows


def seen(rows, actor, province=None, country=None, kind=None, at=None):
    """The set of dates on which the actor was observed."""
    return {
        row["date"]
        for row in rows
        if row["actor"] == actor
        and (province is None or row["province"] == province)
        and (country is None or row["country"] == country)
        and (kind is None or row["kind"] == kind)
        and (at is None or row["place"] in at)
    }


def span(first, last=LAST_DAY):
    """All dates from first to last."""
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def presence(rows, key, actor, province, first, last=LAST_DAY, country=None):
    days = seen(rows, actor, province, country)
    window = span(first, last)
    show(key, sum(day in days for day in window), len(window), f"{first} to {last}")


def places(rows, key, actor, at, first):
    days = seen(rows, actor, at=at)
    window = span(first)
    show(key, sum(day in days for day in window), len(window), f"{first} to {LAST_DAY}")


def weeks(rows, key, actor, at, first):
    """Whole weeks before the scenario with at least one day observed."""
    days = seen(rows, actor, at=at)
    starts = [LAST_DAY - timedelta(7 * n + 6) for n in range(((LAST_DAY - first).days + 1) // 7)]
    hits = sum(any(day in days for day in span(s, s + timedelta(6))) for s in starts)
    show(key, hits, len(starts), f"weeks, {min(starts)} to {LAST_DAY}")


def fresh(rows, key, actor, province, memory, first):
    """Days since `first` with a place that was not observed since `memory`."""
    known, days = set(), set()
    for row in sorted(rows, key=lambda row: row["date"]):
        if row["actor"] != actor or row["province"] != province or row["date"] < memory:
            continue
        if row["place"] not in known:
            known.add(row["place"])
            days.add(row["date"])
    window = span(first)
    show(key, sum(day in days for day in window), len(window), f"{first} to {LAST_DAY}")


def persistence(rows, key, actor, province, first):
    days = seen(rows, actor, province)
    today = span(first, LAST_DAY - timedelta(1))
    for name, state in (("after a day seen", True), ("after a day unseen", False)):
        base = [day for day in today if (day in days) == state]
        hits = sum(day + timedelta(1) in days for day in base)
        show(key, hits, len(base), name)


def build_up(rows, actor, days):
    hits = n = hits_any = n_any = 0
    for province in sorted({row["province"] for row in rows if row["actor"] == actor}):
        fights = seen(rows, actor, province, kind="Conflict")
        postures = seen(rows, actor, province, kind="Force Posture")
        for day in span(min(row["date"] for row in rows), LAST_DAY - timedelta(days)):
            followed = any(day + timedelta(k) in fights for k in range(1, days + 1))
            hits_any, n_any = hits_any + followed, n_any + 1
            if day in postures:
                hits, n = hits + followed, n + 1
    show(f"{actor}_build_up", hits, n, "after a force posture")
    show(f"{actor}_build_up", hits_any, n_any, "after any day, over all its provinces")


def new_fronts(rows, key, actor, quiet_days):
    """Months with at least one new front, of all months with sufficient history."""
    first = min(row["date"] for row in rows) + timedelta(quiet_days)
    opened = set()
    for province in {row["province"] for row in rows if row["actor"] == actor}:
        last = None
        for day in sorted(seen(rows, actor, province, kind="Conflict")):
            if day >= first and (last is None or (day - last).days > quiet_days):
                opened.add((day.year, day.month))
            last = day
    months = {(day.year, day.month) for day in span(first)}
    show(key, len(opened & months), len(months), f"months, {first} to {LAST_DAY}")


def together(rows, key, one, other, province, first):
    days = seen(rows, one, province) & seen(rows, other, province)
    window = span(first)
    show(key, sum(day in days for day in window), len(window), f"{first} to {LAST_DAY}")


def heading(text):
    print(f"\n{text}")


def show(key, hits, n, about):
    low, high = wilson(hits, n)
    print(f"  [{key}] {hits} of {n} = {hits / n:.2f} (90 %: {low:.2f} to {high:.2f}); {about}")


def wilson(hits, n, z=1.6449):
    """Wilson's 90 % score interval of a proportion."""
    share = hits / n
    center = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    return max(0.0, center - half), min(1.0, center + half)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
