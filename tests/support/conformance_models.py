"""Cases of the models of lifetimes: printed numbers, and the same formulas with many digits.

Nothing of custvalue is imported here.
"""

from __future__ import annotations

import mpmath
import reference_bgbb as bgbb
import reference_contracts as contracts
import reference_gamma_gompertz_nbd as gompertz
import reference_lifetime as bg
import reference_mbgnbd as mbg
import reference_pareto_nbd as pareto
import reference_regular_buying as regular

mp = mpmath.mp
MANY = "30-digit arithmetic (mpmath): "
FHL = "Fader, Hardie & Lee (2005), Marketing Science 24(2), "
FHS = "Fader, Hardie & Shang (2010), Marketing Science 29(6)"
FH = "Fader & Hardie (2007), Journal of Interactive Marketing 21(1)"
BUYER = (
    "Of one customer: x repeat purchases, the last one t_x after the first purchase, observed for "
    "T. All times have one unit."
)
LIKELIHOOD = "log of the density of the times of the x repeat purchases, without a factorial of x"
ALIVE = "probability that the customer is still active at T"
EXPECTED = "expected purchases from T to T + t"
DISCOUNTED = (
    "expected purchases after T, those of time T + u times exp(-rate u), for ever (DERT): the rate "
    "is continuous, per unit of time"
)


TINY = 1e-300  # what lies below may be called 0


def case(measure, inputs, expected, citation, *, relative=1e-9, absolute=TINY):
    """One question with its answer, and how far another answer may be from it."""
    return {
        "measure": measure,
        "inputs": inputs,
        "expected": expected,
        "relative": relative,
        "absolute": absolute,
        "citation": citation,
    }


def printed(measure, inputs, expected, citation, absolute):
    return case(measure, inputs, expected, citation, relative=0.0, absolute=absolute)


def newcomers(f, parameters, printed_values, *, peer, paper, absolute):
    """Expected purchases of a new customer: printed ones, if any, and those of a formula."""
    name = "expected_purchases_new_customer"
    cases = []
    for t, value in printed_values.items():
        if value is not None:
            cases.append(printed(name, {**parameters, "t": t}, value, peer, absolute))
        with mp.workdps(50):
            exact = float(f(mp.mpf(t), *map(mp.mpf, parameters.values())))
        cases.append(case(name, {**parameters, "t": t}, exact, MANY + paper))
    return cases


NEWCOMER = "expected purchases of a new customer in the time t after the first one, without that"


def history(x, t_x, T):
    return {"x": x, "t_x": t_x, "T": T}


def buyer_cases(model, parameters, who, t, expected, *, like, paper):
    """Likelihood, P(alive) and expected purchases of one customer, with many digits."""
    inputs = {**parameters, **history(*who)}
    return [
        case("log_likelihood", inputs, model.log_likelihood(*who, **parameters), MANY + like),
        case(
            "probability_alive", inputs, model.probability_alive(*who, **parameters), MANY + paper
        ),
        case("expected_purchases", {**inputs, "t": t}, expected, MANY + paper),
    ]


def nbd():
    like = MANY + "Ehrenberg (1959), Applied Statistics 8(1); Schmittlein et al. (1987), eq. 2"
    cases = []
    for parameters in ({"r": 0.385, "alpha": 12.072}, {"r": 3.5, "alpha": 0.25}):
        for x, T in ((0, 38.86), (2, 38.86), (500, 100.0)):
            found = pareto.nbd_log_likelihood(x, T, **parameters)
            cases.append(case("log_likelihood", {**parameters, "x": x, "T": T}, found, like))
            with mp.workdps(40):
                r, alpha = map(mp.mpf, parameters.values())
                ahead = float((r + x) / (alpha + T) * 39)
            inputs = {**parameters, "x": x, "T": T, "t": 39}
            cases.append(case("expected_purchases", inputs, ahead, like))
    return {"log_likelihood": LIKELIHOOD, "expected_purchases": EXPECTED}, cases


CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def bgnbd():
    excel = FHL + "Table 2, and their implementation in Excel"
    inputs = {**CDNOW, **history(2, 30.43, 38.86)}
    peer = "pymc-marketing 0.19.2, tests/clv/test_distributions.py; " + FHL + "equation 6"
    usual = {"r": 0.25, "alpha": 4, "a": 0.8, "b": 2.5}
    cases = [
        printed("expected_purchases", {**inputs, "t": 39}, 1.226, excel, 6e-4),
        printed("log_likelihood", {**usual, **history(0, 0, 40)}, -0.59947382, peer, 1e-7),
        printed("log_likelihood", {**usual, **history(200, 38, 40)}, 100.7957, peer, 1e-4),
    ]
    one = {**CDNOW, "a": 1.0}
    for parameters, who, t in (
        (CDNOW, (0, 0, 38.86), 39),
        (CDNOW, (2, 30.43, 38.86), 39),
        (CDNOW, (26, 30.86, 31), 52),
        (CDNOW, (1500, 360, 365), 365),
        (CDNOW, (5000, 364, 365), 365),
        (one, (2, 30.43, 38.86), 39),
        ({"r": 1.5, "alpha": 0.2, "a": 3.0, "b": 0.4}, (7, 60, 60), 10),
    ):
        ahead = bg.expected_purchases(t, *who, **parameters)
        like, paper = FHL + "equation 6", FHL + "equation 10"
        cases += buyer_cases(bg, parameters, who, t, ahead, like=like, paper=paper)
    for who, t in (((0, 0, 38.86), 39), ((2, 30.43, 38.86), 156), ((26, 30.86, 31), 1000)):
        alive = bg.probability_alive(*who, **CDNOW)
        found = alive * bg.discounted_purchases_if_alive(t, 0.0027, who[0], who[2], **CDNOW)
        inputs = {**CDNOW, **history(*who), "t": t, "rate": 0.0027}
        how = MANY + "the rate of purchases of " + FHL + "integrated over time"
        cases.append(case("discounted_purchases", inputs, found, how))

    def of_new(t, r, alpha, a, b):
        fall = (alpha / (alpha + t)) ** r * mp.hyp2f1(r, b, a + b - 1, t / (alpha + t))
        return (a + b - 1) / (a - 1) * (1 - fall)

    fitted = {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}
    peer = "lifetimes 0.11.3, tests/test_estimation.py:541, at the estimates of CLVTools 0.12.1"
    values = {1: 0.0532, 3: 0.1506, 32: 1.0437, 78: 1.8576}
    paper = FHL + "equation 9"
    cases += newcomers(of_new, fitted, values, peer=peer, paper=paper, absolute=6e-4)
    measures = {
        "log_likelihood": LIKELIHOOD,
        "probability_alive": ALIVE,
        "expected_purchases": EXPECTED,
        "expected_purchases_new_customer": NEWCOMER,
        "discounted_purchases": EXPECTED + ", those of time T + u times exp(-rate u): the rate is "
        "continuous, per unit of time",
    }
    return measures, cases


def mbgnbd():
    peer = "pymc-marketing 0.19.2, tests/clv/test_distributions.py"
    paper = "Batislam, Denizel & Filiztekin (2007), IJRM 24(3)"
    corrected = (
        paper + ", with the factor (a + b + x) / (a - 1) for the misprinted (b + x) / (a - 1)"
    )
    usual = {"r": 0.25, "alpha": 4, "a": 0.8, "b": 2.5}
    cases = [
        printed("log_likelihood", {**usual, **history(0, 0, 40)}, -0.41792826, peer, 1e-7),
        printed("log_likelihood", {**usual, **history(200, 38, 40)}, 100.7869, peer, 1e-4),
    ]
    cdnow = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    for parameters, who, t in (
        (cdnow, (0, 0, 38.86), 39),
        (cdnow, (2, 30.43, 38.86), 39),
        (cdnow, (1500, 360, 365), 365),
        ({**cdnow, "a": 1.0}, (2, 30.43, 38.86), 39),
    ):
        ahead = mbg.expected_purchases(t, *who, **parameters)
        cases += buyer_cases(mbg, parameters, who, t, ahead, like=paper, paper=corrected)
    return {"log_likelihood": LIKELIHOOD, "probability_alive": ALIVE,
            "expected_purchases": EXPECTED}, cases  # fmt: skip


