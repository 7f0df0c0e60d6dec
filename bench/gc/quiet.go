package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

// others is the share of the machine, in percent, that other work took during
// own, which tells how long its own work kept processors busy.
func others(own func() time.Duration) float64 {
	began, before := time.Now(), busy()
	used := own()
	return 100 * float64(busy()-before-used) / float64(time.Since(began)) / float64(runtime.NumCPU())
}

func sleep() time.Duration {
	time.Sleep(2 * time.Second)
	return 0
}

// busy is how long the machine's processors have worked since it started; the
// kernel counts it in hundredths of a second.
func busy() time.Duration {
	stat, _ := os.ReadFile("/proc/stat")
	var user, nice, system, idle, wait, irq, softirq time.Duration
	_, _ = fmt.Sscanf(string(stat), "cpu %d %d %d %d %d %d %d", &user, &nice, &system, &idle, &wait, &irq, &softirq)
	return (user + nice + system + irq + softirq) * time.Second / 100
}
