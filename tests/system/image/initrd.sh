#!/bin/sh
# The smallest initrd that finds the root disk: busybox and a handful of modules, instead of 30 MB to unpack
# under emulation at every boot.
#
#   initrd.sh KERNEL RELEASE OUT       KERNEL: an unpacked kernel package with its modules.dep
set -eu
KERNEL=$1 RELEASE=$2 OUT=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/dev" "$work/proc" "$work/sys" "$work/newroot" "$work/mod"
cp /bin/busybox "$work/bin/"
cat > "$work/init" <<'I'
#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t devtmpfs d /dev
mount -t proc p /proc
mount -t sysfs s /sys
I
for module in virtio_pci virtio_blk crc32c_generic ext4; do
    modprobe -d "$KERNEL" -S "$RELEASE" --show-depends "$module" | sed -n 's/^insmod //p' |
    while read -r path; do
        name=$(basename "$path")
        [ -e "$work/mod/$name" ] && continue
        cp "$path" "$work/mod/"
        echo "insmod /mod/$name" >> "$work/init"
    done
done
cat >> "$work/init" <<'I'
i=0
while [ ! -b /dev/vda ] && [ $i -lt 250 ]; do usleep 20000; i=$((i+1)); done
# Mounting replays ext4's journal, as a Raspberry Pi's kernel does after a power cut.
mount -t ext4 -o noatime /dev/vda /newroot || poweroff -f
umount /proc /sys
mount --move /dev /newroot/dev
exec switch_root /newroot /sbin/init
I
chmod 755 "$work/init"
(cd "$work" && find . | cpio -o -H newc --quiet) | gzip -1 > "$OUT"
