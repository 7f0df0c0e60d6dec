package ecs

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"jvm-entrypoint/fleet/jmx"
	"jvm-entrypoint/fleet/simulator"
)

// asked serves a cloud on loopback and has the SDK find it there, and nothing else.
func asked(t *testing.T, cloud *simulator.Cloud) {
	t.Helper()
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	nowhere := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": cloud.Region, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_DEFAULT_REGION": "", "AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere,
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "",
		"AWS_MAX_ATTEMPTS": "", "AWS_RETRY_MODE": "", "AWS_CA_BUNDLE": "",
	} {
		t.Setenv(name, value)
	}
}

// hasty doesn't wait long between two attempts.
func hasty(settings *aws.Config) {
	settings.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
				return time.Duration(attempt) * 5 * time.Millisecond, nil
			})
		})
	}
}

const (
	manyTasks    = 3000
	manyMachines = 300
	families     = 10
)

// many is 3,000 tasks of three services over 300 machines, two ports a task, each
// mapped once for IPv4 and once for IPv6. It also gives where their JMX is.
func many() (*simulator.Cloud, map[string]string) {
	cloud := simulator.New()
	var hosts, made []string
	for i := range manyMachines {
		hosts = append(hosts, cloud.AddMachine("default", i+1))
	}
	for i := range families {
		made = append(made, cloud.Define(fmt.Sprintf("family%d", i), "bridge", simulator.ContainerDefinition{
			Name: "web", PortMappings: []simulator.PortMapping{{ContainerPort: 8080}, {ContainerPort: 5555}},
		}))
	}
	truth := map[string]string{}
	for i := range manyTasks {
		service := fmt.Sprintf("service%d", i%3)
		cloud.Serve("default", service)
		host := i % manyMachines
		port := 32768 + 2*(i/manyMachines)
		task := cloud.Run("default", i+1, simulator.Task{
			Group: "service:" + service, TaskDefinitionARN: made[i%families], ContainerInstanceARN: hosts[host],
			Containers: []simulator.Container{{Name: "web", NetworkBindings: []simulator.NetworkBinding{
				{BindIP: "0.0.0.0", ContainerPort: 8080, HostPort: port, Protocol: "tcp"},
				{BindIP: "::", ContainerPort: 8080, HostPort: port, Protocol: "tcp"},
				{BindIP: "0.0.0.0", ContainerPort: 5555, HostPort: port + 1, Protocol: "tcp"},
				{BindIP: "::", ContainerPort: 5555, HostPort: port + 1, Protocol: "tcp"},
			}}},
		})
		machine := cloud.Machines[cloud.Clusters["default"].Instances[hosts[host]].EC2InstanceID]
		truth[lastOf(task.TaskARN)] = fmt.Sprintf("%s:%d", machine.IPv4, port+1)
	}
	return cloud, truth
}

// right compares what was found with the truth.
func right(t *testing.T, targets []jmx.Target, truth map[string]string) {
	t.Helper()
	if len(targets) != len(truth) {
		t.Errorf("%d targets, want %d", len(targets), len(truth))
	}
	for _, target := range targets {
		if want := truth[target.Task]; len(target.Addresses) != 1 || target.Addresses[0].String() != want || target.Container != "web" || target.Instance == "" {
			t.Fatalf("%+v, want the address %s", target, want)
		}
	}
}

func TestThreeThousandTasks(t *testing.T) {
	cloud, truth := many()
	cloud.Limits = simulator.AWSLimits()
	asked(t, cloud)
	began := time.Now()
	targets, notes, err := Find(t.Context(), Query{})
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	took := time.Since(began)
	right(t, targets, truth)
	if !slices.IsSortedFunc(targets, func(a, b jmx.Target) int { return strings.Compare(a.Service+" "+a.Task, b.Service+" "+b.Task) }) {
		t.Error("not in order of services and tasks")
	}
	counts := cloud.Counts()
	want := map[string]int{
		"ecs:ListTasks": 30, "ecs:DescribeTasks": 30, "ecs:DescribeContainerInstances": 3, "ec2:DescribeInstances": 1, "ecs:DescribeTaskDefinition": families,
	}
	for action, calls := range counts { // one is made again where a machine with much to do breaks a connection
		if calls < want[action] || calls > want[action]+2 || len(counts) != len(want) {
			t.Errorf("calls: %v, want %v", counts, want)
		}
	}
	t.Logf("%d tasks over %d instances: %d calls in %v: %v", manyTasks, manyMachines, len(cloud.Calls()), took.Round(time.Millisecond), counts)
}

