#!/usr/bin/env bash
# Fuzzes one way in, from the scenarios of the repository on.
#
#   tests/fuzz.sh reader|expression|set|pipeline [MORE OPTIONS OF LIBFUZZER, such as -runs=100000]
#
# The code is safe Rust, so no sanitiser is needed, and with none the stable compiler will do.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1
shift
corpus=tests/fuzz/corpus/$target
mkdir -p "$corpus"
case $target in
pipeline) seeds="params tests/language/accepted tests/semantics/agreement" ;;
*) seeds="params tests/language/accepted tests/language/rejected tests/semantics/agreement" ;;
esac
# Snapshots and scripts that lie beside the scenarios do no harm.
# shellcheck disable=SC2086
cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none --no-trace-compares "$target" "$corpus" $seeds -- \
    -dict=tests/fuzz/words.dict -max_len=8192 -timeout=10 -rss_limit_mb=2048 "$@"
