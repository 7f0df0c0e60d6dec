package launcher

import (
	"slices"
	"strconv"
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// processors is the default option that tells a JVM how many there are, where
// its version is known to count wrong.
const processors = "processors"

func processorCount(in inputs) [][]string {
	told := jvm.ProcessorsToTell(in.Version, in.container())
	if told.Count == 0 {
		return nil
	}
	return [][]string{{"-XX:ActiveProcessorCount=" + strconv.Itoa(told.Count)}}
}

// container is what the JVM can find out about where it runs.
func (in inputs) container() jvm.Container {
	cpu, memory, platform := in.CPU, in.Memory, in.Platform
	return jvm.Container{
		Cgroup: int(cpu.Cgroup.Value), Unlisted: cpu.Unlisted.Value,
		IsECS:   platform.MetadataURI != "" || strings.HasPrefix(platform.ExecutionEnv, "AWS_ECS_"),
		Machine: int(cpu.Machine.Value), Set: int(cpu.Set.Value),
		Quota: cpu.Limit.Value, OwnQuota: cpu.Own.Value, Shares: cpu.Shares.Value,
		Memory: jvm.Bytes(memory.Machine.Value), Limit: jvm.Bytes(memory.Limit.Value), OwnLimit: jvm.Bytes(memory.Own.Value),
	}
}

// processors is how many of them java will believe in, of all the options that
// it gets.
func (in inputs) processors() jvm.Processors {
	believed := jvm.ActiveProcessors(in.Version, in.container(), in.final)
	isOurs := func(o jvm.Option) bool { return o.Source == ofDefault+processors }
	if slices.ContainsFunc(in.final, isOurs) {
		believed.Reason += "; " + jvm.ProcessorsToTell(in.Version, in.container()).Reason
	}
	return believed
}
