package host

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	fromTaskFile = "ECS metadata file"
	fromEndpoint = "ECS metadata"
)

// metadataMost bounds an answer of ECS, in bytes. That for a task has a few
// thousand for each of its containers, of which there are ten at most.
const (
	metadataMost   = 256 << 10
	containersMost = 32
)

// readTaskFile reads ECS_CONTAINER_METADATA_FILE. The agent replaces it by
// rename, with the host's address from the start and the container's id later;
// it is never waited for.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-metadata.html
func readTaskFile(name string, out Outside) taskMetadata {
	if name == "" {
		return taskMetadata{}
	}
	began := out.Now()
	text, err := ReadText(out.Root, name, metadataMost)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err // the path is long, and the same for all
		}
		return taskMetadata{err: fmt.Errorf("%s: %w", fromTaskFile, err), took: out.Now().Sub(began)}
	}
	t := parseTaskFile(text)
	t.took = out.Now().Sub(began)
	return t
}

func parseTaskFile(text string) taskMetadata {
	var file struct {
		Cluster, TaskARN, TaskDefinitionFamily, TaskDefinitionRevision string
		ContainerName, ContainerID, MetadataFileStatus                 string
		AvailabilityZone, HostPrivateIPv4Address                       string
	}
	if err := parseMetadata(text, &file); err != nil {
		return taskMetadata{err: fmt.Errorf("%s: %w", fromTaskFile, err)}
	}
	t := taskMetadata{
		source: fromTaskFile, cluster: clusterName(file.Cluster), arn: taskARN(file.TaskARN),
		family: name(file.TaskDefinitionFamily), revision: name(file.TaskDefinitionRevision),
		containerName: name(file.ContainerName), zone: name(file.AvailabilityZone),
	}
	if ip, ok := hostAddress(file.HostPrivateIPv4Address); ok {
		t.hostIP = ip.String()
	}
	if file.MetadataFileStatus == "READY" {
		t.containerID = containerID(file.ContainerID)
	}
	return t
}

// askECS asks the task metadata endpoint, version 4, for the container and for
// its task, both at once.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
func askECS(ctx context.Context, q Query, known self, out Outside) taskMetadata {
	began := out.Now()
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	client := newClient(newTransport(q.Timeout, metadataMost+1, out.Dial, giveUp))
	if !isEndpoint(q.MetadataURI) {
		return taskMetadata{err: errors.New("ECS_CONTAINER_METADATA_URI_V4 is no address (it begins with http://)")}
	}
	uri := strings.TrimSuffix(q.MetadataURI, "/")
	var container ecsContainer
	var task ecsTask
	var containerErr, taskErr error
	var containerTook, took time.Duration
	var all sync.WaitGroup
	all.Go(func() {
		containerErr = getMetadata(ctx, client, uri, &container)
		containerTook = out.Now().Sub(began)
	})
	all.Go(func() {
		taskErr = getMetadata(ctx, client, uri+"/task", &task)
		took = out.Now().Sub(began)
	})
	all.Wait()
	t := putTogether(container, task, known)
	t.took, t.containerTook = took, containerTook
	if err := bothAnswers(containerErr, taskErr); err != nil {
		t.err = fmt.Errorf("%s: %w", fromEndpoint, err)
	}
	if containerErr == nil || taskErr == nil {
		t.source = fromEndpoint
	}
	return t
}

// bothAnswers tells which of the two went wrong, where the other did not, or
// went wrong in another way.
func bothAnswers(container, task error) error {
	if container != nil && task != nil && container.Error() == task.Error() {
		return container
	}
	if container != nil {
		container = fmt.Errorf("container: %w", container)
	}
	if task != nil {
		task = fmt.Errorf("task: %w", task)
	}
	return both(container, task)
}

// The agent may not know a container yet that has just begun, and it answers
// only so often in a second: such answers are asked for again, after a while.
const (
	tries      = 3
	tryAgainIn = 40 * time.Millisecond
)

