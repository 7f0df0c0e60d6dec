package jmx

import (
	"net"
	"strconv"
)

// Target is a container whose JMX port was looked for. What is unknown, or does
// not exist where it runs, is empty.
type Target struct {
	// Service and Task are what ECS calls so: the service's name and the task's id.
	Service, Task string
	// ContainerID is whole, as the runtime knows it; Container is its name.
	ContainerID, Container string
	// Instance is the machine: an EC2 instance's id, or the name of a Docker host.
	Instance string
	// Addresses are those that a client may connect to, the best one first.
	Addresses []Address
	// Reason says in a few words why there is no address.
	Reason string
	// Note says what may keep a client out although there is an address.
	Note string
}

// Address is one that a client connects to.
type Address struct {
	Host string // an IPv4 or IPv6 address without brackets, or a name
	Port uint16
}

// String is HOST:PORT, as our client takes it.
func (a Address) String() string { return net.JoinHostPort(a.Host, strconv.Itoa(int(a.Port))) }

// URL is what JConsole and other tools take.
func (a Address) URL() string { return "service:jmx:jmxmp://" + a.String() }
