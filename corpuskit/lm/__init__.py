"""The pretraining step: is this data sufficient for a stated target, and if not, what is missing?

Eight checks answer (`checks/`), by arithmetic, by statistics of the text, and by training a tiny
language model (`model`, `train`) in minutes on a CPU. `pretrain` knows the order; `verdict` says
what a check and a verdict are. Only `model`, `optimizer`, `train`, `evaluate`, `arm` and `saved`
import torch, which is the extra ``corpuskit[lm]``.
"""
