package ecs

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"golang.org/x/sync/errgroup"
)

const (
	// perCall is how many ids ECS takes in a call and gives on a page.
	perCall = 100
	// mostTasks is where a cluster's list ends that has no end.
	mostTasks = 100_000
	// mostDefinitions is how many task definitions are read for their words.
	mostDefinitions = 500
)

// listTasks lists those that are to run.
func (c *client) listTasks(ctx context.Context, s scope) ([]string, error) {
	input := &ecs.ListTasksInput{Cluster: &s.cluster, DesiredStatus: types.DesiredStatusRunning, MaxResults: aws.Int32(perCall)}
	if s.service != "" {
		input.ServiceName = &s.service
	}
	var arns []string
	more := ""
	pages := ecs.NewListTasksPaginator(c.ecs, input, func(o *ecs.ListTasksPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() && len(arns) < mostTasks {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, inWords(ctx, "ecs:ListTasks", s, err)
		}
		arns = append(arns, page.TaskArns...)
		more = aws.ToString(page.NextToken)
	}
	if more != "" { // cut here, or the same page again and again
		c.gaps.add("ecs:ListTasks", fmt.Sprintf("the list goes on after %d tasks", len(arns)))
	}
	return arns, nil
}

// describeTasks tells of those that are still known.
func (c *client) describeTasks(ctx context.Context, s scope, arns []string) ([]types.Task, error) {
	return inBatches(ctx, arns, perCall, func(ctx context.Context, batch []string) ([]types.Task, error) {
		out, err := c.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &s.cluster, Tasks: batch})
		if err != nil {
			return nil, inWords(ctx, "ecs:DescribeTasks", s, err)
		}
		c.gaps.failures("ecs:DescribeTasks", out.Failures)
		return out.Tasks, nil
	})
}

// describeContainerInstances tells of those that are still known.
func (c *client) describeContainerInstances(ctx context.Context, s scope, arns []string) ([]types.ContainerInstance, error) {
	return inBatches(ctx, arns, perCall, func(ctx context.Context, batch []string) ([]types.ContainerInstance, error) {
		out, err := c.ecs.DescribeContainerInstances(ctx, &ecs.DescribeContainerInstancesInput{Cluster: &s.cluster, ContainerInstances: batch})
		if err != nil {
			return nil, inWords(ctx, "ecs:DescribeContainerInstances", s, err)
		}
		c.gaps.failures("ecs:DescribeContainerInstances", out.Failures)
		return out.ContainerInstances, nil
	})
}

// definitions are those that could be read, and in a few words why others could not.
func (c *client) definitions(ctx context.Context, arns []string) (read map[string]definition, notes []string) {
	read = map[string]definition{}
	if len(arns) > mostDefinitions {
		notes = append(notes, fmt.Sprintf("of %d task definitions only %d are read (ask for less by --service or --task)", len(arns), mostDefinitions))
		arns = arns[:mostDefinitions]
	}
	var mutex sync.Mutex
	var failed error
	_, _ = inBatches(ctx, arns, 1, func(ctx context.Context, one []string) ([]struct{}, error) {
		out, err := c.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: &one[0]})
		mutex.Lock()
		defer mutex.Unlock()
		switch {
		case err == nil:
			read[one[0]] = definitionOf(out.TaskDefinition)
			return nil, nil
		case failed == nil:
			failed = inWords(ctx, "ecs:DescribeTaskDefinition", scope{}, err)
		}
		if !isDenied(err) {
			return nil, nil // one that can't be read says nothing about the others
		}
		return nil, failed
	})
	if ctx.Err() == nil && failed != nil {
		notes = append(notes, fmt.Sprintf("%v; without it ports are taken for 5555, and networks and JMXMP=off in %d of %d task definitions are not known", failed, len(arns)-len(read), len(arns)))
	}
	return read, notes
}

// inBatches asks about a few at a time, with some calls under way at once, and
// ends at the first that fails. The answers keep the order.
func inBatches[Answer any](ctx context.Context, all []string, size int, ask func(context.Context, []string) ([]Answer, error)) ([]Answer, error) {
	batches := slices.Collect(slices.Chunk(all, size))
	answers := make([][]Answer, len(batches))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, batch := range batches {
		group.Go(func() (err error) {
			if ctx.Err() != nil {
				// Where another call has failed, that is what is told.
				return inWords(ctx, "AWS", scope{}, ctx.Err())
			}
			answers[i], err = ask(ctx, batch)
			return err
		})
	}
	err := group.Wait()
	return slices.Concat(answers...), err
}
