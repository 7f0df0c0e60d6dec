package host

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"
)

// TestLayouts finds the facts in what was recorded of real environments, a file
// of testdata each, whose comment says which and where it comes from. Beside the
// files of /proc and /sys there are in each:
//
//	env            the marks that the platform leaves in the environment
//	route          the way out: link type, our address, gateway
//	docker0        the address of that bridge, where it is visible
//	metadata.json  ECS_CONTAINER_METADATA_FILE
//	v4.json        what the task metadata endpoint answers, v4-task.json for /task
//	want           the facts, which UPDATE_LAYOUTS=1 writes anew, to be read again
//	want-endpoint  the facts without the metadata file, where there is an endpoint
func TestLayouts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no layouts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			layout := layoutOf(archive)
			query, out := layout.outside(t)
			layout.check(t, "want", file, archive, Look(t.Context(), query, out))
			if query.MetadataFile != "" && query.MetadataURI != "" {
				query.MetadataFile = ""
				layout.check(t, "want-endpoint", file, archive, Look(t.Context(), query, out))
			}
		})
	}
}

func (l layout) check(t *testing.T, name, file string, archive *txtar.Archive, facts Facts) {
	got := tellFacts(facts)
	if os.Getenv("UPDATE_LAYOUTS") != "" {
		l.update(t, name, file, archive, got)
	}
	if l[name] != got {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, l[name])
	}
}

// A layout is files by their names.
type layout map[string]string

func layoutOf(archive *txtar.Archive) layout {
	l := layout{}
	for _, file := range archive.Files {
		l[file.Name] = string(file.Data)
	}
	return l
}

// outside makes a host of the files, with the endpoint on loopback.
func (l layout) outside(t *testing.T) (Query, Outside) {
	env := map[string]string{}
	for line := range strings.Lines(l["env"]) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		env[name] = value
	}
	query := Query{
		HostIP: Given(env["HOST_IP"], "HOST_IP"), HostnameEnv: env["HOSTNAME"], ExecutionEnv: env["AWS_EXECUTION_ENV"],
		Kubernetes: env["KUBERNETES_SERVICE_HOST"] != "", DatadogSocket: "/var/run/datadog/dsd.socket",
		Pod: Pod{
			Given(env["POD_NAME"], "POD_NAME"), Given(env["POD_NAMESPACE"], "POD_NAMESPACE"), Given(env["NODE_NAME"], "NODE_NAME"),
		},
		IMDS: IMDS{Disabled: true}, Timeout: 10 * time.Second, NeedsLimits: true,
	}
	root := fstest.MapFS{}
	for name, text := range l {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if _, found := l["metadata.json"]; found {
		query.MetadataFile = "/metadata.json"
	}
	if _, found := l["v4.json"]; found {
		query.MetadataURI = l.endpoint(t)
	}
	fields := strings.Fields(l["route"])
	return query, Outside{
		Root: root, Now: time.Now, Dial: (&net.Dialer{}).DialContext,
		Hostname: func() (string, error) { return env["HOSTNAME"], nil },
		Routes:   table{docker0: strings.TrimSpace(l["docker0"]), route: Route{LinkType: fields[0], Source: netip.MustParseAddr(fields[1]), Gateway: netip.MustParseAddr(fields[2])}},
	}
}

func (l layout) endpoint(t *testing.T) string {
	endpoint := http.NewServeMux()
	endpoint.HandleFunc("GET /v4/id", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, l["v4.json"]) })
	endpoint.HandleFunc("GET /v4/id/task", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, l["v4-task.json"]) })
	server := httptest.NewServer(endpoint)
	t.Cleanup(server.Close)
	return server.URL + "/v4/id"
}

func (l layout) update(t *testing.T, name, file string, archive *txtar.Archive, got string) {
	l[name] = got
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			archive.Files = append(archive.Files[:i], archive.Files[i+1:]...)
			break
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got)})
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tellFacts writes those that are known, a line each.
func tellFacts(f Facts) string {
	var text strings.Builder
	tell(&text, "container id", f.ContainerID)
	tell(&text, "host", f.HostIP)
	tell(&text, "statsd", f.DatadogHost)
	fmt.Fprintf(&text, "network: %s\n", f.Network.Mode)
	tell(&text, "cluster", f.Task.Cluster)
	tell(&text, "task", f.Task.ARN)
	tell(&text, "task id", f.Task.ID)
	tell(&text, "family", f.Task.Family)
	tell(&text, "revision", f.Task.Revision)
	tell(&text, "container name", f.Task.ContainerName)
	tell(&text, "zone", f.Task.Zone)
	tell(&text, "launch type", f.Task.LaunchType)
	tell(&text, "pod", f.Pod.Name)
	tell(&text, "namespace", f.Pod.Namespace)
	tell(&text, "node", f.Pod.Node)
	tell(&text, "memory limit", f.Memory.Limit)
	if f.Memory.Limit.Known() && !f.Memory.IsOurs() {
		text.WriteString("... which is shared\n")
	}
	tell(&text, "memory reserved", f.Memory.Reservation)
	tell(&text, "machine's memory", f.Memory.Machine)
	tell(&text, "container's memory by ECS", f.Task.ContainerMemory)
	tell(&text, "task's memory by ECS", f.Task.TaskMemory)
	tell(&text, "left of it for us", f.Task.MemoryForUs)
	tell(&text, "CPU limit", f.CPU.Limit)
	tell(&text, "CPU shares", f.CPU.Shares)
	tell(&text, "processors we may run on", f.CPU.Set)
	tell(&text, "control groups of version", f.CPU.Cgroup)
	tell(&text, "not listed of them", f.CPU.Unlisted)
	tell(&text, "container's processors by ECS", f.Task.ContainerCPU)
	tell(&text, "task's processors by ECS", f.Task.TaskCPU)
	for _, sibling := range f.Task.Siblings {
		fmt.Fprintf(&text, "sibling: %s, %d bytes, %v processors\n", sibling.Name, sibling.Memory, sibling.CPU)
	}
	return text.String()
}

func tell[T comparable](to io.Writer, what string, f Fact[T]) {
	if f.Known() {
		fmt.Fprintf(to, "%s: %v (%s)\n", what, f.Value, f.Source)
	}
}
