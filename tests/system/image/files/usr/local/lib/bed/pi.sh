#!/bin/sh
# A simulated GPIO chip with the label and line names of a Raspberry Pi, whose every level the kernel records.
#
# Levels:  /run/bed/pins/sim_gpioN/value (what the pin shows), .../pull (write pull-up, pull-down: a button)
# Record:  /sys/kernel/tracing/instances/pins/trace, on CLOCK_MONOTONIC; nothing polls
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
modprobe gpio-sim
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/pi
mkdir -p $chip/bank0 /run/bed
echo 54 > $chip/bank0/num_lines
echo pinctrl-bcm2835 > $chip/bank0/label
lines=$(seq 2 27)
(cd $chip/bank0 && mkdir $(printf 'line%d ' $lines))
for n in $lines; do
    echo "GPIO$n" > $chip/bank0/line$n/name
done
echo 1 > $chip/live
ln -sfn "/sys/devices/platform/$(cat $chip/dev_name)/$(cat $chip/bank0/chip_name)" /run/bed/pins

mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
cd /sys/kernel/tracing
# A line that its owner let go falls back to its pull, which is no set: recorded by its own event.
echo 'p:bed/gpio_free gpio_sim:gpio_sim_free offset=$arg2:u32' > kprobe_events
mkdir -p instances/pins
cd instances/pins
echo mono > trace_clock
echo 4096 > buffer_size_kb
echo 'get == 0' > events/gpio/gpio_value/filter
echo 1 > events/gpio/gpio_value/enable
echo 1 > events/bed/gpio_free/enable
base=$(sed -n "s/^$(cat $chip/bank0/chip_name): GPIOs \([0-9]*\)-.*/\1/p" /sys/kernel/debug/gpio)
echo "$base" > /run/bed/pins-base
