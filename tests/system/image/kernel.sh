#!/bin/sh
# Runs inside a Debian root with a compiler: Debian's kernel, unpacked and not installed, and gpio-sim for it.
#
#   kernel.sh OUT          leaves OUT/kernel/{boot,lib} and OUT/gpio-sim.ko
#
# Debian's kernels are built without GPIO_SIM and IRQ_SIM, so both are compiled here, into one module, from
# Debian's source package of the very same version.
set -eu
OUT=$1
headers=$(dpkg-query -W -f '${Depends}' linux-headers-amd64 | sed 's/ .*//')
release=${headers#linux-headers-}
version=$(dpkg-query -W -f '${Version}' "$headers")
series=$(echo "$release" | cut -d. -f1,2)

mkdir -p "$OUT/kernel" /tmp/source
cd /tmp
apt-get -qq download "linux-image-$release=$version" "linux-source-$series=$version"
dpkg-deb -x linux-image-"$release"_*.deb "$OUT/kernel"
[ -e "$OUT/kernel/lib" ] || ln -s usr/lib "$OUT/kernel/lib" # where Debian 13 has it

tree=linux-source-$series
dpkg-deb --fsys-tarfile linux-source-*.deb | tar -xO "./usr/src/$tree.tar.xz" | xz -dc -T0 |
    tar -x -C source --strip-components=3 \
        "$tree/drivers/gpio/gpio-sim.c" "$tree/drivers/gpio/gpiolib.h" "$tree/kernel/irq/irq_sim.c"
mv source/gpio-sim.c source/gpio-sim-main.c
# irq_to_desc() is not exported to modules; this exported call has the same effect.
sed -i 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/' source/irq_sim.c
printf 'obj-m := gpio-sim.o\ngpio-sim-y := gpio-sim-main.o irq_sim.o\n' > source/Kbuild
make -s -C "/usr/src/$headers" M=/tmp/source modules
cp source/gpio-sim.ko "$OUT/"
