package host

import (
	"context"
	"fmt"
	"sync"
)

// NotAskedError is why somebody who might know is not asked: there is no need,
// or it is not wanted. It is no failure.
type NotAskedError struct{ Whom, Why string }

func (e *NotAskedError) Error() string { return fmt.Sprintf("%s is not asked: %s", e.Whom, e.Why) }

// requests is who is asked over the network; each has the reason why not, and
// is asked where there is none.
type requests struct{ noIMDS, noECS error }

// requestsFor decides who has to be asked: nobody for what is known already.
func requestsFor(q Query, f Facts, file taskMetadata, id containerIDs) requests {
	return requests{whyNoIMDS(q, f.Network.Mode, file), whyNoECS(q, f.Memory, file, id)}
}

func whyNoIMDS(q Query, mode Mode, file taskMetadata) error {
	no := func(why string) error { return &NotAskedError{fromIMDS, why} }
	switch {
	case q.HostIP.Known():
		return no("the host's address is set by " + q.HostIP.Source)
	case file.hostIP != "":
		return no("the host's address is in the " + file.source)
	case mode == Fargate:
		return no("Fargate has none")
	case mode == Kubernetes:
		return no("on Kubernetes it is another's")
	case mode == None:
		return no("there is no network")
	case q.IMDS.Disabled:
		return no("AWS_EC2_METADATA_DISABLED is true")
	case q.Timeout <= 0:
		return no("ENTRYPOINT_HOST_IP_TIMEOUT is 0")
	}
	return q.IMDS.Err
}

func whyNoECS(q Query, memory Memory, file taskMetadata, id containerIDs) error {
	no := func(why string) error { return &NotAskedError{fromEndpoint, why} }
	switch {
	case q.MetadataURI == "":
		return no("ECS_CONTAINER_METADATA_URI_V4 is not set")
	case q.Timeout <= 0:
		return no("ENTRYPOINT_HOST_IP_TIMEOUT is 0")
	case file.isComplete() && id.isKnown() && (!q.NeedsLimits || memory.IsOurs()):
		return no("all that is needed is known")
	}
	return nil
}

// responses is what came over the network.
type responses struct {
	instance instance
	task     taskMetadata
}

// ask asks everybody at once, within the time that ctx gives all of them.
func (r requests) ask(ctx context.Context, q Query, known self, out Outside) responses {
	got := responses{unknownInstance(r.noIMDS), taskMetadata{err: r.noECS}}
	var all sync.WaitGroup
	if r.noIMDS == nil {
		all.Go(func() { got.instance = askIMDS(ctx, q, out) })
	}
	if r.noECS == nil {
		all.Go(func() { got.task = askECS(ctx, q, known, out) })
	}
	all.Wait()
	return got
}
