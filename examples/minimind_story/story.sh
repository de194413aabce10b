#!/usr/bin/env bash
# A user trains a tiny language model on his own corpus, and it talks nonsense. He changes the learning
# rate. It still does. What would corpuskit have told him, and when?
set -euo pipefail
cd "$(dirname "$0")/../.."

corpuskit=${CORPUSKIT:-corpuskit}
work=${1:-story_out}

echo "== His corpus: a few hundred poems and essays in Chinese."
"$corpuskit" clean sample_data/chinese-classics.jsonl.gz --out "$work/poems" --overwrite --quiet

echo "== He starts with the learning rate 0.1."
"$corpuskit" pretrain "$work/poems" --quick --languages zh --learning-rate 0.1

echo "== The loss explodes, so he takes 1e-4. The runs that are the same are not made again."
"$corpuskit" pretrain "$work/poems" --quick --languages zh --learning-rate 1e-4

echo "== The rate is fine now, and the model still talks nonsense: the verdict named the corpus both times."
