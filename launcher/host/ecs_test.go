package host

import (
	"strings"
	"testing"
)

func TestParseTaskFile(t *testing.T) {
	for _, test := range []struct{ name, text, ip, id string }{
		{"at the container's creation", `{"Cluster":"c","HostPrivateIPv4Address":"10.0.0.5"}`, "10.0.0.5", ""},
		{"ready", `{"HostPrivateIPv4Address":"10.0.0.5","ContainerID":"` + id + `","MetadataFileStatus":"READY"}`, "10.0.0.5", id},
		{"an id before it is ready is not trusted", `{"ContainerID":"` + id + `"}`, "", ""},
		{"half written", `{"HostPrivateIPv4Address":"10.0.`, "", ""},
		{"of another type", `{"HostPrivateIPv4Address":5}`, "", ""},
		{"one of another type, which spoils no other", `{"Cluster":{},"HostPrivateIPv4Address":"10.0.0.5"}`, "10.0.0.5", ""},
		{"an array", `[{"HostPrivateIPv4Address":"10.0.0.5"}]`, "", ""},
		{"no address", `{"HostPrivateIPv4Address":"$(reboot)","ContainerID":"../..","MetadataFileStatus":"READY"}`, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := parseTaskFile(test.text)
			if got.hostIP != test.ip || got.containerID != test.id {
				t.Errorf("got %q %q, want %q %q", got.hostIP, got.containerID, test.ip, test.id)
			}
		})
	}
}

// What a task's limit leaves to us depends on who of its containers we are.
func TestShare(t *testing.T) {
	containers := []ecsContainer{{Name: "web", DockerID: id}, {Name: "agent", Limits: ecsLimits{Memory: 256}}, {Name: "log", Limits: ecsLimits{Memory: 128}}, {Name: "pause", Type: "CNI_PAUSE"}}
	for _, test := range []struct {
		name     string
		us       self
		want     int64 // MiB of 1024
		siblings int
	}{
		{"known by our name", self{name: "web"}, 640, 2},
		{"known by our id", self{id: id}, 640, 2},
		{"the agent itself", self{name: "agent"}, 896, 2},
		{"nobody can say", self{}, 640, 0},
		{"nobody of them", self{name: "other"}, 640, 0},
	} {
		left, siblings := share(1<<30, containers, test.us)
		if left != test.want<<20 || len(siblings) != test.siblings {
			t.Errorf("%s: got %d MiB beside %v, want %d beside %d", test.name, left>>20, siblings, test.want, test.siblings)
		}
	}
}

// Names from outside get into command lines, and numbers into sizes.
func FuzzMetadata(f *testing.F) {
	f.Add(`{"Cluster":"c","TaskARN":"arn:aws:ecs:eu-west-1:1:task/c/1","Name":"web","DockerId":"`+id+`","Limits":{"CPU":0.25,"Memory":512},"Containers":[{"Name":"x","Limits":{"Memory":1}}]}`, false)
	f.Add(`{"HostPrivateIPv4Address":"10.0.0.5","MetadataFileStatus":"READY","ContainerID":"`+id+`"}`, true)
	f.Fuzz(func(t *testing.T, text string, isFile bool) {
		got := parseTaskFile(text)
		if !isFile {
			var container ecsContainer
			var task ecsTask
			_, _ = parseMetadata(text, &container), parseMetadata(text, &task)
			got = putTogether(container, task, self{})
		}
		for _, s := range []string{got.cluster, got.family, got.revision, got.containerName, got.zone, got.launchType} {
			if s != "" && (len(s) > 2048 || s[0] == '.' || strings.ContainsFunc(s, isNotOfName)) {
				t.Errorf("%q gets through", s)
			}
		}
		if got.arn != "" && (!strings.HasPrefix(got.arn, "arn:") || strings.Contains(got.arn, "/.") || strings.ContainsAny(got.arn, "\n $")) {
			t.Errorf("ARN %q", got.arn)
		}
		if got.containerID != "" && containerID(got.containerID) == "" {
			t.Errorf("id %q", got.containerID)
		}
		if got.taskMemory < 0 || got.containerMemory < 0 || got.forUs < 0 || got.forUs > got.taskMemory || !(got.taskCPU >= 0) || !(got.containerCPU >= 0) {
			t.Errorf("got %+v", got)
		}
	})
}
