package ecs

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	. "jvm-entrypoint/fleet/simulator"
)

// one is a cluster with one service of one task.
func one() *Cloud {
	cloud := New()
	cloud.Serve("default", "web")
	cloud.Run("default", 1, Task{
		Group: "service:web", ContainerInstanceARN: cloud.AddMachine("default", 1), TaskDefinitionARN: cloud.Define("web", "bridge"),
		Containers: []Container{{Name: "web", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 1)}}},
	})
	return cloud
}

const reader = "arn:aws:sts::111122223333:assumed-role/reader/session"

func denying(action string) func(*Cloud) { return func(c *Cloud) { c.Denied[action] = true } }

func allFails(fault Fault) func(*Cloud) {
	return func(c *Cloud) { c.Fault = func(Call) Fault { return fault } }
}

// What is refused or fails is one line that says what to do.
func TestErrors(t *testing.T) {
	rows := []struct {
		name   string
		query  Query
		change func(*Cloud)
		env    string // NAME=VALUE
		want   string
		found  int
		note   string
	}{
		{
			name: "no permission to list", change: denying("ecs:ListTasks"),
			want: "ecs:ListTasks: not permitted to " + reader + " (allow ecs:ListTasks in its IAM policy; docs/fleet.md has one)",
		},
		{name: "no permission to describe tasks", change: denying("ecs:DescribeTasks"), want: "ecs:DescribeTasks: not permitted to " + reader + " (allow ecs:DescribeTasks in"},
		{name: "no permission to describe a task", query: Query{Task: taskID}, change: denying("ecs:DescribeTasks"), want: "ecs:DescribeTasks: not permitted to " + reader + " (allow ecs:DescribeTasks in"},
		{name: "no permission for container instances", change: denying("ecs:DescribeContainerInstances"), want: "ecs:DescribeContainerInstances: not permitted to " + reader + " (", found: 1},
		{name: "no permission for EC2", change: denying("ec2:DescribeInstances"), want: "ec2:DescribeInstances: not permitted to " + reader + " (", found: 1},
		{name: "no permission for task definitions", change: denying("ecs:DescribeTaskDefinition"), want: "", found: 1, note: "ecs:DescribeTaskDefinition: not permitted to " + reader + " (allow ecs:DescribeTaskDefinition in its IAM policy; docs/fleet.md has one); without it "},
		{name: "a session that is over", change: func(c *Cloud) { c.Expired = true }, want: "the AWS credentials have expired (log in again, or fetch new ones)"},
		{name: "another region's credentials", env: "AWS_REGION=us-east-1", want: "AWS does not take the credentials: Credential should be scoped to a valid region. (look at "},
		{name: "no cluster", query: Query{Cluster: "orders"}, want: "there is no cluster orders in eu-central-1 (aws ecs list-clusters tells which there are; AWS_REGION says where to look)"},
		{name: "no service", query: Query{Service: "orders"}, want: "there is no service orders in cluster default in eu-central-1 (aws ecs list-services --cluster default tells"},
		{name: "no service, named by its ARN", query: Query{Service: "arn:aws:ecs:eu-central-1:111122223333:service/default/orders"}, want: "there is no service orders in cluster default in "},
		{name: "a service without tasks", query: Query{Service: "idle"}, change: func(c *Cloud) { c.Serve("default", "idle") }, want: "no task of service idle runs in cluster default in eu-central-1"},
		{name: "a cluster without tasks", query: Query{Cluster: "idle"}, change: func(c *Cloud) { c.AddCluster("idle") }, want: "no task runs in cluster idle in eu-central-1"},
		{name: "no task", query: Query{Task: "0123"}, want: "task 0123 is not in cluster default in eu-central-1 (ECS forgets a task an hour after its end; "},
		{name: "a name that would act on a terminal", query: Query{Cluster: "a\x1b[2J"}, want: `there is no cluster "a\x1b[2J" in eu-central-1 (`},
		{name: "throttled without end", change: allFails(Fault{Throttled: true}), want: "ecs:ListTasks: ThrottlingException: Rate exceeded (try again later, or ask for less by --service or --task)"},
		{
			name: "EC2 throttled without end", found: 1, want: "ec2:DescribeInstances: RequestLimitExceeded: Request limit exceeded. (try again later, ",
			change: func(c *Cloud) {
				c.Fault = func(call Call) Fault { return Fault{Throttled: strings.HasPrefix(call.Action, "ec2:")} }
			},
		},
		{name: "failing without end", change: allFails(Fault{Failed: true}), want: "ecs:ListTasks: ServerException: Service Unavailable. Please try again later."},
		{name: "hanging up without end", change: allFails(Fault{Cut: true}), want: "ecs:ListTasks: the connection ended early"},
		{name: "a page", change: allFails(Fault{Body: "<html>\x1b[2J</html>"}), want: "ecs:ListTasks: what answers is not AWS: unexpected token"},
		{name: "nothing", change: allFails(Fault{Body: " "}), want: "ecs:ListTasks: what answers is not AWS: "},
		{name: "an answer without end", change: allFails(Fault{Body: `{"taskArns":["` + strings.Repeat("x", largest) + `"]}`}), want: "ecs:ListTasks: an answer of more than 32 MiB"},
		{name: "pages without end", change: allFails(Fault{Body: `{"taskArns":[],"nextToken":"again"}`}), want: "ecs:ListTasks: the list goes on after 0 tasks: not all is known"},
		{name: "nobody there", env: "AWS_ENDPOINT_URL=http://127.0.0.1:1", want: "ecs:ListTasks: dial tcp 127.0.0.1:1: connect: connection refused"},
		{name: "no region", env: "AWS_REGION=", want: "no AWS region (set AWS_REGION, or region in the profile)"},
		{name: "the region of an ARN", query: Query{Cluster: "arn:aws:ecs:eu-central-1:111122223333:cluster/default"}, env: "AWS_REGION=", want: "", found: 1},
		{name: "no credentials", env: "AWS_ACCESS_KEY_ID=", want: "no AWS credentials: "},
		{name: "no such profile", env: "AWS_PROFILE=nobody", want: "AWS settings: failed to get shared config profile, nobody"},
		{name: "how often is set", env: "AWS_MAX_ATTEMPTS=many", want: "AWS settings: "},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			cloud := one()
			if row.change != nil {
				row.change(cloud)
			}
			asked(t, cloud)
			if name, value, set := strings.Cut(row.env, "="); set {
				t.Setenv(name, value)
			}
			targets, notes, err := find(t.Context(), row.query, hasty)
			if got := strings.Join(notes, "\n"); (got == "") != (row.note == "") || !strings.HasPrefix(got, row.note) || len(notes) > 1 {
				t.Errorf("notes %q, want %s", notes, row.note)
			}
			switch {
			case len(targets) != row.found:
				t.Errorf("%d targets, want %d", len(targets), row.found)
			case err == nil && row.want == "":
			case err == nil || row.want == "" || !strings.HasPrefix(err.Error(), row.want):
				t.Errorf("%v, want %s", err, row.want)
			case strings.ContainsAny(err.Error(), "\n\x1b"):
				t.Errorf("%q would act on a terminal", err)
			}
			if err != nil && len(targets) > 0 && targets[0].Reason == "" {
				t.Errorf("%+v: no reason", targets[0])
			}
		})
	}
}