def regular_buyers(first):
    """Intervals with k phases; the first purchase may be the last one (1), or not (0)."""
    paper = MANY + "Platzer & Reutterer (2016), Marketing Science 35(5)"
    whole = paper + ", purchase by purchase"
    usual = {"k": 3, "r": 0.85, "alpha": 1.45, "a": 0.79, "b": 2.42}
    cases = []
    for parameters, who, logs, t in (
        (usual, (0, 0, 26), 0.0, 26),
        (usual, (6, 24, 26), 8.0, 26),
        (usual, (6, 18, 26), 6.25, 26),
        ({**usual, "k": 2, "a": 1.0}, (40, 150, 156), 50.5, 10),
    ):
        asked = {**parameters, "first": first}
        alive = regular.probability_alive(*who, **asked)
        like = regular.log_likelihood(*who, logs, **asked)
        ahead = alive * regular.by_sum(t, *who, **asked)[0]
        inputs = {**parameters, **history(*who)}
        cases += [
            case("log_likelihood", {**inputs, "log_intervals": logs}, like, paper),
            case("probability_alive", inputs, alive, paper),
            case("expected_purchases", {**inputs, "t": t}, ahead, whole),
        ]
    measures = {
        "log_likelihood": LIKELIHOOD + "; log_intervals is the sum of the logs of the x intervals",
        "probability_alive": ALIVE,
        "expected_purchases": EXPECTED,
    }
    return measures, cases


def bgcnbd():
    return regular_buyers(0)


def mbgcnbd():
    return regular_buyers(1)


def pareto_nbd():
    paper = "Schmittlein, Morrison & Colombo (1987), Management Science 33(1)"
    peer = "lifetimes 0.11.3, tests/test_estimation.py; " + paper
    dert = "Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4), equation 2"
    rounded = {"r": 0.5534, "alpha": 10.5802, "s": 0.6061, "beta": 11.6562}
    btyd = {"r": 0.5629966, "alpha": 12.559037, "s": 0.4081095, "beta": 10.5148048}
    clvtools = {"r": 0.55315, "alpha": 10.57633, "s": 0.60625, "beta": 11.6715}
    who, manual = history(26, 30.86, 31), {**btyd, **history(7, 35, 77.86)}
    cases = [
        printed("probability_alive", {**rounded, **who}, 0.9979, peer, 6e-5),
        printed("expected_purchases", {**rounded, **who, "t": 52}, 25.46, peer, 1e-2),
        printed("probability_alive", manual, 0.100746308354, MANY + "BTYD for R, manual", 1e-9),
        printed("dert", {**manual, "rate": 0.0027}, 1.86418332807, "BTYD for R, pnbd.DERT; " + dert,
                1e-9),
    ]  # fmt: skip
    for parameters, who, t in (
        (clvtools, (0, 0, 38.86), 39),
        (clvtools, (2, 30.43, 38.86), 39),
        ({**clvtools, "s": 1.0}, (2, 30.43, 38.86), 39),
        ({"r": 0.5, "alpha": 1, "s": 0.5, "beta": 1000}, (200, 5, 365), 365),
        ({"r": 0.5, "alpha": 10, "s": 0.6, "beta": 100}, (370, 5, 100), 100),
        ({"r": 0.5, "alpha": 10, "s": 0.6, "beta": 10}, (5, 10, 10), 10),
    ):
        x, _, T = who
        alive = pareto.probability_alive(*who, **parameters)
        ahead = alive * pareto.expected_purchases_if_alive(t, x, T, **parameters)
        cases += buyer_cases(pareto, parameters, who, t, ahead, like=paper, paper=paper)
        found = alive * pareto.discounted_for_ever_if_alive(0.0027, x, T, **parameters)
        inputs = {**parameters, **history(*who), "rate": 0.0027}
        cases.append(case("dert", inputs, found, MANY + dert))

    def of_new(t, r, alpha, s, beta):
        return r * beta / (alpha * (s - 1)) * (1 - (beta / (beta + t)) ** (s - 1))

    published = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    values = dict.fromkeys((1, 9, 78))
    cases += newcomers(of_new, published, values, peer="", paper=paper, absolute=0)
    measures = {
        "log_likelihood": LIKELIHOOD,
        "probability_alive": ALIVE,
        "expected_purchases": EXPECTED,
        "expected_purchases_new_customer": NEWCOMER,
        "dert": DISCOUNTED,
    }
    return measures, cases


