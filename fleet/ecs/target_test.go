package ecs

import (
	"fmt"
	"strings"
	"testing"

	. "jvm-entrypoint/fleet/simulator"
)

// situation is one task in a cluster of one machine, and what is said about it.
type situation struct {
	name string
	// What there is. The machine has the addresses 10.0.0.1 and 2001:db8::1.
	mode  string              // of the task definition
	env   string              // of container web in it: NAME=VALUE, blanks between
	ports []PortMapping       // of container web in it
	task  Task                // with containers
	cloud func(*Cloud, *Task) // what else is different
	query Query
	// What is found: for each target container=addresses, or the reason; a note behind.
	want []string
}

func web(bindings ...NetworkBinding) Task {
	return Task{Containers: []Container{{Name: "web", NetworkBindings: bindings}}}
}

func withInterface(task Task, ipv4, ipv6 string) Task {
	for i := range task.Containers {
		task.Containers[i].NetworkInterfaces = []NetworkInterface{{AttachmentID: "a", PrivateIPv4Address: ipv4, IPv6Address: ipv6}}
	}
	return task
}

var exposed = []PortMapping{{ContainerPort: 5555, Protocol: "tcp"}}

func pair(name, value string) KeyValue { return KeyValue{Name: name, Value: value} }

func tcp(ip string, container, host int) NetworkBinding {
	return NetworkBinding{BindIP: ip, ContainerPort: container, HostPort: host, Protocol: "tcp"}
}

const (
	onLoopback = "the agent listens on the loopback of the task's network only"
	nothing    = "nothing says that it has JMX: no portMapping for 5555, no JMXMP variable (name it by --service, --task or --container)"
	note       = " (" + onLoopback + ", unless the image sets JMXMP_BIND: set JMXMP_BIND=any in the task definition, or forward port %d by ECS Exec)"
)