// An answer that isn't whole is not taken for one that is.
func TestGaps(t *testing.T) {
	const (
		tail     = ": not all is known"
		failures = `"failures":[{"arn":"a\u001b","reason":"MISSING"},{"arn":"b\u001b","reason":"BUSY"},{"arn":"c","reason":"BUSY"}]`
	)
	rows := map[string]struct {
		action, body string
		want         string
		found        int
	}{
		"the same page again": {"ecs:ListTasks", `{"taskArns":["arn:aws:ecs:eu-central-1:111122223333:task/default/` + taskID + `"],"nextToken":"again"}`, "ecs:ListTasks: the list goes on after 2 tasks" + tail, 1},
		"a task":              {"ecs:DescribeTasks", `{"tasks":[],` + failures + `}`, `ecs:DescribeTasks: BUSY for "b\x1b"` + tail, 0},
		"a missing task":      {"ecs:DescribeTasks", `{"tasks":[],"failures":[{"arn":"a","reason":"MISSING"}]}`, "no task runs in cluster default in eu-central-1", 0},
		"a machine":           {"ecs:DescribeContainerInstances", `{"containerInstances":[],` + failures + `}`, `ecs:DescribeContainerInstances: BUSY for "b\x1b"` + tail, 1},
		"EC2":                 {"ec2:DescribeInstances", `<DescribeInstancesResponse><reservationSet/><nextToken>x</nextToken></DescribeInstancesResponse>`, "ec2:DescribeInstances: the answer goes on" + tail, 1},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			cloud := one()
			cloud.Fault = func(call Call) Fault {
				if call.Action == row.action {
					return Fault{Body: row.body}
				}
				return Fault{}
			}
			asked(t, cloud)
			targets, _, err := find(t.Context(), Query{}, hasty)
			if err == nil || err.Error() != row.want {
				t.Errorf("%v, want %s", err, row.want)
			}
			if len(targets) != row.found {
				t.Errorf("%d targets, want %d", len(targets), row.found)
			}
		})
	}
}

