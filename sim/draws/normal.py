"""The quantile of the standard normal, in NumPy alone: quick to import and the same with every SciPy.

Algorithm AS 241, PPND16 (Wichura, "The percentage points of the normal distribution", Applied Statistics 37,
1988, 477–484): relative error about 10⁻¹⁶.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_MIDDLE = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
     7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: F64) -> F64:
    above, below = coefficients
    numerator, denominator = np.full_like(x, above[0]), np.full_like(x, below[0])
    for a, b in zip(above[1:], below[1:], strict=True):
        numerator *= x
        numerator += a
        denominator *= x
        denominator += b
    quotient: F64 = numerator / denominator
    return quotient


def normal_quantile(u: F64) -> F64:
    """Return z with Φ(z) = u, element by element; ``u`` strictly between 0 and 1."""
    q = np.asarray(u, dtype=np.float64) - 0.5
    centre = np.abs(q) <= 0.425
    z = np.empty_like(q)
    z[centre] = q[centre] * _ratio(_CENTRE, 0.180625 - q[centre] ** 2)
    outside = ~centre
    r = np.sqrt(-np.log(np.minimum(u[outside], 1.0 - u[outside])))
    far = r > 5.0
    size = np.where(far, _ratio(_TAIL, r - 5.0), _ratio(_MIDDLE, r - 1.6))
    z[outside] = np.copysign(size, q[outside])
    return z
