"""Pictures of the fitted profiles, where matplotlib is installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.demand.fit import Fitted
from calibration.demand.profiles import Profile
from experiments.presentation.pictures import save_picture
from scenarios.schema.scenario import Scenario


def draw_pictures(folder: Path, fitted: Fitted, base: Scenario) -> list[str]:
    """Draw ``hours.png`` and ``months.png``; return the names of those drawn (none without matplotlib)."""
    try:
        import matplotlib as mpl
    except ImportError:
        return []
    mpl.use("Agg")
    drawn = []
    for name, part in (("hours.png", "hours"), ("months.png", "months")):
        shown = [(each.type, p) for each in fitted.types if isinstance(p := getattr(each, part), Profile)]
        if shown:
            _draw(folder / name, shown, base)
            drawn.append(name)
        else:
            (folder / name).unlink(missing_ok=True)
    return drawn


def _draw(path: Path, shown: list[tuple[str, Profile]], base: Scenario) -> None:
    """Draw a small chart a type: fitted rates with a band of two standard errors, the scenario's dashed."""
    from matplotlib.figure import Figure

    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(4.0 * columns, 2.3 * rows + 0.4))
    figure.subplots_adjust(
        left=0.06,
        right=0.99,
        bottom=0.6 / figure.get_figheight(),
        top=1 - 0.7 / figure.get_figheight(),
        hspace=0.35,
        wspace=0.2,
    )
    axes = np.atleast_1d(np.array(figure.subplots(rows, columns, sharex=True, squeeze=False))).ravel()
    for axis, (key, profile) in zip(axes, shown, strict=False):
        at = np.arange(profile.rate.shape[1]) + (1 if profile.rate.shape[0] == 1 else 0)
        labels = ("weekday", "weekend") if profile.rate.shape[0] == 2 else ("fitted",)
        for c, (label, colour) in enumerate(zip(labels, ("#1f4e79", "#c55a11"), strict=False)):
            rate, error = profile.rate[c], profile.standard_error[c]
            axis.fill_between(at, rate - 2 * error, rate + 2 * error, color=colour, alpha=0.2, linewidth=0)
            axis.plot(at, rate, color=colour, label=label)
            was = _scenario(base, key, c, len(profile.rate))
            if was is not None:
                axis.plot(at, was, color=colour, linestyle="--", linewidth=0.8)
        axis.set_title(f"{key} ({profile.count:,})", fontsize=9)
        axis.set_ylim(bottom=0)
    for axis in axes[len(shown) :]:
        axis.set_visible(False)
    axes[0].legend(fontsize=7)
    figure.suptitle("Relative calls; band: two standard errors; dashed: the scenario", fontsize=9)
    save_picture(figure, path, dpi=100)


def _scenario(base: Scenario, key: str, cycle: int, cycles: int) -> NDArray[np.float64] | None:
    """Return the scenario's own profile, mean 1, None for a type that it has not."""
    own = base.incident_types.get(key)
    if own is None:
        return None
    if cycles == 1:
        months = np.array(base.profiles_month[own.month_profile].months, dtype=np.float64)
        return np.asarray(months / months.mean(), dtype=np.float64)
    profile = base.profiles_hour[own.hour_profile]
    week, end = np.array(profile.weekday), np.array(profile.weekend)
    mean = (5 * week.mean() + 2 * end.mean()) / 7
    return np.asarray((week, end)[cycle] / mean, dtype=np.float64)
