#!/bin/sh
# Downloads wheels that a Python on x86-64 can install without a network or a compiler.
#
#   download-wheels.sh PYTHON OUT REQUIREMENT...      (PYTHON: 3.11; then anything that `pip download` takes)
set -eu
PYTHON=$1 OUT=$2
shift 2
abi=cp$(echo "$PYTHON" | tr -d .)
platforms=
for glibc in 36 35 34 31 28 27 26 24 17 12 5; do
    platforms="$platforms --platform manylinux_2_${glibc}_x86_64"
done
# shellcheck disable=SC2086
exec python3 -m pip --disable-pip-version-check --quiet --quiet download --dest "$OUT" --only-binary=:all: \
    --python-version "$PYTHON" --implementation cp --abi "$abi" --abi abi3 --abi none \
    $platforms --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 \
    --platform manylinux1_x86_64 "$@"