// getMetadata asks until there is an answer; its error is short.
func getMetadata(ctx context.Context, client *http.Client, uri string, into any) error {
	for try := 1; ; try++ {
		text, status, err := get(ctx, client, uri)
		switch {
		case err != nil:
			return err
		case status == http.StatusOK:
			return parseMetadata(text, into)
		}
		mayPass := status == http.StatusNotFound || status == http.StatusTooManyRequests || status >= 500
		if !mayPass || try == tries {
			return fmt.Errorf("HTTP status %d", status)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("HTTP status %d", status)
		case <-time.After(tryAgainIn):
		}
	}
}

func get(ctx context.Context, client *http.Client, uri string) (text string, status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return "", 0, err
	}
	request.Close = true // what else may come on this connection answers nothing
	response, err := client.Do(request)
	if err != nil {
		return "", 0, shortCause(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", 0, shortCause(ctx, err)
	}
	if len(body) > metadataMost {
		return "", 0, errTooLong
	}
	return string(body), response.StatusCode, nil
}

// parseMetadata reads an object. A field of another type than is expected
// counts as absent, whatever the others say.
func parseMetadata(text string, into any) error {
	err := json.Unmarshal([]byte(text), into)
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) && wrongType.Field != "" {
		return nil
	}
	if err != nil || strings.TrimSpace(text) == "null" { // which any type takes
		return errors.New("not the JSON that it should be")
	}
	return nil
}

// The answers of the endpoint, as far as they are of use.
type (
	ecsContainer struct {
		DockerID string `json:"DockerId"`
		Name     string
		Type     string
		Labels   struct {
			Cluster  string `json:"com.amazonaws.ecs.cluster"`
			TaskARN  string `json:"com.amazonaws.ecs.task-arn"`
			Family   string `json:"com.amazonaws.ecs.task-definition-family"`
			Revision string `json:"com.amazonaws.ecs.task-definition-version"`
		}
		Limits   ecsLimits
		Networks []struct{ NetworkMode string }
	}
	ecsTask struct {
		Cluster, TaskARN, Family, Revision string
		AvailabilityZone, LaunchType       string
		Limits                             ecsLimits
		Containers                         ecsContainers
	}
	// ecsContainers holds no more of them than there can be: a small text may
	// tell of very many, which would take very much memory.
	ecsContainers []ecsContainer
	// ecsLimits has MiB, and units of CPU for a container, processors for a task.
	ecsLimits struct{ CPU, Memory float64 }
)

// UnmarshalJSON reads the first of them. One that is of another type counts as
// absent.
func (c *ecsContainers) UnmarshalJSON(text []byte) error {
	list := json.NewDecoder(bytes.NewReader(text))
	if begin, err := list.Token(); err != nil || begin != json.Delim('[') {
		return nil
	}
	for n := 0; n < containersMost && list.More(); n++ {
		var one ecsContainer
		if err := list.Decode(&one); err == nil {
			*c = append(*c, one)
		}
	}
	return nil
}

// self is by what we can be known among the containers of a task.
type self struct{ name, id string }

// putTogether puts the two answers together, either of which may be missing.
func putTogether(container ecsContainer, task ecsTask, known self) taskMetadata {
	labels := container.Labels
	t := taskMetadata{
		cluster:       clusterName(task.Cluster, labels.Cluster),
		arn:           taskARN(task.TaskARN, labels.TaskARN),
		family:        name(task.Family, labels.Family),
		revision:      name(task.Revision, labels.Revision),
		containerName: name(container.Name),
		zone:          name(task.AvailabilityZone), launchType: name(task.LaunchType),
		containerID:     containerID(container.DockerID),
		containerMemory: mebibytes(container.Limits.Memory), containerCPU: units(container.Limits.CPU),
		taskMemory: mebibytes(task.Limits.Memory), taskCPU: processors(task.Limits.CPU),
	}
	if len(container.Networks) > 0 {
		t.networkMode = container.Networks[0].NetworkMode
	}
	known = self{cmp.Or(container.Name, known.name), cmp.Or(container.DockerID, known.id)}
	t.forUs, t.siblings = share(t.taskMemory, task.Containers, known)
	return t
}

