"""Offer the downloads of the volatility lab, and its theory."""

import pandas as pd
import streamlit as st

from core.labs.volatility import charts, export
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS, Spec, label
from core.labs.volatility.view import views
from core.labs.volatility.view.views import Found
from core.runs import spec as specs
from core.ui.uploads import downloads as files


def downloads(found: Found) -> None:
    """Offer bars, forecasts, the chart, the weights and the experiment as a script."""
    groups = views.judged(found)
    first = next(iter(groups.values())).verdict
    frame = pd.DataFrame({"observed log variance": first.truth}, index=first.days)
    frame = frame.assign(**{NAMES[name]: first.forecasts[name] for name in NAMES})
    for name, one in groups.items():
        for run, values in zip(one.runs, one.forecasts, strict=True):
            frame[f"{MODELS[name]} seed {run.spec['seed']}"] = values
    left, right = st.columns(2)
    files.save_table(left, "Bars (CSV)", found.bars.table, "bars.csv", "Date")
    files.save_table(left, "Forecasts of the test days (CSV)", frame, "volatility.csv", "first day")
    made = {name: one.verdict.forecasts["network"] for name, one in groups.items()}
    chart = charts.forecasts(first.days, first.truth, made | {"har": first.forecasts["har"]}, (*made, "har"))
    files.save_chart(left, "Forecast chart", chart, f"Volatility: {found.bars.symbol}", "volatility.html")
    files.experiment(
        right,
        "Run",
        [run for one in groups.values() for run in one.runs],
        lambda run: label(specs.from_dict(Spec, run.spec)),
        lambda run: (f"volatility_{run.spec['model']}.py", export.script(specs.from_dict(Spec, run.spec))),
    )


def theory() -> None:
    """Explain the target, the baselines, the networks and the measures."""
    st.markdown(THEORY)


THEORY = r"""
**Target.** The variance of a day from its open $O$, high $H$, low $L$ and close $C$, by Garman and Klass
(1980): $\sigma^2 = \tfrac12 (\ln H/L)^2 - (2\ln 2 - 1)(\ln C/O)^2$. It uses the whole range of the day and is
therefore much less noisy than the squared return. Its log is close to normally distributed; a day without a range
gets $\sigma^2 = 10^{-6}$ (a range of about 0.1%). *Horizon 7* is the mean log variance of the next seven days.
Charts show $\sigma$ in per cent.

**Why it can be forecast.** Large moves follow large moves (*volatility clustering*, Mandelbrot 1963), while the
direction of a price is close to unpredictable.

**Baselines.** The *naive (persistence) forecast* repeats today's value. *EWMA*: $s_t = 0.94\, s_{t-1} + 0.06\,
\sigma_t^2$ (RiskMetrics 1996). *GARCH(1,1)* (Bollerslev 1986): $h_{t+1} = \omega + \alpha e_t^2 + \beta h_t$ from
returns, fitted by maximum likelihood with the package `arch`. *HAR* (Corsi 2009): linear regression on the mean log
variance of the last 1, 7 and 22 days. *HAR, weekday, leverage* adds tomorrow's weekday (weekends are calmer) and
recent losses (leverage effect: volatility rises after them). *Linear regression* has all inputs of the dense network:
also single lags, ranges, volume, and the same weekday of the last four weeks.

**Networks.** With *residuals* on, the target of a network is the residual of linear regression: it starts from the
linear forecast and learns the nonlinear remainder. The *dense network* has one hidden layer on the same inputs, an
ensemble of five; *GRU* and *LSTM* read ten values of each of the last 22 days. Trained on all coins at once they have
three times as many training days. Early stopping finds the number of epochs on the validation set; then training
starts anew on training and validation set together.

**No data leakage.** The first 65% of the days are the training set, the next 15% the validation set, the last 20%
the test set. No target spans a boundary; scaler, GARCH, linear models and networks are fitted before the test days, and
no input of a day uses a later one.

**Measures.** MSE of the log variance; *QLIKE* $= r - \ln r - 1$ with $r = \sigma^2 / \hat\sigma^2$, which tolerates
noise in $\sigma^2$ (Patton 2011); the *Diebold-Mariano* test (1995) of equal squared errors with Newey-West variance
(1987).

**What it is good for.** An 80% prediction interval of tomorrow's return that widens when high volatility is forecast.
One of constant width covers too many calm and too few rough days.
"""
