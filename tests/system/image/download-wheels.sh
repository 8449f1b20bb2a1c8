#!/bin/sh
# Downloads wheels that Debian 12's Python 3.11 on x86-64 can install without a network or a compiler.
#
#   download-wheels.sh OUT REQUIREMENT...      (anything that `pip download` takes)
set -eu
OUT=$1
shift
platforms=
for glibc in 36 35 34 31 28 27 26 24 17 12 5; do
    platforms="$platforms --platform manylinux_2_${glibc}_x86_64"
done
# shellcheck disable=SC2086
exec python3 -m pip --disable-pip-version-check --quiet --quiet download --dest "$OUT" --only-binary=:all: \
    --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none \
    $platforms --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 \
    --platform manylinux1_x86_64 "$@"
