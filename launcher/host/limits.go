package host

import (
	"errors"
	"strconv"
	"strings"
)

// Memory is what of it there is and what of it we may have, in bytes.
type Memory struct {
	// Limit is what the kernel ends us at: the lowest of our own group and of
	// those above it that can be seen. It is not known where there is none.
	Limit Fact[int64]
	// Own is the limit of our own group alone. A lower one above it is shared.
	Own Fact[int64]
	// Reservation is what the kernel leaves us under pressure, and no limit.
	Reservation Fact[int64]
	Machine     Fact[int64]
}

// IsOurs tells whether there is a limit, and for nobody but us: that of a group
// above ours, such as an ECS task's, is shared.
func (m Memory) IsOurs() bool { return m.Limit.Known() && m.Limit.Value == m.Own.Value }

// CPU is what of the processors we may have.
type CPU struct {
	// Limit is the quota that the kernel enforces, in processors, and Own that of
	// our own group alone.
	Limit, Own Fact[float64]
	// Shares are our weight against others: cpu.shares of version 1, of which
	// 1024 are usual, or cpu.weight of version 2, of which 100 are.
	Shares Fact[int64]
	// Set is how many processors we may run on, and Machine how many there are.
	Set, Machine Fact[int64]
	// Cgroup is the version of control groups that bounds processors, 1 or 2.
	Cgroup Fact[int64]
	// Unlisted are controllers that /proc/cgroups does not list although version
	// 2 has them, with a space between: that of a kernel built without version 1.
	Unlisted Fact[string]
}

// Limits finds what the kernel enforces. It takes reading a few small files.
func Limits(out Outside) (Memory, CPU) { return limitsOf(readProcess(out), out) }

func limitsOf(p process, out Outside) (Memory, CPU) {
	mounted := parseControllers(p)
	limits := limitFinder{out, mounted.orUsual(), mounted}
	machine := timed(out, limits.machineMemory)
	memory := Memory{
		Limit:       timed(out, func() Fact[int64] { return limits.memory(machine.Value) }),
		Own:         limits.ownMemory(machine.Value),
		Reservation: timed(out, func() Fact[int64] { return limits.reservation(machine.Value) }),
		Machine:     machine,
	}
	memory.Limit.Took += p.took // which each of them would have needed
	return memory, CPU{
		Limit:    timed(out, func() Fact[float64] { return limits.quota(limits.files) }),
		Own:      limits.quota(limits.own),
		Shares:   timed(out, limits.shares),
		Set:      timed(out, limits.processorSet),
		Machine:  timed(out, limits.machineProcessors),
		Cgroup:   firstKnown(Fact[int64]{Value: mounted.version(), Source: "mountinfo"}, Fact[int64]{Err: errNotTold}),
		Unlisted: timed(out, limits.unlisted),
	}
}

type limitFinder struct {
	Outside
	controllers
	mounted controllers // none where /proc does not tell
}

// unlimited is what version 1 writes for "no limit", or more, in bytes.
const unlimited = 1 << 60

// lowest is the lowest of what files say; above the bound, if there is one, it
// is the bound: nobody gets more memory than there is.
func (l limitFinder) lowest(files []string, read func(text string) int64, bound int64) Fact[int64] {
	var lowest Fact[int64]
	for _, file := range files {
		text, err := readFile(l.Root, file)
		if err != nil {
			continue
		}
		n := read(text)
		if n >= unlimited {
			continue
		}
		if bound > 0 {
			n = min(n, bound)
		}
		if n > 0 && (!lowest.Known() || n < lowest.Value) {
			lowest.Value, lowest.Source = n, file
		}
	}
	return lowest
}

// memory is the lowest limit. Version 1 tells that of hidden parents (a task's)
// in memory.stat; version 2 hides it.
func (l limitFinder) memory(machine int64) Fact[int64] {
	found := l.lowest(l.files("", "memory.max"), number, machine)
	for _, other := range []Fact[int64]{
		l.lowest(l.files("memory", "memory.limit_in_bytes"), number, machine),
		l.lowest(l.own("memory", "memory.stat"), hierarchical, machine),
	} {
		if other.Known() && (!found.Known() || other.Value < found.Value) {
			found = other
		}
	}
	return firstKnown(found, Fact[int64]{Err: errNoLimit})
}

