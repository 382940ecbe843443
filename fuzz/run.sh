#!/usr/bin/env bash
# Lets libFuzzer loose on each target for so many seconds: fuzz/run.sh SECONDS [TARGET...]
# `cargo fuzz run TARGET` works here too; this needs neither cargo-fuzz nor a nightly compiler. No AddressSanitizer: the
# code under test has no `unsafe`, and what it leaves to OpenSSL lies in a library that is not instrumented.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

host=$(rustc -vV | sed -n 's/^host: //p')
built="${CARGO_TARGET_DIR:-target}/$host/release"
# Inputs that reached something new, kept from run to run and between clones, and those that broke something.
corpus="${XDG_CACHE_HOME:-$HOME/.cache}/ankong/fuzz"
found="${CARGO_TARGET_DIR:-$PWD/target}/fuzz-artifacts"
# What rustc passes to LLVM's SanitizerCoverage for libFuzzer. Only with --target do build scripts stay as they are.
coverage=(-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 --cfg=fuzzing)

main() {
  local seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
  shift
  local targets=("$@")
  [ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | tail -n +2)
  RUSTFLAGS="${coverage[*]}" cargo build --release --locked --quiet --target "$host" --bins
  printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} "./run.sh" one {} "$seconds"
}

one() {
  local target=$1 seconds=$2 log
  log=$(mktemp)
  mkdir -p "$corpus/$target" "$found"
  # Beyond each limit of the code under test, so that it is met.
  local longest=4096
  case $target in
    http) longest=32768 ;;
    verify_*) longest=65536 ;;
    wire_json) longest=131072 ;;
  esac
  if "$built/$target" "$corpus/$target" -max_total_time="$seconds" -max_len=$longest -timeout=10 -rss_limit_mb=1024 \
    -artifact_prefix="$found/$target-" -print_final_stats=1 >"$log" 2>&1; then
    echo "fuzz: $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s, none breaks it"
    rm "$log"
  else
    tail -n 40 "$log" >&2
    echo "fuzz: $target is broken; the whole log is $log" >&2
    return 1
  fi
}

if [ "${1:-}" = one ]; then one "$2" "$3"; else main "$@"; fi
