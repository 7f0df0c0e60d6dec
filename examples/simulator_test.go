package examples

import (
	"net/http/httptest"
	"strings"
	"testing"

	"jvm-entrypoint/fleet/simulator"
)

// fleet's tests ask a simulator of our own. Here others ask it, who have AWS' models.
func TestSimulator(t *testing.T) {
	cloud := simulator.New()
	host := cloud.AddMachine("default", 1)
	code := 143
	for i, task := range []simulator.Task{
		{
			Group: "service:web", ContainerInstanceARN: host, CreatedAt: 1525193674.235,
			Containers: []simulator.Container{{Name: "web", ContainerARN: cloud.ARN("container", "1"), ExitCode: &code, Reason: "why", NetworkBindings: []simulator.NetworkBinding{
				{BindIP: "0.0.0.0", ContainerPort: 5555, HostPort: 32768, Protocol: "tcp"},
				{BindIP: "::", ContainerPortRange: "5550-5559", HostPortRange: "49152-49161", Protocol: "tcp"},
			}}},
			Overrides: simulator.Overrides{ContainerOverrides: []simulator.ContainerOverride{{Name: "web", Environment: []simulator.KeyValue{{Name: "JMXMP", Value: "off"}}}}},
		},
		{
			LaunchType: "FARGATE", StopCode: "EssentialContainerExited", StoppedReason: "why",
			Attachments: []simulator.Attachment{{ID: "a", Type: "ElasticNetworkInterface", Status: "ATTACHED", Details: []simulator.KeyValue{{Name: "privateIPv4Address", Value: "10.0.0.2"}}}},
			Containers:  []simulator.Container{{Name: "web", NetworkInterfaces: []simulator.NetworkInterface{{AttachmentID: "a", PrivateIPv4Address: "10.0.0.2", IPv6Address: "2001:db8::2"}}}},
		},
	} {
		task.TaskDefinitionARN = cloud.Define("web", "bridge", simulator.ContainerDefinition{
			Name: "web", Image: "web:1", Environment: []simulator.KeyValue{{Name: "JMXMP_PORT", Value: "5555"}},
			PortMappings: []simulator.PortMapping{{ContainerPort: 5555, Protocol: "tcp"}, {ContainerPortRange: "6000-6009"}},
		})
		cloud.Run("default", i+1, task)
	}
	machine := cloud.Machines["i-00000000000000001"]
	machine.IPv6 = "2001:db8::1"
	cloud.Machines[machine.ID] = machine
	server := httptest.NewServer(cloud)
	defer server.Close()
	out, err := run(t, "python", "testdata/simulator.py", server.URL)
	if err != nil || !strings.HasPrefix(out, "2 tasks on 10.0.0.1 and 1 missing: ") {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(out)
}
