package jvm

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Container is what a JVM can find out about where it runs, as plain numbers;
// 0 for what there is none of, or what is not known.
type Container struct {
	Cgroup   int    // the version of control groups, 1 or 2
	Unlisted string // their controllers that /proc/cgroups does not list: "cpuset memory"
	IsECS    bool   // where shares are what somebody agreed to

	Machine, Set    int     // the processors that there are, and those that we may run on
	Quota, OwnQuota float64 // in processors: the lowest of all groups, and that of our own
	Shares          int64   // cpu.shares of version 1, or cpu.weight of version 2

	Memory          Bytes // the machine's
	Limit, OwnLimit Bytes // the lowest of all groups, and that of our own
}

// Processors is how many of them a JVM believes in, 0 where that is not known,
// and how it comes to that.
type Processors struct {
	Count  int
	Reason string
}

// processorCount is the option that a JVM believes before all others.
const processorCount = "-XX:ActiveProcessorCount"

// ActiveProcessors tells how many processors a JVM will believe in, from which
// it sizes its collector, compilers and pools. docs/cpu.md tells where each rule
// was checked.
func ActiveProcessors(v Version, c Container, options []Option) Processors {
	if set, found := lastSetting(options, processorCount); found && seesContainers.in(v) {
		if n, err := strconv.Atoi(set.value); err == nil && n > 0 {
			return Processors{n, processorCount + " of " + set.source}
		}
	}
	base := c.withoutLimits(v)
	if why := c.blindness(v, options); why != "" {
		return base.unless(why)
	}
	quota := c.OwnQuota
	if seesParents.in(v) {
		quota = c.Quota
	}
	limit := base
	shares, special := c.shareCount(v, options)
	if quota > 0 {
		limit = roundedUp(quota)
	}
	if shares > 0 && (quota == 0 || shares < limit.Count && isOff(options, "-XX:PreferContainerQuotaForCPUCount")) {
		limit = Processors{shares, fmt.Sprintf("%d CPU shares, which Java %s takes for so many processors", c.Shares, v)}
	}
	switch {
	case base.Count == 0 || limit.Count < base.Count:
		return limit
	case special && quota == 0:
		return base.unless(fmt.Sprintf("Java %s takes %d CPU shares for none", v, c.Shares))
	}
	return base
}

// ProcessorsToTell is how many processors a JVM has to be told of, and why,
// because its version is known to count wrong here; 0 for one that is not.
func ProcessorsToTell(v Version, c Container) Processors {
	believed, right := ActiveProcessors(v, c, nil), roundedUp(c.Quota)
	switch {
	case !seesContainers.in(v): // and knows no such option
		return Processors{}
	case right.Count > 0 && right.Count < believed.Count:
		why := c.blindness(v, nil)
		if why == "" {
			why = fmt.Sprintf("Java %s looks at its own control group only", v)
		}
		return right.unless(why)
	case c.IsECS && c.Cgroup == 1 && c.Shares == usualShares && c.Quota == 0 && believed.Count > 1 && !ignoresShares.in(v):
		// Where the host has version 2, the same JVM takes the same task's for 1.
		return Processors{1, fmt.Sprintf("Java %s takes %d CPU shares for none, and any other number for processors", v, c.Shares)}
	}
	return Processors{}
}

// VisibleMemory is how much memory a JVM will believe that there is, from which
// it sizes what nobody else does; 0 where that is not known.
func VisibleMemory(v Version, c Container, options []Option) Bytes {
	limit := c.Limit
	switch {
	case c.blindness(v, options) != "":
		limit = 0
	case c.Cgroup == 2 && !seesParents.in(v):
		limit = c.OwnLimit
	}
	if limit == 0 || c.Memory > 0 && limit > c.Memory {
		return c.Memory
	}
	return limit
}

// The collectors that a JVM chooses between where nobody chooses.
const (
	SerialCollector   = "Serial"
	ParallelCollector = "Parallel"
	G1Collector       = "G1"
)

// DefaultCollector is the collector that a JVM takes by itself, of the
// processors and the memory that it believes in. What is not known, 0, counts
// as enough.
func DefaultCollector(v Version, processors int, memory Bytes) string {
	const leastMemory = 1792 * MiB // 2 GiB for HotSpot, "with some fuzz"
	switch {
	case v.AtLeast(27): // JEP 523
		return G1Collector
	case processors == 1 || memory > 0 && memory < leastMemory:
		return SerialCollector
	case !v.AtLeast(9): // JEP 248
		return ParallelCollector
	}
	return G1Collector
}

