package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Cloud is what an account has in one region. Its fields are set before it is
// served; afterwards Change changes them.
type Cloud struct {
	Account, Region string
	Clusters        map[string]*Cluster // by name
	Definitions     map[string]TaskDefinition
	Machines        map[string]Machine // EC2 instances by id
	// Denied are the IAM actions that the caller has no permission for.
	Denied map[string]bool
	// Expired says that the caller's session is over.
	Expired bool
	// Limits are the rates at which calls are answered, by IAM action; nil: no limit.
	Limits map[string]*Limit
	// Fault is asked before each answer, on its own goroutine, for what goes wrong in its place. It may call Change.
	Fault func(Call) Fault

	mutex sync.Mutex
	calls []Call
}

// Cluster is one of ECS.
type Cluster struct {
	Services  map[string]bool // by name
	Tasks     map[string]Task // by ARN
	Instances map[string]ContainerInstance
}

// Machine is an EC2 instance.
type Machine struct {
	ID, State  string // running, terminated, ...
	IPv4, IPv6 string
	TaskIPv6   string // of the interface of an awsvpc task on it, which is attached to it as well
	Hidden     bool   // managed by AWS, and told only where the call asks for such
}

// Call is one that was made, as it came.
type Call struct {
	Number int    // from 1
	Action string // as IAM calls it: ecs:ListTasks
	Size   int    // how many ids it asks for
}

// New is an empty account with one cluster, named default.
func New() *Cloud {
	c := &Cloud{
		Account: "111122223333", Region: "eu-central-1", Clusters: map[string]*Cluster{},
		Definitions: map[string]TaskDefinition{}, Machines: map[string]Machine{}, Denied: map[string]bool{},
	}
	c.AddCluster("default")
	return c
}

// AddCluster makes an empty one.
func (c *Cloud) AddCluster(name string) *Cluster {
	made := &Cluster{Services: map[string]bool{}, Tasks: map[string]Task{}, Instances: map[string]ContainerInstance{}}
	c.Clusters[name] = made
	return made
}

// ARN names a thing of ECS in this account.
func (c *Cloud) ARN(kind, id string) string {
	return fmt.Sprintf("arn:aws:ecs:%s:%s:%s/%s", c.Region, c.Account, kind, id)
}

// Change changes what the cloud holds while it is served.
func (c *Cloud) Change(change func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	change()
}

// Calls are all that were made so far, those that were refused or failed too.
func (c *Cloud) Calls() []Call {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.Clone(c.calls)
}

// Counts are how many calls were made of each action.
func (c *Cloud) Counts() map[string]int {
	counts := map[string]int{}
	for _, call := range c.Calls() {
		counts[call.Action]++
	}
	return counts
}

// noted counts a call and tells which it is.
func (c *Cloud) noted(action string, size int) Call {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	call := Call{Number: len(c.calls) + 1, Action: action, Size: size}
	c.calls = append(c.calls, call)
	return call
}

// inOrder gives a map's keys as pages list them: the same in each call.
func inOrder[K cmp.Ordered, V any](of map[K]V) []K { return slices.Sorted(maps.Keys(of)) }
