package host

import (
	"errors"
	"fmt"
	"path"
	"time"
)

// Task is the ECS task that the container is one of.
type Task struct {
	Cluster, ARN, ID, Family, Revision Fact[string]
	ContainerName, Zone, LaunchType    Fact[string]
	// What was agreed for this container and for its whole task: bytes, and
	// processors, of which one is 1024 of ECS's units.
	ContainerMemory, TaskMemory Fact[int64]
	ContainerCPU, TaskCPU       Fact[float64]
	// MemoryForUs is what the task's limit leaves to this container, in bytes:
	// the limit without what was agreed for the others.
	MemoryForUs Fact[int64]
	Siblings    []Sibling // the task's other containers
	// Err is why the file or the endpoint, where it had to be asked, did not tell
	// what is needed.
	Err error
}

// Sibling is another container of the task, with what was agreed for it; 0
// where nothing was.
type Sibling struct {
	Name   string
	Memory int64   // bytes
	CPU    float64 // processors
}

// taskMetadata is what one source tells: ECS's file, or its endpoint. Each knows a part.
type taskMetadata struct {
	source string
	took   time.Duration
	// containerTook is for what the endpoint tells of the container.
	containerTook time.Duration
	err           error // why it tells nothing, or not all

	cluster, arn, family, revision     string
	containerName, zone, launchType    string
	containerID, hostIP, networkMode   string
	containerMemory, taskMemory, forUs int64
	containerCPU, taskCPU              float64
	siblings                           []Sibling
}

// factOf gives one thing of what a source tells as a fact.
func factOf[T comparable](t taskMetadata, value T) Fact[T] {
	f := Fact[T]{Value: value, Source: t.source, Took: t.took}
	if f.Known() {
		return f
	}
	f.Source, f.Err = "", t.err
	if f.Err == nil && t.source != "" {
		f.Err = fmt.Errorf("nothing usable in the %s", t.source)
	}
	return f
}

// ofContainer is the part that the endpoint tells of the container.
func (t taskMetadata) ofContainer() taskMetadata {
	t.took = t.containerTook
	return t
}

// isComplete tells whether the task's identity needs no other source. The
// launch type the environment tells too.
func (t taskMetadata) isComplete() bool {
	for _, text := range []string{t.cluster, t.arn, t.family, t.revision, t.containerName, t.zone} {
		if text == "" {
			return false
		}
	}
	return true
}

// launchTypes are what AWS_EXECUTION_ENV says where the endpoint is not asked, as
// the ECS agent sets it; on ECS Anywhere it is not set.
var launchTypes = map[string]string{
	"AWS_ECS_EC2": "EC2", "AWS_ECS_FARGATE": "FARGATE",
	"AWS_ECS_MANAGED_INSTANCES": "MANAGED_INSTANCES",
}

// newTask puts together what the file and the endpoint tell.
func newTask(q Query, file, endpoint taskMetadata) Task {
	failed := endpoint.err
	var notAsked *NotAskedError
	if errors.As(failed, &notAsked) {
		failed = nil
	}
	if q.MetadataFile == "" && q.MetadataURI == "" {
		why := errors.New("neither ECS_CONTAINER_METADATA_FILE nor ECS_CONTAINER_METADATA_URI_V4 is set")
		file.err, endpoint.err = why, why
	}
	ofContainer := endpoint.ofContainer()
	t := Task{
		Cluster:       firstKnown(factOf(file, file.cluster), factOf(endpoint, endpoint.cluster)),
		ARN:           firstKnown(factOf(file, file.arn), factOf(endpoint, endpoint.arn)),
		Family:        firstKnown(factOf(file, file.family), factOf(endpoint, endpoint.family)),
		Revision:      firstKnown(factOf(file, file.revision), factOf(endpoint, endpoint.revision)),
		ContainerName: firstKnown(factOf(file, file.containerName), factOf(ofContainer, endpoint.containerName)),
		Zone:          firstKnown(factOf(file, file.zone), factOf(endpoint, endpoint.zone)),
		LaunchType:    firstKnown(factOf(endpoint, endpoint.launchType), Given(launchTypes[q.ExecutionEnv], "AWS_EXECUTION_ENV")),

		ContainerMemory: factOf(ofContainer, endpoint.containerMemory), TaskMemory: factOf(endpoint, endpoint.taskMemory),
		ContainerCPU: factOf(ofContainer, endpoint.containerCPU), TaskCPU: factOf(endpoint, endpoint.taskCPU),
		MemoryForUs: factOf(endpoint, endpoint.forUs),
		Siblings:    endpoint.siblings,
		Err:         failed,
	}
	if t.ID = t.ARN; t.ARN.Known() {
		t.ID.Value = path.Base(t.ARN.Value)
	} else if q.MetadataFile != "" {
		t.Err = both(file.err, failed)
	}
	return t
}