// A task definition that can't be read costs what is known of its own tasks only.
func TestDefinitionsThatAreMissing(t *testing.T) {
	rows := map[string]struct {
		definitions, missing int
		note                 string
	}{
		"one that is gone": {12, 1, "ecs:DescribeTaskDefinition: ClientException: Unable to describe task definition.; without it ports are taken for 5555, and networks and JMXMP=off in 1 of 12 task definitions are not known"},
		"too many":         {mostDefinitions + 3, 0, "of 503 task definitions only 500 are read (ask for less by --service or --task)"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			cloud := New()
			host := cloud.AddMachine("default", 1)
			for i := range row.definitions {
				made := cloud.Define(fmt.Sprintf("family%03d", i), "bridge", ContainerDefinition{Name: "web", Environment: []KeyValue{pair("JMXMP", "off")}})
				if i < row.missing {
					delete(cloud.Definitions, made)
				}
				cloud.Run("default", i+1, Task{
					TaskDefinitionARN: made, ContainerInstanceARN: host,
					Containers: []Container{{Name: "web", NetworkBindings: []NetworkBinding{tcp("0.0.0.0", 5555, 1)}}},
				})
			}
			asked(t, cloud)
			targets, notes, err := find(t.Context(), Query{}, hasty)
			if err != nil {
				t.Fatal(err)
			}
			if len(notes) != 1 || notes[0] != row.note {
				t.Errorf("%q, want %s", notes, row.note)
			}
			off := 0
			for _, target := range targets {
				if target.Reason == "the agent is off (JMXMP=off)" {
					off++
				}
			}
			if want := min(row.definitions, mostDefinitions) - row.missing; off != want {
				t.Errorf("%d of %d are told to be off, want %d", off, len(targets), want)
			}
		})
	}
}

// A list that never ends, with other tasks on each page, ends all the same.
func TestListWithoutEnd(t *testing.T) {
	page := `{"taskArns":["` + strings.Repeat(`arn:aws:ecs:eu-central-1:111122223333:task/default/1","`, 9_999) + `x"],"nextToken":"N"}`
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number := calls.Add(1)
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "ListTasks") {
			_, _ = w.Write([]byte(strings.Replace(page, `"N"`, `"`+strings.Repeat("n", int(number))+`"`, 1)))
			return
		}
		_, _ = w.Write([]byte(`{"tasks":[],"failures":[]}`))
	}))
	defer server.Close()
	asked(t, one())
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	_, _, err := find(t.Context(), Query{}, hasty)
	if err == nil || err.Error() != "ecs:ListTasks: the list goes on after 100000 tasks: not all is known" {
		t.Errorf("%v", err)
	}
	if most := int64(mostTasks/10_000 + mostTasks/perCall + 50); calls.Load() > most {
		t.Errorf("%d calls, at most %d", calls.Load(), most)
	}
}