// share tells the other containers, and what the task's memory leaves to us,
// where nothing else does: the limit less what was agreed for them. Where
// nobody can say which is ours, it is the one that is left the least.
func share(memory int64, containers []ecsContainer, known self) (forUs int64, siblings []Sibling) {
	isOurs := func(c ecsContainer) bool {
		return c.Name != "" && c.Name == known.name || c.DockerID != "" && c.DockerID == known.id
	}
	ours := slices.ContainsFunc(containers, isOurs)
	least := int64(math.MaxInt64)
	for _, c := range containers {
		// ECS's own, such as that which holds the network, has another type.
		if isOurs(c) || c.Type != "" && c.Type != "NORMAL" {
			continue
		}
		s := Sibling{name(c.Name), mebibytes(c.Limits.Memory), units(c.Limits.CPU)}
		memory = max(memory-s.Memory, 0)
		least = min(least, s.Memory)
		siblings = append(siblings, s)
	}
	if !ours && len(siblings) > 0 {
		return memory + least, nil
	}
	return memory, siblings
}

// mebibytes are MiB as bytes; 0 for what can't be meant.
func mebibytes(n float64) int64 {
	const most = 1 << 30 // a PiB
	if !(n >= 1 && n <= most) {
		return 0
	}
	return int64(n) << 20
}

// units are ECS's as processors. No less than 2 are given where nothing was
// agreed: what the kernel takes for shares.
func units(n float64) float64 {
	if n <= 2 {
		return 0
	}
	return processors(n / 1024)
}

// processors is a number of them; 0 for what can't be meant.
func processors(n float64) float64 {
	if !(n > 0 && n <= 1<<16) {
		return 0
	}
	return n
}

// name is the first of texts that AWS would call a thing: it gets into command
// lines, log lines and, by placeholders, into paths.
func name(texts ...string) string { return first(texts, isName) }

// taskARN is the first of texts that names a task.
func taskARN(texts ...string) string {
	return first(texts, func(text string) bool { return isARN(text, "task") })
}

// clusterName is the first of texts that names a cluster, without what an ARN
// has before it: on Fargate a cluster has an ARN, on EC2 a name.
func clusterName(texts ...string) string {
	whole := first(texts, func(text string) bool { return isName(text) || isARN(text, "cluster") })
	return whole[strings.LastIndexByte(whole, '/')+1:]
}

func first(texts []string, is func(string) bool) string {
	if i := slices.IndexFunc(texts, is); i >= 0 {
		return texts[i]
	}
	return ""
}

// isARN tells whether a text is arn:PARTITION:ecs:REGION:ACCOUNT:KIND/NAME; a
// task's cluster may stand before its name.
func isARN(text, kind string) bool {
	parts := strings.Split(text, ":")
	if len(text) > nameMost || len(parts) != 6 || parts[0] != "arn" || parts[2] != "ecs" {
		return false
	}
	is, names, _ := strings.Cut(parts[5], "/")
	isWrong := func(part string) bool { return part != "" && !isName(part) } // a local stand-in has no region
	return is == kind && !slices.ContainsFunc(parts[:5], isWrong) && !slices.ContainsFunc(strings.Split(names, "/"), isNoName)
}

// nameMost bounds a name, in bytes; AWS gives those of people 255.
const nameMost = 2048

func isNoName(text string) bool { return !isName(text) }

func isName(text string) bool {
	return text != "" && len(text) <= nameMost && text[0] != '.' && text[0] != '-' && !strings.ContainsFunc(text, isNotOfName)
}

func isNotOfName(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_.", r))
}