var situations = []situation{
	// Bridge.
	{name: "a mapped port", task: web(tcp("0.0.0.0", 5555, 32768)), want: []string{"web=10.0.0.1:32768"}},
	{name: "a mapped port without an address", task: web(tcp("", 5555, 32768)), want: []string{"web=10.0.0.1:32768,[2001:db8::1]:32768"}},
	{name: "IPv4 and IPv6", task: web(tcp("::", 5555, 32768), tcp("0.0.0.0", 5555, 32768)), want: []string{"web=10.0.0.1:32768,[2001:db8::1]:32768"}},
	{name: "IPv4 and IPv6 on two ports", task: web(tcp("::", 5555, 32768), tcp("0.0.0.0", 5555, 32770)), want: []string{"web=10.0.0.1:32770,[2001:db8::1]:32768"}},
	{name: "IPv6 alone", task: web(tcp("::", 5555, 32768)), want: []string{"web=[2001:db8::1]:32768"}},
	{name: "one address of the machine", task: web(tcp("10.9.9.9", 5555, 32768)), want: []string{"web=10.9.9.9:32768"}},
	{name: "the machine's loopback", task: web(tcp("127.0.0.1", 5555, 32768)), want: []string{"web: port 5555 is reached on the machine's loopback only: "}},
	{name: "other ports", task: web(tcp("0.0.0.0", 8080, 32768), tcp("0.0.0.0", 5556, 32769)), want: []string{"web: port 5555 is not published (a portMapping "}},
	{name: "UDP", task: web(NetworkBinding{BindIP: "0.0.0.0", ContainerPort: 5555, HostPort: 1, Protocol: "udp"}), want: []string{"web: port 5555 is not published "}},
	{
		name: "a range", task: web(NetworkBinding{BindIP: "0.0.0.0", ContainerPortRange: "5550-5559", HostPortRange: "49152-49161", Protocol: "tcp"}),
		want: []string{"web=10.0.0.1:49157"},
	},
	{
		name: "a range that ends before", task: web(NetworkBinding{BindIP: "0.0.0.0", ContainerPortRange: "5550-5554", HostPortRange: "49152-49156", Protocol: "tcp"}),
		want: []string{"web: port 5555 is not published "},
	},
	{
		name: "ranges of different lengths", task: web(NetworkBinding{BindIP: "0.0.0.0", ContainerPortRange: "5550-5559", HostPortRange: "49152-49153"}),
		want: []string{"web: port 5555 is not published "},
	},
	{name: "another port that was asked for", task: web(tcp("0.0.0.0", 5555, 1), tcp("0.0.0.0", 7000, 2)), query: Query{Port: 7000}, want: []string{"web=10.0.0.1:2"}},
	{name: "JMXMP_PORT", env: "JMXMP_PORT=7000", task: web(tcp("0.0.0.0", 5555, 1), tcp("0.0.0.0", 7000, 2)), want: []string{"web=10.0.0.1:2"}},
	{name: "JMXMP_PORT=0", env: "JMXMP_PORT=0", task: web(tcp("0.0.0.0", 5555, 1)), want: []string{"web: the agent takes whichever port is free"}},
	{name: "no agent", env: "JMXMP=off", task: web(tcp("0.0.0.0", 5555, 1)), want: []string{"web: the agent is off (JMXMP=off)"}},
	{
		name: "an override", env: "JMXMP=off", task: web(tcp("0.0.0.0", 5555, 1)), want: []string{"web=10.0.0.1:1"},
		cloud: func(_ *Cloud, task *Task) {
			task.Overrides.ContainerOverrides = []ContainerOverride{{Name: "other", Environment: []KeyValue{pair("JMXMP", "off")}}, {Name: "web", Environment: []KeyValue{pair("JMXMP", "read-only")}}}
		},
	},
	{name: "loopback behind a mapping", env: "JMXMP_BIND=127.0.0.1,::1", task: web(tcp("0.0.0.0", 5555, 1)), want: []string{"web: port 5555 is published, but the agent listens on the container's loopback only (JMXMP_BIND=127.0.0.1,::1)"}},

	// Machines.
	{
		name: "outside of EC2", task: web(tcp("0.0.0.0", 5555, 32768)), want: []string{"web: it is on mi-0123456789abcdef0, outside of EC2: ECS knows no address of that machine (its port is 32768)"},
		cloud: func(c *Cloud, task *Task) {
			task.ContainerInstanceARN = c.AddInstance("default", "mi-0123456789abcdef0")
		},
	},
	{
		name: "outside of EC2 with the machine's network", mode: "host", env: "JMXMP_PORT=6000", task: web(), want: []string{"web: it is on mi-0123456789abcdef0, outside of EC2: ECS knows no address of that machine (its port is 6000)"},
		cloud: func(c *Cloud, task *Task) {
			task.ContainerInstanceARN = c.AddInstance("default", "mi-0123456789abcdef0")
		},
	},
	{
		name: "a container instance that is gone", task: web(tcp("0.0.0.0", 5555, 32768)), want: []string{"web: container instance nowhere is not known (any more)"},
		cloud: func(c *Cloud, task *Task) { task.ContainerInstanceARN = c.ARN("container-instance", "default/nowhere") },
	},
	{
		name: "an instance that EC2 doesn't know", task: web(tcp("0.0.0.0", 5555, 32768)), want: []string{"web: the address of instance i-0000000000000000f is not known"},
		cloud: func(c *Cloud, task *Task) {
			task.ContainerInstanceARN = c.AddInstance("default", "i-0000000000000000f")
		},
	},
	{
		name: "an instance that was terminated", task: web(tcp("0.0.0.0", 5555, 32768)), want: []string{"web: instance i-00000000000000001 has no private address (terminated)"},
		cloud: func(c *Cloud, _ *Task) {
			c.Machines["i-00000000000000001"] = Machine{ID: "i-00000000000000001", State: "terminated"}
		},
	},
	{
		name: "a machine with IPv6 alone", task: web(tcp("0.0.0.0", 5555, 32768), tcp("::", 5555, 32768)), want: []string{"web=[2001:db8::1]:32768"},
		cloud: func(c *Cloud, _ *Task) {
			c.Machines["i-00000000000000001"] = Machine{ID: "i-00000000000000001", State: "running", IPv6: "2001:db8::1"}
		},
	},
	{
		name: "a machine with the interface of another task", task: web(tcp("", 5555, 32768)), want: []string{"web=10.0.0.1:32768,[2001:db8::1]:32768"},
		cloud: func(c *Cloud, _ *Task) {
			c.Machines["i-00000000000000001"] = Machine{ID: "i-00000000000000001", State: "running", IPv4: "10.0.0.1", IPv6: "2001:db8::1", TaskIPv6: "2001:db8::7"}
		},
	},
	{
		name: "one without IPv6 of its own", mode: "host", env: "JMXMP_BIND=any", task: web(), want: []string{"web=10.0.0.1:5555"},
		cloud: func(c *Cloud, _ *Task) {
			c.Machines["i-00000000000000001"] = Machine{ID: "i-00000000000000001", State: "running", IPv4: "10.0.0.1", TaskIPv6: "2001:db8::7"}
		},
	},
	{
		name: "an instance that ECS manages, hidden from those who don't ask for it", task: web(tcp("0.0.0.0", 5555, 32768)), want: []string{"web=10.0.0.1:32768"},
		cloud: func(c *Cloud, _ *Task) {
			c.Machines["i-00000000000000001"] = Machine{ID: "i-00000000000000001", State: "running", IPv4: "10.0.0.1", Hidden: true}
		},
	},

	// Networks of their own.
	{name: "awsvpc", mode: "awsvpc", env: "JMXMP_BIND=any", task: withInterface(web(), "10.1.2.3", ""), want: []string{"web=10.1.2.3:5555"}},
	{name: "awsvpc with IPv6", mode: "awsvpc", env: "JMXMP_BIND=::", task: withInterface(web(), "10.1.2.3", "2001:db8::9"), want: []string{"web=10.1.2.3:5555,[2001:db8::9]:5555"}},
	{name: "awsvpc as it comes", mode: "awsvpc", ports: exposed, task: withInterface(web(), "10.1.2.3", ""), want: []string{"web=10.1.2.3:5555" + fmt.Sprintf(note, 5555)}},
	{name: "awsvpc on loopback", mode: "awsvpc", env: "JMXMP_BIND=loopback", task: withInterface(web(), "10.1.2.3", ""), want: []string{"web: " + onLoopback + " (JMXMP_BIND=loopback in the task definition): forward port 5555 by ECS Exec"}},
	{name: "an interface without an address", mode: "awsvpc", env: "JMXMP_BIND=any", task: withInterface(web(), "", ""), want: []string{"web: the task's own interface has no address yet"}},
	{
		name: "Fargate, told by the attachment alone", mode: "awsvpc", env: "JMXMP_BIND=any", task: web(), want: []string{"web=10.1.2.4:5555"},
		cloud: func(_ *Cloud, task *Task) {
			task.ContainerInstanceARN, task.LaunchType = "", "FARGATE"
			task.Attachments = []Attachment{
				{ID: "s", Type: "Service Connect", Status: "ATTACHED", Details: []KeyValue{pair("privateIPv4Address", "10.7.7.7")}},
				{ID: "a", Type: "ElasticNetworkInterface", Status: "ATTACHED", Details: []KeyValue{pair("subnetId", "subnet-1"), pair("privateIPv4Address", "10.1.2.4")}},
			}
		},
	},
	{name: "host", mode: "host", env: "JMXMP_BIND=any JMXMP_PORT=6000", task: web(), want: []string{"web=10.0.0.1:6000,[2001:db8::1]:6000"}},
	{name: "host as it comes", mode: "host", ports: exposed, task: web(), want: []string{"web=10.0.0.1:5555,[2001:db8::1]:5555" + fmt.Sprintf(note, 5555)}},
	{name: "no network", mode: "none", task: web(), want: []string{"web: the task has no network (networkMode none)"}},
	{
		name: "a definition that may not be read", mode: "host", task: web(), want: []string{"web: port 5555 is not published "},
		cloud: func(c *Cloud, _ *Task) { c.Denied["ecs:DescribeTaskDefinition"] = true },
	},
	{
		name: "nothing to tell where it is", task: web(tcp("0.0.0.0", 5555, 1)), want: []string{"web: ECS names neither an interface of the task nor a machine that it is on"},
		cloud: func(_ *Cloud, task *Task) { task.ContainerInstanceARN = "" },
	},

	// Of a whole cluster only those count that something says it of.
	{name: "awsvpc without a word of JMX", mode: "awsvpc", task: withInterface(web(), "10.1.2.3", ""), want: []string{"web: " + nothing}},
	{name: "two containers without", mode: "awsvpc", task: withInterface(Task{Containers: []Container{{Name: "a"}, {Name: "b"}}}, "10.1.2.3", ""), want: []string{": " + nothing}},
	{name: "host without", mode: "host", task: web(), want: []string{"web: " + nothing}},
	{name: "another port", mode: "host", ports: exposed, query: Query{Port: 7000}, task: web(), want: []string{"web: nothing says that it has JMX: no portMapping for 7000"}},
	{name: "a variable says it", mode: "awsvpc", env: "JMXMP_BIND=any", task: withInterface(Task{Containers: []Container{{Name: "log"}, {Name: "web"}}}, "10.1.2.3", ""), want: []string{"web=10.1.2.3:5555"}},
	{
		name: "a secret says it", mode: "awsvpc", task: withInterface(web(), "10.1.2.3", ""), want: []string{"web=10.1.2.3:5555" + fmt.Sprintf(note, 5555)},
		cloud: func(c *Cloud, task *Task) {
			task.TaskDefinitionARN = c.Define("web", "awsvpc", ContainerDefinition{Name: "web", Secrets: []Secret{{Name: "JMXMP_PASSWORD", ValueFrom: "arn:aws:ssm:eu-central-1:111122223333:parameter/jmx"}}})
		},
	},
	{name: "a task was asked for", mode: "host", query: Query{Task: taskID}, task: web(), want: []string{"web=10.0.0.1:5555,[2001:db8::1]:5555" + fmt.Sprintf(note, 5555)}},
	{name: "a container was asked for", mode: "awsvpc", query: Query{Container: "web"}, task: withInterface(web(), "10.1.2.3", ""), want: []string{"web=10.1.2.3:5555" + fmt.Sprintf(note, 5555)}},
	{
		name: "a service was asked for", mode: "awsvpc", query: Query{Service: "web"}, task: withInterface(web(), "10.1.2.3", ""), want: []string{"web=10.1.2.3:5555" + fmt.Sprintf(note, 5555)},
		cloud: func(c *Cloud, task *Task) {
			c.Serve("default", "web")
			task.Group = "service:web"
		},
	},

	// Containers.
	{
		name: "one of two maps it", want: []string{"web=10.0.0.1:2"},
		task: Task{Containers: []Container{{Name: "log", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 24224, 1)}}, {Name: "web", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 2)}}}},
	},
	{
		name: "two of two map it", want: []string{"a=10.0.0.1:1", "b=10.0.0.1:2"},
		task: Task{Containers: []Container{{Name: "b", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 2)}}, {Name: "a", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 1)}}}},
	},
	{
		name: "one of them was asked for", query: Query{Container: "b"}, want: []string{"b=10.0.0.1:2"},
		task: Task{Containers: []Container{{Name: "a", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 1)}}, {Name: "b", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 2)}}}},
	},
	{name: "another was asked for", query: Query{Container: "api"}, task: web(tcp("0.0.0.0", 5555, 2)), want: []string{"api: the task has no container of that name (web)"}},
	{
		name: "none of two maps it", task: Task{Containers: []Container{{Name: "a"}, {Name: "b"}}},
		want: []string{": port 5555 is not published (no container of a, b has a portMapping for it; name one by --container)"},
	},
	{
		name: "an interface shared by two", mode: "awsvpc", query: Query{Task: taskID}, want: []string{"=10.1.2.3:5555" + fmt.Sprintf(note, 5555)},
		task: withInterface(Task{Containers: []Container{{Name: "a"}, {Name: "b"}}}, "10.1.2.3", ""),
	},
	{
		name: "an interface shared by two, of which one exposes it", mode: "awsvpc", env: "JMXMP_BIND=any", ports: exposed, want: []string{"web=10.1.2.3:5555"},
		task: withInterface(Task{Containers: []Container{{Name: "a"}, {Name: "web"}}}, "10.1.2.3", ""),
	},
	{
		name: "what AWS puts beside it", mode: "awsvpc", env: "JMXMP_BIND=any", want: []string{"web=10.1.2.3:5555"},
		task: withInterface(Task{Containers: []Container{{Name: "ecs-service-connect-aB3"}, {Name: "aws-guardduty-agent-x"}, {Name: "web"}}}, "10.1.2.3", ""),
	},
	{
		name: "a container that ended", want: []string{"web: the container has ended (STOPPED) with exit code 78: OutOfMemoryError: killed"},
		task:  Task{Containers: []Container{{Name: "web", LastStatus: "STOPPED", ExitCode: new(int), Reason: "OutOfMemoryError: killed", NetworkBindings: []NetworkBinding{tcp("", 5555, 1)}}}},
		cloud: func(_ *Cloud, task *Task) { *task.Containers[0].ExitCode = 78 },
	},
	{name: "a container that is to come", task: Task{Containers: []Container{{Name: "web", LastStatus: "PENDING"}}}, want: []string{"web: the container does not run yet (PENDING)"}},
	{name: "a task without containers", task: Task{}, want: []string{": port 5555 is not published "}},

	// Tasks.
	{name: "a task that is to come", task: Task{LastStatus: "PROVISIONING", Containers: []Container{{Name: "web"}}}, want: []string{": the task does not run yet (PROVISIONING)"}},
	{
		name: "a task that ended", query: Query{Task: taskID}, want: []string{": the task has ended (STOPPED): Essential container in task exited"},
		task: Task{LastStatus: "STOPPED", DesiredStatus: "STOPPED", StoppedReason: "Essential container in task exited"},
	},
	{
		name: "a task that is ending", query: Query{Task: "arn:aws:ecs:eu-central-1:111122223333:task/default/" + taskID}, want: []string{"web=10.0.0.1:1"},
		task: Task{LastStatus: "DEACTIVATING", DesiredStatus: "STOPPED", Containers: []Container{{Name: "web", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 1)}}}},
	},

	// Whoever answers.
	{
		name: "names that would act on a terminal", want: []string{"a\x1b[2J=10.0.0.1:1"},
		task: Task{Containers: []Container{{Name: "a\x1b[2J", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 1)}}}},
	},
	{
		name: "reasons that would", query: Query{Task: taskID}, want: []string{`: the task has ended (STOPPED): "a\nfleet: all is well\x1b[2J"`},
		task: Task{LastStatus: "STOPPED", DesiredStatus: "STOPPED", StoppedReason: "a\nfleet: all is well\x1b[2J"},
	},
	{name: "a name without end", want: []string{strings.Repeat("x", 300) + "...=10.0.0.1:1"}, task: Task{Containers: []Container{{Name: strings.Repeat("x", 1<<20), NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 1)}}}}},
	{name: "ports that there are not", task: web(tcp("0.0.0.0", 5555, 70000), tcp("0.0.0.0", 5555, -1), tcp("0.0.0.0", 71091, 5)), want: []string{"web: port 5555 is not published "}},
	{name: "an address that is none", mode: "awsvpc", env: "JMXMP_BIND=any", task: withInterface(web(), "evil.example", "::"), want: []string{"web: the task's own interface has no address yet"}},
}

