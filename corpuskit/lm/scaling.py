"""How much text a model of a given size needs, and what repeating text is worth: published laws.

Repeated tokens lose their worth exponentially, and so do parameters beyond those that the unique
tokens can feed (Muennighoff et al. 2023, arXiv:2305.16264, equations 5 and 6, with the constants
of its appendix A). Both enter the law of Hoffmann et al. 2022 (arXiv:2203.15556),

    L(N, D) = E + A / N'^α + B / D'^β        nats per token,

fitted on models of up to 9 billion parameters and English text of one tokenizer: the *ratio* of
tokens to parameters carries over to other corpora, the loss itself does not.

With equal exponents the law has no scale of its own: the tokens that a model needs are a fixed
multiple of its parameters.
"""

from __future__ import annotations

import math
from typing import Final

TOKENS_PER_PARAMETER: Final = 20.0
"""Compute-optimal tokens per parameter (Hoffmann et al. 2022)."""

LN_A: Final = 6.255414
LN_B: Final = 7.3049974
LN_E: Final = 0.6254804
ALPHA: Final = 0.3526596
"""Exponent of the parameters and of the tokens alike."""

REPEATED_TOKENS: Final = 15.387756
"""R_D: repetitions after which 1 − 1/e of what repeating can ever give has been had."""
EXCESS_PARAMETERS: Final = 5.309743
"""R_N: the same for parameters beyond the optimal ones."""

_PARAMETERS_PER_TOKEN: Final = math.exp((LN_A - LN_B) / ALPHA)
"""Of the compute-optimal model: G² of Hoffmann et al., (αA / βB)^(2 / (α + β)); about 1/20."""
_HALVINGS: Final = 100


def effective_tokens(unique_tokens: float, epochs: float) -> float:
    """Return the tokens read once that are worth as much as unique tokens read several times.

    Parameters
    ----------
    epochs : passes over the tokens, 1 or more.

    Examples
    --------
    >>> effective_tokens(100, 1), round(effective_tokens(100, 4), 1)
    (100.0, 372.6)
    """
    return unique_tokens * _worth(epochs - 1, REPEATED_TOKENS)


def effective_parameters(params: float, unique_tokens: float) -> float:
    """Return the parameters that still serve a model which has only so many unique tokens."""
    optimal = min(params, _PARAMETERS_PER_TOKEN * unique_tokens)
    return optimal * _worth(params / optimal - 1, EXCESS_PARAMETERS)


def loss(params: float, tokens: float, unique_tokens: float) -> float:
    """Return the predicted loss in nats per token.

    Parameters
    ----------
    tokens : read in all, repetitions included.
    unique_tokens : different ones among them, above 0.

    Examples
    --------
    >>> f"{loss(6.34e9, 242e9, 25e9):.6f}"
    '2.225644'
    """
    own = min(tokens, unique_tokens)
    data = effective_tokens(own, tokens / own)
    model = effective_parameters(params, own)
    return (
        math.exp(LN_E)
        + math.exp(LN_A - ALPHA * math.log(model))
        + math.exp(LN_B - ALPHA * math.log(data))
    )


def largest_params(unique_tokens: float, epochs: float) -> int:
    """Return the parameters that get 20 effective tokens each.

    Examples
    --------
    >>> largest_params(520_000_000, 1)
    26000000
    """
    return int(effective_tokens(unique_tokens, epochs) / TOKENS_PER_PARAMETER)


def needed_unique_tokens(params: float, epochs: float) -> int:
    """Return the unique tokens whose repetition is as good as 20 fresh tokens per parameter.

    Solves ``loss(params, epochs · U, U) = loss(params, 20 · params, 20 · params)`` for U, by
    halving an interval: the loss falls with U. Where there are far fewer unique tokens than
    parameters, most parameters have nothing to learn from; this law knows that, while 20 effective
    tokens per parameter do not. At four epochs it asks for 15 % more than those.

    Examples
    --------
    >>> needed_unique_tokens(26_000_000, 1)
    520000000
    """
    high = TOKENS_PER_PARAMETER * params
    wanted, low = loss(params, high, high), 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = middle > 0 and loss(params, epochs * middle, middle) <= wanted
        low, high = (low, middle) if enough else (middle, high)
    return math.ceil(high)


def short_number(count: float) -> str:
    """Write a number of tokens or parameters in three digits.

    Examples
    --------
    >>> [short_number(each) for each in (26_000_000, 1_543_000, 999_600, 812, 0)]
    ['26M', '1.54M', '1M', '812', '0']
    """
    for unit, suffix in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= unit * 0.9995:
            return f"{float(f'{count / unit:.3g}'):g}{suffix}"
    return f"{count:.0f}"


def _worth(extra: float, decay: float) -> float:
    """Return 1 + R (1 − exp(−extra / R)): of the first use and of `extra` further ones."""
    return 1 + decay * (1 - math.exp(-extra / decay))
