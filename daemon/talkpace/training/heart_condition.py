"""Athletes whose heart no formula fits: a drug that limits its rate, or an irregular rhythm.

In patients with heart failure who take beta-blockers, 220 - age misses the measured maximum by 43 bpm and the
best formula by 18 (Keteyian et al. 2012). HRV reads the sinus node's rhythm: with another rhythm, or under a
drug that holds it, the same figures mean something else.
"""

from __future__ import annotations

MAXIMUM_NEEDED = (
    "max_heart_rate is needed, as measured in an exercise test under the present treatment: with"
    " heart_rate_drug or irregular_rhythm no formula from age is used. Ask for a ceiling too"
)
"""names the settings and not which of them is set, as it may reach a log"""


def why_no_hrv(*, heart_rate_drug: bool, irregular_rhythm: bool) -> str | None:
    """Return why HRV and readiness do not apply to an athlete; None where they do."""
    reasons = [
        words
        for applies, words in (
            (heart_rate_drug, "with a drug that limits the heart rate"),
            (irregular_rhythm, "with an irregular heart rhythm"),
        )
        if applies
    ]
    return f"HRV and readiness do not apply {' and '.join(reasons)}" if reasons else None