// What goes wrong on the way costs calls and time, and nothing of the answer.
func TestFaultsOnTheWay(t *testing.T) {
	every := func(nth int, fault simulator.Fault) func(*simulator.Cloud, map[string]string) {
		return func(cloud *simulator.Cloud, _ map[string]string) {
			cloud.Fault = func(call simulator.Call) simulator.Fault {
				if call.Number%nth == 0 {
					return fault
				}
				return simulator.Fault{}
			}
		}
	}
	rows := map[string]func(*simulator.Cloud, map[string]string){
		"every third call is throttled":  every(3, simulator.Fault{Throttled: true}),
		"every third call fails":         every(3, simulator.Fault{Failed: true}),
		"every fourth connection is cut": every(4, simulator.Fault{Cut: true}),
		"every answer takes 50 ms":       every(1, simulator.Fault{Slow: 50 * time.Millisecond}),
		"a burst of ten": func(cloud *simulator.Cloud, _ map[string]string) {
			cloud.Limits = map[string]*simulator.Limit{"ecs:DescribeTasks": {Burst: 10, Second: 200}}
		},
		"each action is throttled three times": func(cloud *simulator.Cloud, _ map[string]string) {
			cloud.Fault = func(call simulator.Call) simulator.Fault {
				return simulator.Fault{Throttled: cloud.Counts()[call.Action] <= 3}
			}
		},
		"tasks vanish while they are described": func(cloud *simulator.Cloud, truth map[string]string) {
			vanish := slices.Collect(maps(truth, 7))
			for _, id := range vanish {
				delete(truth, id)
			}
			cloud.Fault = func(call simulator.Call) simulator.Fault {
				if call.Action == "ecs:DescribeTasks" {
					cloud.Change(func() {
						for _, id := range vanish {
							delete(cloud.Clusters["default"].Tasks, cloud.ARN("task", "default/"+id))
						}
					})
				}
				return simulator.Fault{}
			}
		},
		"tasks stop while they are listed": func(cloud *simulator.Cloud, truth map[string]string) {
			stop := slices.Collect(maps(truth, 5))
			for _, id := range stop {
				delete(truth, id)
			}
			cloud.Fault = func(call simulator.Call) simulator.Fault {
				cloud.Change(func() {
					if call.Number != 20 {
						return
					}
					for _, id := range stop {
						task := cloud.Clusters["default"].Tasks[cloud.ARN("task", "default/"+id)]
						task.LastStatus, task.DesiredStatus = "STOPPED", "STOPPED"
						cloud.Clusters["default"].Tasks[task.TaskARN] = task
					}
				})
				return simulator.Fault{}
			}
		},
	}
	for name, arrange := range rows {
		t.Run(name, func(t *testing.T) {
			cloud, truth := many()
			arrange(cloud, truth)
			asked(t, cloud)
			began := time.Now()
			targets, _, err := find(t.Context(), Query{Cluster: "default"}, hasty)
			if err != nil {
				t.Fatal(err)
			}
			right(t, targets, truth)
			t.Logf("%d targets, %d calls, %v", len(targets), len(cloud.Calls()), time.Since(began).Round(time.Millisecond))
		})
	}
}

// maps gives every nth of a map's keys, in their order.
func maps(of map[string]string, nth int) func(func(string) bool) {
	return func(yield func(string) bool) {
		keys := make([]string, 0, len(of))
		for key := range of {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for i := 0; i < len(keys); i += nth {
			if !yield(keys[i]) {
				return
			}
		}
	}
}

// A machine that EC2 no longer knows costs the addresses of its own tasks only.
func TestMachinesThatAreGone(t *testing.T) {
	cloud, _ := many()
	for _, number := range []int{1, 16, 298} {
		delete(cloud.Machines, fmt.Sprintf("i-%017x", number))
	}
	asked(t, cloud)
	targets, _, err := find(t.Context(), Query{Service: "service0"}, hasty)
	if err != nil {
		t.Fatal(err)
	}
	without := 0
	for _, target := range targets {
		if len(target.Addresses) == 0 {
			without++
			if want := "the address of instance " + target.Instance + " is not known"; target.Reason != want {
				t.Errorf("%q, want %q", target.Reason, want)
			}
		}
	}
	if len(targets) != 1000 || without != 30 {
		t.Errorf("%d of %d targets without an address, want 30 of 1000", without, len(targets))
	}
	if calls := cloud.Counts()["ec2:DescribeInstances"]; calls != 2 {
		t.Errorf("%d calls of DescribeInstances, want 2", calls)
	}
}

// What was found until then is not all, and no note about permissions says so.
func TestInterruptedAtDefinitions(t *testing.T) {
	cloud := one()
	ctx, cancel := context.WithCancel(t.Context())
	cloud.Fault = func(call simulator.Call) simulator.Fault {
		if call.Action != "ecs:DescribeTaskDefinition" {
			return simulator.Fault{}
		}
		for cloud.Counts()["ec2:DescribeInstances"] == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(50 * time.Millisecond) // EC2 has answered, too
		cancel()
		return simulator.Fault{Slow: time.Second}
	}
	asked(t, cloud)
	if _, notes, err := find(ctx, Query{}, hasty); err == nil || err.Error() != "interrupted" || len(notes) > 0 {
		t.Errorf("%v, %q", err, notes)
	}
}

func TestInterrupted(t *testing.T) {
	cloud, _ := many()
	ctx, cancel := context.WithCancel(t.Context())
	cloud.Fault = func(call simulator.Call) simulator.Fault {
		if call.Number == 40 {
			cancel()
		}
		return simulator.Fault{}
	}
	asked(t, cloud)
	if _, _, err := find(ctx, Query{}, hasty); err == nil || err.Error() != "interrupted" {
		t.Errorf("%v", err)
	}
	if calls := len(cloud.Calls()); calls > 40+atOnce {
		t.Errorf("%d calls", calls)
	}
}
