"""Tuning: look at a finished run and decide it again, from its scores, without touching text.

`finished.FinishedRun` holds what was checked: the rules as the manifest has them, and the scores
with the duplicates joined. Every other module answers one question about it, by the function of
its name: what would other rules keep (`compare.decide_again`), what would other bounds keep
(`sweep`), why was this document dropped (`explain`), what does a rule drop (`sample`), what
changed between two runs (`diff`). Only `write.write_again` reads the inputs once more. Functions
are imported from their modules, so that a question loads no more than it needs.
"""
