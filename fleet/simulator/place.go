package simulator

import (
	"fmt"
	"strings"
)

// Serve makes a service in a cluster.
func (c *Cloud) Serve(cluster, service string) { c.Clusters[cluster].Services[service] = true }

// AddMachine makes an EC2 instance that a cluster places tasks on. It gives the
// ARN of the container instance.
func (c *Cloud) AddMachine(cluster string, number int) string {
	id := fmt.Sprintf("i-%017x", number)
	c.Machines[id] = Machine{ID: id, State: "running", IPv4: fmt.Sprintf("10.0.%d.%d", number>>8&255, number&255)}
	return c.AddInstance(cluster, id)
}

// AddInstance makes a container instance of a machine that there is, or isn't.
func (c *Cloud) AddInstance(cluster, machine string) string {
	arn := c.ARN("container-instance", fmt.Sprintf("%s/%032x", cluster, len(c.Clusters[cluster].Instances)+1))
	c.Clusters[cluster].Instances[arn] = ContainerInstance{ContainerInstanceARN: arn, EC2InstanceID: machine, Status: "ACTIVE", AgentConnected: true}
	return arn
}

// Define makes a task definition and gives its ARN.
func (c *Cloud) Define(family, networkMode string, containers ...ContainerDefinition) string {
	arn := c.ARN("task-definition", family+":1")
	some(&containers)
	for i := range containers {
		some(&containers[i].PortMappings)
		some(&containers[i].Environment)
	}
	c.Definitions[arn] = TaskDefinition{
		TaskDefinitionARN: arn, Family: family, Revision: 1, NetworkMode: networkMode, ContainerDefinitions: containers,
	}
	return arn
}

// Run places a task of a cluster, and completes what isn't said about it: it runs,
// and so do its containers.
func (c *Cloud) Run(cluster string, number int, task Task) Task {
	id := fmt.Sprintf("%032x", number)
	task.TaskARN, task.ClusterARN = c.ARN("task", cluster+"/"+id), c.ARN("cluster", cluster)
	or(&task.LastStatus, "RUNNING")
	or(&task.DesiredStatus, "RUNNING")
	or(&task.LaunchType, "EC2")
	or(&task.Group, "family:"+strings.TrimSuffix(last(task.TaskDefinitionARN), ":1"))
	some(&task.Containers)
	some(&task.Attachments)
	some(&task.Overrides.ContainerOverrides)
	for i := range task.Containers {
		some(&task.Containers[i].NetworkBindings)
		some(&task.Containers[i].NetworkInterfaces)
		or(&task.Containers[i].LastStatus, "RUNNING")
		or(&task.Containers[i].RuntimeID, fmt.Sprintf("%064x", number<<8+i))
	}
	c.Clusters[cluster].Tasks[task.TaskARN] = task
	return task
}

// some is a list that is written as one, with nothing in it as well.
func some[Thing any](list *[]Thing) {
	if *list == nil {
		*list = []Thing{}
	}
}

func or(text *string, otherwise string) {
	if *text == "" {
		*text = otherwise
	}
}
