package ecs

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// hasEnded tells whether a task's containers are gone. One that is to stop
// (DEACTIVATING, STOPPING) still answers for a while.
func hasEnded(task types.Task) bool {
	return slices.Contains([]string{"DEPROVISIONING", "STOPPED", "DELETED"}, aws.ToString(task.LastStatus))
}

// notRunning says why nobody can listen in a task, or nothing.
func notRunning(task types.Task) string {
	status := aws.ToString(task.LastStatus)
	switch {
	case hasEnded(task):
		return ended("the task", status, task.StoppedReason, nil)
	case slices.Contains([]string{"PROVISIONING", "PENDING"}, status):
		return "the task does not run yet (" + status + ")"
	}
	return ""
}

// containerNotRunning says the same of one of its containers.
func containerNotRunning(container types.Container) string {
	switch status := aws.ToString(container.LastStatus); status {
	case "STOPPED":
		return ended("the container", status, container.Reason, container.ExitCode)
	case "PENDING":
		return "the container does not run yet (" + status + ")"
	}
	return ""
}

func ended(what, status string, reason *string, code *int32) string {
	words := what + " has ended (" + shown(status) + ")"
	if code != nil {
		words += fmt.Sprintf(" with exit code %d", *code)
	}
	if reason != nil {
		words += ": " + shown(*reason)
	}
	return words
}

// serviceOf is the service's name where one started the task.
func serviceOf(task types.Task) string {
	name, is := strings.CutPrefix(aws.ToString(task.Group), "service:")
	if !is {
		return ""
	}
	return short(name)
}

// network is a task's own interface.
type network struct{ ipv4, ipv6 netip.Addr }

// interfaceOf is the interface that a task has of its own (awsvpc, Fargate), or
// nil. While it is attached it may have no address.
func interfaceOf(task types.Task) *network {
	var has network
	found := false
	for _, attachment := range task.Attachments {
		if !slices.Contains([]string{"ElasticNetworkInterface", "eni"}, aws.ToString(attachment.Type)) {
			continue
		}
		found = true
		for _, detail := range attachment.Details {
			if aws.ToString(detail.Name) == "privateIPv4Address" {
				has.ipv4 = address(detail.Value)
			}
		}
	}
	for _, container := range task.Containers {
		for _, at := range container.NetworkInterfaces {
			found = true
			if ip := address(at.PrivateIpv4Address); ip.IsValid() {
				has.ipv4 = ip
			}
			if ip := address(at.Ipv6Address); ip.IsValid() {
				has.ipv6 = ip
			}
		}
	}
	if !found {
		return nil
	}
	return &has
}