// The policy that the documentation gives allows what is called, and no more.
func TestPolicy(t *testing.T) {
	page, err := os.ReadFile("../../docs/fleet.md")
	if err != nil {
		t.Fatal(err)
	}
	_, behind, _ := strings.Cut(string(page), `"Action": [`)
	list, _, found := strings.Cut(behind, "]")
	if !found {
		t.Fatal("docs/fleet.md has no policy")
	}
	allowed := map[string]bool{}
	for _, action := range strings.Split(list, ",") {
		allowed[strings.Trim(action, " \n\"")] = true
	}
	cloud := one()
	asked(t, cloud)
	if _, _, err := find(t.Context(), Query{Service: "web"}, hasty); err != nil {
		t.Fatal(err)
	}
	for action := range cloud.Counts() {
		if !allowed[action] {
			t.Errorf("%s is called, and not allowed", action)
		}
		delete(allowed, action)
	}
	if len(allowed) > 0 {
		t.Errorf("allowed and never called: %v", allowed)
	}
}

func TestDenied(t *testing.T) {
	for message, want := range map[string]string{
		"User: arn:aws:iam::1:user/a is not authorized to perform: ecs:ListTasks on resource: * with an explicit deny in a service control policy": "ecs:ListTasks: not permitted to arn:aws:iam::1:user/a (a policy denies it explicitly)",
		"You are not authorized to perform this operation.": "ecs:ListTasks: not permitted to the caller (allow ecs:ListTasks in its IAM policy; docs/fleet.md has one)",
	} {
		if got := denied("ecs:ListTasks", message); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// On an instance the region is the instance's, as the AWS command has it, where
// nothing else names one, and one that never answers is not waited for.
func TestRegionOfTheInstance(t *testing.T) {
	hang := make(chan struct{})
	rows := map[string]struct {
		query            Query
		disabled, region string
		answer           func(http.ResponseWriter)
		want             string
		calls            bool
	}{
		"told":            {answer: tells("eu-central-1"), calls: true},
		"set":             {region: "eu-central-1", answer: tells("us-east-1")},
		"of an ARN":       {query: Query{Cluster: "arn:aws:ecs:eu-central-1:111122223333:cluster/default"}, answer: tells("us-east-1")},
		"not to be asked": {disabled: "true", answer: tells("eu-central-1"), want: "no AWS region (set AWS_REGION, or region in the profile)"},
		"no answer":       {answer: func(http.ResponseWriter) { <-hang }, want: "no AWS region (set AWS_REGION, or region in the profile)", calls: true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			asked(t, one())
			var calls atomic.Int64
			metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				if strings.HasSuffix(r.URL.Path, "/api/token") {
					w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60")
					_, _ = w.Write([]byte("token"))
					return
				}
				row.answer(w)
			}))
			t.Cleanup(metadata.Close)
			if row.want != "" && row.disabled == "" {
				t.Cleanup(func() { close(hang) })
			}
			t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.URL)
			t.Setenv("AWS_EC2_METADATA_DISABLED", row.disabled)
			t.Setenv("AWS_REGION", row.region)
			began := time.Now()
			_, _, err := find(t.Context(), row.query, hasty)
			if row.want == "" && err != nil || row.want != "" && (err == nil || err.Error() != row.want) {
				t.Errorf("%v, want %q", err, row.want)
			}
			if (calls.Load() > 0) != row.calls {
				t.Errorf("%d calls of the metadata service", calls.Load())
			}
			if took := time.Since(began); took > waitRegion+10*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func tells(region string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { _, _ = fmt.Fprintf(w, `{"region":%q}`, region) }
}

// The user's own setting wins over ours.
func TestAttempts(t *testing.T) {
	for value, want := range map[string]int{"": attempts, "2": 2} {
		cloud := one()
		allFails(Fault{Throttled: true})(cloud)
		asked(t, cloud)
		t.Setenv("AWS_MAX_ATTEMPTS", value)
		if _, _, err := find(t.Context(), Query{}, func(s *aws.Config) { hasty(s) }); err == nil {
			t.Error("no error")
		}
		if calls := len(cloud.Calls()); calls != want {
			t.Errorf("AWS_MAX_ATTEMPTS=%s: %d attempts, want %d", value, calls, want)
		}
	}
}
