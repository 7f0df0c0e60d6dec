package jvm_test

import (
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

func version(t *testing.T, text string) jvm.Version {
	t.Helper()
	v, err := jvm.ParseVersion(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// oneOf are options as a variable has them.
func oneOf(words string) []jvm.Option {
	var options []jvm.Option
	for _, word := range strings.Fields(words) {
		options = append(options, jvm.NewOption("JVM_ARGS", word))
	}
	return options
}

// Containers of a machine of 16 processors.
var (
	bare      = jvm.Container{Cgroup: 1, Machine: 16, Set: 16, Shares: 1024}
	cpuset    = jvm.Container{Cgroup: 1, Machine: 16, Set: 3, Shares: 1024}
	quota     = jvm.Container{Cgroup: 1, Machine: 16, Set: 16, Quota: 2.5, OwnQuota: 2.5, Shares: 1024}
	both      = jvm.Container{Cgroup: 1, Machine: 16, Set: 16, Quota: 2.5, OwnQuota: 2.5, Shares: 256}
	version2  = jvm.Container{Cgroup: 2, Machine: 16, Set: 16, Quota: 2.5, OwnQuota: 2.5, Shares: 100}
	noCpuset  = jvm.Container{Cgroup: 2, Machine: 16, Set: 16, Quota: 2.5, OwnQuota: 2.5, Shares: 100, Unlisted: "cpuset"}
	noListing = jvm.Container{Cgroup: 2, Machine: 16, Set: 16, Quota: 2.5, OwnQuota: 2.5, Shares: 100, Unlisted: "cpuset memory"}
	parents   = jvm.Container{Cgroup: 2, Machine: 16, Set: 16, Quota: 2.5, Shares: 100}
)

func shares(cgroup int, n int64) jvm.Container {
	return jvm.Container{Cgroup: cgroup, Machine: 16, Set: 16, Shares: n, IsECS: true}
}

// What each version believes in, and what it has to be told; 0 for nothing.
func TestActiveProcessors(t *testing.T) {
	const machine = "the machine's"
	for _, test := range []struct {
		name      string
		container jvm.Container
		versions  string // that do alike
		options   string
		want      int
		reason    string // its beginning
		told      int
	}{
		{"no limit", bare, "1.8.0_504 11.0.33 17.0.21 21.0.13 25.0.5 26", "", 16, machine, 0},
		{"a set", cpuset, "1.8.0_131 1.8.0_504 9.0.4 11.0.33 17.0.21 21.0.13 25.0.5 26", "", 3, "those of the machine's 16 that it may run on", 0},
		{"a set, unseen", cpuset, "1.8.0_121", "", 16, machine, 0},
		{"a quota", quota, "1.8.0_191 1.8.0_504 10.0.2 11.0.1 17.0.3 21.0.13 25.0.5 26", "", 3, "a quota of 2.5, rounded up", 0},
		{"a quota above the set", jvm.Container{Cgroup: 1, Machine: 16, Set: 2, Quota: 4, OwnQuota: 4}, "1.8.0_504 26", "", 2, "those of", 0},
		{"a quota beyond any number's", jvm.Container{Cgroup: 1, Machine: 16, Quota: 1 << 63, OwnQuota: 1 << 63}, "1.8.0_504 26", "", 16, machine, 0},
		{"shares beyond any number's", shares(2, 1<<62), "1.8.0_504 26", "", 16, machine, 0},
		{"a quota, unseen, and no option against it", quota, "1.8.0_181 9.0.4", "", 16, machine, 0},

		{"version 2", version2, "1.8.0_372 1.8.0_504 11.0.16 15.0.1 17.0.3 21.0.8 25 26", "", 3, "a quota", 0},
		{"version 2, unseen", version2, "1.8.0_191 1.8.0_362 10.0.2 11.0.13 11.0.15 14.0.2", "", 16, "the machine's; Java ", 3},
		{"no cpuset in /proc/cgroups", noCpuset, "11.0.33 17.0.21 21.0.8 21.0.13 24.0.1 25 26", "", 3, "a quota", 0},
		{"..., unseen", noCpuset, "1.8.0_504 17.0.3 17.0.7 21.0.6 23.0.2", "", 16, "the machine's; Java ", 3},
		{"neither cpuset nor memory there", noListing, "11.0.33 17.0.21 21.0.13 25.0.1 26", "", 3, "a quota", 0},
		{"..., unseen", noListing, "1.8.0_482 1.8.0_504 11.0.13 17.0.3 17.0.7 21.0.8 21.0.9 24.0.2", "", 16, "the machine's; Java ", 3},
		{"a group above ours has the quota", parents, "21.0.13 24 25.0.5 26", "", 3, "a quota", 0},
		{"..., unseen", parents, "1.8.0_504 11.0.33 17.0.3 17.0.21 21.0.8", "", 16, machine, 3},

		{"256 shares", shares(1, 256), "1.8.0_191 1.8.0_504 11.0.16 17.0.4 18.0.1", "", 1, "256 CPU shares", 0},
		{"256 shares, of no account", shares(1, 256), "11.0.17 11.0.33 17.0.5 17.0.7 18.0.2 19.0.1 21 25 26", "", 16, machine, 0},
		{"2048 shares", shares(1, 2048), "1.8.0_504 11.0.13 17.0.3", "", 2, "2048 CPU shares", 0},
		{"1024 shares on ECS", shares(1, 1024), "1.8.0_191 1.8.0_504 11.0.16 17.0.4", "", 16, "the machine's; Java ", 1},
		{"1024 shares on ECS, of no account", shares(1, 1024), "11.0.17 17.0.5 21 25", "", 16, machine, 0},
		{"1024 shares elsewhere", bare, "1.8.0_504 17.0.3", "", 16, "the machine's; Java ", 0},
		{"1024 shares on ECS, and a quota", jvm.Container{Cgroup: 1, Machine: 16, Set: 16, Quota: 4, OwnQuota: 4, Shares: 1024, IsECS: true}, "1.8.0_504", "", 4, "a quota", 0},
		{"1024 shares on ECS, and one processor", jvm.Container{Cgroup: 1, Machine: 1, Set: 1, Shares: 1024, IsECS: true}, "1.8.0_504", "", 1, machine, 0},
		{"no shares on ECS", shares(1, 2), "1.8.0_504", "", 1, "2 CPU shares", 0},
		{"a weight of 1", shares(2, 1), "1.8.0_504 17.0.3", "", 1, "1 CPU shares", 0},
		{"... of 39, which 1024 shares were", shares(2, 39), "1.8.0_504 17.0.3", "", 1, "39 CPU shares", 0},
		{"... of 58", shares(2, 58), "1.8.0_504 17.0.3", "", 1, "58 CPU shares", 0},
		{"... of 59", shares(2, 59), "1.8.0_504 17.0.3", "", 2, "59 CPU shares", 0},
		{"... of 100, as usual", shares(2, 100), "1.8.0_504 17.0.3", "", 16, machine, 0},
		{"... of 10, of no account", shares(2, 10), "11.0.33 17.0.7 17.0.21 21.0.8 25 26", "", 16, machine, 0},
		{"a quota goes before shares", both, "1.8.0_504 11.0.13", "", 3, "a quota", 0},
		{"... but where it is not to", both, "1.8.0_504 11.0.13", "-XX:-PreferContainerQuotaForCPUCount", 1, "256 CPU shares", 0},
		{"shares of no account all the same", both, "11.0.33 17.0.21", "-XX:-PreferContainerQuotaForCPUCount", 3, "a quota", 0},
		{"shares are wanted", shares(1, 256), "11.0.33 17.0.21 19.0.1", "-XX:+UseContainerCpuShares", 1, "256 CPU shares", 0},
		{"shares are wanted and gone", shares(1, 256), "20.0.1", "-XX:+UseContainerCpuShares", 16, machine, 0},

		{"a number", quota, "1.8.0_504 11.0.33 26", "-XX:ActiveProcessorCount=8 -XX:ActiveProcessorCount=7", 7, "-XX:ActiveProcessorCount of JVM_ARGS", 0},
		{"a number that is none", quota, "26", "-XX:ActiveProcessorCount=0", 3, "a quota", 0},
		{"no container is wanted", quota, "1.8.0_504 26", "-XX:-UseContainerSupport", 16, "the machine's; -XX:-UseContainerSupport", 0},
		{"it is wanted in the end", quota, "26", "-XX:-UseContainerSupport -XX:+UseContainerSupport", 3, "a quota", 0},

		{"a version that is not known", noListing, "17 21", "", 3, "a quota", 0},
		{"a machine that is not known", jvm.Container{Quota: 2, OwnQuota: 2}, "1.8.0_504 26", "", 2, "a quota of 2", 0},
		{"nothing is known", jvm.Container{}, "1.8.0_504 26", "", 0, "", 0},
	} {
		for text := range strings.FieldsSeq(test.versions) {
			v := version(t, text)
			if got := jvm.ActiveProcessors(v, test.container, oneOf(test.options)); got.Count != test.want || !strings.HasPrefix(got.Reason, test.reason) {
				t.Errorf("%s, Java %s: believes in %d (%s), want %d (%s ...)", test.name, text, got.Count, got.Reason, test.want, test.reason)
			}
			if got := jvm.ProcessorsToTell(v, test.container); got.Count != test.told {
				t.Errorf("%s, Java %s: is told %d (%s), want %d", test.name, text, got.Count, got.Reason, test.told)
			}
		}
	}
}

func TestVisibleMemory(t *testing.T) {
	const machine, limit, own = 16 * jvm.GiB, 512 * jvm.MiB, 768 * jvm.MiB
	v1 := jvm.Container{Cgroup: 1, Memory: machine, Limit: limit, OwnLimit: own}
	v2 := jvm.Container{Cgroup: 2, Memory: machine, Limit: limit, OwnLimit: own}
	hidden := jvm.Container{Cgroup: 2, Memory: machine, Limit: limit}
	unlisted := jvm.Container{Cgroup: 2, Memory: machine, Limit: limit, OwnLimit: limit, Unlisted: "cpuset memory"}
	for _, test := range []struct {
		name      string
		container jvm.Container
		versions  string
		options   string
		want      jvm.Bytes
	}{
		{"version 1, that of a group above ours too", v1, "1.8.0_191 1.8.0_504 11.0.13 17.0.3 21.0.13 25 26", "", limit},
		{"no control groups", v1, "1.8.0_181 9", "", machine},
		{"no container is wanted", v1, "1.8.0_504 26", "-XX:-UseContainerSupport", machine},
		{"version 2, our own alone", v2, "1.8.0_372 11.0.16 11.0.33 17.0.21 21.0.8", "", own},
		{"version 2, all", v2, "21.0.13 25 26", "", limit},
		{"version 2, unseen", v2, "1.8.0_362 11.0.15", "", machine},
		{"version 2, above ours alone", hidden, "1.8.0_504 17.0.21", "", machine},
		{"not in /proc/cgroups", unlisted, "1.8.0_504 17.0.7 21.0.8", "", machine},
		{"not in /proc/cgroups, and seen", unlisted, "11.0.33 17.0.21 21.0.13 25", "", limit},
		{"no limit", jvm.Container{Cgroup: 2, Memory: machine}, "17", "", machine},
		{"nothing is known", jvm.Container{}, "17", "", 0},
	} {
		for text := range strings.FieldsSeq(test.versions) {
			if got := jvm.VisibleMemory(version(t, text), test.container, oneOf(test.options)); got != test.want {
				t.Errorf("%s, Java %s: got %s, want %s", test.name, text, got, test.want)
			}
		}
	}
}

func TestDefaultCollector(t *testing.T) {
	for _, test := range []struct {
		version    string
		processors int
		memory     jvm.Bytes
		want       string
	}{
		{"1.8.0_504", 2, 1792 * jvm.MiB, jvm.ParallelCollector},
		{"1.8.0_504", 2, 1791 * jvm.MiB, jvm.SerialCollector},
		{"1.8.0_504", 1, jvm.GiB * 8, jvm.SerialCollector},
		{"11.0.33", 2, 1792 * jvm.MiB, jvm.G1Collector},
		{"26", 2, 1791 * jvm.MiB, jvm.SerialCollector},
		{"26", 1, 8 * jvm.GiB, jvm.SerialCollector},
		{"26", 0, 0, jvm.G1Collector},
		{"27", 1, 256 * jvm.MiB, jvm.G1Collector},
	} {
		if got := jvm.DefaultCollector(version(t, test.version), test.processors, test.memory); got != test.want {
			t.Errorf("Java %s with %d and %s: got %s, want %s", test.version, test.processors, test.memory, got, test.want)
		}
	}
}
