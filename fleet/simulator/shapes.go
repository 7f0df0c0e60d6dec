package simulator

// The shapes are those of the wire, with what fleet reads.

// Task is what DescribeTasks tells.
type Task struct {
	TaskARN              string       `json:"taskArn"`
	ClusterARN           string       `json:"clusterArn"`
	TaskDefinitionARN    string       `json:"taskDefinitionArn"`
	ContainerInstanceARN string       `json:"containerInstanceArn,omitempty"`
	Group                string       `json:"group"`
	LaunchType           string       `json:"launchType"`
	LastStatus           string       `json:"lastStatus"`
	DesiredStatus        string       `json:"desiredStatus"`
	StoppedReason        string       `json:"stoppedReason,omitempty"`
	StopCode             string       `json:"stopCode,omitempty"`
	CreatedAt            float64      `json:"createdAt,omitempty"`
	Containers           []Container  `json:"containers"`
	Attachments          []Attachment `json:"attachments"`
	Overrides            Overrides    `json:"overrides"`
}

// Container is one of a task.
type Container struct {
	Name              string             `json:"name"`
	ContainerARN      string             `json:"containerArn,omitempty"`
	RuntimeID         string             `json:"runtimeId,omitempty"`
	LastStatus        string             `json:"lastStatus"`
	Reason            string             `json:"reason,omitempty"`
	ExitCode          *int               `json:"exitCode,omitempty"`
	NetworkBindings   []NetworkBinding   `json:"networkBindings"`
	NetworkInterfaces []NetworkInterface `json:"networkInterfaces"`
}

// NetworkBinding is a port of a container, or a range of them, on its host.
type NetworkBinding struct {
	BindIP             string `json:"bindIP,omitempty"`
	ContainerPort      int    `json:"containerPort,omitempty"`
	HostPort           int    `json:"hostPort,omitempty"`
	ContainerPortRange string `json:"containerPortRange,omitempty"`
	HostPortRange      string `json:"hostPortRange,omitempty"`
	Protocol           string `json:"protocol,omitempty"`
}

// NetworkInterface is one that a task has of its own.
type NetworkInterface struct {
	AttachmentID       string `json:"attachmentId,omitempty"`
	PrivateIPv4Address string `json:"privateIpv4Address,omitempty"`
	IPv6Address        string `json:"ipv6Address,omitempty"`
}

// Attachment is something of AWS that a task holds, such as an interface.
type Attachment struct {
	ID      string     `json:"id"`
	Type    string     `json:"type"`
	Status  string     `json:"status"`
	Details []KeyValue `json:"details"`
}

// KeyValue is a name with a value.
type KeyValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Overrides are what a task was started with in place of its definition.
type Overrides struct {
	ContainerOverrides []ContainerOverride `json:"containerOverrides"`
}

// ContainerOverride is that for one container.
type ContainerOverride struct {
	Name        string     `json:"name"`
	Environment []KeyValue `json:"environment,omitempty"`
}

// ContainerInstance is a machine that ECS places tasks on.
type ContainerInstance struct {
	ContainerInstanceARN string `json:"containerInstanceArn"`
	EC2InstanceID        string `json:"ec2InstanceId"`
	Status               string `json:"status"`
	AgentConnected       bool   `json:"agentConnected"`
}

// TaskDefinition is what a task is made from.
type TaskDefinition struct {
	TaskDefinitionARN    string                `json:"taskDefinitionArn"`
	Family               string                `json:"family"`
	Revision             int                   `json:"revision"`
	NetworkMode          string                `json:"networkMode,omitempty"`
	ContainerDefinitions []ContainerDefinition `json:"containerDefinitions"`
}

// ContainerDefinition is what one of its containers is made from.
type ContainerDefinition struct {
	Name         string        `json:"name"`
	Image        string        `json:"image"`
	PortMappings []PortMapping `json:"portMappings"`
	Environment  []KeyValue    `json:"environment"`
	Secrets      []Secret      `json:"secrets,omitempty"`
}

// Secret is a variable whose value is kept elsewhere.
type Secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// PortMapping is a port that a container exposes, or a range of them.
type PortMapping struct {
	ContainerPort      int    `json:"containerPort,omitempty"`
	HostPort           int    `json:"hostPort"`
	ContainerPortRange string `json:"containerPortRange,omitempty"`
	Protocol           string `json:"protocol,omitempty"`
}

type failure struct {
	ARN    string `json:"arn"`
	Reason string `json:"reason"`
}
