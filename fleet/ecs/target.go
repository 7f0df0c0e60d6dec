package ecs

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"jvm-entrypoint/fleet/jmx"
)

// targets are a task's: one for each container that maps the port, or a single
// one that says why there is no address.
func (f facts) targets(task types.Task, query Query) []jmx.Target {
	whole := jmx.Target{
		Service: serviceOf(task), Task: short(lastOf(aws.ToString(task.TaskArn))),
		Instance: f.instances[aws.ToString(task.ContainerInstanceArn)].id, Container: query.Container,
	}
	if whole.Reason = notRunning(task); whole.Reason != "" {
		return []jmx.Target{whole}
	}
	var all []jmx.Target
	for _, container := range f.chosen(task, query) {
		target := whole
		target.Container, target.ContainerID = short(aws.ToString(container.Name)), short(aws.ToString(container.RuntimeId))
		if target.Reason = containerNotRunning(container); target.Reason == "" {
			f.reach(&target, task, container, query)
		}
		all = append(all, target)
	}
	switch {
	case len(all) > 0:
	case query.Container != "":
		whole.Reason = "the task has no container of that name (" + strings.Join(names(task), ", ") + ")"
	case interfaceOf(task) != nil: // whose port it is makes no difference to where it is
		f.reach(&whole, task, types.Container{}, query)
	default:
		whole.Reason = f.nothingMapped(task, query)
	}
	if len(all) == 0 {
		all = append(all, whole)
	}
	return all
}

// chosen are the containers that a query means: by name; else those that have the
// port, or else a JMXMP variable; else the task's only one.
func (f facts) chosen(task types.Task, query Query) []types.Container {
	var own, named, mapping, setting []types.Container
	for _, container := range task.Containers {
		name := aws.ToString(container.Name)
		if !ofAWS(name) {
			own = append(own, container)
		}
		if name == query.Container {
			named = append(named, container)
		}
		port := f.port(task, name, query)
		_, published := jmx.Published(port, mappings(container))
		if published || f.definition(task).exposes(name, port) {
			mapping = append(mapping, container)
		}
		if f.definition(task).agent(task, name).Named {
			setting = append(setting, container)
		}
	}
	switch {
	case query.Container != "":
		return named
	case len(mapping) > 0:
		return mapping
	case len(setting) > 0:
		return setting
	case len(own) == 1:
		return own
	}
	return nil
}

// ofAWS are the containers that ECS and GuardDuty put into a task themselves.
func ofAWS(name string) bool {
	return strings.HasPrefix(name, "ecs-service-connect-") || strings.HasPrefix(name, "aws-guardduty-agent") || strings.HasPrefix(name, "~internal~")
}

func (f facts) definition(task types.Task) definition {
	return f.definitions[aws.ToString(task.TaskDefinitionArn)]
}

// port is where the agent of a container listens.
func (f facts) port(task types.Task, name string, query Query) uint16 {
	if query.Port != 0 {
		return query.Port
	}
	return f.definition(task).agent(task, name).Port
}

// reach finds a container's addresses, or why it has none.
func (f facts) reach(target *jmx.Target, task types.Task, container types.Container, query Query) {
	made := f.definition(task)
	name := aws.ToString(container.Name)
	agent, port := made.agent(task, name), f.port(task, name, query)
	own := interfaceOf(task)
	published := mappings(container)
	switch _, mapped := jmx.Published(port, published); {
	case agent.Off != "":
		target.Reason = agent.AgentOff()
	case port == 0:
		target.Reason = jmx.FreePort()
	case made.networkMode == "none":
		target.Reason = "the task has no network (networkMode none)"
	case (own != nil || made.networkMode == "host") && !query.named() && !agent.Named && !made.exposes(name, port):
		target.Reason = fmt.Sprintf("nothing says that it has JMX: no portMapping for %d, no JMXMP variable (name it by --service, --task or --container)", port)
	case own != nil:
		target.Addresses = at(port, own.ipv4, own.ipv6)
		target.Reason = "the task's own interface has no address yet"
		listensThere(target, agent, port)
	case made.networkMode == "host":
		f.onHost(target, task, port, nil)
		listensThere(target, agent, port)
	case !mapped:
		target.Reason = jmx.NotPublished(port, "a portMapping with this containerPort in the task definition; hostPort 0 takes a free one")
	case agent.Hidden():
		target.Reason = agent.OnlyInside(port)
	default:
		f.onHost(target, task, port, published)
	}
	if len(target.Addresses) > 0 {
		target.Reason = ""
	}
}

