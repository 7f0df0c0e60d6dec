package launcher

import (
	"testing"

	"jvm-entrypoint/launcher/host"
)

// What bounds the memory, of what the kernel and ECS say, in MiB; 0 where one
// says nothing.
func TestMemoryLimit(t *testing.T) {
	type says struct{ kernel, own, machine, container, task, forUs int64 }
	for _, test := range []struct {
		name   string
		says   says
		want   int64
		source string
	}{
		{"nobody says anything", says{machine: 4096}, 0, ""},
		{"a limit of our own", says{kernel: 512, own: 512, machine: 4096, task: 1024, forUs: 256}, 512, "kernel"},
		{"one of our own that is the task's, too", says{kernel: 512, own: 512, machine: 4096, task: 512, forUs: 400}, 512, "kernel"},
		{"the task's, shared", says{kernel: 512, machine: 4096, task: 512, forUs: 400}, 400, "ECS: the task's 512m less 112m for its other containers"},
		{"the task's below our own, shared", says{kernel: 512, own: 768, machine: 4096, task: 512, forUs: 400}, 400, "ECS: the task's 512m less 112m for its other containers"},
		{"the task's, ours alone", says{kernel: 512, machine: 4096, task: 512, forUs: 512}, 512, "kernel"},
		{"shared, and ECS is silent", says{kernel: 512, machine: 4096}, 512, "kernel"},
		{"shared, and less than ECS leaves us", says{kernel: 300, machine: 4096, task: 512, forUs: 400}, 300, "kernel"},
		{"the others want more than there is", says{kernel: 512, machine: 4096, task: 512, forUs: 1}, 512, "kernel"},
		{"the kernel hides the task's", says{machine: 4096, task: 512, forUs: 400}, 400, "ECS: the task's 512m less 112m for its other containers"},
		{"ECS says more than the machine has", says{machine: 256, task: 512, forUs: 400}, 0, ""},
		{"the container's by ECS", says{machine: 4096, container: 300, task: 512, forUs: 400}, 300, "ECS: the container's"},
	} {
		t.Run(test.name, func(t *testing.T) {
			size := func(mebibytes int64, source string) host.Fact[int64] {
				return host.Fact[int64]{Value: mebibytes << 20, Source: source}
			}
			s := test.says
			got := Facts{Facts: host.Facts{
				Memory: host.Memory{Limit: size(s.kernel, "kernel"), Own: size(s.own, "kernel"), Machine: size(s.machine, "kernel")},
				Task:   host.Task{ContainerMemory: size(s.container, "ECS"), TaskMemory: size(s.task, "ECS"), MemoryForUs: size(s.forUs, "ECS")},
			}}.memoryLimit()
			if got.Value != test.want<<20 || got.Known() && got.Source != test.source {
				t.Errorf("got %d MiB by %q, want %d by %q", got.Value>>20, got.Source, test.want, test.source)
			}
		})
	}
}
