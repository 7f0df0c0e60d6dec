package launcher

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// A factRow is a fact, known or not, under the names that people meet it by.
type factRow struct {
	name     string // in json
	label    string // in explain
	summary  string // in the line at the start; empty: not there
	unknown  string // in explain where it is not known; empty: "not known", where it is missed at all
	variable string // as a placeholder, and in java's environment where it is not set; empty: neither
	property string // as a system property; empty: none
	group    string // the default option that the property is part of
	always   bool   // it is missed where it is not known
	of       func(Facts) shownFact
}

// shownFact is a fact of any type, for showing.
type shownFact struct {
	value  any
	text   string
	source string
	took   time.Duration
	err    error
}

// factRows is the table of them, from which come properties, environment,
// placeholders, what the dry runs show, and the table in docs/host.md.
var factRows = []factRow{
	{name: "hostIP", label: "host", summary: "host", variable: "HOST_IP", property: "hostname", group: "hostname", always: true, of: textOf(func(f Facts) textFact { return f.HostIP })},
	{name: "datadogHost", label: "statsd host", summary: "statsd", variable: "DATADOG_HOST", property: "datadog.host", group: "datadog-host", always: true, of: textOf(func(f Facts) textFact { return f.DatadogHost })},
	{name: "datadogSocket", label: "statsd socket", summary: "statsd socket", of: textOf(func(f Facts) textFact { return f.DatadogSocket })},
	{name: "containerID", label: "container", summary: "container", variable: "CONTAINER_ID", property: "container.id", group: "container-id", always: true, of: textOf(func(f Facts) textFact { return f.ContainerID })},
	{name: "network", label: "network", of: networkMode},

	{name: "ecsCluster", label: "ECS cluster", variable: "ECS_CLUSTER", property: "ecs.cluster", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.Cluster })},
	{name: "ecsTaskARN", label: "ECS task", variable: "ECS_TASK_ARN", property: "ecs.task.arn", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.ARN })},
	{name: "ecsTaskID", label: "  id", summary: "task", variable: "ECS_TASK_ID", property: "ecs.task.id", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.ID })},
	{name: "ecsTaskFamily", label: "  family", variable: "ECS_TASK_FAMILY", property: "ecs.task.family", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.Family })},
	{name: "ecsTaskRevision", label: "  revision", variable: "ECS_TASK_REVISION", property: "ecs.task.revision", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.Revision })},
	{name: "ecsContainerName", label: "ECS container", variable: "ECS_CONTAINER_NAME", property: "ecs.container.name", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.ContainerName })},
	{name: "ecsAvailabilityZone", label: "ECS zone", variable: "ECS_AVAILABILITY_ZONE", property: "ecs.availability.zone", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.Zone })},
	{name: "ecsLaunchType", label: "ECS launch type", variable: "ECS_LAUNCH_TYPE", property: "ecs.launch.type", group: ecs, of: textOf(func(f Facts) textFact { return f.Task.LaunchType })},
	{name: "instanceID", label: "EC2 instance", summary: "instance", variable: "EC2_INSTANCE_ID", property: "ec2.instance.id", group: instanceID, of: textOf(func(f Facts) textFact { return f.InstanceID })},

	{name: "podName", label: "pod", summary: "pod", variable: "POD_NAME", property: "kubernetes.pod.name", group: kubernetes, of: textOf(func(f Facts) textFact { return f.Pod.Name })},
	{name: "podNamespace", label: "namespace", variable: "POD_NAMESPACE", property: "kubernetes.namespace", group: kubernetes, of: textOf(func(f Facts) textFact { return f.Pod.Namespace })},
	{name: "nodeName", label: "node", variable: "NODE_NAME", property: "kubernetes.node.name", group: kubernetes, of: textOf(func(f Facts) textFact { return f.Pod.Node })},

	{name: "memoryLimit", label: "memory limit", unknown: "none by the kernel", always: true, of: sizeOf(func(f Facts) countFact { return f.Memory.Limit })},
	{name: "memoryReservation", label: "  reserved", of: sizeOf(func(f Facts) countFact { return f.Memory.Reservation })},
	{name: "machineMemory", label: "  machine", of: sizeOf(func(f Facts) countFact { return f.Memory.Machine })},
	{name: "ecsContainerMemory", label: "  ECS container", of: sizeOf(func(f Facts) countFact { return f.Task.ContainerMemory })},
	{name: "ecsTaskMemory", label: "  ECS task", of: sizeOf(func(f Facts) countFact { return f.Task.TaskMemory })},
	{name: "ecsMemoryForUs", label: "  left of it", of: sizeOf(func(f Facts) countFact { return f.Task.MemoryForUs })},
	{name: "cpuLimit", label: "CPU limit", unknown: "none by the kernel", always: true, of: amountOf(func(f Facts) amountFact { return f.CPU.Limit })},
	{name: "cpuShares", label: "  shares", of: numberOf(func(f Facts) countFact { return f.CPU.Shares })},
	{name: "cpuSet", label: "  may run on", of: numberOf(func(f Facts) countFact { return f.CPU.Set })},
	{name: "machineCPUs", label: "  machine", of: numberOf(func(f Facts) countFact { return f.CPU.Machine })},
	{name: "cgroupVersion", label: "control groups", of: numberOf(func(f Facts) countFact { return f.CPU.Cgroup })},
	{name: "cgroupUnlisted", label: "  not listed", of: textOf(func(f Facts) textFact { return f.CPU.Unlisted })},
	{name: "ecsContainerCPU", label: "  ECS container", of: amountOf(func(f Facts) amountFact { return f.Task.ContainerCPU })},
	{name: "ecsTaskCPU", label: "  ECS task", of: amountOf(func(f Facts) amountFact { return f.Task.TaskCPU })},
}