// A since is what came with a feature release, and with updates of earlier ones.
type since struct {
	feature int
	updates map[int]int
}

func (s since) in(v Version) bool {
	update, backported := s.updates[v.Feature]
	return v.AtLeast(s.feature) || backported && (v.Update == 0 || v.Update >= update)
}

// What JVMs learned of containers. Between the last update that was seen to do
// wrong and the first that was seen to do right, the dates of the changes tell.
var (
	seesAffinity   = since{9, map[int]int{8: 131}}                                // JDK-6515172
	seesContainers = since{10, map[int]int{8: 191}}                               // JDK-8146115
	seesVersion2   = since{15, map[int]int{11: 16, 8: 372}}                       // JDK-8230305
	needsNoCpuset  = since{25, map[int]int{24: 1, 21: 7, 17: 18, 11: 30, 8: 505}} // JDK-8347129
	needsNoListing = since{25, map[int]int{21: 12, 17: 20, 11: 32, 8: 505}}       // JDK-8349988
	seesParents    = since{24, map[int]int{21: 12}}                               // JDK-8336881
	ignoresShares  = since{19, map[int]int{18: 2, 17: 5, 11: 17}}                 // JDK-8281181
)

// blindness is why a JVM sees no limit of control groups; empty where it does.
func (c Container) blindness(v Version, options []Option) string {
	others := strings.TrimSpace(strings.TrimPrefix(c.Unlisted, "cpuset"))
	switch {
	case !seesContainers.in(v):
		return fmt.Sprintf("Java %s looks at no control groups", v)
	case isOff(options, "-XX:UseContainerSupport"):
		return "-XX:-UseContainerSupport"
	case c.Cgroup == 2 && !seesVersion2.in(v):
		return fmt.Sprintf("Java %s does not see version 2 of control groups", v)
	case c.Unlisted != "" && !needsNoCpuset.in(v), others != "" && !needsNoListing.in(v):
		return fmt.Sprintf("Java %s sees no control groups where /proc/cgroups does not list %s", v, c.Unlisted)
	}
	return ""
}

// withoutLimits are the processors that we may run on.
func (c Container) withoutLimits(v Version) Processors {
	if c.Set > 0 && c.Set < c.Machine && seesAffinity.in(v) {
		return Processors{c.Set, fmt.Sprintf("those of the machine's %d that it may run on", c.Machine)}
	}
	if c.Machine == 0 {
		return Processors{0, "not known here"}
	}
	return Processors{c.Machine, "the machine's"}
}

// unless adds why it is not another number.
func (p Processors) unless(why string) Processors {
	if p.Count > 0 {
		p.Reason += "; " + why
	}
	return p
}

func roundedUp(quota float64) Processors {
	count := int(math.Ceil(min(quota, 1<<20)))
	reason := fmt.Sprintf("a quota of %s", strconv.FormatFloat(quota, 'g', 4, 64))
	if float64(count) != quota {
		reason += ", rounded up"
	}
	return Processors{count, reason}
}

// usualShares are what a group of version 1 has where nobody said anything.
const usualShares = 1024

// shareCount is how many processors a JVM takes shares for; 0 for none, which
// the usual number stands for.
func (c Container) shareCount(v Version, options []Option) (count int, isUsual bool) {
	if c.Shares == 0 || ignoresShares.in(v) && !isOn(options, "-XX:UseContainerCpuShares") || v.AtLeast(20) {
		return 0, false
	}
	shares, usual := c.Shares, int64(usualShares)
	if c.Cgroup == 2 {
		usual = 100
		// HotSpot undoes what runtimes made of shares until 2025, and takes the
		// nearest of the multiples of 1024.
		shares = max((262142*shares-1)/9999+2, usualShares)
		shares = (shares + usualShares/2 - 1) / usualShares * usualShares
	}
	if c.Shares == usual {
		return 0, true
	}
	return int((shares + usualShares - 1) / usualShares), false
}

func isOn(options []Option, flag string) bool {
	set, _ := lastSetting(options, flag)
	return strings.HasPrefix(set.name, "-XX:+")
}

func isOff(options []Option, flag string) bool {
	set, _ := lastSetting(options, flag)
	return strings.HasPrefix(set.name, "-XX:-")
}