func (l limitFinder) ownMemory(machine int64) Fact[int64] {
	return firstKnown(
		l.lowest(l.own("", "memory.max"), number, machine),
		l.lowest(l.own("memory", "memory.limit_in_bytes"), number, machine),
	)
}

func (l limitFinder) reservation(machine int64) Fact[int64] {
	return firstKnown(
		l.lowest(l.own("", "memory.low"), number, machine),
		l.lowest(l.own("memory", "memory.soft_limit_in_bytes"), number, machine),
		Fact[int64]{Err: errNoReservation},
	)
}

// quota is the lowest of the quotas of some groups: of ours, or of all.
func (l limitFinder) quota(files func(controller, name string) []string) Fact[float64] {
	var lowest Fact[float64]
	take := func(file, quota, period string) {
		q, p := number(quota), number(period)
		if q <= 0 || p <= 0 {
			return
		}
		if n := float64(q) / float64(p); !lowest.Known() || n < lowest.Value {
			lowest.Value, lowest.Source = n, file
		}
	}
	for _, file := range files("", "cpu.max") {
		if text, err := readFile(l.Root, file); err == nil {
			quota, period, _ := strings.Cut(strings.TrimSpace(text), " ")
			take(file, quota, period)
		}
	}
	for _, file := range files("cpu", "cpu.cfs_quota_us") {
		quota, err := readFile(l.Root, file)
		period, err2 := readFile(l.Root, strings.TrimSuffix(file, "quota_us")+"period_us")
		if err == nil && err2 == nil {
			take(file, quota, period)
		}
	}
	return firstKnown(lowest, Fact[float64]{Err: errNoLimit})
}

func (l limitFinder) shares() Fact[int64] {
	return firstKnown(l.lowest(l.own("", "cpu.weight"), number, 0), l.lowest(l.own("cpu", "cpu.shares"), number, 0), Fact[int64]{Err: errNotTold})
}

func (l limitFinder) processorSet() Fact[int64] {
	return firstKnown(
		l.lowest(l.own("", "cpuset.cpus.effective"), countList, 0),
		l.lowest(l.own("cpuset", "cpuset.effective_cpus"), countList, 0),
		l.lowest(l.own("cpuset", "cpuset.cpus"), countList, 0),
		Fact[int64]{Err: errNotTold},
	)
}

func (l limitFinder) machineProcessors() Fact[int64] {
	return firstKnown(l.lowest([]string{"/sys/devices/system/cpu/online"}, countList, 0), Fact[int64]{Err: errNotTold})
}

// unlisted are the controllers that Java looks for in /proc/cgroups and does
// not find there: until a few updates ago it then took no limit for real.
func (l limitFinder) unlisted() Fact[string] {
	const file = "/proc/cgroups"
	text, err := readFile(l.Root, file)
	if err != nil || l.mounted.version() != 2 {
		return Fact[string]{Err: errNotTold}
	}
	var missing []string
	for _, name := range []string{"cpuset", "cpu", "cpuacct", "memory"} {
		if valueOf(name, text) == "" {
			missing = append(missing, name)
		}
	}
	return Given(strings.Join(missing, " "), file)
}

// machineMemory is MemTotal.
func (l limitFinder) machineMemory() Fact[int64] {
	kibibytes := func(text string) int64 {
		return min(number(valueOf("MemTotal:", text)), 1<<53) << 10
	}
	return firstKnown(l.lowest([]string{"/proc/meminfo"}, kibibytes, 0), Fact[int64]{Err: errNotTold})
}

// Why a fact of these is not known.
var (
	errNoLimit       = errors.New("no limit")
	errNoReservation = errors.New("no reservation")
	errNotTold       = errors.New("no file tells it")
)

// number reads a whole number; "max" and the like are 0.
func number(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func hierarchical(stat string) int64 { return number(valueOf("hierarchical_memory_limit", stat)) }

// valueOf finds the value behind a key at the beginning of a line.
func valueOf(key, text string) string {
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == key {
			return fields[1]
		}
	}
	return ""
}

// countList counts what is in a list such as 0-3,7; 0 for what is none.
func countList(text string) int64 {
	var count int64
	for part := range strings.SplitSeq(strings.TrimSpace(text), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 16)
		to, err2 := strconv.ParseUint(last, 10, 16)
		if err != nil || err2 != nil || to < from {
			return 0
		}
		count += int64(to-from) + 1
	}
	return count
}
