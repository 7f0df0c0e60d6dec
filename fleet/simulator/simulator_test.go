package simulator

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/smithy-go"

	fleet "jvm-entrypoint/fleet/ecs"
)

// sdk is the real one, asking a cloud.
func sdk(t *testing.T, cloud *Cloud) aws.Config {
	t.Helper()
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	return aws.Config{
		Region: cloud.Region, BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		HTTPClient: fleet.HTTPClient{HTTPClient: awshttp.NewBuildableClient()},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}
}

func code(err error) string {
	if refused := smithy.APIError(nil); errors.As(err, &refused) {
		return refused.ErrorCode()
	}
	return fmt.Sprint(err)
}

func made(tasks, machines int) *Cloud {
	cloud := New()
	cloud.Serve("default", "web")
	for i := range machines {
		cloud.AddMachine("default", i+1)
	}
	for i := range tasks {
		cloud.Run("default", i+1, Task{Group: "service:web", TaskDefinitionARN: cloud.ARN("task-definition", "web:1")})
	}
	return cloud
}

func these(count int, form string) []string {
	var all []string
	for i := range count {
		all = append(all, fmt.Sprintf(form, i+1))
	}
	return all
}

func TestPages(t *testing.T) {
	cloud := made(250, 0)
	cloud.Run("default", 999, Task{Group: "service:other"})
	client := ecs.NewFromConfig(sdk(t, cloud))
	for size, pages := range map[int32]int{0: 3, 100: 3, 50: 5, 1: 250} {
		input := &ecs.ListTasksInput{ServiceName: aws.String("web")}
		if size > 0 {
			input.MaxResults = &size
		}
		seen, count := map[string]bool{}, 0
		for all := ecs.NewListTasksPaginator(client, input); all.HasMorePages(); count++ {
			page, err := all.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, arn := range page.TaskArns {
				seen[arn] = true
			}
		}
		if len(seen) != 250 || count != pages {
			t.Errorf("pages of %d: %d tasks on %d, want 250 on %d", size, len(seen), count, pages)
		}
	}
	page, err := client.ListTasks(t.Context(), &ecs.ListTasksInput{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.ListTasks(t.Context(), &ecs.ListTasksInput{NextToken: page.NextToken, ServiceName: aws.String("web")})
	if code(err) != "InvalidParameterException" {
		t.Errorf("a token of another list: %v", err)
	}
}

// What AWS refuses is refused by its code.
func TestLimitsOfCalls(t *testing.T) {
	cloud := made(101, 6)
	config := sdk(t, cloud)
	tasks, machines := ecs.NewFromConfig(config), ec2.NewFromConfig(config)
	list := func(size int32) error {
		_, err := tasks.ListTasks(t.Context(), &ecs.ListTasksInput{MaxResults: &size})
		return err
	}
	describe := func(ids ...string) error {
		_, err := tasks.DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: ids})
		return err
	}
	instances := func(ids ...string) error {
		_, err := tasks.DescribeContainerInstances(t.Context(), &ecs.DescribeContainerInstancesInput{ContainerInstances: ids})
		return err
	}
	ofEC2 := func(input ec2.DescribeInstancesInput) error {
		_, err := machines.DescribeInstances(t.Context(), &input)
		return err
	}
	rows := []struct {
		name string
		err  error
		want string
	}{
		{"100 tasks", describe(these(100, "%032x")...), ""},
		{"101 tasks", describe(these(101, "%032x")...), "InvalidParameterException"},
		{"no tasks", describe([]string{}...), "InvalidParameterException"},
		{"101 container instances", instances(these(101, "%032x")...), "InvalidParameterException"},
		{"pages of 0", list(0), "InvalidParameterException"},
		{"pages of 101", list(101), "InvalidParameterException"},
		{"1,000 machines", ofEC2(ec2.DescribeInstancesInput{InstanceIds: these(1000, "i-%017x")}), "InvalidInstanceID.NotFound"},
		{"1,001 machines", ofEC2(ec2.DescribeInstancesInput{InstanceIds: these(1001, "i-%017x")}), "InvalidParameterValue"},
		{"a machine that is none", ofEC2(ec2.DescribeInstancesInput{InstanceIds: []string{"mi-1"}}), "InvalidInstanceID.Malformed"},
		{"ids and pages", ofEC2(ec2.DescribeInstancesInput{InstanceIds: these(1, "i-%017x"), MaxResults: aws.Int32(5)}), "InvalidParameterCombination"},
		{"EC2's pages of 4", ofEC2(ec2.DescribeInstancesInput{MaxResults: aws.Int32(4)}), "InvalidParameterValue"},
		{"a parameter that nobody knows here", ofEC2(ec2.DescribeInstancesInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{"x"}}}}), "UnknownParameter"},
	}
	for _, row := range rows {
		if row.err == nil && row.want == "" {
			continue
		}
		if code(row.err) != row.want {
			t.Errorf("%s: %v, want %s", row.name, row.err, row.want)
		}
	}
}

func TestWhatIsMissing(t *testing.T) {
	cloud := made(2, 7)
	config := sdk(t, cloud)
	gone := fmt.Sprintf("%032x", 77)
	out, err := ecs.NewFromConfig(config).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{fmt.Sprintf("%032x", 1), gone}})
	if err != nil || len(out.Tasks) != 1 || len(out.Failures) != 1 || *out.Failures[0].Reason != "MISSING" || *out.Failures[0].Arn != cloud.ARN("task", "default/"+gone) {
		t.Errorf("%+v, %v", out, err)
	}
	client := ec2.NewFromConfig(config)
	_, err = client.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{"i-00000000000000001", "i-0000000000000000a", "i-0000000000000000b"}})
	if code(err) != "InvalidInstanceID.NotFound" || !strings.Contains(err.Error(), "'i-0000000000000000a, i-0000000000000000b' do not exist") {
		t.Errorf("%v", err)
	}
	var found []string
	for pages := ec2.NewDescribeInstancesPaginator(client, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(5)}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, reservation := range page.Reservations {
			for _, machine := range reservation.Instances {
				found = append(found, *machine.InstanceId+" "+*machine.PrivateIpAddress)
			}
		}
	}
	if len(found) != 7 || found[6] != "i-00000000000000007 10.0.0.7" {
		t.Errorf("%q", found)
	}
}

func TestLimit(t *testing.T) {
	cloud := made(1, 1)
	cloud.Limits = map[string]*Limit{"ecs:ListTasks": {Burst: 3, Second: 0.001}, "ec2:DescribeInstances": {Burst: 0}}
	config := sdk(t, cloud)
	for i := range 4 {
		_, err := ecs.NewFromConfig(config).ListTasks(t.Context(), &ecs.ListTasksInput{})
		if throttled := code(err) == "ThrottlingException"; throttled != (i == 3) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if _, err := ec2.NewFromConfig(config).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}); code(err) != "RequestLimitExceeded" {
		t.Errorf("%v", err)
	}
	if counts := fmt.Sprint(cloud.Counts()); counts != "map[ec2:DescribeInstances:1 ecs:ListTasks:4]" {
		t.Error(counts)
	}
}

func TestNotSigned(t *testing.T) {
	config := sdk(t, made(1, 1))
	config.Credentials = aws.AnonymousCredentials{}
	_, err := ecs.NewFromConfig(config).ListTasks(t.Context(), &ecs.ListTasksInput{})
	if code(err) != "MissingAuthenticationToken" {
		t.Errorf("%v", err)
	}
}