// The default options that carry several facts.
const (
	ecs        = "ecs"
	kubernetes = "kubernetes"
	instanceID = "instance-id"
)

// The ways of showing a type of fact.
type (
	textFact   = host.Fact[string]
	countFact  = host.Fact[int64]
	amountFact = host.Fact[float64]
)

func textOf(of func(Facts) textFact) func(Facts) shownFact {
	return formatted(of, func(s string) string { return s })
}

func sizeOf(of func(Facts) countFact) func(Facts) shownFact {
	return formatted(of, func(n int64) string {
		if exact := jvm.Bytes(n); exact < 16*jvm.MiB {
			return exact.String()
		}
		return jvm.Bytes(n).WholeMiB().String()
	})
}

func numberOf(of func(Facts) countFact) func(Facts) shownFact {
	return formatted(of, func(n int64) string { return strconv.FormatInt(n, 10) })
}

func amountOf(of func(Facts) amountFact) func(Facts) shownFact {
	return formatted(of, func(n float64) string { return strconv.FormatFloat(n, 'g', 4, 64) })
}

func formatted[T comparable](of func(Facts) host.Fact[T], format func(T) string) func(Facts) shownFact {
	return func(f Facts) shownFact {
		fact := of(f)
		s := shownFact{source: fact.Source, took: fact.Took, err: fact.Err}
		if fact.Known() {
			s.value, s.text = fact.Value, format(fact.Value)
		}
		return s
	}
}

func networkMode(f Facts) shownFact {
	n := f.Network
	shown := shownFact{value: network(n), text: network(n), source: n.Source, took: n.Took, err: n.Err}
	if n.Mode == host.Unknown && n.Err == nil {
		shown.err = errors.New("neither a Docker bridge nor host networking")
	}
	return shown
}

// properties are the system properties of a default option's facts.
func properties(group string) func(inputs) [][]string {
	return func(in inputs) [][]string {
		var words [][]string
		for _, row := range factRows {
			if row.group != group {
				continue
			}
			if fact := row.of(in.Facts); fact.text != "" {
				words = append(words, []string{"-D" + row.property + "=" + fact.text})
			}
		}
		return words
	}
}

// FactsTable is the table of facts for docs/host.md: the names in json, in
// options and in the environment, and as a system property.
func FactsTable() string {
	text := "| fact | in options and environment | property |\n|---|---|---|\n"
	quoted := func(before, name string) string {
		if name == "" {
			return ""
		}
		return "`" + before + name + "`"
	}
	for _, row := range factRows {
		text += fmt.Sprintf("| %s | %s | %s |\n", quoted("", row.name), quoted("", row.variable), quoted("-D", row.property))
	}
	return text
}