def gamma_gompertz_nbd():
    paper = "Bemmaor & Glady (2012), Management Science 58(5), by integration over the end"
    usual = {"r": 0.55, "alpha": 10.6, "beta": 0.5, "b": 0.01, "s": 0.6}
    cases = []
    for parameters, who, t in (
        (usual, (0, 0, 50), 39),
        (usual, (7, 5, 100), 39),
        (usual, (50, 5, 100), 39),
        ({"r": 0.5, "alpha": 2, "beta": 1e-4, "b": 0.05, "s": 0.5}, (20, 1, 365), 52),
    ):
        x, _, T = who
        alive = gompertz.probability_alive(*who, **parameters)
        ahead = alive * gompertz.discounted_if_alive(t, 0, x, T, **parameters)
        cases += buyer_cases(gompertz, parameters, who, t, ahead, like=paper, paper=paper)
        found = alive * gompertz.discounted_if_alive(mp.inf, 0.0027, x, T, **parameters)
        inputs = {**parameters, **history(*who), "rate": 0.0027}
        cases.append(case("dert", inputs, found, MANY + paper))
    return {"log_likelihood": LIKELIHOOD, "probability_alive": ALIVE,
            "expected_purchases": EXPECTED, "dert": DISCOUNTED}, cases  # fmt: skip


def bgbb_cases():
    donations = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
    cases = [
        printed("probability_alive", {**donations, "x": x, "t_x": t_x, "n": 6, "ahead": 1}, value,
                FHS + "; lifetimes 0.11.3, tests/test_estimation.py:80-96", 6e-3)
        for x, t_x, value in ((0, 0, 0.11), (2, 4, 0.59), (6, 6, 0.93))
    ]  # fmt: skip
    for parameters, who in (
        (donations, (0, 0, 6)),
        (donations, (3, 5, 6)),
        (donations, (6, 6, 6)),
        ({"alpha": 0.3, "beta": 2.0, "gamma": 1.0, "delta": 40.0}, (20, 55, 60)),
    ):
        inputs = {**parameters, "x": who[0], "t_x": who[1], "n": who[2]}
        cases += [
            case("log_likelihood", inputs, bgbb.log_likelihood(*who, **parameters), MANY + FHS),
            case("probability_alive", {**inputs, "ahead": 0},
                 bgbb.probability_alive(*who, 0, **parameters), MANY + FHS),
            case("expected_purchases", {**inputs, "ahead": 5},
                 bgbb.discounted(*who, 5, 0, **parameters), MANY + FHS),
            case("dert", {**inputs, "rate": 0.1},
                 bgbb.discounted(*who, 900, 0.1, **parameters), MANY + FHS),
        ]  # fmt: skip
    measures = {
        "log_likelihood": "log of the probability of this one history of x purchases at n "
        "opportunities, the last at opportunity t_x (0 for none)",
        "probability_alive": "probability to be active still at opportunity n + ahead",
        "expected_purchases": "expected purchases at the next `ahead` opportunities",
        "dert": "expected purchases at all opportunities to come, that at n + j divided by "
        "(1 + rate)^j",
    }
    return measures, cases


def contract_cases(parameters, kind, *, residual):
    def inputs(**others):
        return {**parameters, **others}

    cases = []
    for t in (0, 1, 7, 12, 1000):
        now = contracts.survival(t, **parameters)
        after = contracts.survival(t + 1, **parameters)
        with mp.workdps(50):
            kept, gone = float(after / now), float(mp.log(now - after))
        cases += [
            case("survival", inputs(t=t), float(now), MANY + kind),
            case("retention", inputs(t=t + 1), kept, MANY + kind),
            case("log_likelihood", inputs(renewals=t, left=True), gone, MANY + kind),
            case("log_likelihood", inputs(renewals=t, left=False), float(mp.log(now)), MANY + kind),
        ]
    if residual:
        cases += [
            case("derl", inputs(renewals=k, rate=0.1),
                 contracts.residual_lifetime_for_ever(k, 0.1, **parameters),
                 MANY + "Fader & Hardie (2010), Marketing Science 29(1), with 2F1")
            for k in (0, 3, 50)
        ]  # fmt: skip
    return cases


