package ecs

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"jvm-entrypoint/fleet/jmx"
)

// definition is what a task definition says about networks and JMX.
type definition struct {
	networkMode string // bridge, host, awsvpc, none, or empty: not known
	containers  map[string]made
}

// made is what it says about one container.
type made struct {
	environment []string
	ports       []jmx.Mapping // those that it exposes; where they are on the host is the task's
}

func definitionOf(from *types.TaskDefinition) definition {
	if from == nil {
		return definition{}
	}
	found := definition{string(from.NetworkMode), map[string]made{}}
	if found.networkMode == "" && from.TaskDefinitionArn != nil {
		found.networkMode = "bridge" // what ECS takes on Linux
	}
	for _, container := range from.ContainerDefinitions {
		of := made{environment: variables(container.Environment)}
		for _, secret := range container.Secrets { // that it is set says that JMX is meant, such as JMXMP_PASSWORD
			of.environment = append(of.environment, aws.ToString(secret.Name)+"=secret")
		}
		for _, port := range container.PortMappings {
			first, count := span(port.ContainerPort, port.ContainerPortRange)
			// The host's port is of no interest here, but 0 leads nowhere.
			of.ports = append(of.ports, jmx.Mapping{Protocol: string(port.Protocol), Container: first, Host: first, Count: count})
		}
		found.containers[aws.ToString(container.Name)] = of
	}
	return found
}

// agent is what is said about the agent in a container: by the task definition,
// and by who started the task. What the image's own ENV says nobody here knows.
func (d definition) agent(task types.Task, name string) jmx.Agent {
	environment := d.containers[name].environment
	if task.Overrides != nil {
		for _, override := range task.Overrides.ContainerOverrides {
			if aws.ToString(override.Name) == name {
				environment = append(environment[:len(environment):len(environment)], variables(override.Environment)...)
			}
		}
	}
	return jmx.AgentOf(environment)
}

func (d definition) exposes(name string, port uint16) bool {
	_, exposed := jmx.Published(port, d.containers[name].ports)
	return exposed
}

func variables(of []types.KeyValuePair) []string {
	var all []string
	for _, pair := range of {
		all = append(all, aws.ToString(pair.Name)+"="+aws.ToString(pair.Value))
	}
	return all
}

// span is a port, or a range of them as FIRST-LAST: the first and how many. What
// is neither is port 0, where nobody listens.
func span(port *int32, ports *string) (first, count uint16) {
	if ports != nil && *ports != "" {
		from, to, _ := strings.Cut(*ports, "-")
		a, err := strconv.ParseUint(from, 10, 16)
		b, errTo := strconv.ParseUint(to, 10, 16)
		if err != nil || errTo != nil || a == 0 || b < a {
			return 0, 0
		}
		return uint16(a), uint16(b - a + 1)
	}
	if port == nil || *port < 1 || *port > 65535 {
		return 0, 0
	}
	return uint16(*port), 1
}