// listensThere looks at whether the agent listens on more than the loopback of a
// network that is not a bridge, where it doesn't unless it is told to.
func listensThere(target *jmx.Target, agent jmx.Agent, port uint16) {
	if len(target.Addresses) == 0 || slices.ContainsFunc(agent.OnHost(), func(ip netip.Addr) bool { return !ip.IsLoopback() }) {
		return
	}
	if agent.Bind == "auto" { // which the image's own ENV may change
		target.Note = fmt.Sprintf("the agent listens on the loopback of the task's network only, unless the image sets JMXMP_BIND: set JMXMP_BIND=any in the task definition, or forward port %d by ECS Exec", port)
		return
	}
	target.Addresses = nil
	target.Reason = fmt.Sprintf("the agent listens on the loopback of the task's network only (JMXMP_BIND=%s in the task definition): forward port %d by ECS Exec", shown(agent.Bind), port)
}

// onHost are the addresses of the machine that a task is on: those of its
// mappings, or of the port itself where it shares the machine's network.
func (f facts) onHost(target *jmx.Target, task types.Task, port uint16, published []jmx.Mapping) {
	arn := aws.ToString(task.ContainerInstanceArn)
	host, known := f.instances[arn]
	switch {
	case arn == "":
		target.Reason = "ECS names neither an interface of the task nor a machine that it is on"
		return
	case !known:
		target.Reason = "container instance " + shown(lastOf(arn)) + " is not known (any more)"
		return
	case !ec2ID.MatchString(host.id):
		target.Reason = fmt.Sprintf("it is on %s, outside of EC2: ECS knows no address of that machine%s", shown(host.id), hostPort(port, published))
		return
	case host.state == "":
		target.Reason = "the address of instance " + shown(host.id) + " is not known"
		return
	}
	target.Addresses = at(port, host.ipv4, host.ipv6)
	if len(target.Addresses) == 0 {
		target.Reason = "instance " + shown(host.id) + " has no private address (" + shown(host.state) + ")"
		return
	}
	if published == nil {
		return
	}
	var machine []string
	for _, address := range target.Addresses {
		machine = append(machine, address.Host)
	}
	if target.Addresses, _ = jmx.Published(port, published, machine...); len(target.Addresses) == 0 {
		target.Reason = jmx.OnLoopback(port)
	}
}

// hostPort is the one that somebody who knows the machine can use: the port
// itself where the machine's network is shared.
func hostPort(port uint16, published []jmx.Mapping) string {
	if published == nil {
		return fmt.Sprintf(" (its port is %d)", port)
	}
	if addresses, _ := jmx.Published(port, published, "x"); len(addresses) > 0 {
		return fmt.Sprintf(" (its port is %d)", addresses[0].Port)
	}
	return ""
}

// nothingMapped says what is missing in a task of several containers.
func (f facts) nothingMapped(task types.Task, query Query) string {
	port := query.Port
	if port == 0 {
		port = jmx.DefaultPort
	}
	return jmx.NotPublished(port, "no container of "+strings.Join(names(task), ", ")+" has a portMapping for it; name one by --container")
}

// mappings are a container's ports on its host. IPv4 and IPv6 may have one each.
func mappings(container types.Container) []jmx.Mapping {
	var all []jmx.Mapping
	for _, binding := range container.NetworkBindings {
		inside, many := span(binding.ContainerPort, binding.ContainerPortRange)
		host, manyThere := span(binding.HostPort, binding.HostPortRange)
		if inside == 0 || host == 0 || many != manyThere {
			continue
		}
		ip, _ := netip.ParseAddr(aws.ToString(binding.BindIP)) // none: all of the machine's
		all = append(all, jmx.Mapping{Protocol: string(binding.Protocol), IP: ip, Container: inside, Host: host, Count: many})
	}
	return all
}

func at(port uint16, addresses ...netip.Addr) []jmx.Address {
	var all []jmx.Address
	for _, ip := range addresses {
		if ip.IsValid() {
			all = append(all, jmx.Address{Host: ip.String(), Port: port})
		}
	}
	return all
}

// names are some of a task's containers', as words.
func names(task types.Task) []string {
	const most = 10
	var all []string
	for _, container := range task.Containers[:min(len(task.Containers), most)] {
		all = append(all, shown(aws.ToString(container.Name)))
	}
	return all
}
