package ecs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"jvm-entrypoint/fleet/jmx"
)

// Query says whose JMX ports are looked for. Names may be ARNs, too.
type Query struct {
	Cluster string // empty: default, as ECS has it
	Service string // empty: the whole cluster
	Task    string // the id of a single one
	// Container is its name in the task definition; empty: those that map the port,
	// or else have a JMXMP variable.
	Container string
	// Port is the container's; 0: what JMXMP_PORT is in the task definition, else 5555.
	Port uint16
}

// named tells whether somebody asked for less than all. A whole cluster's tasks
// have to do with JMX only where something of theirs says so.
func (q Query) named() bool { return q.Service+q.Task+q.Container != "" }

// Find tells where the JMX ports are, in the order of services and tasks. A task
// without an address says why. Where not everything could be asked there are both
// targets and an error; notes are for what the answer may be wrong in for want of it.
func Find(ctx context.Context, query Query) (targets []jmx.Target, notes []string, err error) {
	return find(ctx, query, nil)
}

func find(ctx context.Context, query Query, tune func(*aws.Config)) ([]jmx.Target, []string, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	client, err := connect(ctx, regionOf(query), tune)
	if err != nil {
		return nil, nil, err
	}
	scope := scope{cmp.Or(query.Cluster, "default"), lastOf(query.Service), query.Task, client.region}
	tasks, err := client.tasks(ctx, scope)
	if err != nil {
		return nil, nil, err
	}
	facts, failed := client.look(ctx, scope, tasks)
	var targets []jmx.Target
	for _, task := range tasks {
		targets = append(targets, facts.targets(task, query)...)
	}
	slices.SortFunc(targets, func(a, b jmx.Target) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Task, b.Task), cmp.Compare(a.Container, b.Container))
	})
	return targets, facts.notes, errors.Join(failed, client.gaps.error())
}

// scope is where to look, in ECS' own words.
type scope struct{ cluster, service, task, region string }

// regionOf is the one that an ARN names.
func regionOf(query Query) string {
	for _, arn := range []string{query.Cluster, query.Service, query.Task} {
		if parts := strings.Split(arn, ":"); len(parts) == 6 && parts[0] == "arn" {
			return parts[3]
		}
	}
	return ""
}

// tasks are those that a query means, without those that ended while we asked.
func (c *client) tasks(ctx context.Context, s scope) ([]types.Task, error) {
	if s.task != "" {
		found, err := c.describeTasks(ctx, s, []string{s.task})
		if err == nil && len(found) == 0 {
			err = c.gaps.error()
		}
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("task %s is not in cluster %s in %s (ECS forgets a task an hour after its end; --cluster and AWS_REGION say where to look)",
				shown(s.task), shown(s.cluster), s.region)
		}
		return found, err
	}
	arns, err := c.listTasks(ctx, s)
	if err != nil {
		return nil, err
	}
	found, err := c.describeTasks(ctx, s, arns)
	found = slices.DeleteFunc(found, func(t types.Task) bool { return hasEnded(t) })
	if err == nil && len(found) == 0 {
		err = c.gaps.error()
	}
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no task runs in cluster %s in %s", shown(s.cluster), s.region)
		if s.service != "" {
			err = fmt.Errorf("no task of service %s runs in cluster %s in %s", shown(s.service), shown(s.cluster), s.region)
		}
	}
	return found, err
}

// facts are what must be known beside the tasks themselves. What could not be
// asked is missing.
type facts struct {
	instances   map[string]instance   // by the ARN of the container instance
	definitions map[string]definition // by ARN
	notes       []string
}

// look asks about the machines that tasks run on and what they were made from. Only of the machines
// a failure is one: without the task definitions there are answers, with a note.
func (c *client) look(ctx context.Context, s scope, tasks []types.Task) (facts, error) {
	var hosts, made []string
	for _, task := range tasks {
		if interfaceOf(task) == nil { // its own address is told with the task
			hosts = append(hosts, aws.ToString(task.ContainerInstanceArn))
		}
		made = append(made, aws.ToString(task.TaskDefinitionArn))
	}
	var found facts
	var reading sync.WaitGroup
	reading.Go(func() { found.definitions, found.notes = c.definitions(ctx, distinct(made)) })
	var err error
	found.instances, err = c.instances(ctx, s, distinct(hosts))
	reading.Wait()
	if err == nil && ctx.Err() != nil { // some definitions are not read only for that
		err = inWords(ctx, "ecs:DescribeTaskDefinition", s, ctx.Err())
	}
	return found, err
}

// distinct are the values, each once and none empty.
func distinct(of []string) []string {
	slices.Sort(of)
	of = slices.Compact(of)
	return slices.DeleteFunc(of, func(value string) bool { return value == "" })
}

func lastOf(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