CONTRACTS = {
    "survival": "probability to make at least t renewals",
    "retention": "probability to make renewal t among those who made t - 1",
    "log_likelihood": "log-likelihood of a customer who made so many renewals and left at the next "
    "one, or has not yet been asked again (left: false)",
    "derl": "expected discounted residual lifetime before the next renewal, after so many made, "
    "for ever: the payment of renewal k + j divided by (1 + rate)^(j - 1)",
}


def sbg():
    regular = {"alpha": 0.704, "beta": 1.182}
    cases = [
        printed("survival", {"alpha": 0.668, "beta": 3.806, "t": 12}, 0.378,
                FH + ", projection of High End", 6e-4),
        printed("survival", {**regular, "t": 12}, 0.170, FH + ", projection of Regular", 6e-4),
    ]  # fmt: skip
    for parameters in (regular, {"alpha": 0.01, "beta": 0.02}, {"alpha": 30, "beta": 900}):
        cases += contract_cases(parameters, FH, residual=True)
    return CONTRACTS, cases


def bdw():
    paper = "Fader, Hardie, Liu, Davin & Steenburgh (2018), Journal of Interactive Marketing 43"
    cases = []
    for parameters in (
        {"alpha": 0.2593, "beta": 1.7226, "c": 1.5844},
        {"alpha": 3.0, "beta": 40.0, "c": 0.6},
    ):
        cases += contract_cases(parameters, paper, residual=False)
    return {name: CONTRACTS[name] for name in ("survival", "retention", "log_likelihood")}, cases


def gamma_gamma():
    paper = "Fader & Hardie (2013), The Gamma-Gamma model of monetary value, "
    peer = "lifetimes 0.11.3, tests/test_estimation.py:181; " + paper + "equation 5"
    cdnow = {"p": 6.25, "q": 3.74, "gamma": 15.44}
    exact = {"p": 6.249690, "q": 3.744180, "gamma": 15.442988}
    cases = [printed("expected_spend", {**exact, "x": 0, "z": 0}, 35.17, peer, 6e-3)]
    for parameters in (cdnow, {"p": 0.3, "q": 1.2, "gamma": 500.0}):
        for x, z in ((1, 22.35), (3, 35.0), (40, 0.01), (5000, 1e6)):
            inputs = {**parameters, "x": x, "z": z}
            like = bg.gamma_gamma_log_likelihood(x, z, **parameters)
            with mp.workdps(40):
                p, q, gamma = map(mp.mpf, parameters.values())
                mean = float(p * (gamma + x * mp.mpf(z)) / (p * x + q - 1))
            cases += [
                case("log_likelihood", inputs, like, MANY + paper + "equation 1a"),
                case("expected_spend", inputs, mean, MANY + paper + "equation 5"),
            ]
    measures = {
        "log_likelihood": "log of the density of the mean spend z of x purchases",
        "expected_spend": "expected spend of a purchase to come, given the mean spend z of x "
        "purchases (x = 0: nothing is known)",
    }
    return measures, cases


SUBJECTS = {
    "nbd": ("NBD: buyers who never leave", BUYER, nbd),
    "bgnbd": ("BG/NBD: customers may leave after each repeat purchase", BUYER, bgnbd),
    "mbgnbd": ("MBG/NBD: customers may leave after each purchase, also the first", BUYER, mbgnbd),
    "bgcnbd": ("BG/CNBD-k: regular buyers; intervals have k phases", BUYER, bgcnbd),
    "mbgcnbd": ("MBG/CNBD-k: regular buyers; intervals have k phases", BUYER, mbgcnbd),
    "pareto_nbd": ("Pareto/NBD: customers may leave at any time", BUYER, pareto_nbd),
    "gamma_gompertz_nbd": ("Gamma-Gompertz/NBD", BUYER, gamma_gompertz_nbd),
    "bgbb": ("BG/BB: purchases at given opportunities", "Of one customer.", bgbb_cases),
    "sbg": ("Shifted-beta-geometric: contracts", "Periods are whole.", sbg),
    "bdw": ("Beta-discrete-Weibull: contracts", "Periods are whole.", bdw),
    "gamma_gamma": ("Gamma-Gamma: spend of a purchase", "Of one customer.", gamma_gamma),
}
