package ecs

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

const (
	// perMachineCall is how many ids EC2 advises to ask for at most.
	perMachineCall = 1000
	// rounds is how often machines that EC2 doesn't know are left out of a call. It
	// names them all, while simulators of others' name one at a time.
	rounds = 20
)

// instance is a machine that tasks run on.
type instance struct {
	id         string // of EC2, or of Systems Manager outside of it
	ipv4, ipv6 netip.Addr
	state      string // as EC2 calls it
}

var (
	ec2ID  = regexp.MustCompile(`^i-[0-9a-f]{8,17}$`)
	ec2IDs = regexp.MustCompile(`\bi-[0-9a-f]{8,17}\b`)
)

// instances tells of container instances: which machines they are, and where. At a failure
// it gives what was found before.
func (c *client) instances(ctx context.Context, s scope, arns []string) (map[string]instance, error) {
	found := map[string]instance{}
	known, err := c.describeContainerInstances(ctx, s, arns)
	var machines []string
	for _, of := range known {
		id := short(aws.ToString(of.Ec2InstanceId))
		found[aws.ToString(of.ContainerInstanceArn)] = instance{id: id}
		if ec2ID.MatchString(id) {
			machines = append(machines, id)
		}
	}
	if err != nil {
		return found, err
	}
	described, err := inBatches(ctx, distinct(machines), perMachineCall, c.describeInstances)
	at := map[string]instance{}
	for _, machine := range described {
		at[aws.ToString(machine.InstanceId)] = instanceOf(machine)
	}
	for arn, one := range found {
		if machine, there := at[one.id]; there {
			found[arn] = machine
		}
	}
	return found, err
}

// describeInstances tells of the machines that EC2 knows. A single one that it
// doesn't would cost the answer about all of them.
func (c *client) describeInstances(ctx context.Context, ids []string) ([]ec2types.Instance, error) {
	for range rounds {
		out, err := c.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{
			InstanceIds: ids,
			// ECS Managed Instances may be hidden otherwise.
			IncludeManagedResources: aws.Bool(true),
		})
		if err == nil {
			if aws.ToString(out.NextToken) != "" {
				c.gaps.add("ec2:DescribeInstances", "the answer goes on")
			}
			var all []ec2types.Instance
			for _, reservation := range out.Reservations {
				all = append(all, reservation.Instances...)
			}
			return all, nil
		}
		gone := unknownTo(err)
		left := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(gone, id) })
		if len(left) == len(ids) {
			return nil, inWords(ctx, "ec2:DescribeInstances", scope{}, err)
		}
		if ids = left; len(ids) == 0 {
			return nil, nil
		}
	}
	return nil, errors.New("ec2:DescribeInstances: instances end faster than they can be asked for (try again)")
}

// unknownTo are the ids that EC2 says it doesn't know.
func unknownTo(err error) []string {
	if refused := smithy.APIError(nil); errors.As(err, &refused) && refused.ErrorCode() == "InvalidInstanceID.NotFound" {
		return ec2IDs.FindAllString(refused.ErrorMessage(), -1)
	}
	return nil
}

func instanceOf(machine ec2types.Instance) instance {
	of := instance{id: short(aws.ToString(machine.InstanceId)), ipv4: address(machine.PrivateIpAddress)}
	if machine.State != nil {
		of.state = short(string(machine.State.Name))
	}
	for _, at := range machine.NetworkInterfaces {
		if at.Attachment == nil || aws.ToInt32(at.Attachment.DeviceIndex) != 0 {
			continue // a task's own, attached to its machine
		}
		for _, has := range at.Ipv6Addresses {
			if !of.ipv6.IsValid() {
				of.ipv6 = address(has.Ipv6Address)
			}
		}
	}
	return of
}

// address is one that a client can connect to, or none.
func address(text *string) netip.Addr {
	found, err := netip.ParseAddr(aws.ToString(text))
	if err != nil || found.Zone() != "" || found.IsUnspecified() || found.IsLoopback() || found.IsMulticast() {
		return netip.Addr{}
	}
	return found
}