const taskID = "00000000000000000000000000000001"

func TestSituations(t *testing.T) {
	for _, s := range situations {
		t.Run(s.name, func(t *testing.T) {
			cloud := New()
			s.task.ContainerInstanceARN = cloud.AddMachine("default", 1)
			cloud.Machines["i-00000000000000001"] = Machine{ID: "i-00000000000000001", State: "running", IPv4: "10.0.0.1", IPv6: "2001:db8::1"}
			definition := ContainerDefinition{Name: "web", PortMappings: s.ports}
			for variable := range strings.FieldsSeq(s.env) {
				name, value, _ := strings.Cut(variable, "=")
				definition.Environment = append(definition.Environment, KeyValue{Name: name, Value: value})
			}
			s.task.TaskDefinitionARN = cloud.Define("web", s.mode, definition)
			if s.cloud != nil {
				s.cloud(cloud, &s.task)
			}
			cloud.Run("default", 1, s.task)
			asked(t, cloud)
			targets, _, err := find(t.Context(), s.query, hasty)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, target := range targets {
				var addresses []string
				for _, address := range target.Addresses {
					addresses = append(addresses, address.String())
				}
				switch line := target.Container; {
				case (len(addresses) > 0) == (target.Reason != ""):
					t.Errorf("%+v: either addresses or a reason", target)
				case len(addresses) == 0:
					got = append(got, line+": "+target.Reason)
				case target.Note != "":
					got = append(got, line+"="+strings.Join(addresses, ",")+" ("+target.Note+")")
				default:
					got = append(got, line+"="+strings.Join(addresses, ","))
				}
			}
			if len(got) != len(s.want) {
				t.Fatalf("%q, want %q", got, s.want)
			}
			for i := range got {
				// Reasons may go on.
				if whole := strings.Contains(s.want[i], "="); got[i] != s.want[i] && (whole || !strings.HasPrefix(got[i], s.want[i])) {
					t.Errorf("%q, want %q", got[i], s.want[i])
				}
			}
		})
	}
}
