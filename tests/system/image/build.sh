#!/bin/sh
# Builds the guest of the system tests: Debian with its own kernel, systemd, BlueZ and mosquitto.
#
#   build.sh OUT SUITE PYTHON      (as root) leaves OUT/vmlinuz, OUT/initrd.img, OUT/root.qcow2
#
# SUITE: Debian's name of the release, such as bookworm; PYTHON: its Python, such as 3.11.
# TALKPACE_SYSTEM_MIRROR: the Debian mirror to install from; that of this host's own apt by default.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$1 SUITE=$2 PYTHON=$3
PACKAGES=systemd,systemd-sysv,libnss-systemd,udev,dbus,kmod,iproute2,procps,socat,sqlite3,sudo
PACKAGES=$PACKAGES,bluez,mosquitto,mosquitto-clients,alsa-utils,python3,python3-venv
PATH=$PATH:/usr/sbin:/sbin
export PATH LC_ALL=C DEBIAN_FRONTEND=noninteractive

work=$(mktemp -d "${TMPDIR:-/tmp}/talkpace-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
began=$(date +%s)
step() { printf '[%3d s] %s\n' $(($(date +%s) - began)) "$*"; }

# One build at a time: apt has locks that it does not wait for.
exec 9> /run/lock/talkpace-image
flock 9
needed=
for pair in qemu-system-x86_64:qemu-system-x86 qemu-img:qemu-utils mmdebstrap:mmdebstrap mke2fs:e2fsprogs \
    busybox:busybox-static cpio:cpio zstd:zstd modprobe:kmod; do
    command -v "${pair%%:*}" > /dev/null || needed="$needed ${pair#*:}"
done
if [ -n "$needed" ]; then
    step "install$needed"
    apt-get -qq update
    # shellcheck disable=SC2086
    apt-get -qq install -y --no-install-recommends $needed > /dev/null
fi
exec 9>&-

# Any release's mirror has them all.
mirror=${TALKPACE_SYSTEM_MIRROR:-$(apt-get indextargets --format '$(SITE) $(LABEL)' 'Created-By: Packages' |
    awk '$2 == "Debian" { print $1; exit }')}
[ -n "$mirror" ] || { echo 'no Debian mirror known here: set TALKPACE_SYSTEM_MIRROR' >&2; exit 1; }
debootstrap() { # TREE PACKAGES OPTION...
    tree=$1 packages=$2
    shift 2
    mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        --aptopt='APT::Install-Recommends "false"' --include="$packages" "$@" "$SUITE" "$tree" "deb $mirror $SUITE main"
}

step 'kernel and gpio-sim'
debootstrap "$work/tools" linux-headers-amd64,gcc,make,xz-utils \
    --customize-hook="copy-in $HERE/kernel.sh /" --customize-hook='chroot "$1" sh /kernel.sh /out'
kernel=$work/tools/out/kernel
release=$(ls "$kernel/lib/modules")
depmod -b "$kernel" "$release"

step 'guest'
root=$work/root
debootstrap "$root" "$PACKAGES"

step 'modules'
modules=lib/modules/$release
grep -v '^#' "$HERE/modules.txt" | while read -r module; do
    modprobe -d "$kernel" -S "$release" --show-depends "$module" | sed -n "s|^insmod $kernel/||p"
done | sort -u | while read -r file; do
    install -D -m644 "$kernel/$file" "$root/$file"
done
cp "$kernel/$modules/modules.builtin" "$kernel/$modules/modules.builtin.modinfo" \
    "$kernel/$modules/modules.order" "$root/$modules/"
install -D -m644 "$work/tools/out/gpio-sim.ko" "$root/$modules/extra/gpio-sim.ko"
depmod -b "$root" "$release"

step 'Python environment of the bed'
"$HERE/download-wheels.sh" "$PYTHON" "$root/tmp/wheels" --requirement "$HERE/requirements.txt"
cp "$HERE/requirements.txt" "$root/tmp/"
chroot "$root" python3 -m venv /opt/bed
chroot "$root" env -i PATH=/usr/bin:/bin /opt/bed/bin/pip --quiet install --no-index --find-links /tmp/wheels -r /tmp/requirements.txt
# Compiled now: under emulation each first import would take seconds.
chroot "$root" python3 -m compileall -q -j2 "/usr/lib/python$PYTHON" > /dev/null || true

step 'configuration'
cp -R "$HERE/files/." "$root/"
echo bed > "$root/etc/hostname"
echo '127.0.0.1 localhost bed' > "$root/etc/hosts"
echo '/dev/vda / ext4 noatime 0 0' > "$root/etc/fstab"
tr -d - < /proc/sys/kernel/random/uuid > "$root/etc/machine-id"
rm -f "$root/etc/resolv.conf"
# systemd would lift an older clock to its own build date; the clock's cases want one from long ago.
touch -d 2020-01-01 "$root/usr/lib/clock-epoch"
chroot "$root" groupadd --system gpio
chroot "$root" systemctl --quiet enable bed-agent bed-journal bed-pi mosquitto bluetooth
chroot "$root" systemctl --quiet set-default multi-user.target
chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-timesyncd.service systemd-pstore.service \
    systemd-binfmt.service proc-sys-fs-binfmt_misc.automount getty@tty1.service 2> /dev/null
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/tmp/*

step 'disk'
cp "$kernel/boot/vmlinuz-$release" "$OUT/vmlinuz"
"$HERE/initrd.sh" "$kernel" "$release" "$OUT/initrd.img"
truncate -s 2G "$work/root.img"
mke2fs -q -t ext4 -m0 -L bed -E lazy_itable_init=0 -d "$root" "$work/root.img"
qemu-img convert -q -O qcow2 "$work/root.img" "$OUT/root.qcow2"
step "done: disk $(du -h "$OUT/root.qcow2" | cut -f1), initrd $(du -h "$OUT/initrd.img" | cut -f1), $release"
