// Package torture runs a service that uses all that it may in containers of
// several sizes, and tells how that ends.
package torture

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Profile is a service.
type Profile struct {
	Name                     string
	Threads, Classes, Direct int // direct memory in MiB
}

// The profiles. Large has 6,000 loaded classes with those of the JDK.
var (
	Large = Profile{"large", 100, 4_100, 32}
	Small = Profile{"small", 20, 500, 8}
)

// Cell is one run.
type Cell struct {
	Image   string // with the entrypoint
	Jar     string // of the profile
	Profile Profile
	Limit   int // of the container's memory, in MiB
	// Java are options of a bare java; nil: the entrypoint decides.
	Java    []string
	Seconds int
	Mode    string   // churn, or what the service takes without end: heap, metaspace, direct, threads
	Docker  []string // further options of docker run
}

// Result is how it ended.
type Result struct {
	Heap     int // that the JVM may use, in MiB; 0: it did not come to tell
	Peak     int // of what can't be reclaimed: anonymous and kernel memory, in MiB
	Killed   bool
	ExitCode int
	Gap      time.Duration // the longest without an answer
	Output   string
}

// Unfinished is the exit code of a service that had to be stopped long after it
// should have ended.
const Unfinished = -1

// IsWell tells whether the service came through and kept answering.
func (r Result) IsWell() bool { return !r.Killed && r.ExitCode == 0 && r.Gap < thrashing }

// thrashing is a gap that no collection explains.
const thrashing = 30 * time.Second

// Run runs a cell. It needs a Docker daemon whose containers' control groups and
// addresses are in sight.
func (c Cell) Run(ctx context.Context) (Result, error) {
	size := fmt.Sprintf("%dm", c.Limit)
	arguments := []string{"run", "--detach", "--memory", size, "--memory-swap", size, "--volume", c.Jar + ":/app/bin/service.jar:ro"}
	arguments = append(arguments, c.Docker...)
	if c.Java != nil {
		arguments = append(arguments, "--entrypoint", "java")
	} else {
		arguments = append(arguments, "--env", "HOST_IP=10.0.0.5")
	}
	arguments = append(arguments, c.Image)
	if c.Java != nil {
		arguments = append(arguments, append(c.Java, "-jar", "/app/bin/service.jar")...)
	}
	p := c.Profile
	arguments = append(arguments, strconv.Itoa(p.Threads), strconv.Itoa(p.Direct), strconv.Itoa(c.Seconds), c.Mode)
	id, err := docker(ctx, arguments...)
	if err != nil {
		return Result{}, err
	}
	defer docker(context.WithoutCancel(ctx), "rm", "--force", "--volumes", id)
	return watch(ctx, id, time.Duration(c.Seconds)*time.Second)
}

// watch looks at a container until it ends, or does not when it should.
func watch(ctx context.Context, id string, life time.Duration) (r Result, err error) {
	address, err := docker(ctx, "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", id)
	if err != nil {
		return r, err
	}
	polling, stop := context.WithCancel(ctx)
	gaps := make(chan time.Duration)
	go func() { gaps <- longestGap(polling, "http://"+address+":8080/") }()
	used := make(chan usage)
	go func() { used <- mostUsed(polling, id) }()
	deadline := time.Now().Add(4*life + time.Minute)
	for state := ""; !strings.HasPrefix(state, "false"); time.Sleep(300 * time.Millisecond) {
		if state, err = docker(ctx, "inspect", "--format", "{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}", id); err != nil {
			break
		}
		if time.Now().After(deadline) {
			r.ExitCode = Unfinished
			break
		}
		fmt.Sscanf(state, "false %d %t", &r.ExitCode, &r.Killed)
	}
	stop()
	r.Gap = <-gaps
	most := <-used
	r.Peak = most.peak
	r.Killed = r.Killed || most.kills > 0 || r.ExitCode == 137
	logs, _ := exec.CommandContext(ctx, "docker", "logs", id).CombinedOutput()
	r.Output = string(logs)
	for line := range strings.Lines(r.Output) {
		if _, rest, found := strings.Cut(line, " of "); found && strings.HasPrefix(line, "ready") {
			fmt.Sscanf(rest, "%d MiB", &r.Heap)
		}
	}
	return r, err
}

// longestGap asks again and again, and counts from the start until it is to end.
func longestGap(ctx context.Context, url string) (longest time.Duration) {
	last := time.Now()
	client := http.Client{Timeout: time.Minute}
	for ctx.Err() == nil {
		if request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil); err == nil {
			if answer, err := client.Do(request); err == nil {
				_, _ = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				longest = max(longest, time.Since(last))
				last = time.Now()
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
	return max(longest, time.Since(last))
}

// usage is what a control group tells of its memory.
type usage struct {
	peak  int // of what the kernel can't take back, in MiB
	kills int // of processes, by the kernel
}

// mostUsed looks at a container's control group until it is to end: often, as a
// peak is short, and so is the life of a group whose only process was killed.
func mostUsed(ctx context.Context, id string) (most usage) {
	for ctx.Err() == nil {
		now := usageOf(id)
		most.peak, most.kills = max(most.peak, now.peak), max(most.kills, now.kills)
		time.Sleep(20 * time.Millisecond)
	}
	return most
}

// usageOf is nothing where the kernel does not tell.
func usageOf(id string) (u usage) {
	for _, group := range []string{"memory/docker/" + id, "docker/" + id, "system.slice/docker-" + id + ".scope"} {
		folder := filepath.Join("/sys/fs/cgroup", group)
		bytes := 0
		for _, file := range []string{"memory.stat", "memory.oom_control", "memory.events"} {
			for key, value := range numbers(filepath.Join(folder, file)) {
				switch key {
				case "rss", "anon", "kernel":
					bytes += value
				case "oom_kill":
					u.kills += value
				}
			}
		}
		if text, err := os.ReadFile(filepath.Join(folder, "memory.kmem.usage_in_bytes")); err == nil {
			kernel, _ := strconv.Atoi(strings.TrimSpace(string(text)))
			bytes += kernel
		}
		u.peak = max(u.peak, bytes>>20)
	}
	return u
}

// numbers are the lines of a file that are a name and a number.
func numbers(file string) map[string]int {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	found := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var key string
		var value int
		if _, err := fmt.Sscan(line, &key, &value); err == nil {
			found[key] = value
		}
	}
	return found
}

// docker returns what it prints on stdout: beside a container's id it may complain
// on stderr, and go on.
func docker(ctx context.Context, arguments ...string) (string, error) {
	var said strings.Builder
	cmd := exec.CommandContext(ctx, "docker", arguments...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("docker %s: %w\n%s", arguments[0], err, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}
