package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// most is how many ids or results ECS takes or gives in one call.
const most = 100

// refusal is an error as AWS codes it.
type refusal struct {
	status        int
	code, message string
}

func refuse(code, format string, values ...any) *refusal {
	return &refusal{400, code, fmt.Sprintf(format, values...)}
}

// ecsCall reads a request of ECS' protocol: how many ids it has, and what makes
// the answer. A name that the real ECS doesn't know is refused, too, unlike there.
func (c *Cloud) ecsCall(operation string, body []byte) (int, func() (any, *refusal)) {
	switch operation {
	case "ListTasks":
		return read(body, func(listTasks) int { return 0 }, c.listTasks)
	case "DescribeTasks":
		return read(body, func(in describeTasks) int { return len(in.Tasks) }, c.describeTasks)
	case "DescribeContainerInstances":
		return read(body, func(in describeInstances) int { return len(in.ContainerInstances) }, c.describeContainerInstances)
	case "DescribeTaskDefinition":
		return read(body, func(describeDefinition) int { return 1 }, c.describeTaskDefinition)
	}
	return 0, func() (any, *refusal) { return nil, refuse("UnknownOperationException", "") }
}

func read[In any](body []byte, size func(In) int, answer func(In) (any, *refusal)) (int, func() (any, *refusal)) {
	var in In
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return 0, func() (any, *refusal) { return nil, refuse("SerializationException", "%v", err) }
	}
	return size(in), func() (any, *refusal) { return answer(in) }
}

type listTasks struct {
	Cluster, ServiceName, Family, DesiredStatus, NextToken string
	MaxResults                                             *int
}

func (c *Cloud) listTasks(in listTasks) (any, *refusal) {
	cluster, refused := c.cluster(in.Cluster)
	if refused != nil {
		return nil, refused
	}
	service := last(in.ServiceName)
	if service != "" && !cluster.Services[service] {
		return nil, refuse("ServiceNotFoundException", "Service not found.")
	}
	size := most
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 1 || size > most {
		return nil, refuse("InvalidParameterException", "maxResults must be between 1 and %d", most)
	}
	// A token is only of use where it was made.
	query := fmt.Sprintf("%q\n", []string{in.Cluster, in.ServiceName, in.Family, in.DesiredStatus})
	after := ""
	if in.NextToken != "" {
		token, err := base64.StdEncoding.DecodeString(in.NextToken)
		place, fits := strings.CutPrefix(string(token), query)
		if err != nil || !fits {
			return nil, refuse("InvalidParameterException", "Invalid token %s", in.NextToken)
		}
		after = place
	}
	out := struct {
		TaskARNs  []string `json:"taskArns"`
		NextToken string   `json:"nextToken,omitempty"`
	}{TaskARNs: []string{}}
	for _, arn := range inOrder(cluster.Tasks) {
		if arn <= after || !in.lists(cluster.Tasks[arn], service) {
			continue
		}
		if len(out.TaskARNs) == size {
			out.NextToken = base64.StdEncoding.EncodeToString([]byte(query + out.TaskARNs[size-1]))
			break
		}
		out.TaskARNs = append(out.TaskARNs, arn)
	}
	return out, nil
}

func (in listTasks) lists(task Task, service string) bool {
	wanted := in.DesiredStatus
	if wanted == "" {
		wanted = "RUNNING"
	}
	family, _, _ := strings.Cut(last(task.TaskDefinitionARN), ":")
	return task.DesiredStatus == wanted && (service == "" || task.Group == "service:"+service) && (in.Family == "" || in.Family == family)
}

type describeTasks struct {
	Cluster string
	Tasks   []string
}

func (c *Cloud) describeTasks(in describeTasks) (any, *refusal) {
	cluster, refused := c.cluster(in.Cluster)
	if refused == nil {
		refused = ids("Tasks", in.Tasks)
	}
	if refused != nil {
		return nil, refused
	}
	found, missing := lookUp(cluster.Tasks, in.Tasks, func(id string) string { return c.ARN("task", clusterName(in.Cluster)+"/"+id) })
	return struct {
		Tasks    []Task    `json:"tasks"`
		Failures []failure `json:"failures"`
	}{found, missing}, nil
}

type describeInstances struct {
	Cluster            string
	ContainerInstances []string
}

func (c *Cloud) describeContainerInstances(in describeInstances) (any, *refusal) {
	cluster, refused := c.cluster(in.Cluster)
	if refused == nil {
		refused = ids("Container instances", in.ContainerInstances)
	}
	if refused != nil {
		return nil, refused
	}
	found, missing := lookUp(cluster.Instances, in.ContainerInstances, func(id string) string {
		return c.ARN("container-instance", clusterName(in.Cluster)+"/"+id)
	})
	return struct {
		ContainerInstances []ContainerInstance `json:"containerInstances"`
		Failures           []failure           `json:"failures"`
	}{found, missing}, nil
}

type describeDefinition struct {
	TaskDefinition string
}

func (c *Cloud) describeTaskDefinition(in describeDefinition) (any, *refusal) {
	definition, found := c.Definitions[in.TaskDefinition]
	if !found {
		return nil, refuse("ClientException", "Unable to describe task definition.")
	}
	return struct {
		TaskDefinition TaskDefinition `json:"taskDefinition"`
	}{definition}, nil
}

// cluster finds one by its name or ARN.
func (c *Cloud) cluster(name string) (*Cluster, *refusal) {
	cluster := c.Clusters[clusterName(name)]
	if cluster == nil {
		return nil, refuse("ClusterNotFoundException", "Cluster not found.")
	}
	return cluster, nil
}

func clusterName(of string) string {
	if of == "" {
		return "default"
	}
	return last(of)
}

func ids(what string, given []string) *refusal {
	if len(given) == 0 {
		return refuse("InvalidParameterException", "%s cannot be empty.", what)
	}
	if len(given) > most {
		return refuse("InvalidParameterException", "%s: %d are more than %d", what, len(given), most)
	}
	return nil
}

// lookUp finds things by ARN or id. Those that there aren't are failures, not errors.
func lookUp[Thing any](in map[string]Thing, asked []string, arn func(string) string) ([]Thing, []failure) {
	found, missing := []Thing{}, []failure{}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(asked))) {
		if !strings.HasPrefix(id, "arn:") {
			id = arn(id)
		}
		thing, there := in[id]
		if !there {
			missing = append(missing, failure{id, "MISSING"})
			continue
		}
		found = append(found, thing)
	}
	return found, missing
}

func last(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
